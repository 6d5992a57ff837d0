// Everything about custody that can be set, and its limits.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/service/flags.h"
#include "custody/rules.h"

namespace rialto::custody {

struct Config {
  ServiceFlags service{.name = "custody",
                       .listen_address = "127.0.0.1:50056",
                       .metrics_listen_address = "127.0.0.1:9406"};
  // Where providers call, HOST:PORT with an IP address; TLS ends before it.
  std::string http_address = "127.0.0.1:8081";
  std::string engine_address = "127.0.0.1:50051";
  std::string ledger_address = "127.0.0.1:50052";
  std::string provider_address = "127.0.0.1:8082";
  std::string database_url = "postgresql:///rialto";
  // Holds the secret that provider and venue share; at least 32 bytes, spaces around it do not
  // count.
  std::string secret_file = "var/custody/secret";
  OperatorLimits operator_limits;

  // Not a flag: what the file holds.
  std::string secret;

  // InvalidArgument: also when the secret can not be read or is too short.
  static absl::StatusOr<Config> FromFlags(int argc, char** argv);
};

}  // namespace rialto::custody
