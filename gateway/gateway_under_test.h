// A whole gateway in this process, in front of a ScriptedEngine, with clients.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/service/channel.h"
#include "common/service/service_context.h"
#include "gateway/account_service.h"
#include "gateway/config.h"
#include "gateway/engine_client.h"
#include "gateway/engine_query.h"
#include "gateway/market_data_service.h"
#include "gateway/market_feed.h"
#include "gateway/markets.h"
#include "gateway/order_service.h"
#include "gateway/scripted_engine.h"
#include "gtest/gtest.h"

namespace rialto::gateway {

// True as soon as `condition` is; false after 20 s.
inline bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

inline ServiceFlags FlagsForTest() {
  ServiceFlags flags = Config().service;
  flags.listen_address = "127.0.0.1:0";
  flags.metrics_listen_address = "";
  return flags;
}

struct GatewayUnderTest {
  explicit GatewayUnderTest(ScriptedEngine& engine, const StreamLimits& limits = {},
                            size_t in_flight_max = 65'536)
      : context(FlagsForTest()),
        metrics(context.registry()),
        engine_channel(OpenChannel(engine.address())),
        engine_client(engine_channel, in_flight_max, metrics),
        queries(engine_channel, metrics),
        markets(metrics),
        feed(engine_channel, markets),
        order_service(engine_client, queries, markets),
        account_service(queries),
        market_data_service(markets, queries, limits, metrics) {
    context.AddStopAction([this] { markets.CloseStreams(); });
    thread = std::thread([this] {
      EXPECT_TRUE(context
                      .Serve({&order_service, &account_service, &market_data_service},
                             {&engine_client, &feed})
                      .ok());
    });
    EXPECT_TRUE(Eventually(
        [this] { return context.port() != 0 && engine_client.connected() && markets.live(); }));
    channel = OpenChannel(absl::StrCat("127.0.0.1:", context.port()));
    orders = v1::OrderService::NewStub(channel);
    accounts = v1::AccountService::NewStub(channel);
    market_data = v1::MarketDataService::NewStub(channel);
  }
  ~GatewayUnderTest() {
    context.RequestStop(absl::OkStatus());
    thread.join();
  }

  ServiceContext context;
  Metrics metrics;
  std::shared_ptr<grpc::Channel> engine_channel;
  EngineClient engine_client;
  EngineQueries queries;
  Markets markets;
  MarketFeed feed;
  OrderService order_service;
  AccountService account_service;
  MarketDataService market_data_service;
  std::thread thread;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::OrderService::Stub> orders;
  std::unique_ptr<v1::AccountService::Stub> accounts;
  std::unique_ptr<v1::MarketDataService::Stub> market_data;
};

// One unary call: Ask(*gateway.orders, &v1::OrderService::Stub::GetOrder, request, &response).
template <typename Stub, typename Request, typename Response>
grpc::Status Ask(Stub& stub,
                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  return (stub.*method)(&context, request, response);
}

}  // namespace rialto::gateway
