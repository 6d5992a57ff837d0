// ledger: the double-entry mirror of the engine in PostgreSQL.
#include "common/follower/follower.h"
#include "common/postgres/pool.h"
#include "common/service/service_main.h"
#include "ledger/comparison_store.h"
#include "ledger/config.h"
#include "ledger/follower_options.h"
#include "ledger/history_service.h"
#include "ledger/metrics.h"
#include "ledger/read_store.h"
#include "ledger/reconciler.h"
#include "ledger/service.h"
#include "ledger/store.h"

namespace rialto::ledger {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  Store store(metrics);
  Follower follower(OptionsOfFollower(config.engine_address, config.database_url), store,
                    context.registry());
  postgres::Pool pool(config.database_url, config.database_connections_max);
  ReadStore read_store(pool);
  MirrorReader reader(config.database_url, "ledger");
  StatementStore statement_store(reader);
  HistoryStore history_store(reader);
  ComparisonStore comparison_store(pool);
  Reconciler reconciler(config.engine_address, comparison_store, metrics);
  store.SetMismatchListener([&] { reconciler.CheckpointDiffers(); });
  ReversalClient reversals(config.engine_address);
  LedgerService service(read_store, statement_store, follower, reversals);
  HistoryService history(history_store);

  context.AddReadyCheck("follower", [&] { return follower.lag() <= config.ready_lag_events_max; });
  return context.Serve({&service, &history}, {&follower, &reconciler});
}

}  // namespace rialto::ledger

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::ledger::Config::FromFlags, rialto::ledger::Run);
}
