#include "common/follower/follower.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"
#include "common/service/channel.h"
#include "common/service/grpc_status.h"
#include "grpcpp/client_context.h"

namespace rialto {
namespace {

// The lag is not called zero when the engine has not been heard of for so long.
constexpr int64_t kHeardRecentlyNs = 3'000'000'000;
// What a mirror may lag by choice, while little happens: after fewer commands than this.
constexpr size_t kSmallBatchCommands = 500;
constexpr absl::Duration kRestAfterSmallBatch = absl::Milliseconds(10);
// How long to wait for messages before looking at the clock and the stop request again.
constexpr absl::Duration kTakePatience = absl::Milliseconds(500);

int64_t NowNs() { return absl::GetCurrentTimeNanos(); }

}  // namespace

Follower::Follower(FollowerOptions options, FollowerStore& store, prometheus::Registry& registry)
    : options_(std::move(options)),
      store_(store),
      metrics_(registry, options_.service),
      engine_(engine::v1::EventService::NewStub(OpenChannel(options_.engine_address))),
      engine_log_("engine"),
      database_log_("database"),
      level_time_ns_(NowNs()) {}

Follower::~Follower() { Stop(); }

absl::Status Follower::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Follower::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (stream_ != nullptr) stream_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

uint64_t Follower::lag() const {
  if (!store_open_ || heard_time_ns_ == 0) return kLagUnknown;
  const uint64_t position = position_;
  const uint64_t head = engine_head_;
  return head > position ? head - position : 0;
}

int64_t Follower::lag_ns() const {
  const int64_t now = NowNs();
  if (lag() == 0 && now - heard_time_ns_ < kHeardRecentlyNs) return 0;
  return std::max<int64_t>(0, now - level_time_ns_);
}

void Follower::Run() {
  while (!stopping() && !faulted_) {
    absl::Status status = connection_ == nullptr ? OpenStore() : Follow();
    UpdateMetrics();
    if (status.ok() || faulted_ || stopping()) continue;
    const bool is_database = connection_ == nullptr;
    (is_database ? metrics_.database_retries_total : metrics_.engine_retries_total).Increment();
    const absl::Duration wait =
        (is_database ? database_log_ : engine_log_).Failed(status, absl::Now());
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), wait);
  }
  LOG_INFO("follower_stopped sequence={}", position_.load());
}

// Changes the table only when it must: an ALTER waits for every reader, a pg_dump included, and
// lets later ones wait for itself, an engine that starts among them.
absl::Status Follower::EnsurePositionTable(postgres::Connection& connection,
                                           const std::string& schema) {
  ASSIGN_OR_RETURN(const postgres::Result newest_column,
                   connection.Execute("SELECT count(*) FROM information_schema.columns"
                                      " WHERE table_schema = $1 AND column_name = 'timestamp_ns'"
                                      " AND table_name = 'follower_position'",
                                      {schema}));
  if (newest_column.row(0).Int64(0) > 0) return absl::OkStatus();
  return connection.ExecuteScript(
      absl::StrCat("CREATE TABLE IF NOT EXISTS ", schema,
                   ".follower_position (name text PRIMARY KEY, sequence bigint NOT NULL);"
                   "ALTER TABLE ",
                   schema,
                   ".follower_position"
                   " ADD COLUMN IF NOT EXISTS checkpoint_sequence bigint NOT NULL DEFAULT 0,"
                   " ADD COLUMN IF NOT EXISTS checkpoint_hash text NOT NULL DEFAULT '',"
                   " ADD COLUMN IF NOT EXISTS timestamp_ns bigint NOT NULL DEFAULT 0"));
}

// Connects, becomes the store's only writer, brings the schema up to date, reads the position.
absl::Status Follower::OpenStore() {
  ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(options_.database_url));
  // Held by the session. While the server still finishes a commit of a session that was lost, this
  // is refused, so the position read below is never older than what was written.
  const std::string schema(store_.schema().name);
  ASSIGN_OR_RETURN(postgres::Result lock,
                   connection->Execute("SELECT pg_try_advisory_lock(hashtextextended($1, 0))",
                                       {absl::StrCat("rialto follower ", schema)}));
  if (!lock.row(0).Bool(0)) {
    return absl::UnavailableError(
        absl::StrCat("become the writer of schema ", schema, ": another session still is"));
  }
  if (absl::Status status = postgres::Migrate(*connection, store_.schema()); !status.ok()) {
    if (!absl::IsFailedPrecondition(status)) return status;
    return Fault(FollowerFault::kSchemaMismatch, std::string(status.message()));
  }
  RETURN_IF_ERROR(connection->ExecuteScript(absl::StrCat("SET search_path = ", schema)));
  RETURN_IF_ERROR(EnsurePositionTable(*connection, schema));
  RETURN_IF_ERROR(
      connection
          ->Execute(absl::StrCat("INSERT INTO ", schema,
                                 ".follower_position VALUES ($1, 0) ON CONFLICT DO NOTHING"),
                    {options_.service})
          .status());
  connection_ = std::move(connection);
  if (absl::Status status = ReadPosition(); !status.ok()) {
    connection_.reset();
    return status;
  }
  store_open_ = true;
  database_log_.Worked();
  LOG_INFO("follower_store_open schema={} sequence={}", schema, position_.load());
  return absl::OkStatus();
}

absl::Status Follower::ReadPosition() {
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection_));
  ASSIGN_OR_RETURN(
      postgres::Result position,
      transaction.Execute(
          absl::StrCat("SELECT sequence, checkpoint_sequence, checkpoint_hash, timestamp_ns FROM ",
                       std::string(store_.schema().name), ".follower_position WHERE name = $1"),
          {options_.service}));
  if (position.empty()) return absl::InternalError("read follower_position: the row is gone");
  RETURN_IF_ERROR(store_.Load(transaction));
  RETURN_IF_ERROR(transaction.Commit());
  position_ = static_cast<uint64_t>(position.row(0).Int64(0));
  checkpoint_.set_sequence(static_cast<uint64_t>(position.row(0).Int64(1)));
  checkpoint_.set_state_hash(absl::HexStringToBytes(std::string(position.row(0).Text(2))));
  timestamp_ns_ = position.row(0).Int64(3);
  return absl::OkStatus();
}

// One subscription, from the position until it ends.
absl::Status Follower::Follow() {
  FeedBuffer buffer(options_.buffer_bytes_max);
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return absl::CancelledError("stopping");
    stream_ = &context;
  }
  std::thread reader([&] { buffer.End(ReadFeed(buffer, context)); });
  absl::Status status = ApplyFeed(buffer);
  context.TryCancel();
  buffer.Abandon();
  reader.join();
  absl::MutexLock lock(&mutex_);
  stream_ = nullptr;
  return status;
}

absl::Status Follower::ReadFeed(FeedBuffer& buffer, grpc::ClientContext& context) {
  engine::v1::SubscribeRequest request;
  request.set_from_sequence(position_ + 1);
  if (checkpoint_.sequence() != 0) *request.mutable_known_checkpoint() = checkpoint_;
  request.set_known_timestamp_ns(timestamp_ns_);
  std::unique_ptr<grpc::ClientReader<engine::v1::SubscribeResponse>> stream =
      engine_->Subscribe(&context, request);
  auto message = std::make_unique<engine::v1::SubscribeResponse>();
  while (stream->Read(message.get())) {
    Hear(*message);
    if (message->commands_size() == 0) continue;
    if (!buffer.Push(std::move(message))) {
      context.TryCancel();  // Only here: it would hide how a stream ended by itself.
      break;
    }
    message = std::make_unique<engine::v1::SubscribeResponse>();
  }
  const absl::Status status = FromGrpcStatus(stream->Finish());
  if (status.ok()) return absl::UnavailableError("follow the engine: the stream ended");
  return absl::Status(status.code(),
                      absl::StrCat("follow the engine at ", options_.engine_address, " from ",
                                   request.from_sequence(), ": ", status.message()));
}

void Follower::Hear(const engine::v1::SubscribeResponse& message) {
  // Never back: only a heartbeat tells the engine's present position, events their own. An engine
  // that has less history than this store refuses the subscription.
  uint64_t head = std::max(engine_head_.load(), message.head_sequence());
  if (message.commands_size() > 0) {
    head = std::max(head, message.commands(message.commands_size() - 1).sequence());
  }
  engine_head_ = head;
  heard_time_ns_ = NowNs();
  if (head <= position_) level_time_ns_ = NowNs();
}

absl::Status Follower::ApplyFeed(FeedBuffer& buffer) {
  const FeedBatchLimits limits{options_.batch_commands_max, options_.batch_bytes_max};
  const int64_t started_ns = NowNs();
  while (!stopping()) {
    UpdateMetrics();
    if (heard_time_ns_ > started_ns) engine_log_.Worked();
    const FeedBatch batch = buffer.Take(limits, kTakePatience);
    if (!batch.commands.empty()) {
      RETURN_IF_ERROR(ApplyBatch(batch));
      if (batch.commands.size() < kSmallBatchCommands) Rest();
      continue;  // While the buffer was full nothing was read: that is no silence of the engine's.
    }
    if (buffer.ended()) {
      const absl::Status end = buffer.end_status();
      // OUT_OF_RANGE: ahead of the engine; FAILED_PRECONDITION: of another history.
      if (!absl::IsOutOfRange(end) && !absl::IsFailedPrecondition(end)) return end;
      return Fault(FollowerFault::kMirrorAhead, std::string(end.message()));
    }
    const int64_t heard_ns = std::max<int64_t>(heard_time_ns_, started_ns);
    if (NowNs() - heard_ns > int64_t{options_.feed_silence_max_ms} * 1'000'000) {
      return absl::UnavailableError(absl::StrCat("follow the engine at ", options_.engine_address,
                                                 ": silent for ", options_.feed_silence_max_ms,
                                                 " ms"));
    }
  }
  return absl::CancelledError("stopping");
}

// Lets commands gather after a small batch: a transaction each would take the engine's cores.
void Follower::Rest() {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRestAfterSmallBatch);
}

absl::Status Follower::ApplyBatch(const FeedBatch& batch) {
  const int64_t started_ns = NowNs();
  uint64_t expected = position_ + 1;
  for (const engine::v1::CommandEvents* command : batch.commands) {
    if (command->sequence() != expected) {
      return Fault(FollowerFault::kFeedBroken,
                   absl::StrCat("the feed continues with sequence ", command->sequence(), " where ",
                                expected, " must follow"));
    }
    ++expected;
  }
  const Sequence last(expected - 1);
  if (absl::Status status = WriteBatch(batch, last); !status.ok()) {
    if (faulted_) return status;
    connection_.reset();  // The transaction's end may be unknown: start from what is there.
    store_open_ = false;
    return absl::Status(status.code(),
                        absl::StrCat("apply ", position_ + 1, "..", last.value(), " to ",
                                     std::string(store_.schema().name), ": ", status.message()));
  }
  position_ = last.value();
  level_time_ns_ = std::max<int64_t>(level_time_ns_, batch.commands.back()->timestamp_ns());
  if (last.value() >= engine_head_) level_time_ns_ = NowNs();
  metrics_.batches_total.Increment();
  metrics_.batch_seconds.Observe(static_cast<double>(NowNs() - started_ns) * 1e-9);
  return absl::OkStatus();
}

absl::Status Follower::WriteBatch(const FeedBatch& batch, Sequence last) {
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection_));
  RETURN_IF_ERROR(store_.Apply(transaction, batch.commands));
  engine::v1::KnownCheckpoint checkpoint = checkpoint_;
  for (const engine::v1::CommandEvents* command : batch.commands) {
    if (!command->has_checkpoint()) continue;
    checkpoint.set_sequence(command->sequence());
    checkpoint.set_state_hash(command->checkpoint().state_hash());
  }
  ASSIGN_OR_RETURN(
      postgres::Result moved,
      transaction.Execute(
          absl::StrCat(
              "UPDATE ", std::string(store_.schema().name),
              ".follower_position SET sequence = $1, checkpoint_sequence = $4,"
              " checkpoint_hash = $5, timestamp_ns = $6 WHERE name = $2 AND sequence = $3"),
          {last, options_.service, position_.load(), Sequence(checkpoint.sequence()),
           ToHex(checkpoint.state_hash()), batch.commands.back()->timestamp_ns()}));
  if (moved.affected_rows() != 1) {
    return Fault(FollowerFault::kFeedBroken,
                 absl::StrCat("the position in the database is no longer ", position_.load(),
                              ": something else writes to this schema"));
  }
  RETURN_IF_ERROR(transaction.Commit());
  checkpoint_ = std::move(checkpoint);
  timestamp_ns_ = batch.commands.back()->timestamp_ns();
  return absl::OkStatus();
}

absl::Status Follower::Fault(FollowerFault fault, const std::string& what) {
  LOG_ERROR("follower_fault service={} sequence={} exit_status={} error=\"{}\"", options_.service,
            position_.load(), static_cast<int>(fault), what);
  faulted_ = true;
  if (options_.on_fault == nullptr) std::_Exit(static_cast<int>(fault));
  options_.on_fault(fault);
  return absl::DataLossError(what);
}

void Follower::UpdateMetrics() {
  const uint64_t events = lag();
  if (events != kLagUnknown) metrics_.mirror_lag_events.Set(static_cast<double>(events));
  metrics_.mirror_lag_seconds.Set(static_cast<double>(lag_ns()) * 1e-9);
  metrics_.applied_sequence.Set(static_cast<double>(position_.load()));
}

bool Follower::stopping() {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace rialto
