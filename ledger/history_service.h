// HistoryService on the wire: checks the request's form, reads, writes decimals.
#pragma once

#include "ledger/history_store.h"
#include "rialto/ledger/v1/history_service.grpc.pb.h"

namespace rialto::ledger {

class HistoryService : public v1::HistoryService::Service {
 public:
  // `store` outlives it.
  explicit HistoryService(HistoryStore& store);
  ~HistoryService() override;

  grpc::Status GetOrder(grpc::ServerContext* context, const v1::GetOrderRequest* request,
                        v1::GetOrderResponse* response) override;
  grpc::Status ListOrders(grpc::ServerContext* context, const v1::ListOrdersRequest* request,
                          v1::ListOrdersResponse* response) override;
  grpc::Status ListTrades(grpc::ServerContext* context, const v1::ListTradesRequest* request,
                          v1::ListTradesResponse* response) override;

 private:
  HistoryStore& store_;
};

}  // namespace rialto::ledger
