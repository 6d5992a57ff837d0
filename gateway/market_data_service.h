// The public MarketDataService: answers from the gateway's own books.
#pragma once

#include "gateway/market_stream.h"
#include "gateway/markets.h"
#include "gateway/metrics.h"
#include "rialto/gateway/v1/market_data_service.grpc.pb.h"

namespace rialto::gateway {

// StreamMarket is raw: its messages come serialised, once for all subscribers.
using MarketDataMethods = v1::MarketDataService::WithRawCallbackMethod_StreamMarket<
    v1::MarketDataService::WithCallbackMethod_GetDepth<
        v1::MarketDataService::WithCallbackMethod_ListInstruments<v1::MarketDataService::Service>>>;

class MarketDataService : public MarketDataMethods {
 public:
  // REQUIRES: `markets` and `metrics` outlive this.
  MarketDataService(Markets& markets, const StreamLimits& limits, Metrics& metrics);

  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const v1::ListInstrumentsRequest* request,
                                            v1::ListInstrumentsResponse* response) override;
  grpc::ServerUnaryReactor* GetDepth(grpc::CallbackServerContext* context,
                                     const v1::GetDepthRequest* request,
                                     v1::GetDepthResponse* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamMarket(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override;

 private:
  Markets& markets_;
  const StreamLimits limits_;
  Metrics& metrics_;
};

}  // namespace rialto::gateway
