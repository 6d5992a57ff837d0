// PositionService on the wire: checks the request's form, reads, writes decimals.
#pragma once

#include "common/follower/follower.h"
#include "pms/read_store.h"
#include "rialto/pms/v1/position_service.grpc.pb.h"

namespace rialto::pms {

class PositionService : public v1::PositionService::Service {
 public:
  PositionService(ReadStore& store, const Follower& follower);
  ~PositionService() override;

  grpc::Status GetPosition(grpc::ServerContext* context, const v1::GetPositionRequest* request,
                           v1::GetPositionResponse* response) override;
  grpc::Status ListPositions(grpc::ServerContext* context, const v1::ListPositionsRequest* request,
                             v1::ListPositionsResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  ReadStore& store_;
  const Follower& follower_;
};

}  // namespace rialto::pms
