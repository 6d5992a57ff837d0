// What a load needs at the venue before its first request: instruments, and funded accounts.
//
// Idempotent: names, symbols and transaction ids are the same in every run, "load-1" and so on.
// Assets and instruments that exist are taken as they are.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "tools/load/venue_door.h"

namespace rialto::load {

struct SetupOptions {
  std::shared_ptr<grpc::Channel> engine;
  std::shared_ptr<grpc::Channel> gateway;  // Null: no gateway is waited for.
  std::chrono::seconds patience{30};
  std::vector<std::string> instruments;  // "LOAD-USD" is LOAD in USD.
  uint32_t clients = 1;
};

// Creates what is missing. FailedPrecondition: the engine refuses.
absl::Status CreateWhatIsMissing(const SetupOptions& options);

// Everything of the plan but its tag. FailedPrecondition: an instrument is unknown, or steps of its
// prices are not 0.1, 0.01 and so on.
absl::StatusOr<MarketPlan> MakePlan(const SetupOptions& options);

}  // namespace rialto::load
