// Reader of a whole journal, trusting nothing: every checksum, every sequence, every link is
// checked.
//
// Gives whole batches in order, and says how the history ends. The rule that tells a torn tail from
// rot: a batch is written only after the one before it was synced, so a crash in mid-write damages
// only the last batch of the last segment. Anything invalid that has a valid frame of another batch
// behind it, or stands in an earlier segment, or is undamaged and still does not fit, is
// corruption.
//
// Holds one segment in memory. Thread: one. The files must not change meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/journal/aligned_buffer.h"
#include "engine/journal/chain.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/options.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

enum class ReadOutcome {
  kBatch,     // records() holds the next batch.
  kEnd,       // Clean: nothing but zeros behind the last batch.
  kTornTail,  // The last write did not finish; what it held was never acknowledged. See damage().
  kCorrupt,   // Durable history has rotted or is missing. See damage(). A human decides.
};

// Where the history breaks, and why.
struct Damage {
  std::string path;
  uint64_t offset = 0;
  Sequence expected;
  std::string reason;
  // Bytes from the end of the last whole batch to the last byte that is not zero.
  uint64_t dropped_bytes = 0;

  std::string ToString() const;
};

// The segment in which the history ends so far.
struct OpenSegment {
  std::string path;
  SegmentPlace place = SegmentPlace::kDirectory;
  std::string archived_copy;  // As in SegmentFile.
  SegmentHeader header;
  uint64_t end_offset = 0;  // Behind the last whole batch.
};

class Reader {
 public:
  // Starts with the batch that holds `from`, or ends where there is none. What lies in segments
  // before it is not read. Errors: NotFound and the like for the directory.
  static absl::StatusOr<std::unique_ptr<Reader>> Open(FileSystem& files, const Options& options,
                                                      Sequence from = Sequence(1));

  // The next batch. After any outcome but kBatch the reader stays there. Errors are those of
  // reading files, and FailedPrecondition for segments of another venue, content or format version.
  absl::StatusOr<ReadOutcome> NextBatch();

  // Records of the batch; they live until the next call of NextBatch().
  absl::Span<const Record> records() const { return records_; }
  // End of the last whole batch, and its time and epoch.
  const Position& position() const { return position_; }
  Timestamp timestamp() const { return timestamp_; }
  uint32_t epoch() const { return epoch_; }
  // Empty while no segment header has been read.
  const std::optional<OpenSegment>& segment() const { return segment_; }

  // REQUIRES: the last outcome was kTornTail or kCorrupt.
  const Damage& damage() const { return damage_; }
  // Segment files that were not accepted: those after segment().
  absl::Span<const SegmentFile> segments_behind() const;

 private:
  enum class BatchState { kWhole, kUnwritten, kBroken, kInconsistent };

  Reader(FileSystem& files, const Options& options) : files_(files), options_(options) {}

  absl::StatusOr<ReadOutcome> NextWholeBatch();
  absl::StatusOr<ReadOutcome> BeginSegment();
  absl::Status LoadImage(SegmentFile& segment);
  BatchState CheckBatch();
  BatchState CheckCommit(const Frame& commit, uint64_t offset);
  BatchState Fault(BatchState state, uint64_t offset, std::string reason);
  absl::StatusOr<ReadOutcome> JudgeEnd(BatchState state);
  std::optional<std::string> FindOtherBatch(uint64_t end) const;
  ReadOutcome Stop(ReadOutcome outcome, std::string path, uint64_t offset, std::string reason);

  Sequence expected() const { return position_.sequence.Next(); }
  bool in_last_segment() const { return next_segment_ == segments_.size(); }

  FileSystem& files_;
  const Options options_;
  Chain chain_;
  std::vector<SegmentFile> segments_;
  size_t next_segment_ = 0;  // Index of the segment after segment().
  Sequence from_;

  AlignedBuffer image_;  // The whole of segment(), shorter when the file is.
  std::optional<OpenSegment> segment_;
  bool in_segment_ = false;

  std::vector<Record> records_;
  Position position_;
  Timestamp timestamp_;
  uint32_t epoch_ = 0;

  std::optional<ReadOutcome> stopped_;
  Damage damage_;
};

}  // namespace rialto::journal
