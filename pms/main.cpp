// pms: positions, profit and loss in PostgreSQL.
#include "common/follower/follower.h"
#include "common/service/service_main.h"
#include "pms/config.h"
#include "pms/metrics.h"
#include "pms/read_store.h"
#include "pms/service.h"
#include "pms/store.h"

namespace rialto::pms {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  Store store(metrics);
  Follower follower({.service = "pms",
                     .engine_address = config.engine_address,
                     .database_url = config.database_url},
                    store, context.registry());
  ReadStore read_store(config.database_url);
  PositionService service(read_store, follower);

  context.AddReadyCheck("follower", [&] { return follower.lag() <= config.ready_lag_events_max; });
  return context.Serve({&service}, {&follower});
}

}  // namespace rialto::pms

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::pms::Config::FromFlags, rialto::pms::Run);
}
