#include "engine/server/market_data_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr int kDepthLevelsStandard = 20;
constexpr int kDepthLevelsMax = 100'000;

common::v1::DepthLevel ToProto(const rialto::Instrument& instrument, Price price,
                               const Level& level) {
  common::v1::DepthLevel proto;
  proto.set_price(FormatPrice(instrument, price));
  proto.set_quantity(FormatQuantity(instrument, level.total));
  proto.set_orders(level.orders);
  return proto;
}

absl::Status FillDepth(const Engine& engine, const Catalog& catalog,
                       const v1::GetDepthRequest& request, v1::GetDepthResponse& response) {
  const rialto::Instrument* instrument = catalog.FindInstrument(request.instrument());
  if (instrument == nullptr) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                            request.instrument().substr(0, 40), "\""));
  }
  if (request.levels() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_LEVELS: need 0 to ", kDepthLevelsMax, ", have ", request.levels()));
  }
  const int levels_max =
      request.levels() == 0 ? kDepthLevelsStandard : std::min(request.levels(), kDepthLevelsMax);
  const Book& book = engine.FindMarket(instrument->id)->book;
  const Book::Levels& bids = book.levels(Side::kBuy);
  for (auto bid = bids.rbegin(); bid != bids.rend() && response.bids_size() < levels_max; ++bid) {
    *response.add_bids() = ToProto(*instrument, bid->first, bid->second);
  }
  for (const auto& [price, level] : book.levels(Side::kSell)) {
    if (response.asks_size() == levels_max) break;
    *response.add_asks() = ToProto(*instrument, price, level);
  }
  response.set_sequence(engine.sequence().value());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* MarketDataService::ListAssets(grpc::CallbackServerContext* context,
                                                        const v1::ListAssetsRequest*,
                                                        v1::ListAssetsResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [this, response](const Engine& engine) {
    const std::shared_ptr<const Catalog> catalog = sequencer_.catalog();
    for (const rialto::Asset& asset : catalog->assets()) {
      *response->add_assets() = ToView(asset);
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* MarketDataService::ListInstruments(
    grpc::CallbackServerContext* context, const v1::ListInstrumentsRequest*,
    v1::ListInstrumentsResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [this, response](const Engine& engine) {
    const std::shared_ptr<const Catalog> catalog = sequencer_.catalog();
    for (const rialto::Instrument& instrument : catalog->instruments()) {
      *response->add_instruments() = ToView(instrument);
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* MarketDataService::GetDepth(grpc::CallbackServerContext* context,
                                                      const v1::GetDepthRequest* request,
                                                      v1::GetDepthResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) {
    return FillDepth(engine, *sequencer_.catalog(), *request, *response);
  });
  return call;
}

}  // namespace rialto::engine
