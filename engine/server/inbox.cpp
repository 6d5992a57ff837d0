#include "engine/server/inbox.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/time/clock.h"

namespace rialto::engine {

bool Inbox::Put(Work work, Lane lane) {
  const size_t weight = Weight(work);
  const size_t bound = commands_max_ + (lane == Lane::kReserved ? commands_max_ / 2 : 0);
  absl::MutexLock lock(&mutex_);
  if (closed_ || depth_ + weight > bound) return false;
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
  is_ready_.store(true, std::memory_order_relaxed);
}

// A hint only: what is true is seen under the lock.
void Inbox::WaitUntilReady(absl::Duration timeout) {
  if (is_ready_.load(std::memory_order_relaxed)) return;
  const absl::Time start = absl::Now();
  if (last_wait_ <= spin_max_) {
    const absl::Time end = start + std::min(timeout, spin_max_);
    while (!is_ready_.load(std::memory_order_relaxed) && absl::Now() < end) {
      std::this_thread::yield();
    }
  }
  {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(this, &Inbox::Ready), start + timeout - absl::Now());
  }
  last_wait_ = absl::Now() - start;
}

bool Inbox::WaitForBatch(size_t commands_max, absl::Duration timeout, std::vector<Work>& batch) {
  WaitUntilReady(timeout);
  absl::MutexLock lock(&mutex_);
  size_t taken = 0;
  while (next_ < work_.size()) {
    const size_t weight = Weight(work_[next_]);
    if (taken > 0 && taken + weight > commands_max) break;
    taken += weight;
    batch.push_back(std::move(work_[next_++]));
  }
  depth_ -= taken;
  if (next_ == work_.size()) {
    work_.clear();
    next_ = 0;
    is_ready_.store(closed_, std::memory_order_relaxed);
  }
  return !(closed_ && batch.empty());
}

void Inbox::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  is_ready_.store(true, std::memory_order_relaxed);
}

size_t Inbox::depth() const {
  absl::MutexLock lock(&mutex_);
  return depth_;
}

}  // namespace rialto::engine
