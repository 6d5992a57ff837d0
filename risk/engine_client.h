// What risk asks of the engine.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"

namespace rialto::risk {

// Thread: any.
class EngineClient {
 public:
  // How long the engine may take when the caller sets no deadline, or a later one.
  static constexpr int kPatienceSeconds = 10;

  explicit EngineClient(const std::string& engine_address);

  // The engine's decision, within the caller's deadline; ends when the caller cancels. Unavailable
  // and DeadlineExceeded: outcome unknown.
  absl::StatusOr<engine::v1::SetAccountLimitsResponse> SetAccountLimits(
      const engine::v1::SetAccountLimitsRequest& request, const grpc::ServerContext& caller);

 private:
  const std::unique_ptr<engine::v1::AdminService::Stub> engine_;
};

}  // namespace rialto::risk
