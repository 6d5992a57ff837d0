#include "risk/engine_client.h"

#include <algorithm>
#include <chrono>

#include "common/service/channel.h"
#include "common/service/grpc_status.h"

namespace rialto::risk {

using Engine = engine::v1::AdminService::Stub;

EngineClient::EngineClient(const std::string& engine_address)
    : engine_(engine::v1::AdminService::NewStub(OpenChannel(engine_address))) {}

template <typename Request, typename Response>
absl::StatusOr<Response> EngineClient::Call(
    grpc::Status (Engine::*method)(grpc::ClientContext*, const Request&, Response*),
    const Request& request, const grpc::ServerContext& caller) {
  const std::unique_ptr<grpc::ClientContext> context =
      grpc::ClientContext::FromServerContext(caller);
  const auto patience = std::chrono::system_clock::now() + std::chrono::seconds(kPatienceSeconds);
  context->set_deadline(std::min(caller.deadline(), patience));
  Response response;
  const grpc::Status status = (engine_.get()->*method)(context.get(), request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

absl::StatusOr<engine::v1::SetAccountLimitsResponse> EngineClient::Decide(
    const engine::v1::SetAccountLimitsRequest& request, const grpc::ServerContext& caller) {
  return Call(&Engine::SetAccountLimits, request, caller);
}

absl::StatusOr<engine::v1::SetAccountSettingsResponse> EngineClient::Decide(
    const engine::v1::SetAccountSettingsRequest& request, const grpc::ServerContext& caller) {
  return Call(&Engine::SetAccountSettings, request, caller);
}

absl::StatusOr<engine::v1::SetTradingStateResponse> EngineClient::Decide(
    const engine::v1::SetTradingStateRequest& request, const grpc::ServerContext& caller) {
  return Call(&Engine::SetTradingState, request, caller);
}

absl::StatusOr<engine::v1::AdminServiceMassCancelOrdersResponse> EngineClient::Decide(
    const engine::v1::AdminServiceMassCancelOrdersRequest& request,
    const grpc::ServerContext& caller) {
  return Call(&Engine::MassCancelOrders, request, caller);
}

}  // namespace rialto::risk
