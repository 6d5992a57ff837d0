#include "engine/server/event_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "engine/codec/record_codec.h"
#include "engine/server/sequencer.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace rialto::engine {
namespace {

constexpr absl::Duration kHeartbeatEvery = absl::Seconds(1);
// A write that does not get through for so long: the subscriber does not read. It costs no memory,
// its place is in the files; it is cut off so that it notices.
constexpr absl::Duration kStallMax = absl::Seconds(60);

grpc::ByteBuffer ToBuffer(std::string_view bytes) {
  grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// One subscriber. Deletes itself when the stream is done. Thread: gRPC's and the service's.
class Subscription : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  Subscription(EventService& service, grpc::CallbackServerContext& context, Sequence from)
      : service_(service),
        context_(context),
        from_(from),
        cursor_(service.feed_.OpenCursor(from)) {}

  // Sends a heartbeat when one is due, else what is next. Called after every publication, every
  // write, and every heartbeat interval.
  void Advance() {
    absl::MutexLock lock(&mutex_);
    const absl::Time now = absl::Now();
    if (finished_) return;
    if (write_in_flight_) {
      if (now - sent_at_ > kStallMax) context_.TryCancel();
      return;
    }
    const Sequence published = service_.feed_.published();
    // Before the heartbeat: a subscriber takes one for a sign that its feed can be read.
    if (!next_.has_value() && !ReadNext(published)) return;
    if (now - heartbeat_at_ >= kHeartbeatEvery) {
      heartbeat_at_ = now;
      v1::SubscribeResponse heartbeat;
      heartbeat.set_head_sequence(published.value());
      Write(ToBuffer(heartbeat.SerializeAsString()), now);
    } else if (next_.has_value()) {
      const journal::Record record = *std::exchange(next_, std::nullopt);
      Write(record.sequence < from_ ? Tail(record) : ToBuffer(record.payload), now);
    }
  }

  void End(const grpc::Status& status) {
    absl::MutexLock lock(&mutex_);
    FinishLocked(status);
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      write_in_flight_ = false;
      if (!ok) return FinishLocked(grpc::Status::CANCELLED);
      if (ending_.has_value()) return FinishLocked(*ending_);
    }
    Advance();
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    service_.Remove(this);
    delete this;
  }

 private:
  // Reads the next record, if there is one. False: the feed can not be read, the stream ends.
  bool ReadNext(Sequence published) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::StatusOr<std::optional<journal::Record>> record = cursor_->Next(published);
    if (record.ok()) {
      next_ = *record;
      return true;
    }
    LOG_ERROR("feed_read_failed sequence={} status=\"{}\"", cursor_->next_sequence().value(),
              record.status().ToString());
    FinishLocked(grpc::Status(grpc::StatusCode::DATA_LOSS, std::string(record.status().message())));
    return false;
  }

  // A stored batch without what lies before from_: a refilled feed may have other batches than the
  // one the subscriber read last.
  grpc::ByteBuffer Tail(const journal::Record& record) const {
    v1::SubscribeResponse batch;
    CHECK(batch.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
    batch.mutable_commands()->DeleteSubrange(
        0, static_cast<int>(from_.value() - record.sequence.value()));
    return ToBuffer(batch.SerializeAsString());
  }

  void Write(grpc::ByteBuffer buffer, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    buffer_ = std::move(buffer);
    write_in_flight_ = true;
    sent_at_ = now;
    StartWrite(&buffer_);
  }

  void FinishLocked(const grpc::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    if (write_in_flight_) {
      ending_ = status;
      return;
    }
    finished_ = true;
    Finish(status);
  }

  EventService& service_;
  grpc::CallbackServerContext& context_;
  const Sequence from_;
  absl::Mutex mutex_;
  const std::unique_ptr<journal::Cursor> cursor_ ABSL_PT_GUARDED_BY(mutex_);
  // Read and not yet sent; its payload is the cursor's.
  std::optional<journal::Record> next_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer buffer_ ABSL_GUARDED_BY(mutex_);
  absl::Time sent_at_ ABSL_GUARDED_BY(mutex_);
  // Not only when nothing else is sent: what is stored knows no later position than its own, and a
  // subscriber that catches up must learn how far it is behind.
  absl::Time heartbeat_at_ ABSL_GUARDED_BY(mutex_);
  bool write_in_flight_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> ending_ ABSL_GUARDED_BY(mutex_);
};

namespace {

grpc::Status Stopping() {
  return {grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: the engine is stopping"};
}

// A call that ends before it began.
class Refusal : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

EventService::EventService(EventFeed& feed, const Sequencer& sequencer, Metrics& metrics)
    : feed_(feed), sequencer_(sequencer), metrics_(metrics) {
  feed_.SetListener([this] { Wake(); });
}

EventService::~EventService() { feed_.SetListener(nullptr); }

grpc::ServerWriteReactor<grpc::ByteBuffer>* EventService::Subscribe(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request_bytes) {
  v1::SubscribeRequest request;
  grpc::ByteBuffer copy(*request_bytes);
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::SubscribeRequest>(&copy, &request)
           .ok()) {
    return new Refusal({grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST: does not parse"});
  }
  if (!sequencer_.ready()) {
    return new Refusal({grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: the engine is starting"});
  }
  const uint64_t from = request.from_sequence() == 0 ? 1 : request.from_sequence();
  const uint64_t head = feed_.published().value();
  if (from > head + 1) {
    return new Refusal({grpc::StatusCode::OUT_OF_RANGE,
                        absl::StrCat("MIRROR_AHEAD: sequence ", from,
                                     " was asked for, the engine's history ends at ", head)});
  }
  if (const grpc::Status same = Compare(request, Sequence(from)); !same.ok()) {
    return new Refusal(same);
  }
  auto* subscription = new Subscription(*this, *context, Sequence(from));
  {
    absl::MutexLock lock(&mutex_);
    subscriptions_.insert(subscription);
    has_subscriptions_ = true;
    metrics_.subscribers.Set(static_cast<double>(subscriptions_.size()));
    if (stopping_) subscription->End(Stopping());
  }
  subscription->Advance();
  return subscription;
}

// Whether the subscriber has followed this history.
grpc::Status EventService::Compare(const v1::SubscribeRequest& request, Sequence from) {
  const std::optional<StateHash> hash = ToStateHash(request.known_checkpoint().state_hash());
  if (request.has_known_checkpoint() && !hash.has_value()) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            "BAD_STATE_HASH: known_checkpoint.state_hash must have 16 bytes"};
  }
  absl::Status same;
  if (hash.has_value()) {
    same = sequencer_.Compare({Sequence(request.known_checkpoint().sequence()), *hash});
  }
  if (same.ok() && request.known_timestamp_ns() != 0 && from > Sequence(1)) {
    same = feed_.CompareTime({Sequence(from.value() - 1), Timestamp(request.known_timestamp_ns())});
    if (absl::IsDataLoss(same)) {
      return {grpc::StatusCode::DATA_LOSS, std::string(same.message())};
    }
  }
  if (same.ok()) return grpc::Status::OK;
  return {grpc::StatusCode::FAILED_PRECONDITION, absl::StrCat("FORK: ", same.message())};
}

absl::Status EventService::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void EventService::Run() {
  while (true) {
    {
      absl::MutexLock lock(&wake_mutex_);
      wake_mutex_.AwaitWithTimeout(absl::Condition(&wake_), kHeartbeatEvery / 4);
      wake_ = false;
    }
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    // Advance() never calls back into the service, and Remove() waits for this lock: none vanishes.
    for (Subscription* subscription : subscriptions_) subscription->Advance();
  }
}

// Nobody to wake for: waking a thread costs a lone order more than its journal record.
void EventService::Wake() {
  if (!has_subscriptions_.load(std::memory_order_relaxed)) return;
  absl::MutexLock lock(&wake_mutex_);
  wake_ = true;
}

void EventService::EndStreams() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  for (Subscription* subscription : subscriptions_) subscription->End(Stopping());
  has_subscriptions_ = true;  // For the thread, which has to end.
  Wake();
}

void EventService::Stop() {
  EndStreams();
  if (thread_.joinable()) thread_.join();
}

void EventService::Remove(Subscription* subscription) {
  absl::MutexLock lock(&mutex_);
  subscriptions_.erase(subscription);
  has_subscriptions_ = !subscriptions_.empty();
  metrics_.subscribers.Set(static_cast<double>(subscriptions_.size()));
}

}  // namespace rialto::engine
