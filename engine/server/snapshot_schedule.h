// When the next snapshot is due; asked about once a second.
//
// A snapshot replays what came since the one before, which decides all of it once more. While a
// venue is busy that is time its orders need: then a snapshot waits until
// SnapshotOptions::every_commands_busy, which bounds how long a start takes. After a snapshot the
// next one rests four times as long as it took; after one that failed for a minute, twice as long
// with every further one, an hour at most: what ails it may need the disk that it fills.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <deque>

#include "absl/time/time.h"
#include "common/base/ids.h"
#include "engine/server/snapshot_store.h"

namespace rialto::engine {

class SnapshotSchedule {
 public:
  // Busy: at least so many commands between this look and the one kLooksBack before.
  static constexpr uint64_t kBusyCommands = 200'000;
  static constexpr size_t kLooksBack = 10;

  // Counts from `now`.
  SnapshotSchedule(const SnapshotOptions& options, absl::Time now)
      : options_(options), made_at_(now) {}

  // One look. `last`: of the commands; `newest`: of the snapshots.
  bool IsDue(absl::Time now, Sequence last, Sequence newest);
  void NoteStarted(absl::Time now) { made_at_ = now; }
  void NoteMade(absl::Time now) {
    made_in_ = now - made_at_;
    failures_ = 0;
  }
  void NoteFailed() { ++failures_; }
  // From the start of the last one to that of the next one, at least.
  absl::Duration rest() const;

 private:
  const SnapshotOptions options_;
  absl::Time made_at_;
  absl::Duration made_in_;
  int failures_ = 0;            // Since one was made.
  std::deque<Sequence> looks_;  // The last ones, oldest first.
};

}  // namespace rialto::engine
