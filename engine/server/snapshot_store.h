// Snapshots in a directory: a replica's whole state at the end of a journal batch, one file each.
//
// A file counts under its name only, and gets it when it was written, synced, read back and found
// to be the same; docs/formats/snapshot.md has the bytes. The newest few are kept.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/record.h"
#include "engine/server/replica.h"

namespace rialto::engine {

struct SnapshotOptions {
  // Empty: no snapshots.
  std::string directory;
  uint32_t venue_id = 1;
  // Rule set of this engine; a snapshot of a later one is refused.
  uint32_t engine_version = 1;
  // The newest so many stay; at least 3.
  size_t kept = 3;
  // One is made after so many commands, while the venue is busy after so many, or after so long
  // with any. A start replays about 1.6 million commands a second.
  uint64_t every_commands = 1'000'000;
  uint64_t every_commands_busy = 10'000'000;
  int64_t every_seconds = 600;
};

// InvalidArgument that names the option and its bound.
absl::Status Validate(const SnapshotOptions& options);

// What is known of a snapshot without its body.
struct SnapshotHeader {
  std::string path;
  journal::Position position;
  Timestamp timestamp;  // Of the last command in it.
  StateHash state_hash{};
  uint64_t body_bytes = 0;
  journal::Digest body_hash{};
};

class SnapshotStore {
 public:
  // `files` outlives the store.
  SnapshotStore(journal::FileSystem& files, SnapshotOptions options);

  const SnapshotOptions& options() const { return options_; }

  // Names of files that look like snapshots, newest first. Empty when there is no directory.
  absl::StatusOr<std::vector<std::string>> List() const;
  // Reads one into a new replica. DataLoss: damaged, or not what its name says; the replica is then
  // good for nothing. FailedPrecondition: of another venue or of a later engine.
  absl::StatusOr<SnapshotHeader> Load(const std::string& path, Replica& replica) const;

  // Write() and Finish() in one: the memory of two replicas.
  absl::StatusOr<SnapshotHeader> Save(const Replica& replica, const journal::Position& position,
                                      Timestamp timestamp);
  // Writes and syncs it under a name that does not count. `timestamp`: of the last command. The
  // replica is at a batch's end, `position`. After an error nothing of it is left, if that can be.
  absl::StatusOr<SnapshotHeader> Write(const Replica& replica, const journal::Position& position,
                                       Timestamp timestamp) const;
  // Reads back what Write() returned, compares, and only then names it. As Write() after an error.
  absl::StatusOr<SnapshotHeader> Finish(const SnapshotHeader& unfinished) const;
  // Removes all but the newest ones, and what was never finished. Returns the sequence of the
  // second newest: the journal before it is not needed for a start; 0 when there is no such one.
  absl::StatusOr<Sequence> Prune();

 private:
  absl::Status WriteFile(const Replica& replica, SnapshotHeader& info) const;
  absl::Status ReadBack(const SnapshotHeader& unfinished) const;
  absl::Status Name(const SnapshotHeader& unfinished, const std::string& path) const;

  journal::FileSystem& files_;
  const SnapshotOptions options_;
};

}  // namespace rialto::engine
