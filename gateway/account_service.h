// The public AccountService: passes questions and transfers on to the engine.
#pragma once

#include <memory>

#include "gateway/engine_query.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/gateway/v1/account_service.grpc.pb.h"

namespace rialto::gateway {

class AccountService : public v1::AccountService::CallbackService {
 public:
  explicit AccountService(EngineQueries& queries);
  ~AccountService() override;

  grpc::ServerUnaryReactor* ListBalances(grpc::CallbackServerContext* context,
                                         const v1::ListBalancesRequest* request,
                                         v1::ListBalancesResponse* response) override;
  grpc::ServerUnaryReactor* Transfer(grpc::CallbackServerContext* context,
                                     const v1::TransferRequest* request,
                                     v1::TransferResponse* response) override;

 private:
  EngineQueries& queries_;
  const std::unique_ptr<engine::v1::AccountService::Stub> stub_;
};

}  // namespace rialto::gateway
