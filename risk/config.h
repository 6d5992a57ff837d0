// Everything about risk that can be set, and its limits.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/service/flags.h"

namespace rialto::risk {

struct Config {
  ServiceFlags service{.name = "risk",
                       .listen_address = "127.0.0.1:50053",
                       .metrics_listen_address = "127.0.0.1:9403"};
  std::string engine_address = "127.0.0.1:50051";
  std::string database_url = "postgresql:///rialto";

  // Commands behind the engine at which the service is no longer SERVING.
  uint64_t ready_lag_events_max = 10'000;

  static absl::StatusOr<Config> FromFlags(int argc, char** argv);
};

}  // namespace rialto::risk
