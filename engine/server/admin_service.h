// rialto.engine.v1.AdminService: what operators do.
#pragma once

#include "engine/server/sequencer.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"

namespace rialto::engine {

class AdminService : public v1::AdminService::CallbackService {
 public:
  explicit AdminService(Sequencer& sequencer) : sequencer_(sequencer) {}

  grpc::ServerUnaryReactor* CreateAsset(grpc::CallbackServerContext* context,
                                        const v1::CreateAssetRequest* request,
                                        v1::CreateAssetResponse* response) override;
  grpc::ServerUnaryReactor* CreateInstrument(grpc::CallbackServerContext* context,
                                             const v1::CreateInstrumentRequest* request,
                                             v1::CreateInstrumentResponse* response) override;
  grpc::ServerUnaryReactor* SetAccountLimits(grpc::CallbackServerContext* context,
                                             const v1::SetAccountLimitsRequest* request,
                                             v1::SetAccountLimitsResponse* response) override;
  grpc::ServerUnaryReactor* ListAllBalances(grpc::CallbackServerContext* context,
                                            const v1::ListAllBalancesRequest* request,
                                            v1::ListAllBalancesResponse* response) override;
  grpc::ServerUnaryReactor* GetConservation(grpc::CallbackServerContext* context,
                                            const v1::GetConservationRequest* request,
                                            v1::GetConservationResponse* response) override;
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  Sequencer& sequencer_;
};

}  // namespace rialto::engine
