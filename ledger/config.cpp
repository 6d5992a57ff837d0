#include "ledger/config.h"

#include <CLI/CLI.hpp>

#include "common/base/status_macros.h"

namespace rialto::ledger {

absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
  Config config;
  CLI::App app("Double-entry mirror of the engine in PostgreSQL.", "rialto_ledger");
  AddCommonFlags(app, config.service);
  app.add_option("--engine", config.engine_address, "The engine, HOST:PORT.");
  app.add_option("--database-url", config.database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  app.add_option("--database-connections-max", config.database_connections_max,
                 "Connections for reads.")
      ->check(CLI::Range(1, 100));
  app.add_option("--ready-lag-events-max", config.ready_lag_events_max,
                 "Commands behind the engine at which the service is no longer SERVING.");
  RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));
  return config;
}

}  // namespace rialto::ledger
