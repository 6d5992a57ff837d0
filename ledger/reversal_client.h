// Reversals as the engine's own: AccountService.Transfer, kind REVERSE. Money moves there, the
// ledger books it from the feed.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "grpcpp/support/status.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {

// Thread: any.
class ReversalClient {
 public:
  // When the caller is more patient, or does not say.
  static constexpr std::chrono::seconds kPatience{5};

  explicit ReversalClient(const std::string& engine_address);

  // The engine's decision, or its error: the engine checks the request's form.
  grpc::Status Reverse(const v1::ReverseTransactionRequest& request,
                       std::chrono::system_clock::time_point deadline,
                       v1::ReverseTransactionResponse& response);

 private:
  const std::unique_ptr<engine::v1::AccountService::Stub> engine_;
};

}  // namespace rialto::ledger
