// Recovery: reads the whole history back and leaves the directory ready for a Writer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/journal/reader.h"

namespace rialto::journal {

enum class RecoveryMode {
  // Writes nothing and takes no lock; what it finds of a torn tail is reported.
  kVerify,
  // Zeroes a torn tail. Corruption is an error.
  kRepairTornTail,
  // Drops everything from the first damage on, of whatever kind. For derived files only: what is
  // dropped here must come back by replay of the journal.
  kDiscardFromDamage,
};

// What Recover() may change, and where it begins.
struct RecoveryPlan {
  RecoveryMode mode = RecoveryMode::kVerify;
  // The caller has the history up to here already (a snapshot): segments before the one that holds
  // this sequence are not read, records up to it are verified and not applied. It must be the end
  // of a batch, with the chain hash that the history has there. Sequence 0 is the beginning.
  // Derived files (kDiscardFromDamage) only need to hold that sequence, in whatever batch; records
  // of that batch that begin behind it are applied.
  Position after;
  // What others have seen durable (a mark file, followers), and who: the history must hold each,
  // with that chain hash at the end of a batch.
  std::vector<Position> known;
  std::string known_by = "somebody";
  // The last sequence that somebody has seen, and who: the history must reach it.
  Sequence seen;
  std::string seen_by;
};

// Where the history ends: what Writer::Open() continues.
struct RecoveredTail {
  Position position;    // Of the last whole batch; sequence 0 when there is none.
  Timestamp timestamp;  // Of the last record: the clock advances past it.
  uint32_t epoch = 0;
  // Applied; without those up to RecoveryPlan::after.
  uint64_t batches = 0;
  uint64_t records = 0;
  // Torn (or discarded) bytes, and where and why; 0 and empty after a clean end.
  uint64_t dropped_bytes = 0;
  std::string damage;

  // For the writer. The lock is null after kVerify.
  std::optional<OpenSegment> segment;
  std::unique_ptr<DirectoryLock> lock;
};

// Calls `apply` for every record of every whole batch behind `plan.after`, in order; an error of
// `apply` ends it and is returned. Except in kVerify mode the directory is created when missing and
// locked, and on return everything that was applied is on the device.
//
// Errors:
//   DATA_LOSS            corruption: file, offset, expected sequence and reason
//   OUT_OF_RANGE         what was durable once is missing: one of `plan.known` is not of this
//                        history, or the history ends before one of these, `plan.after` or
//                        `plan.seen`
//   FAILED_PRECONDITION  `plan.after` is not of this history; another process writes here; or
//                        another venue, content or format version
//   NOT_FOUND            kVerify of a directory that does not exist
//   other                the file system's, with the path
// No file is changed before these were found and the whole history was read: what looks like a torn
// tail, and is a batch that others know, stays as it is. Nothing is applied of a history that does
// not hold `plan.after` and `plan.known`.
absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options,
                                      const RecoveryPlan& plan,
                                      absl::FunctionRef<absl::Status(const Record&)> apply);

// From the beginning.
absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options, RecoveryMode mode,
                                      absl::FunctionRef<absl::Status(const Record&)> apply);

// The chain hash at the batch end `sequence` (zeros at 0), which reads the segment that holds it
// and no other. May be asked of files that are being written, for sequences that are durable.
//
//   FAILED_PRECONDITION  no batch ends there
//   OUT_OF_RANGE         the history ends before it
//   and as Recover
absl::StatusOr<Digest> ChainHashAt(FileSystem& files, const Options& options, Sequence sequence);

}  // namespace rialto::journal
