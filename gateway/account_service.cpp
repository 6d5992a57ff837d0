#include "gateway/account_service.h"

#include <utility>

#include "gateway/engine_query.h"

namespace rialto::gateway {

AccountService::AccountService(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(engine::v1::AccountService::NewStub(channel)) {}

grpc::ServerUnaryReactor* AccountService::ListBalances(grpc::CallbackServerContext* context,
                                                       const v1::ListBalancesRequest* request,
                                                       v1::ListBalancesResponse* response) {
  engine::v1::ListBalancesRequest question;
  question.set_account_id(request->account_id());
  return PassOn<engine::v1::ListBalancesRequest, engine::v1::ListBalancesResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->ListBalances(std::move(call)...); },
      [response](engine::v1::ListBalancesResponse& answer) {
        response->mutable_balances()->Swap(answer.mutable_balances());
        response->set_sequence(answer.sequence());
      });
}

}  // namespace rialto::gateway
