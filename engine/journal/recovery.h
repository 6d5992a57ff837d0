// Recovery: reads the whole history back and leaves the directory ready for a Writer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

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

// Where the history ends: what Writer::Open() continues.
struct RecoveredTail {
  Position position;    // Of the last whole batch; sequence 0 when there is none.
  Timestamp timestamp;  // Of the last record: the clock advances past it.
  uint32_t epoch = 0;
  uint64_t batches = 0;
  uint64_t records = 0;
  // Torn (or discarded) bytes, and where and why; 0 and empty after a clean end.
  uint64_t dropped_bytes = 0;
  std::string damage;

  // For the writer. The lock is null after kVerify.
  std::optional<OpenSegment> segment;
  std::unique_ptr<DirectoryLock> lock;
};

// Calls `apply` for every record of every whole batch, in order; an error of `apply` ends it and is
// returned. Except in kVerify mode the directory is created when missing and locked, and on return
// everything that was applied is on the device.
//
// Errors:
//   DATA_LOSS            corruption: file, offset, expected sequence and reason
//   FAILED_PRECONDITION  another process writes here; or another venue, content or format version
//   NOT_FOUND            kVerify of a directory that does not exist
//   other                the file system's, with the path
absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options, RecoveryMode mode,
                                      absl::FunctionRef<absl::Status(const Record&)> apply);

}  // namespace rialto::journal
