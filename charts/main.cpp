// charts: candles of the venue's trades in PostgreSQL.
#include "charts/config.h"
#include "charts/metrics.h"
#include "charts/read_store.h"
#include "charts/service.h"
#include "charts/store.h"
#include "common/follower/follower.h"
#include "common/service/service_main.h"

namespace rialto::charts {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  Store store(metrics);
  Follower follower({.service = "charts",
                     .engine_address = config.engine_address,
                     .database_url = config.database_url},
                    store, context.registry());
  ReadStore read_store(config.database_url);
  ChartService service(read_store, follower);

  context.AddReadyCheck("follower", [&] { return follower.lag() <= config.ready_lag_events_max; });
  return context.Serve({&service}, {&follower});
}

}  // namespace rialto::charts

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::charts::Config::FromFlags, rialto::charts::Run);
}
