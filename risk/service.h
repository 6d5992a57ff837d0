// RiskService on the wire: checks the request's form, asks the engine or reads, writes decimals.
#pragma once

#include "common/follower/follower.h"
#include "rialto/risk/v1/risk_service.grpc.pb.h"
#include "risk/engine_client.h"
#include "risk/metrics.h"
#include "risk/read_store.h"

namespace rialto::risk {

class RiskService : public v1::RiskService::Service {
 public:
  RiskService(ReadStore& store, EngineClient& engine, const Follower& follower, Metrics& metrics)
      : store_(store), engine_(engine), follower_(follower), metrics_(metrics) {}

  grpc::Status SetAccountLimits(grpc::ServerContext* context,
                                const v1::SetAccountLimitsRequest* request,
                                v1::SetAccountLimitsResponse* response) override;
  grpc::Status GetAccountLimits(grpc::ServerContext* context,
                                const v1::GetAccountLimitsRequest* request,
                                v1::GetAccountLimitsResponse* response) override;
  grpc::Status ListAccountLimits(grpc::ServerContext* context,
                                 const v1::ListAccountLimitsRequest* request,
                                 v1::ListAccountLimitsResponse* response) override;
  grpc::Status GetExposure(grpc::ServerContext* context, const v1::GetExposureRequest* request,
                           v1::GetExposureResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  void EndChange(int64_t change_id, const LimitChangeEnd& end);

  ReadStore& store_;
  EngineClient& engine_;
  const Follower& follower_;
  Metrics& metrics_;
};

}  // namespace rialto::risk
