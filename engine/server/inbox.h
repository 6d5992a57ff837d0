// Inbox of the sequencer: many threads put work in, one takes all of it out.
//
// Bounded by commands: full means refused, never waiting. A half on top of the bound is reserved
// for what relieves the venue: cancels are refused last. Batches form by themselves: whatever came
// while the last batch was being synced is the next one.
//
// Waking a thread through the kernel takes as long as half a call. Who takes out looks for a while
// whether something comes before it sleeps, as long as that pays: after a wait that was short
// enough to be spent looking. It yields the processor with every look.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/core/command.h"
#include "engine/core/engine.h"
#include "engine/core/event.h"

namespace rialto::engine {

// Commands that are decided one after the other, and who hears of them; or a question about the
// state, asked between batches. Both are called on the sequencer's thread and must not block.
struct Work {
  absl::InlinedVector<Command, 1> commands;
  absl::AnyInvocable<void(absl::Span<const Outcome>)> reply;
  absl::AnyInvocable<void(const Engine&)> query;
  absl::Time submitted_at;
};

class Inbox {
 public:
  // `spin_max`: how long to look before sleeping; 0: not at all.
  Inbox(size_t commands_max, absl::Duration spin_max)
      : commands_max_(commands_max), spin_max_(spin_max) {}

  enum class Lane { kCommon, kReserved };

  // False when full or closed: nothing was taken.
  bool Put(Work work, Lane lane = Lane::kCommon);
  // As Put, but never full: for what must not be lost, of which there is little.
  bool PutAnyway(Work work);

  // Waits for work, at most `timeout`, and moves up to `commands_max` commands' worth into the
  // empty `batch` (at least one piece of work, if there is any). False when closed and empty.
  bool WaitForBatch(size_t commands_max, absl::Duration timeout, std::vector<Work>& batch);

  // Refuses what comes from now on.
  void Close();

  // Commands and queries waiting.
  size_t depth() const;

 private:
  static size_t Weight(const Work& work) {
    return work.commands.empty() ? 1 : work.commands.size();
  }
  void WaitUntilReady(absl::Duration timeout);
  void Add(Work work, size_t weight) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || next_ < work_.size();
  }

  const size_t commands_max_;
  const absl::Duration spin_max_;
  absl::Duration last_wait_;            // How long it took until something came; of who takes out.
  std::atomic<bool> is_ready_ = false;  // As Ready(), for a look without the lock.
  mutable absl::Mutex mutex_;
  std::vector<Work> work_ ABSL_GUARDED_BY(mutex_);
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;  // Of work_, what is before it was taken.
  size_t depth_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rialto::engine
