#include "common/follower/test_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "grpcpp/server_builder.h"

namespace rialto {
namespace {

constexpr uint64_t kCommandsPerMessage = 10;
constexpr absl::Duration kHeartbeatEvery = absl::Milliseconds(50);

}  // namespace

TestFeed::TestFeed() { Restart(); }

TestFeed::~TestFeed() { Kill(); }

std::string TestFeed::address() const { return absl::StrCat("127.0.0.1:", port_); }

void TestFeed::Append(engine::v1::CommandEvents command) {
  absl::MutexLock lock(&mutex_);
  command.set_sequence(history_.size() + 1);
  if (command.timestamp_ns() == 0) command.set_timestamp_ns(absl::GetCurrentTimeNanos());
  history_.push_back(std::move(command));
}

void TestFeed::AppendEmpty(int count) {
  for (int i = 0; i < count; ++i) Append({});
}

void TestFeed::Truncate(uint64_t sequence) {
  absl::MutexLock lock(&mutex_);
  history_.resize(sequence);
}

void TestFeed::SetTrouble(std::function<void(engine::v1::SubscribeResponse&)> trouble) {
  absl::MutexLock lock(&mutex_);
  trouble_ = std::move(trouble);
}

void TestFeed::BreakStreams() {
  absl::MutexLock lock(&mutex_);
  ++breaks_;
}

void TestFeed::Kill() {
  if (server_ == nullptr) return;
  BreakStreams();
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

void TestFeed::Restart() {
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(address(), grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  CHECK(server_ != nullptr && port_ != 0);
}

int TestFeed::subscription_count() const {
  absl::MutexLock lock(&mutex_);
  return subscriptions_;
}

grpc::Status TestFeed::Subscribe(grpc::ServerContext* context,
                                 const engine::v1::SubscribeRequest* request,
                                 grpc::ServerWriter<engine::v1::SubscribeResponse>* writer) {
  uint64_t next = std::max<uint64_t>(1, request->from_sequence());
  int breaks = 0;
  {
    absl::MutexLock lock(&mutex_);
    ++subscriptions_;
    breaks = breaks_;
    if (next > history_.size() + 1) {
      return {grpc::StatusCode::OUT_OF_RANGE, "MIRROR_AHEAD: the history ends before"};
    }
    if (next > 1 && request->known_timestamp_ns() != history_[next - 2].timestamp_ns()) {
      return {grpc::StatusCode::FAILED_PRECONDITION, "FORK: taken up at another time"};
    }
  }
  absl::Time heartbeat_at = absl::InfinitePast();
  while (!context->IsCancelled()) {
    engine::v1::SubscribeResponse message;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_news = [&] { return breaks_ != breaks || history_.size() >= next; };
      mutex_.AwaitWithDeadline(absl::Condition(&has_news), heartbeat_at + kHeartbeatEvery);
      if (breaks_ != breaks) return {grpc::StatusCode::UNAVAILABLE, "broken on purpose"};
      const absl::Time now = absl::Now();
      const bool is_heartbeat = now - heartbeat_at >= kHeartbeatEvery;
      if (is_heartbeat) heartbeat_at = now;
      message = is_heartbeat ? Heartbeat() : Next(next);
      next += static_cast<uint64_t>(message.commands_size());
      if (trouble_) trouble_(message);
    }
    if (!writer->Write(message)) break;
  }
  return grpc::Status::OK;
}

engine::v1::SubscribeResponse TestFeed::Heartbeat() {
  engine::v1::SubscribeResponse message;
  message.set_head_sequence(history_.size());
  return message;
}

engine::v1::SubscribeResponse TestFeed::Next(uint64_t from) {
  engine::v1::SubscribeResponse message;
  const uint64_t end = std::min<uint64_t>(history_.size(), from - 1 + kCommandsPerMessage);
  for (uint64_t i = from - 1; i < end; ++i) *message.add_commands() = history_[i];
  message.set_head_sequence(end);
  return message;
}

bool WaitUntil(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

}  // namespace rialto
