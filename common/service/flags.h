// Command line of a service: the flags all have, and the one way to parse.
//
//   absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
//     Config config;
//     CLI::App app("Double-entry mirror of the engine in PostgreSQL.", "rialto_ledger");
//     AddCommonFlags(app, config.service);  // First: it also sets how options show their defaults.
//     app.add_option("--engine", config.engine_address, "The engine, HOST:PORT.");
//     RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));
//     return config;
//   }
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace rialto {

// What every service has. A Config holds it as `service`, with `name` and the ports of
// design.md section 8 as defaults.
struct ServiceFlags {
  // Names the logs and build_info: "engine", "gateway" ...
  std::string name;
  // gRPC, HOST:PORT; port 0 lets the system choose (tests).
  std::string listen_address;
  // Prometheus text at http://HOST:PORT/metrics; empty: none.
  std::string metrics_listen_address;

  // Not flags; a service may set others before Serve.
  // Largest message received; a larger one is RESOURCE_EXHAUSTED before any code of ours sees it.
  int receive_bytes_max = 4 << 20;
  // Largest message sent: a batch of the event feed, a full book.
  int send_bytes_max = 64 << 20;
  // What gRPC may hold for all connections together; beyond it new work is refused.
  int64_t memory_bytes_max = int64_t{1} << 30;
  // Calls open at once on one connection; the public edge sets its own, lower bound.
  int streams_per_connection_max = 4096;
  // Threads of sync services; a call beyond is RESOURCE_EXHAUSTED. Callback services use none.
  int sync_threads_max = 64;

  // Set by ParseFlags: every option as name=value, passwords masked; printed once at start.
  std::string config_line;
};

// Adds --listen, --metrics-listen and --version, with the present values of `flags` as defaults.
// Call before adding other options.
void AddCommonFlags(CLI::App& app, ServiceFlags& flags);

// Parses. --help and --version print and end the process with 0. InvalidArgument names the flag
// that is wrong.
absl::Status ParseFlags(CLI::App& app, int argc, char** argv, ServiceFlags& flags);

// `value` with the password of a URL ("scheme://user:password@host") or of a libpq keyword string
// ("password=...") masked.
std::string MaskPassword(const std::string& value);

}  // namespace rialto
