// CustodyService on the wire: checks the form, records, lets the next steps be made, answers.
#pragma once

#include "custody/rules.h"
#include "custody/store.h"
#include "custody/withdrawals.h"
#include "custody/worker.h"
#include "rialto/custody/v1/custody_service.grpc.pb.h"

namespace rialto::custody {

class CustodyService : public v1::CustodyService::Service {
 public:
  // All outlive it.
  CustodyService(Store& store, Withdrawals& withdrawals, const OperatorLimits& limits,
                 const Worker& worker);
  ~CustodyService() override;

  grpc::Status RequestWithdrawal(grpc::ServerContext* context,
                                 const v1::RequestWithdrawalRequest* request,
                                 v1::RequestWithdrawalResponse* response) override;
  grpc::Status ApproveWithdrawal(grpc::ServerContext* context,
                                 const v1::ApproveWithdrawalRequest* request,
                                 v1::ApproveWithdrawalResponse* response) override;
  grpc::Status RejectWithdrawal(grpc::ServerContext* context,
                                const v1::RejectWithdrawalRequest* request,
                                v1::RejectWithdrawalResponse* response) override;
  grpc::Status GetWithdrawal(grpc::ServerContext* context, const v1::GetWithdrawalRequest* request,
                             v1::GetWithdrawalResponse* response) override;
  grpc::Status ListWithdrawals(grpc::ServerContext* context,
                               const v1::ListWithdrawalsRequest* request,
                               v1::ListWithdrawalsResponse* response) override;
  grpc::Status GetProviderEvent(grpc::ServerContext* context,
                                const v1::GetProviderEventRequest* request,
                                v1::GetProviderEventResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  // What was recorded stands, however far it can be taken now.
  grpc::Status AnswerWith(const absl::StatusOr<Withdrawal>& recorded, v1::Withdrawal& answer);

  Store& store_;
  Withdrawals& withdrawals_;
  const OperatorLimits& limits_;
  const Worker& worker_;
};

}  // namespace rialto::custody
