#include "gateway/engine_client.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "gateway/limits.h"
#include "grpcpp/support/client_callback.h"

namespace rialto::gateway {

using engine::v1::StreamOrdersRequest;
using engine::v1::StreamOrdersResponse;

namespace {

// Ends orders and begins none: refused last.
bool IsCancel(const engine::v1::OrderCommand& command) {
  return command.has_cancel() || command.has_mass_cancel() || command.has_cancel_all_after();
}

}  // namespace

// One call of StreamOrders. A hold keeps it open for writes from outside its reactions until its
// reading side has ended; after OnDone() gRPC does not touch it any more.
class EngineClient::Stream
    : public grpc::ClientBidiReactor<StreamOrdersRequest, StreamOrdersResponse> {
 public:
  explicit Stream(EngineClient& client) : client_(client) {}

  void Open() {
    client_.stub_->async()->StreamOrders(&context_, this);
    AddHold();
    StartRead(&response_);
    StartCall();
  }
  void Cancel() { context_.TryCancel(); }

  // REQUIRES: no write is in flight.
  void Write(StreamOrdersRequest request) {
    request_ = std::move(request);
    StartWrite(&request_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      client_.Receive(response_);
      StartRead(&response_);
      return;
    }
    {
      absl::MutexLock lock(&client_.mutex_);
      client_.SetState(State::kDown);  // From here on nobody writes.
    }
    RemoveHold();
  }
  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&client_.mutex_);
    client_.write_in_flight_ = false;
    if (ok && client_.state_ == State::kUp) client_.WriteNext();
  }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&client_.mutex_);
    status_ = status;
    done_ = true;
  }

  // Under the client's mutex.
  bool done() const { return done_; }
  const grpc::Status& status() const { return status_; }

 private:
  EngineClient& client_;
  grpc::ClientContext context_;
  StreamOrdersRequest request_;
  StreamOrdersResponse response_;
  grpc::Status status_;
  bool done_ = false;
};

EngineClient::EngineClient(const std::shared_ptr<grpc::Channel>& channel, size_t in_flight_max,
                           Metrics& metrics)
    : admin_(engine::v1::AdminService::NewStub(channel)),
      stub_(engine::v1::OrderService::NewStub(channel)),
      in_flight_max_(in_flight_max),
      metrics_(metrics) {}

EngineClient::~EngineClient() { CHECK(!thread_.joinable()); }

absl::Status EngineClient::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void EngineClient::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (question_ != nullptr) question_->TryCancel();
    if (stream_ != nullptr) stream_->Cancel();
  }
  if (thread_.joinable()) thread_.join();
}

// Collects the outcomes of one batch.
class EngineClient::Batch {
 public:
  Batch(size_t count, BatchReply reply)
      : unanswered_(count), outcomes_(count), reply_(std::move(reply)) {}

  void Take(size_t index, absl::StatusOr<engine::v1::OrderOutcome> outcome) {
    BatchReply reply;
    absl::StatusOr<std::vector<engine::v1::OrderOutcome>> result;
    {
      absl::MutexLock lock(&mutex_);
      --unanswered_;
      if (reply_ == nullptr) return;  // Answered with an error.
      if (!outcome.ok()) {
        result = outcome.status();
      } else {
        outcomes_[index] = *std::move(outcome);
        if (unanswered_ > 0) return;
        result = std::move(outcomes_);
      }
      reply = std::exchange(reply_, nullptr);
    }
    reply(std::move(result));
  }

 private:
  absl::Mutex mutex_;
  size_t unanswered_ ABSL_GUARDED_BY(mutex_);
  std::vector<engine::v1::OrderOutcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  BatchReply reply_ ABSL_GUARDED_BY(mutex_);
};

void EngineClient::Submit(engine::v1::OrderCommand command, Reply reply) {
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    refusal = Admit({&command, 1});
    if (refusal.ok()) return Enqueue(std::move(command), std::move(reply));
  }
  reply(std::move(refusal));
}

void EngineClient::SubmitBatch(std::vector<engine::v1::OrderCommand> commands, BatchReply reply) {
  CHECK(!commands.empty());
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    refusal = Admit(commands);
    if (refusal.ok()) {
      const auto batch = std::make_shared<Batch>(commands.size(), std::move(reply));
      for (size_t i = 0; i < commands.size(); ++i) {
        Enqueue(std::move(commands[i]),
                [batch, i](absl::StatusOr<engine::v1::OrderOutcome> outcome) {
                  batch->Take(i, std::move(outcome));
                });
      }
      return;
    }
  }
  reply(std::move(refusal));
}

absl::Status EngineClient::Admit(absl::Span<const engine::v1::OrderCommand> commands) {
  if (state_ != State::kUp) {
    return absl::UnavailableError("NOT_CONNECTED: the engine is away; nothing was sent");
  }
  const bool has_cancels = std::any_of(commands.begin(), commands.end(), IsCancel);
  if (has_cancels && cancels_unanswered_ >= limits::kCancelsInFlightMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("TOO_MANY_CANCELS_IN_FLIGHT: have ", cancels_unanswered_, " of ",
                     limits::kCancelsInFlightMax, "; nothing was sent, retry later"));
  }
  const bool has_orders = !std::all_of(commands.begin(), commands.end(), IsCancel);
  return has_orders ? RoomForOrders() : absl::OkStatus();
}

absl::Status EngineClient::RoomForOrders() const {
  const size_t in_flight = in_flight_.load(std::memory_order_relaxed);
  if (in_flight < in_flight_max_) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("TOO_MANY_ORDERS_IN_FLIGHT: have ", in_flight,
                                                   " of ", in_flight_max_,
                                                   "; nothing was sent, retry later"));
}

void EngineClient::Enqueue(engine::v1::OrderCommand command, Reply reply) {
  command.set_correlation_id(++last_correlation_id_);
  const bool is_cancel = IsCancel(command);
  unanswered_.emplace(last_correlation_id_, Unanswered{std::move(reply), is_cancel});
  cancels_unanswered_ += is_cancel ? 1 : 0;
  if (queue_.empty() || queue_.back().commands_size() >= limits::kBatchCommandsMax) {
    queue_.emplace_back();
  }
  queue_.back().add_commands()->Swap(&command);
  NoteInFlight();
  if (!write_in_flight_) WriteNext();
}

bool EngineClient::connected() const {
  absl::MutexLock lock(&mutex_);
  return state_ == State::kUp;
}

void EngineClient::WriteNext() {
  if (queue_.empty()) return;
  metrics_.stream_batch_commands.Observe(queue_.front().commands_size());
  write_in_flight_ = true;
  stream_->Write(std::move(queue_.front()));
  queue_.pop_front();
}

void EngineClient::Receive(StreamOrdersResponse& response) {
  std::vector<std::pair<Reply, engine::v1::OrderOutcome*>> answered;
  answered.reserve(static_cast<size_t>(response.outcomes_size()));
  {
    absl::MutexLock lock(&mutex_);
    for (engine::v1::OrderOutcome& outcome : *response.mutable_outcomes()) {
      const auto found = unanswered_.find(outcome.correlation_id());
      if (found == unanswered_.end()) {
        LOG_ERROR("order_stream unknown correlation_id={}", outcome.correlation_id());
        continue;
      }
      answered.emplace_back(std::move(found->second.reply), &outcome);
      cancels_unanswered_ -= found->second.is_cancel ? 1 : 0;
      unanswered_.erase(found);
    }
    NoteInFlight();
  }
  for (auto& [reply, outcome] : answered) reply(std::move(*outcome));
}

void EngineClient::Run() {
  absl::Duration backoff = absl::FromChrono(limits::kBackoffMin);
  const auto stopping = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_; };
  while (true) {
    if (EngineServes()) {
      RunStream();
      backoff = absl::FromChrono(limits::kBackoffMin);
    }
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping), backoff)) return;
    backoff = std::min(2 * backoff, absl::FromChrono(limits::kBackoffMax));
  }
}

bool EngineClient::EngineServes() {
  grpc::ClientContext* question = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return false;
    question_ = std::make_unique<grpc::ClientContext>();
    question_->set_deadline(std::chrono::system_clock::now() + limits::kQueryTimeout);
    question = question_.get();
  }
  engine::v1::GetServerInfoResponse info;
  return admin_->GetServerInfo(question, engine::v1::GetServerInfoRequest(), &info).ok();
}

void EngineClient::RunStream() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stream_ = std::make_unique<Stream>(*this);
    stream_->Open();
    SetState(State::kUp);
    LOG_INFO("order_stream connected");
    const auto done = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stream_->done(); };
    mutex_.Await(absl::Condition(&done));
    if (!stopping_) {
      metrics_.engine_stream_breaks.Increment();
      LOG_WARNING("order_stream lost code={} error=\"{}\" unanswered={}",
                  static_cast<int>(stream_->status().error_code()),
                  stream_->status().error_message(), unanswered_.size());
    }
    write_in_flight_ = false;
    stream_.reset();
  }
  FailAll();
}

void EngineClient::FailAll() {
  absl::flat_hash_map<uint64_t, Unanswered> unanswered;
  {
    absl::MutexLock lock(&mutex_);
    unanswered.swap(unanswered_);
    cancels_unanswered_ = 0;
    queue_.clear();
    NoteInFlight();
  }
  for (auto& [id, waiting] : unanswered) {
    waiting.reply(absl::UnavailableError(
        "OUTCOME_UNKNOWN: the connection to the engine broke; retry with the same "
        "client_order_id"));
  }
}

void EngineClient::NoteInFlight() {
  in_flight_.store(unanswered_.size(), std::memory_order_relaxed);
  metrics_.orders_in_flight.Set(static_cast<double>(unanswered_.size()));
}

void EngineClient::SetState(State state) {
  state_ = state;
  metrics_.engine_stream_connected.Set(state == State::kUp ? 1 : 0);
}

}  // namespace rialto::gateway
