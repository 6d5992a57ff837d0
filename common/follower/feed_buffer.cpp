#include "common/follower/feed_buffer.h"

#include <utility>

namespace rialto {

bool FeedBuffer::Push(std::unique_ptr<engine::v1::SubscribeResponse> message) {
  const size_t size_bytes = message->ByteSizeLong();
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &FeedBuffer::HasRoom));
  if (abandoned_) return false;
  bytes_ += size_bytes;
  queue_.push_back({std::move(message), size_bytes});
  return true;
}

void FeedBuffer::End(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  ended_ = true;
  end_status_ = std::move(status);
}

FeedBatch FeedBuffer::Take(const FeedBatchLimits& limits, absl::Duration patience) {
  FeedBatch batch;
  size_t taken_bytes = 0;
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(this, &FeedBuffer::HasNews), patience);
  while (!queue_.empty()) {
    Queued& next = queue_.front();
    const size_t next_commands = static_cast<size_t>(next.message->commands_size());
    if (!batch.messages.empty() && (batch.commands.size() + next_commands > limits.commands_max ||
                                    taken_bytes + next.size_bytes > limits.bytes_max)) {
      break;
    }
    for (const engine::v1::CommandEvents& command : next.message->commands()) {
      batch.commands.push_back(&command);
    }
    taken_bytes += next.size_bytes;
    bytes_ -= next.size_bytes;
    batch.messages.push_back(std::move(next.message));
    queue_.pop_front();
  }
  return batch;
}

bool FeedBuffer::ended() const {
  absl::MutexLock lock(&mutex_);
  return ended_ && queue_.empty();
}

absl::Status FeedBuffer::end_status() const {
  absl::MutexLock lock(&mutex_);
  return end_status_;
}

void FeedBuffer::Abandon() {
  absl::MutexLock lock(&mutex_);
  abandoned_ = true;
}

}  // namespace rialto
