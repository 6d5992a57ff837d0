// Messages of the feed between the thread that reads them and the one that writes them to the
// store.
//
// Bounded by bytes: a reader ahead of the bound waits, which leaves the stream unread and lets
// gRPC's flow control hold the rest at the engine. Thread: one pusher, one taker.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "rialto/engine/v1/event_service.pb.h"

namespace rialto {

// What one transaction applies: whole messages, and their commands in order.
struct FeedBatch {
  std::vector<std::unique_ptr<engine::v1::SubscribeResponse>> messages;
  std::vector<const engine::v1::CommandEvents*> commands;  // Point into `messages`.
};

struct FeedBatchLimits {
  size_t commands_max;
  size_t bytes_max;
};

class FeedBuffer {
 public:
  explicit FeedBuffer(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Waits while the buffer is full. False: the taker has gone, read no more.
  bool Push(std::unique_ptr<engine::v1::SubscribeResponse> message);
  // The stream ended so; what was pushed before can still be taken.
  void End(absl::Status status);

  // What is queued, up to either limit, but at least one message; waits up to `patience` for one.
  // Empty when none came or the stream has ended.
  FeedBatch Take(const FeedBatchLimits& limits, absl::Duration patience);
  // True once the stream has ended and everything was taken; `end_status` tells how.
  bool ended() const;
  absl::Status end_status() const;
  // The taker goes: Push returns false from now on.
  void Abandon();

 private:
  struct Queued {
    std::unique_ptr<engine::v1::SubscribeResponse> message;
    size_t size_bytes;
  };

  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return abandoned_ || bytes_ < bytes_max_;
  }
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !queue_.empty() || ended_; }

  const size_t bytes_max_;
  mutable absl::Mutex mutex_;
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rialto
