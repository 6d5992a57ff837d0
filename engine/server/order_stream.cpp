#include "engine/server/order_stream.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/service/grpc_status.h"
#include "engine/codec/order_codec.h"

namespace rialto::engine {
namespace {

// Beyond it the stream is closed with INVALID_ARGUMENT.
constexpr int kCommandsPerMessageMax = 1'024;

// What a command places dies with the session.
void Bind(uint32_t session, Command& command) {
  if (auto* place = std::get_if<PlaceOrder>(&command)) {
    place->terms.session = session;
  } else if (auto* replace = std::get_if<ReplaceOrder>(&command)) {
    replace->replacement.terms.session = session;
  } else if (auto* list = std::get_if<PlaceOrderList>(&command)) {
    for (PlaceOrder& order : list->orders) order.terms.session = session;
  }
}

bool IsEmpty(const v1::StreamOrdersResponse& response) {
  return response.outcomes().empty() && response.session() == 0;
}

}  // namespace

struct OrderStream::Batch {
  absl::InlinedVector<Command, 1> commands;
  // Outcome i of `commands` goes to response.outcomes(places[i]).
  std::vector<int> places;
  // Which of them relieve the venue (Sequencer::IsRelief), and those once more.
  std::vector<bool> is_relief;
  absl::InlinedVector<Command, 1> relief;
  v1::StreamOrdersResponse response;

  Batch(const v1::StreamOrdersRequest& request, uint32_t session) {
    for (const v1::OrderCommand& message : request.commands()) {
      v1::OrderOutcome& outcome = *response.add_outcomes();
      outcome.set_correlation_id(message.correlation_id());
      absl::StatusOr<Command> command = DecodeCommand(message);
      if (command.ok()) {
        Bind(session, *command);
        places.push_back(response.outcomes_size() - 1);
        is_relief.push_back(Sequencer::IsRelief(*command));
        if (is_relief.back()) relief.push_back(*command);
        commands.push_back(*std::move(command));
      } else {
        outcome.set_malformed(std::string(command.status().message()));
      }
    }
  }

  void Fill(absl::Span<const Outcome> outcomes) {
    for (size_t i = 0; i < outcomes.size(); ++i) {
      EncodeOutcome(outcomes[i], *response.mutable_outcomes(places[i]));
    }
  }

  // None of the commands was taken. What relieves the venue may still be, without the others: it is
  // in a batch with them by chance, since the gateway's callers share one stream.
  void FillNotTaken(const absl::Status& why) {
    std::vector<int> kept;
    for (size_t i = 0; i < places.size(); ++i) {
      if (is_mixed() && is_relief[i]) {
        kept.push_back(places[i]);
      } else {
        response.mutable_outcomes(places[i])->set_malformed(std::string(why.message()));
      }
    }
    places = std::move(kept);
    commands = std::exchange(relief, {});
    is_relief.assign(places.size(), true);
  }
  bool is_mixed() const { return !relief.empty() && relief.size() < is_relief.size(); }
};

OrderStream::OrderStream(Sequencer& sequencer, OrderStreams& streams)
    : sequencer_(sequencer), streams_(streams) {
  StartRead(&request_);
}

void OrderStream::End(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  reading_ = false;
  finish_status_ = status;
  MaybeFinish();
}

// What is wrong with a request as a whole. The first one may bind the stream to a session.
grpc::Status OrderStream::Admit(const v1::StreamOrdersRequest& request) {
  const bool is_first = std::exchange(is_first_request_, false);
  if (request.commands_size() > kCommandsPerMessageMax) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            absl::StrCat("BATCH_TOO_LONG: need at most ", kCommandsPerMessageMax,
                         " commands, have ", request.commands_size())};
  }
  if (!request.cancel_on_disconnect()) return grpc::Status::OK;
  if (!is_first) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            "LATE_SESSION: cancel_on_disconnect goes with the first message of a stream"};
  }
  const absl::StatusOr<uint32_t> session = sequencer_.NewSession();
  if (!session.ok()) return ToGrpcStatus(session.status());
  session_ = *session;
  return grpc::Status::OK;
}

void OrderStream::OnReadDone(bool ok) {
  const grpc::Status admitted = ok ? Admit(request_) : grpc::Status::OK;
  {
    absl::MutexLock lock(&mutex_);
    if (!reading_) return;  // Ended; the batch is not taken.
    if (!ok || !admitted.ok()) {
      reading_ = false;
      finish_status_ = admitted;
      MaybeFinish();
      return;
    }
    if (request_.cancel_on_disconnect()) {
      waiting_.set_session(session_);
      MaybeWrite();
    }
    ++batches_pending_;
  }
  Submit(std::make_shared<Batch>(request_, session_));
  StartRead(&request_);
}

// `shared`: by both ends of the sequencer's Submit, the reply, and here, where it is needed when
// nothing was taken.
void OrderStream::Submit(const std::shared_ptr<Batch>& shared) {
  if (shared->commands.empty()) return Deliver(std::move(shared->response));
  absl::Status submitted = sequencer_.Submit(std::move(shared->commands),
                                             [this, shared](absl::Span<const Outcome> outcomes) {
                                               shared->Fill(outcomes);
                                               Deliver(std::move(shared->response));
                                             });
  if (!submitted.ok()) {
    shared->FillNotTaken(submitted);
    Submit(shared);
  }
}

void OrderStream::Deliver(v1::StreamOrdersResponse response) {
  absl::MutexLock lock(&mutex_);
  --batches_pending_;
  if (IsEmpty(waiting_)) {
    waiting_.Swap(&response);
  } else {
    waiting_.MergeFrom(response);
  }
  MaybeWrite();
  MaybeFinish();
}

void OrderStream::MaybeWrite() {
  if (write_in_flight_ || broken_ || IsEmpty(waiting_)) return;
  writing_.Swap(&waiting_);
  waiting_.Clear();
  write_in_flight_ = true;
  StartWrite(&writing_);
}

void OrderStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  write_in_flight_ = false;
  if (!ok) broken_ = true;
  MaybeWrite();
  MaybeFinish();
}

// Once nothing more is read, submitted or written.
void OrderStream::MaybeFinish() {
  if (reading_ || batches_pending_ > 0 || write_in_flight_ || finished_) return;
  if (!broken_ && !IsEmpty(waiting_)) return;
  finished_ = true;
  Finish(finish_status_);
}

void OrderStream::OnCancel() {
  absl::MutexLock lock(&mutex_);
  canceled_ = true;
}

// Everything that came has been answered: nothing is placed for the session any more.
void OrderStream::OnDone() {
  bool orderly = false;
  {
    absl::MutexLock lock(&mutex_);
    orderly = !canceled_ && !broken_ && finish_status_.ok();
  }
  if (session_ != 0 && !orderly) sequencer_.EndSession(session_);
  streams_.Remove(this);
  delete this;
}

OrderStream* OrderStreams::Open(Sequencer& sequencer) {
  auto* stream = new OrderStream(sequencer, *this);  // Deletes itself when it is done.
  absl::MutexLock lock(&mutex_);
  streams_.insert(stream);
  return stream;
}

void OrderStreams::Remove(OrderStream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

void OrderStreams::End() {
  absl::MutexLock lock(&mutex_);
  for (OrderStream* stream : streams_) {
    stream->End({grpc::StatusCode::UNAVAILABLE, "NOT_SERVING: the engine is stopping"});
  }
}

}  // namespace rialto::engine
