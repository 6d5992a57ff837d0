// Pictures of all balances, taken over gRPC from the engine and from the ledger.
#pragma once

#include <chrono>
#include <memory>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "tools/verify/comparison.h"

namespace rialto::verify {

// Takes pictures until both are at one sequence, then judges. DeadlineExceeded after `timeout`:
// the ledger does not catch up, or the venue is too busy to stand still.
absl::StatusOr<Verdict> Verify(const std::shared_ptr<grpc::Channel>& engine,
                               const std::shared_ptr<grpc::Channel>& ledger,
                               std::chrono::seconds timeout);

}  // namespace rialto::verify
