// Makes snapshots beside the trading: from the last one and the journal's files, never from the
// state that the writer is changing. The writer does not pause for it.
//
// What it replays is compared with what the writer says of itself at the same sequence; a snapshot
// of another state never counts. Behind it, the journal is archived.
//
// Costs, while it works: the memory of a second engine, and one thread of low priority.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/service/background_part.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/server/event_feed.h"
#include "engine/server/metrics.h"
#include "engine/server/sequencer.h"
#include "engine/server/snapshot_schedule.h"
#include "engine/server/snapshot_store.h"

namespace rialto::engine {

// Where a replica was made up to, and what its state must then be.
struct SnapshotTarget {
  journal::Position position;
  Timestamp timestamp;
  StateHash state_hash{};
};

inline const std::atomic<bool> kNeverStopping = false;

// What snapshots are made of.
struct SnapshotParts {
  journal::FileSystem& files;
  const journal::Options& journal;
  SnapshotStore& store;
  EventFeed& feed;
  const std::atomic<bool>& stopping = kNeverStopping;
};

// Makes the feed durable up to the target, which must be published: a start with a snapshot does
// not look at the feed before it. Then replays the journal from the newest usable snapshot up to
// the target, compares, writes. Thread: one.
//   DATA_LOSS  the state is another one than the target's
//   CANCELLED  `stopping`
//   else       the file system's
absl::StatusOr<SnapshotHeader> MakeSnapshot(const SnapshotParts& parts,
                                            const SnapshotTarget& target);

// Removes older snapshots but for a few, and archives the journal that they do not need. An error
// takes nothing from the snapshots there are. Thread: one.
absl::Status MakeRoom(const SnapshotParts& parts);

class Snapshotter : public BackgroundPart {
 public:
  // What a snapshot took.
  struct Made {
    SnapshotHeader info;
    absl::Duration duration;
  };
  using Done = absl::AnyInvocable<void(const absl::StatusOr<Made>&)>;

  // Everything outlives the snapshotter.
  struct Parts {
    journal::FileSystem& files;
    const journal::Options& journal;
    SnapshotStore& store;
    EventFeed& feed;
    Sequencer& sequencer;
    Metrics& metrics;
  };
  explicit Snapshotter(const Parts& parts);

  absl::Status Start() override;
  void Stop() override;

  // Makes one now; `done` hears of it, on the snapshotter's thread. Aborted at once when somebody
  // else waits for one already. Any thread.
  void Request(Done done);
  // Of the newest one; 0 when there is none. Any thread.
  Sequence newest() const;

 private:
  void Run();
  bool IsDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Made> Make();
  SnapshotParts MakingParts() const;
  absl::StatusOr<SnapshotTarget> AskForTarget();

  const Parts parts_;
  SnapshotSchedule schedule_;           // The thread's.
  std::atomic<bool> stopping_ = false;  // Set under the mutex.

  mutable absl::Mutex mutex_;
  std::optional<Done> request_ ABSL_GUARDED_BY(mutex_);
  Sequence newest_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace rialto::engine
