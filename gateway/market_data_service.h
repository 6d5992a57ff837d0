// The public MarketDataService: answers from the gateway's own books, and asks the engine for what
// only it knows: an instrument's prices, and what an auction would do.
#pragma once

#include <memory>

#include "gateway/engine_query.h"
#include "gateway/market_stream.h"
#include "gateway/markets.h"
#include "gateway/metrics.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/market_data_service.grpc.pb.h"

namespace rialto::gateway {

// StreamMarket is raw: its messages come serialised, once for all subscribers.
using MarketDataMethods = v1::MarketDataService::WithRawCallbackMethod_StreamMarket<
    v1::MarketDataService::WithCallbackMethod_GetAuction<
        v1::MarketDataService::WithCallbackMethod_GetInstrumentState<
            v1::MarketDataService::WithCallbackMethod_GetDepth<
                v1::MarketDataService::WithCallbackMethod_ListInstruments<
                    v1::MarketDataService::Service>>>>>;

class MarketDataService : public MarketDataMethods {
 public:
  // Questions to the engine go by `queries`. REQUIRES: what it is given by reference outlives this,
  // but for `limits`.
  MarketDataService(Markets& markets, EngineQueries& queries, const StreamLimits& limits,
                    Metrics& metrics);

  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const v1::ListInstrumentsRequest* request,
                                            v1::ListInstrumentsResponse* response) override;
  grpc::ServerUnaryReactor* GetDepth(grpc::CallbackServerContext* context,
                                     const v1::GetDepthRequest* request,
                                     v1::GetDepthResponse* response) override;
  grpc::ServerUnaryReactor* GetInstrumentState(grpc::CallbackServerContext* context,
                                               const v1::GetInstrumentStateRequest* request,
                                               v1::GetInstrumentStateResponse* response) override;
  grpc::ServerUnaryReactor* GetAuction(grpc::CallbackServerContext* context,
                                       const v1::GetAuctionRequest* request,
                                       v1::GetAuctionResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamMarket(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;

 private:
  Markets& markets_;
  EngineQueries& queries_;
  const std::unique_ptr<engine::v1::MarketDataService::Stub> stub_;
  const StreamLimits limits_;
  Metrics& metrics_;
};

}  // namespace rialto::gateway
