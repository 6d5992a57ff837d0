#include "gateway/config.h"

#include <CLI/CLI.hpp>

#include "common/base/status_macros.h"

namespace rialto::gateway {

absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
  Config config;
  CLI::App app("The public door of the venue: orders, accounts and market data.", "rialto_gateway");
  AddCommonFlags(app, config.service);
  app.add_option("--engine", config.engine_address, "The engine, HOST:PORT.");
  app.add_option("--orders-in-flight-max", config.orders_in_flight_max,
                 "Orders and cancels sent to the engine and not answered; with so many the next "
                 "order is RESOURCE_EXHAUSTED.")
      ->check(CLI::Range(1, 1'000'000));
  RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));
  return config;
}

}  // namespace rialto::gateway
