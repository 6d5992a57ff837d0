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
  // How long the engine may take when the caller sets no deadline, or a later one. Long enough to
  // cancel the orders of a whole venue.
  static constexpr int kPatienceSeconds = 60;

  explicit EngineClient(const std::string& engine_address);

  // The engine's decision, within the caller's deadline; ends when the caller cancels. Unavailable
  // and DeadlineExceeded: outcome unknown.
  absl::StatusOr<engine::v1::SetAccountLimitsResponse> Decide(
      const engine::v1::SetAccountLimitsRequest& request, const grpc::ServerContext& caller);
  absl::StatusOr<engine::v1::SetAccountSettingsResponse> Decide(
      const engine::v1::SetAccountSettingsRequest& request, const grpc::ServerContext& caller);
  absl::StatusOr<engine::v1::SetTradingStateResponse> Decide(
      const engine::v1::SetTradingStateRequest& request, const grpc::ServerContext& caller);
  absl::StatusOr<engine::v1::AdminServiceMassCancelOrdersResponse> Decide(
      const engine::v1::AdminServiceMassCancelOrdersRequest& request,
      const grpc::ServerContext& caller);

 private:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (engine::v1::AdminService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request, const grpc::ServerContext& caller);

  const std::unique_ptr<engine::v1::AdminService::Stub> engine_;
};

}  // namespace rialto::risk
