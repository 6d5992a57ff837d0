#include "gateway/market_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace rialto::gateway {

MarketStream::MarketStream(grpc::CallbackServerContext& context, const StreamLimits& limits,
                           prometheus::Counter& slow_consumers,
                           std::function<void(MarketStream&)> on_done)
    : context_(context),
      limits_(limits),
      slow_consumers_(slow_consumers),
      on_done_(std::move(on_done)) {}

void MarketStream::Open(grpc::ByteBuffer snapshot) {
  absl::MutexLock lock(&mutex_);
  open_ = true;
  if (!closed_) Write({std::move(snapshot), 0});
}

void MarketStream::Push(const grpc::ByteBuffer& message, uint64_t sequence) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return;
  if (open_ && !writing_) return Write({message, sequence});
  if (waiting_.size() >= limits_.messages_max ||
      waiting_bytes_ + message.Length() > limits_.bytes_max) {
    return CloseSlow();
  }
  waiting_bytes_ += message.Length();
  waiting_.push_back({message, sequence});
}

void MarketStream::CheckStall() {
  absl::MutexLock lock(&mutex_);
  if (!closed_ && !writing_) return;
  if (SteadyClock::now() - (closed_ ? closed_since_ : write_started_) <= limits_.stall_max) return;
  if (!closed_) return CloseSlow();
  // The status waits behind the write that is stuck, and OnDone() with it: end both.
  context_.TryCancel();
}

void MarketStream::Close(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  CloseLocked(status);
}

void MarketStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (closed_) return;
  if (!ok) return CloseLocked(grpc::Status::CANCELLED);
  if (current_.sequence != 0) written_sequence_ = current_.sequence;
  if (waiting_.empty()) return;
  Message next = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= next.bytes.Length();
  Write(std::move(next));
}

void MarketStream::OnDone() {
  on_done_(*this);
  delete this;
}

void MarketStream::Write(Message message) {
  writing_ = true;
  write_started_ = SteadyClock::now();
  current_ = std::move(message);
  StartWrite(&current_.bytes);
}

void MarketStream::CloseSlow() {
  slow_consumers_.Increment();
  CloseLocked(grpc::Status(
      grpc::StatusCode::RESOURCE_EXHAUSTED,
      absl::StrCat("SLOW_CONSUMER: resume with a new snapshot; the last message written was at "
                   "sequence ",
                   written_sequence_)));
}

void MarketStream::CloseLocked(const grpc::Status& status) {
  if (closed_) return;
  closed_ = true;
  closed_since_ = SteadyClock::now();
  waiting_.clear();
  waiting_bytes_ = 0;
  Finish(status);
}

}  // namespace rialto::gateway
