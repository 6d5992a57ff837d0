// Inbox of the sequencer: many threads put work in, one takes all of it out.
//
// Bounded by commands: full means refused, never waiting. A half on top of the bound is reserved
// for what relieves the venue: cancels are refused last. Batches form by themselves: whatever came
// while the last batch was being synced is the next one.
//
// One at a time takes out: who has the turn. It is the writer thread's, which takes it when there
// is work; but who puts work into an inbox at which nobody is may take the turn himself. Waking a
// thread through the kernel takes as long as half a call: a lone order is decided where it came in,
// and under load all goes to the writer, which looks for a while whether something comes before it
// sleeps, as long as its waits are short enough for that.
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
// state, asked between batches. All are called on the sequencer's thread and must not block.
struct Work {
  absl::InlinedVector<Command, 1> commands;
  absl::AnyInvocable<void(absl::Span<const Outcome>)> reply;
  // Null, or called soon after `reply`, once for every piece of work: what was decided together can
  // go out together.
  absl::AnyInvocable<void()> settled;
  absl::AnyInvocable<void(const Engine&)> query;
  absl::Time submitted_at;
};

class Inbox {
 public:
  // `spin_max`: how long to look before sleeping; 0: not at all.
  Inbox(size_t commands_max, absl::Duration spin_max)
      : commands_max_(commands_max), spin_max_(spin_max) {}

  enum class Lane { kCommon, kReserved };

  // False when full or closed: nothing was taken. With `has_turn`: set when nobody had the turn;
  // the caller has it now and must TakeBatch() and EndTurn() soon.
  bool Put(Work work, Lane lane = Lane::kCommon, bool* has_turn = nullptr);
  // As Put, but never full: for what must not be lost, of which there is little.
  bool PutAnyway(Work work);

  // The writer thread's: waits for work, or until something is due, and then until it has the turn.
  // False when closed and empty: without the turn.
  bool WaitForTurn();
  // Moves up to `commands_max` commands' worth into the empty `batch` (at least one piece of work,
  // if there is any). REQUIRES: the caller has the turn.
  void TakeBatch(size_t commands_max, std::vector<Work>& batch);
  // `due`: when something is to happen unasked. The writer thread wakes for that, and for what is
  // left.
  void EndTurn(absl::Time due);

  // Refuses what comes from now on.
  void Close();

  // Commands and queries waiting.
  size_t depth() const;

 private:
  static size_t Weight(const Work& work) {
    return work.commands.empty() ? 1 : work.commands.size();
  }
  void Spin();
  void Add(Work work, size_t weight) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || due_ < writer_wakes_at_ || (!turn_is_taken_ && next_ < work_.size());
  }
  bool TurnIsFree() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !turn_is_taken_; }
  void NoteReady() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    is_ready_.store(Ready(), std::memory_order_relaxed);
  }

  // Of the bound: what is reserved on top. A cancel in the inbox takes about 300 bytes.
  static constexpr size_t kReserveFactor = 4;

  const size_t commands_max_;
  const absl::Duration spin_max_;
  absl::Duration last_wait_;            // How long it took until something came; of who takes out.
  std::atomic<bool> is_ready_ = false;  // As Ready(), for a look without the lock.
  mutable absl::Mutex mutex_;
  std::vector<Work> work_ ABSL_GUARDED_BY(mutex_);
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;  // Of work_, what is before it was taken.
  size_t depth_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool turn_is_taken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time due_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time writer_wakes_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
};

}  // namespace rialto::engine
