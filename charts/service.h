// ChartService on the wire: checks the request's form, reads, writes decimals.
#pragma once

#include "charts/read_store.h"
#include "common/follower/follower.h"
#include "rialto/charts/v1/chart_service.grpc.pb.h"

namespace rialto::charts {

class ChartService : public v1::ChartService::Service {
 public:
  ChartService(ReadStore& store, const Follower& follower);
  ~ChartService() override;

  grpc::Status ListCandles(grpc::ServerContext* context, const v1::ListCandlesRequest* request,
                           v1::ListCandlesResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  ReadStore& store_;
  const Follower& follower_;
};

}  // namespace rialto::charts
