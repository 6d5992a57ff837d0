// An engine for tests: a real gRPC server with the engine's services, whose history and decisions
// the test writes.
//
// Its books are counted order by order from the events, another way than gateway::Depth goes.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/catalog/catalog.h"
#include "gateway/scripted_events.h"
#include "grpcpp/server.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::gateway {

class ScriptedEngine {
 public:
  using Decide = std::function<engine::v1::OrderOutcome(const engine::v1::OrderCommand&)>;

  // Knows USD (2 decimals) and BTC (8); BTC-USD has ticks of 0.01 and lots of 0.0001.
  ScriptedEngine();
  ~ScriptedEngine();

  const std::string& address() const { return address_; }

  // What every order gets; accepted and OPEN unless told.
  void SetDecide(Decide decide);
  // From here on batches are read and not answered, until Release().
  void Hold();
  // The same of questions for open orders.
  void HoldPages();
  void Release();
  // Sizes of the batches that came, in order.
  std::vector<int> batch_sizes() const;

  // Appends one command's events to the history; returns its sequence.
  uint64_t Append(std::vector<engine::v1::Event> events);
  uint64_t last_sequence() const;
  // The book and the state at the end of the history.
  engine::v1::GetDepthResponse DepthNow(const std::string& instrument) const;
  common::v1::InstrumentState StateNow(const std::string& instrument) const;

  // Cancels every open call: the order stream and the feed.
  void BreakCalls();
  // Subscriptions so far, by their from_sequence.
  std::vector<uint64_t> subscriptions() const;

 private:
  class Orders;
  class Events;
  class MarketData;
  class Accounts;
  class Admin;
  class OpenCall;

  mutable absl::Mutex mutex_;
  Decide decide_ ABSL_GUARDED_BY(mutex_);
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  bool pages_held_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int> batch_sizes_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> subscriptions_ ABSL_GUARDED_BY(mutex_);
  std::vector<engine::v1::CommandEvents> history_ ABSL_GUARDED_BY(mutex_);
  Catalog catalog_ ABSL_GUARDED_BY(mutex_);
  std::set<grpc::ServerContext*> open_calls_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Orders> orders_;
  std::unique_ptr<Events> events_;
  std::unique_ptr<MarketData> market_data_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<Admin> admin_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace rialto::gateway
