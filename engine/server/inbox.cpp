#include "engine/server/inbox.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/check.h"

namespace rialto::engine {

bool Inbox::Put(Work work, Lane lane, bool* has_turn) {
  const size_t weight = Weight(work);
  const size_t bound =
      commands_max_ + (lane == Lane::kReserved ? commands_max_ * kReserveFactor : 0);
  absl::MutexLock lock(&mutex_);
  if (closed_ || depth_ + weight > bound) return false;
  if (has_turn != nullptr && !turn_is_taken_ && next_ == work_.size()) {
    *has_turn = turn_is_taken_ = true;
  }
  Add(std::move(work), weight);
  return true;
}

bool Inbox::PutAnyway(Work work) {
  const size_t weight = Weight(work);
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  Add(std::move(work), weight);
  return true;
}

void Inbox::Add(Work work, size_t weight) {
  depth_ += weight;
  work_.push_back(std::move(work));
  NoteReady();
}

// is_ready_ is a hint only: what is true is seen under the lock.
void Inbox::Spin() {
  const absl::Time end = absl::Now() + spin_max_;
  while (!is_ready_.load(std::memory_order_relaxed) && absl::Now() < end) {
    std::this_thread::yield();
  }
}

bool Inbox::WaitForTurn() {
  const absl::Time start = absl::Now();
  if (last_wait_ <= spin_max_) Spin();
  absl::MutexLock lock(&mutex_);
  writer_wakes_at_ = due_;
  mutex_.AwaitWithDeadline(absl::Condition(this, &Inbox::Ready), due_);
  last_wait_ = absl::Now() - start;
  mutex_.Await(absl::Condition(this, &Inbox::TurnIsFree));  // Who has it decides one batch.
  if (closed_ && next_ == work_.size()) return false;
  turn_is_taken_ = true;
  NoteReady();
  return true;
}

void Inbox::TakeBatch(size_t commands_max, std::vector<Work>& batch) {
  absl::MutexLock lock(&mutex_);
  CHECK(turn_is_taken_);
  size_t taken = 0;
  while (next_ < work_.size()) {
    const size_t weight = Weight(work_[next_]);
    if (taken > 0 && taken + weight > commands_max) break;
    taken += weight;
    batch.push_back(std::move(work_[next_++]));
  }
  depth_ -= taken;
  // Also while the inbox never runs empty; each piece of work is moved once at most.
  if (2 * next_ >= work_.size()) {
    work_.erase(work_.begin(), work_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
}

void Inbox::EndTurn(absl::Time due) {
  absl::MutexLock lock(&mutex_);
  CHECK(turn_is_taken_);
  turn_is_taken_ = false;
  due_ = due;
  NoteReady();
}

void Inbox::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  NoteReady();
}

size_t Inbox::depth() const {
  absl::MutexLock lock(&mutex_);
  return depth_;
}

}  // namespace rialto::engine
