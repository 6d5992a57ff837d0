// Cursor: one subscriber's place in the files of a journal that is still being written.
//
// Reads from files only, so a slow subscriber holds neither memory nor the writer back. The caller
// says how far the writer has come (`published`: a sequence whose Sync() has returned, seen with
// the usual synchronisation); the cursor never looks behind it. Frames are checked by checksum and
// sequence; the hash chain is recovery's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/aligned_buffer.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/options.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

// Sparse index from sequences to offsets, shared by the cursors of a directory and filled by their
// reading: one entry per 256 KiB, about 4 KiB of memory per segment of 64 MiB. Thread: any.
class OffsetIndex {
 public:
  struct Entry {
    Sequence first;  // First sequence of the batch at `offset`.
    uint64_t offset = 0;
  };

  // The last known entry at or before `wanted`; the segment's beginning when none is known.
  Entry Floor(Sequence segment_first, Sequence wanted) const;
  // Remembers the entry unless it is close behind one already known.
  void Add(Sequence segment_first, const Entry& entry);

 private:
  mutable std::mutex mutex_;
  std::map<Sequence, std::map<Sequence, uint64_t>> offsets_;  // Segment → sequence → offset.
};

// Thread: one.
class Cursor {
 public:
  // Begins with the record that covers `from`. Touches no file before something is published there.
  // `files` and `index` outlive the cursor.
  Cursor(FileSystem& files, const Options& options, OffsetIndex& index, Sequence from);

  // The next record, or nothing when it is not published yet. The payload lives until the next
  // call. A record that covers several sequences is published when its last one is. DataLoss: the
  // published history is not in the files; the message says where.
  absl::StatusOr<std::optional<Record>> Next(Sequence published);

  // First sequence that Next() has not returned; what to subscribe from after a break.
  Sequence next_sequence() const { return next_ < from_ ? from_ : next_; }

 private:
  absl::Status Locate();
  absl::Status OpenSegmentAt(Sequence first);
  absl::StatusOr<FrameState> ReadFrame(Sequence published, Frame& frame);
  absl::Status Fill(uint64_t bytes);
  std::string_view buffered() const;
  absl::Status Broken(const char* reason) const;

  FileSystem& files_;
  const Options options_;
  OffsetIndex& index_;
  const Sequence from_;

  SegmentFile segment_;
  SegmentHeader header_;
  std::unique_ptr<File> file_;  // Null until located.
  uint64_t offset_ = 0;         // Of the next frame.
  Sequence next_;               // Of the next record.

  // File bytes from buffer_offset_ on, as they were when buffer_published_ had been published: true
  // for frames up to that sequence only.
  AlignedBuffer buffer_;
  uint64_t buffer_offset_ = 0;
  Sequence buffer_published_;
};

}  // namespace rialto::journal
