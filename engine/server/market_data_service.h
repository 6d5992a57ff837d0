// rialto.engine.v1.MarketDataService: what trades here and where the books stand now.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/catalog/catalog.h"
#include "engine/server/sequencer.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"

namespace rialto::engine {

class MarketDataService : public v1::MarketDataService::CallbackService {
 public:
  explicit MarketDataService(Sequencer& sequencer);
  ~MarketDataService() override;

  grpc::ServerUnaryReactor* ListAssets(grpc::CallbackServerContext* context,
                                       const v1::ListAssetsRequest* request,
                                       v1::ListAssetsResponse* response) override;
  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const v1::ListInstrumentsRequest* request,
                                            v1::ListInstrumentsResponse* response) override;
  grpc::ServerUnaryReactor* GetInstrumentState(grpc::CallbackServerContext* context,
                                               const v1::GetInstrumentStateRequest* request,
                                               v1::GetInstrumentStateResponse* response) override;
  grpc::ServerUnaryReactor* GetAuction(grpc::CallbackServerContext* context,
                                       const v1::GetAuctionRequest* request,
                                       v1::GetAuctionResponse* response) override;
  grpc::ServerUnaryReactor* GetDepth(grpc::CallbackServerContext* context,
                                     const v1::GetDepthRequest* request,
                                     v1::GetDepthResponse* response) override;

 private:
  // What an auction would do, when it was last asked for.
  struct Indication {
    common::v1::AuctionView auction;
    Sequence sequence;
    absl::Time made_at = absl::InfinitePast();
  };
  const Indication& Indicate(const Engine& engine, const rialto::Instrument& instrument);

  Sequencer& sequencer_;
  absl::flat_hash_map<InstrumentId, Indication> indications_;  // The writer thread's.
};

}  // namespace rialto::engine
