// rialto.engine.v1.MarketDataService: what trades here and where the books stand now.
#pragma once

#include "engine/server/sequencer.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"

namespace rialto::engine {

class MarketDataService : public v1::MarketDataService::CallbackService {
 public:
  explicit MarketDataService(Sequencer& sequencer) : sequencer_(sequencer) {}

  grpc::ServerUnaryReactor* ListAssets(grpc::CallbackServerContext* context,
                                       const v1::ListAssetsRequest* request,
                                       v1::ListAssetsResponse* response) override;
  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const v1::ListInstrumentsRequest* request,
                                            v1::ListInstrumentsResponse* response) override;
  grpc::ServerUnaryReactor* GetDepth(grpc::CallbackServerContext* context,
                                     const v1::GetDepthRequest* request,
                                     v1::GetDepthResponse* response) override;

 private:
  Sequencer& sequencer_;
};

}  // namespace rialto::engine
