// gateway: the public door of the venue.
#include "common/service/channel.h"
#include "common/service/service_main.h"
#include "gateway/account_service.h"
#include "gateway/config.h"
#include "gateway/engine_client.h"
#include "gateway/engine_query.h"
#include "gateway/market_data_service.h"
#include "gateway/market_feed.h"
#include "gateway/markets.h"
#include "gateway/metrics.h"
#include "gateway/order_service.h"

namespace rialto::gateway {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  const std::shared_ptr<grpc::Channel> engine_channel = OpenChannel(config.engine_address);
  EngineClient engine(engine_channel, config.orders_in_flight_max, metrics);
  EngineQueries queries(engine_channel, metrics);
  Markets markets(metrics);
  MarketFeed feed(engine_channel, markets);
  OrderService orders(engine, queries, markets);
  AccountService accounts(queries);
  MarketDataService market_data(markets, queries, StreamLimits(), metrics);

  context.AddReadyCheck("engine", [&] { return engine.connected(); });
  context.AddReadyCheck("market_feed", [&] { return markets.live(); });
  context.AddStopAction([&] { markets.CloseStreams(); });
  return context.Serve({&orders, &accounts, &market_data}, {&engine, &feed});
}

}  // namespace rialto::gateway

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::gateway::Config::FromFlags, rialto::gateway::Run);
}
