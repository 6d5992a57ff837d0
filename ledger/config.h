// Everything about the ledger that can be set, and its limits.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/service/flags.h"

namespace rialto::ledger {

struct Config {
  ServiceFlags service{.name = "ledger",
                       .listen_address = "127.0.0.1:50052",
                       .metrics_listen_address = "127.0.0.1:9402"};
  std::string engine_address = "127.0.0.1:50051";
  std::string database_url = "postgresql:///rialto";

  // Connections for reads, 1 to 100; a read that finds none free for 2 s is UNAVAILABLE.
  int database_connections_max = 8;
  // Commands behind the engine at which the service is no longer SERVING.
  uint64_t ready_lag_events_max = 10'000;

  static absl::StatusOr<Config> FromFlags(int argc, char** argv);
};

}  // namespace rialto::ledger
