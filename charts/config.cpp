#include "charts/config.h"

#include <CLI/CLI.hpp>

#include "common/base/status_macros.h"

namespace rialto::charts {

absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
  Config config;
  CLI::App app("Candles of the venue's trades in PostgreSQL.", "rialto_charts");
  AddCommonFlags(app, config.service);
  app.add_option("--engine", config.engine_address, "The engine, HOST:PORT.");
  app.add_option("--database-url", config.database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  app.add_option("--ready-lag-events-max", config.ready_lag_events_max,
                 "Commands behind the engine at which the service is no longer SERVING.");
  RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));
  return config;
}

}  // namespace rialto::charts
