// The main function of every service.
//
//   int main(int argc, char** argv) {
//     return rialto::ServiceMain(argc, argv, rialto::ledger::Config::FromFlags,
//     rialto::ledger::Run);
//   }
//
// `Config` has a member `ServiceFlags service`. Exit status: 0 after an orderly end, 1 after a
// failure (printed as one log line), 2 for a wrong command line.
#pragma once

#include <cstdio>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/service/service_context.h"

namespace rialto {

namespace internal {
// Blocks SIGTERM and SIGINT for all threads to come (Serve waits for them), sets the log format,
// prints the configuration.
void BeginService(const ServiceFlags& flags);
int EndService(const absl::Status& status);
int EndBadFlags(const absl::Status& status);
}  // namespace internal

template <typename Config>
int ServiceMain(int argc, char** argv, absl::StatusOr<Config> (*from_flags)(int, char**),
                absl::Status (*run)(const Config&, ServiceContext&)) {
  absl::StatusOr<Config> config = from_flags(argc, argv);
  if (!config.ok()) return internal::EndBadFlags(config.status());
  internal::BeginService(config->service);
  ServiceContext context(config->service);
  return internal::EndService(run(*config, context));
}

}  // namespace rialto
