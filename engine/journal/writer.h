// Writer of a journal: batches of records, each durable as a whole or not there.
//
// Append() only buffers. Sync() ends the batch with a COMMIT frame, writes it with one call and, if
// the policy says so, waits for the device. Exactly one batch is in flight, which is what lets
// recovery tell a torn tail from rot.
//
// The first error of write or sync poisons the writer: what is on disk is unknown until recovery
// has read it, so every later Sync() returns that error and touches nothing. The caller exits.
//
// Steady state allocates nothing. Thread: one; stats() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/journal/aligned_buffer.h"
#include "engine/journal/chain.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/options.h"
#include "engine/journal/recovery.h"
#include "engine/journal/spare_segments.h"

namespace rialto::journal {

struct WriterStats {
  uint64_t batches = 0;
  uint64_t bytes = 0;      // Of batches, COMMIT frames included.
  uint64_t rotations = 0;  // Segments begun.
  uint32_t spares_ready = 0;
  uint64_t spare_failures = 0;  // Attempts to fill one that failed.
};

class Writer {
 public:
  // Continues behind `tail`, which Recover() gave with a mode that repairs; begins the first
  // segment of an empty directory. `files` outlives the writer.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(FileSystem& files, const Options& options,
                                                      RecoveredTail tail);

  // Whether a record of this size and count still goes into the batch. An empty batch has room for
  // any record within the options.
  bool HasRoomFor(size_t payload_bytes, uint32_t count = 1) const;

  // Copies the record into the batch.
  // REQUIRES: HasRoomFor(); sequence == next_sequence(); timestamp not before the last one;
  // payload within Options::record_bytes_max; type below 0xFFFF.
  void Append(const Record& record);

  // Writes the batch; nothing when it is empty. See the file comment for errors.
  absl::Status Sync();

  // End of the last batch written.
  const Position& position() const { return position_; }
  // What Append() takes next.
  Sequence next_sequence() const { return next_sequence_; }
  WriterStats stats() const;
  // Whether no spare segment can be filled, while there may still be some: the disk is about to be
  // full. One load; from any thread. Over when there is room again.
  bool spares_failing() const { return spares_->failing(); }
  // Why. From any thread.
  absl::Status spare_failure() const { return spares_->failure(); }
  // What can still be written without any room on the disk, COMMIT frames included: the rest of the
  // segment and the spares. Thread: the writer's.
  uint64_t bytes_left() const;

 private:
  Writer(FileSystem& files, const Options& options, RecoveredTail tail);

  absl::Status Write();
  absl::Status Rotate();
  void SealBatch(const Digest& chain_hash);

  FileSystem& files_;
  const Options options_;
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<SpareSegments> spares_;
  Chain chain_;

  SegmentHeader segment_;
  std::unique_ptr<File> file_;
  uint64_t offset_ = 0;  // Where the next batch goes.

  AlignedBuffer batch_;
  Position position_;
  Sequence next_sequence_;
  Timestamp last_timestamp_;
  absl::Status poison_;

  std::atomic<uint64_t> batches_written_ = 0;
  std::atomic<uint64_t> bytes_written_ = 0;
  std::atomic<uint64_t> rotations_ = 0;
};

}  // namespace rialto::journal
