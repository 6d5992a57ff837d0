// rialto.engine.v1.AccountService: accounts and the money in them.
#pragma once

#include "engine/server/sequencer.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"

namespace rialto::engine {

class AccountService : public v1::AccountService::CallbackService {
 public:
  explicit AccountService(Sequencer& sequencer);
  ~AccountService() override;

  grpc::ServerUnaryReactor* OpenAccount(grpc::CallbackServerContext* context,
                                        const v1::OpenAccountRequest* request,
                                        v1::OpenAccountResponse* response) override;
  grpc::ServerUnaryReactor* Deposit(grpc::CallbackServerContext* context,
                                    const v1::DepositRequest* request,
                                    v1::DepositResponse* response) override;
  grpc::ServerUnaryReactor* Withdraw(grpc::CallbackServerContext* context,
                                     const v1::WithdrawRequest* request,
                                     v1::WithdrawResponse* response) override;
  grpc::ServerUnaryReactor* Transfer(grpc::CallbackServerContext* context,
                                     const v1::TransferRequest* request,
                                     v1::TransferResponse* response) override;
  grpc::ServerUnaryReactor* LinkTransfers(grpc::CallbackServerContext* context,
                                          const v1::LinkTransfersRequest* request,
                                          v1::LinkTransfersResponse* response) override;
  grpc::ServerUnaryReactor* GetTransfer(grpc::CallbackServerContext* context,
                                        const v1::GetTransferRequest* request,
                                        v1::GetTransferResponse* response) override;
  grpc::ServerUnaryReactor* ListBalances(grpc::CallbackServerContext* context,
                                         const v1::ListBalancesRequest* request,
                                         v1::ListBalancesResponse* response) override;

 private:
  Sequencer& sequencer_;
};

}  // namespace rialto::engine
