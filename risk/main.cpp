// risk: limits and exposure; sets limits in the engine.
#include "common/follower/follower.h"
#include "common/service/service_main.h"
#include "risk/config.h"
#include "risk/engine_client.h"
#include "risk/metrics.h"
#include "risk/read_store.h"
#include "risk/service.h"
#include "risk/store.h"

namespace rialto::risk {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  Store store;
  Follower follower({.service = "risk",
                     .engine_address = config.engine_address,
                     .database_url = config.database_url},
                    store, context.registry());
  ReadStore read_store(config.database_url);
  EngineClient engine(config.engine_address);
  RiskService service(read_store, engine, follower, metrics);

  context.AddReadyCheck("follower", [&] { return follower.lag() <= config.ready_lag_events_max; });
  return context.Serve({&service}, {&follower});
}

}  // namespace rialto::risk

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::risk::Config::FromFlags, rialto::risk::Run);
}
