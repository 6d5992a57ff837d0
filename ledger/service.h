// LedgerService on the wire: checks the request's form, reads, writes decimals; passes reversals
// on.
#pragma once

#include "common/follower/follower.h"
#include "ledger/read_store.h"
#include "ledger/reversal_client.h"
#include "ledger/statement_store.h"
#include "rialto/ledger/v1/ledger_service.grpc.pb.h"

namespace rialto::ledger {

class LedgerService : public v1::LedgerService::Service {
 public:
  // All outlive it.
  LedgerService(ReadStore& store, StatementStore& statements, const Follower& follower,
                ReversalClient& reversals);
  ~LedgerService() override;

  grpc::Status GetBalance(grpc::ServerContext* context, const v1::GetBalanceRequest* request,
                          v1::GetBalanceResponse* response) override;
  grpc::Status ListBalances(grpc::ServerContext* context, const v1::ListBalancesRequest* request,
                            v1::ListBalancesResponse* response) override;
  grpc::Status ListEntries(grpc::ServerContext* context, const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override;
  grpc::Status GetBalanceAt(grpc::ServerContext* context, const v1::GetBalanceAtRequest* request,
                            v1::GetBalanceAtResponse* response) override;
  grpc::Status GetTransaction(grpc::ServerContext* context,
                              const v1::GetTransactionRequest* request,
                              v1::GetTransactionResponse* response) override;
  grpc::Status ReverseTransaction(grpc::ServerContext* context,
                                  const v1::ReverseTransactionRequest* request,
                                  v1::ReverseTransactionResponse* response) override;
  grpc::Status StreamStatement(grpc::ServerContext* context,
                               const v1::StreamStatementRequest* request,
                               grpc::ServerWriter<v1::StreamStatementResponse>* writer) override;
  grpc::Status GetTrialBalance(grpc::ServerContext* context,
                               const v1::GetTrialBalanceRequest* request,
                               v1::GetTrialBalanceResponse* response) override;
  grpc::Status GetReconciliation(grpc::ServerContext* context,
                                 const v1::GetReconciliationRequest* request,
                                 v1::GetReconciliationResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  ReadStore& store_;
  StatementStore& statements_;
  const Follower& follower_;
  ReversalClient& reversals_;
};

}  // namespace rialto::ledger
