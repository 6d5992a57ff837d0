// An engine's event feed for tests: a real gRPC server with a history, and with troubles on demand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/server.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"

namespace rialto {

class TestFeed : public engine::v1::EventService::Service {
 public:
  // Listens on a port of the system's choosing, with an empty history.
  TestFeed();
  ~TestFeed() override;

  std::string address() const;

  // Adds the next command: its sequence is set here, and a timestamp if it has none.
  void Append(engine::v1::CommandEvents command);
  // Adds `count` commands without events.
  void AppendEmpty(int count);
  // Forgets everything after `sequence`, as an engine restored from an old disk would.
  void Truncate(uint64_t sequence);

  // What is sent may differ from the history: called on each message before it is sent.
  void SetTrouble(std::function<void(engine::v1::SubscribeResponse&)> trouble);
  // Ends the streams with UNAVAILABLE; subscribing again is possible at once.
  void BreakStreams();
  // Ends the server, and starts it again on the same port.
  void Kill();
  void Restart();

  int subscription_count() const;

  grpc::Status Subscribe(grpc::ServerContext* context, const engine::v1::SubscribeRequest* request,
                         grpc::ServerWriter<engine::v1::SubscribeResponse>* writer) override;

 private:
  // As the engine's: only a heartbeat knows how far the history goes.
  engine::v1::SubscribeResponse Heartbeat() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  engine::v1::SubscribeResponse Next(uint64_t from) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  mutable absl::Mutex mutex_;
  std::vector<engine::v1::CommandEvents> history_ ABSL_GUARDED_BY(mutex_);
  std::function<void(engine::v1::SubscribeResponse&)> trouble_ ABSL_GUARDED_BY(mutex_);
  int subscriptions_ ABSL_GUARDED_BY(mutex_) = 0;
  int breaks_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Polls until `condition` holds or 20 s have passed; returns whether it holds.
bool WaitUntil(const std::function<bool()>& condition);

}  // namespace rialto
