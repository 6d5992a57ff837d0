// custody: money that comes in from outside and goes out again.
#include "common/service/service_main.h"
#include "custody/config.h"
#include "custody/engine_client.h"
#include "custody/events.h"
#include "custody/http_door.h"
#include "custody/http_provider.h"
#include "custody/ledger_client.h"
#include "custody/metrics.h"
#include "custody/service.h"
#include "custody/store.h"
#include "custody/webhook.h"
#include "custody/withdrawals.h"
#include "custody/worker.h"

namespace rialto::custody {

absl::Status Run(const Config& config, ServiceContext& context) {
  Metrics metrics(context.registry());
  Store store(config.database_url);
  EngineClient engine(config.engine_address);
  LedgerClient ledger(config.ledger_address);
  HttpProvider provider(config.provider_address, config.secret);
  Events events(store, engine, metrics);
  Withdrawals withdrawals({store, engine, ledger, provider, metrics});
  Worker worker({config.database_url, store, events, withdrawals, metrics});
  Webhook webhook({.secret = config.secret, .events = events, .metrics = metrics});
  HttpDoor door(config.http_address,
                [&](const HttpRequest& request) { return webhook.Answer(request); });
  CustodyService service(store, withdrawals, config.operator_limits, worker);

  context.AddReadyCheck("worker", [&] { return worker.ready(); });
  return context.Serve({&service}, {&worker, &door});
}

}  // namespace rialto::custody

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::custody::Config::FromFlags, rialto::custody::Run);
}
