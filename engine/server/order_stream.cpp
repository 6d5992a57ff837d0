#include "engine/server/order_stream.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/service/grpc_status.h"
#include "engine/codec/order_codec.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace rialto::engine {
namespace {

// Beyond it the stream is closed with INVALID_ARGUMENT.
constexpr int kCommandsPerMessageMax = 1'024;
// Outcomes that wait; with so many nothing more is read. Some ten batches of 1,024; half of what a
// client takes in one message unless it says otherwise.
constexpr size_t kWaitingBytesMax = 2u << 20;

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

// A batch of 64 orders takes about 20 KiB.
constexpr size_t kArenaBlockBytes = 64u << 10;

google::protobuf::ArenaOptions StartingWith(char* block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = kArenaBlockBytes;
  return options;
}

}  // namespace

struct OrderStream::Batch {
  // What was asked, in order. Those that are well formed are `commands`, in the same order.
  struct Asked {
    uint64_t correlation_id = 0;
    bool is_relief = false;  // Sequencer::IsRelief.
    std::string malformed;   // Not empty: known before anyone decides.
  };
  std::vector<Asked> asked;
  absl::InlinedVector<Command, 1> commands;
  // Where only some of the commands relieve the venue, those once more.
  absl::InlinedVector<Command, 1> relief;
  std::string outcomes;

  Batch(const v1::StreamOrdersRequest& request, uint32_t session) {
    const auto size = static_cast<size_t>(request.commands_size());
    asked.resize(size);
    commands.reserve(size);
    size_t relieving = 0;
    for (size_t i = 0; i < size; ++i) {
      const v1::OrderCommand& message = request.commands(static_cast<int>(i));
      asked[i].correlation_id = message.correlation_id();
      absl::StatusOr<Command> command = DecodeCommand(message);
      if (!command.ok()) {
        asked[i].malformed = std::string(command.status().message());
        continue;
      }
      Bind(session, *command);
      asked[i].is_relief = Sequencer::IsRelief(*command);
      relieving += asked[i].is_relief ? 1 : 0;
      commands.push_back(*std::move(command));
    }
    if (relieving == 0 || relieving == commands.size()) return;
    for (const Command& command : commands) {
      if (Sequencer::IsRelief(command)) relief.push_back(command);
    }
  }

  void Fill(absl::Span<const Outcome> decided) {
    const Outcome* next = decided.data();
    for (const Asked& one : asked) {
      if (one.malformed.empty()) {
        AppendOutcome(one.correlation_id, *next++, outcomes);
      } else {
        AppendMalformed(one.correlation_id, one.malformed, outcomes);
      }
    }
    CHECK(next == decided.data() + decided.size());
  }

  // None of the commands was taken. What relieves the venue may still be, without the others: it is
  // in a batch with them by chance, since the gateway's callers share one stream.
  void FillNotTaken(const absl::Status& why) {
    for (Asked& one : asked) {
      if (one.malformed.empty() && (relief.empty() || !one.is_relief)) {
        one.malformed = std::string(why.message());
      }
    }
    commands = std::exchange(relief, {});
  }
};

OrderStream::OrderStream(Sequencer& sequencer, OrderStreams& streams)
    : sequencer_(sequencer),
      streams_(streams),
      arena_block_(new char[kArenaBlockBytes]),  // Not filled before it is used.
      arena_(StartingWith(arena_block_.get())) {
  StartRead(&request_);
}

void OrderStream::End(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  reading_ = false;
  finish_status_ = status;
  MaybeFinish();
}

const v1::StreamOrdersRequest* OrderStream::ParseRequest() {
  arena_.Reset();
  auto* request = google::protobuf::Arena::CreateMessage<v1::StreamOrdersRequest>(&arena_);
  const grpc::Status parsed =
      grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::StreamOrdersRequest>(&request_,
                                                                                 request);
  return parsed.ok() ? request : nullptr;
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
  const v1::StreamOrdersRequest* request = ok ? ParseRequest() : nullptr;
  grpc::Status admitted;
  if (request != nullptr) {
    admitted = Admit(*request);
  } else if (ok) {
    admitted = {grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST: does not parse"};
  }
  {
    absl::MutexLock lock(&mutex_);
    if (!reading_) return;  // Ended; the batch is not taken.
    if (!ok || !admitted.ok()) {
      reading_ = false;
      finish_status_ = admitted;
      MaybeFinish();
      return;
    }
    if (request->cancel_on_disconnect()) {
      v1::StreamOrdersResponse bound;
      bound.set_session(session_);
      CHECK(bound.AppendToString(&waiting_));
      MaybeWrite();
    }
    ++batches_pending_;
  }
  Sequencer::Turn turn(sequencer_);  // Decides here, if nobody does, after the next read began.
  Submit(std::make_shared<Batch>(*request, session_), turn);
  ReadNext();
}

void OrderStream::ReadNext() {
  absl::MutexLock lock(&mutex_);
  if (!reading_) return;                                              // Ended meanwhile.
  read_is_put_off_ = !broken_ && waiting_.size() > kWaitingBytesMax;  // A write lets it go on.
  if (!read_is_put_off_) StartRead(&request_);
}

// `shared`: by both ends of the sequencer's Submit, the reply, and here, where it is needed when
// nothing was taken.
void OrderStream::Submit(const std::shared_ptr<Batch>& shared, Sequencer::Turn& turn) {
  if (shared->commands.empty()) {
    shared->Fill({});
    Keep(shared->outcomes);
    return Deliver();
  }
  Work work;
  work.commands = std::move(shared->commands);
  work.reply = [this, shared](absl::Span<const Outcome> outcomes) {
    shared->Fill(outcomes);
    Keep(shared->outcomes);
  };
  work.settled = [this] { Deliver(); };
  absl::Status submitted = sequencer_.Submit(std::move(work), &turn);
  if (!submitted.ok()) {
    shared->FillNotTaken(submitted);
    Submit(shared, turn);
  }
}

void OrderStream::Keep(std::string_view outcomes) {
  absl::MutexLock lock(&mutex_);
  waiting_.append(outcomes);
}

void OrderStream::Deliver() {
  absl::MutexLock lock(&mutex_);
  --batches_pending_;
  MaybeWrite();
  MaybeFinish();
}

void OrderStream::MaybeWrite() {
  if (write_in_flight_ || broken_ || waiting_.empty()) return;
  const grpc::Slice bytes(waiting_.data(), waiting_.size());
  writing_ = grpc::ByteBuffer(&bytes, 1);
  waiting_.clear();
  write_in_flight_ = true;
  StartWrite(&writing_);
}

void OrderStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  write_in_flight_ = false;
  if (!ok) broken_ = true;
  MaybeWrite();
  if (read_is_put_off_ && (broken_ || waiting_.size() <= kWaitingBytesMax)) {
    read_is_put_off_ = false;
    if (reading_) StartRead(&request_);
  }
  MaybeFinish();
}

// Once nothing more is read, submitted or written.
void OrderStream::MaybeFinish() {
  if (reading_ || batches_pending_ > 0 || write_in_flight_ || finished_) return;
  if (!broken_ && !waiting_.empty()) return;
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
