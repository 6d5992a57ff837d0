// LedgerService on the wire: checks the request's form, reads, writes decimals.
#pragma once

#include "common/follower/follower.h"
#include "ledger/read_store.h"
#include "rialto/ledger/v1/ledger_service.grpc.pb.h"

namespace rialto::ledger {

class LedgerService : public v1::LedgerService::Service {
 public:
  LedgerService(ReadStore& store, const Follower& follower) : store_(store), follower_(follower) {}

  grpc::Status GetBalance(grpc::ServerContext* context, const v1::GetBalanceRequest* request,
                          v1::GetBalanceResponse* response) override;
  grpc::Status ListBalances(grpc::ServerContext* context, const v1::ListBalancesRequest* request,
                            v1::ListBalancesResponse* response) override;
  grpc::Status ListEntries(grpc::ServerContext* context, const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  ReadStore& store_;
  const Follower& follower_;
};

}  // namespace rialto::ledger
