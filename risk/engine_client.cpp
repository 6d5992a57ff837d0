#include "risk/engine_client.h"

#include <algorithm>
#include <chrono>

#include "common/service/channel.h"
#include "common/service/grpc_status.h"

namespace rialto::risk {

EngineClient::EngineClient(const std::string& engine_address)
    : engine_(engine::v1::AdminService::NewStub(OpenChannel(engine_address))) {}

absl::StatusOr<engine::v1::SetAccountLimitsResponse> EngineClient::SetAccountLimits(
    const engine::v1::SetAccountLimitsRequest& request, const grpc::ServerContext& caller) {
  const std::unique_ptr<grpc::ClientContext> context =
      grpc::ClientContext::FromServerContext(caller);
  const auto patience = std::chrono::system_clock::now() + std::chrono::seconds(kPatienceSeconds);
  context->set_deadline(std::min(caller.deadline(), patience));
  engine::v1::SetAccountLimitsResponse response;
  const grpc::Status status = engine_->SetAccountLimits(context.get(), request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace rialto::risk
