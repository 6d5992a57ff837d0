#include "engine/server/market_data_service.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr int kDepthLevelsStandard = 20;
constexpr int kDepthLevelsMax = 100'000;
// Beyond it an indicative price is found at most every kIndicationAge: it looks at every order that
// could trade, on the writer thread, and anybody may ask.
constexpr uint64_t kLargeBookOrders = 10'000;
constexpr absl::Duration kIndicationAge = absl::Milliseconds(100);

absl::StatusOr<const rialto::Instrument*> Find(const Catalog& catalog, const std::string& symbol) {
  const rialto::Instrument* instrument = catalog.FindInstrument(symbol);
  if (instrument == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"", symbol.substr(0, 40), "\""));
  }
  return instrument;
}

common::v1::DepthLevel ToProto(const rialto::Instrument& instrument, const LevelView& level) {
  common::v1::DepthLevel proto;
  proto.set_price(FormatPrice(instrument, level.price));
  proto.set_quantity(FormatQuantity(instrument, level.total));
  proto.set_orders(level.orders);
  return proto;
}

google::protobuf::RepeatedPtrField<common::v1::DepthLevel> Levels(
    const rialto::Instrument& instrument, const Book& book, Side side, int levels_max) {
  google::protobuf::RepeatedPtrField<common::v1::DepthLevel> levels;
  book.ForEachLevel(side, [&](const LevelView& level) {
    *levels.Add() = ToProto(instrument, level);
    return levels.size() < levels_max;
  });
  return levels;
}

absl::Status FillDepth(const Engine& engine, const Catalog& catalog,
                       const v1::GetDepthRequest& request, v1::GetDepthResponse& response) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument, Find(catalog, request.instrument()));
  if (request.levels() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_LEVELS: need 0 to ", kDepthLevelsMax, ", have ", request.levels()));
  }
  const int levels_max =
      request.levels() == 0 ? kDepthLevelsStandard : std::min(request.levels(), kDepthLevelsMax);
  const Book& book = engine.FindMarket(instrument->id)->book;
  *response.mutable_bids() = Levels(*instrument, book, Side::kBuy, levels_max);
  *response.mutable_asks() = Levels(*instrument, book, Side::kSell, levels_max);
  response.set_sequence(engine.sequence().value());
  return absl::OkStatus();
}

common::v1::AuctionView Describe(const rialto::Instrument& instrument, const Auction& auction) {
  const absl::int128 volume = auction.volume.value();
  const bool crosses = auction.price != Price(0);
  common::v1::AuctionView view;
  if (crosses) view.set_price(FormatPrice(instrument, auction.price));
  view.set_volume(FormatQuantity(instrument, auction.volume));
  view.set_buy_surplus(FormatQuantity(instrument, crosses ? auction.buy_lots - volume : 0));
  view.set_sell_surplus(FormatQuantity(instrument, crosses ? auction.sell_lots - volume : 0));
  return view;
}

void FillState(const rialto::Instrument& instrument, const Market& market,
               common::v1::InstrumentStateView& view) {
  view.set_instrument(instrument.symbol);
  view.set_state(static_cast<common::v1::InstrumentState>(market.state));
  if (market.auction_end != Timestamp(0)) {
    *view.mutable_auction_end() = ToTimestamp(market.auction_end.value());
  }
  if (market.last_price != Price(0)) {
    view.set_last_price(FormatPrice(instrument, market.last_price));
  }
  if (market.mark_price != Price(0)) {
    view.set_mark_price(FormatPrice(instrument, market.mark_price));
  }
}

}  // namespace

MarketDataService::MarketDataService(Sequencer& sequencer) : sequencer_(sequencer) {}

MarketDataService::~MarketDataService() = default;

grpc::ServerUnaryReactor* MarketDataService::ListAssets(grpc::CallbackServerContext* context,
                                                        const v1::ListAssetsRequest*,
                                                        v1::ListAssetsResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
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
  if (!sequencer_.ready()) return Fail(*call, NotServing());
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
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) {
    return FillDepth(engine, *sequencer_.catalog(), *request, *response);
  });
  return call;
}

const MarketDataService::Indication& MarketDataService::Indicate(
    const Engine& engine, const rialto::Instrument& instrument) {
  Indication& known = indications_[instrument.id];
  const bool is_large = engine.FindMarket(instrument.id)->book.order_count() > kLargeBookOrders;
  const absl::Time now = absl::Now();
  if (!is_large || known.made_at + kIndicationAge < now) {
    known.auction = Describe(instrument, engine.IndicativeAuction(instrument.id));
    known.sequence = engine.sequence();
    known.made_at = now;
  }
  return known;
}

grpc::ServerUnaryReactor* MarketDataService::GetInstrumentState(
    grpc::CallbackServerContext* context, const v1::GetInstrumentStateRequest* request,
    v1::GetInstrumentStateResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) -> absl::Status {
    const auto catalog = sequencer_.catalog();
    ASSIGN_OR_RETURN(const rialto::Instrument* instrument, Find(*catalog, request->instrument()));
    const Market& market = *engine.FindMarket(instrument->id);
    FillState(*instrument, market, *response->mutable_state());
    if (market.state == InstrumentState::kAuction) {
      *response->mutable_state()->mutable_auction() = Indicate(engine, *instrument).auction;
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* MarketDataService::GetAuction(grpc::CallbackServerContext* context,
                                                        const v1::GetAuctionRequest* request,
                                                        v1::GetAuctionResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) -> absl::Status {
    const auto catalog = sequencer_.catalog();
    ASSIGN_OR_RETURN(const rialto::Instrument* instrument, Find(*catalog, request->instrument()));
    const Indication& indication = Indicate(engine, *instrument);
    *response->mutable_auction() = indication.auction;
    response->set_state(
        static_cast<common::v1::InstrumentState>(engine.FindMarket(instrument->id)->state));
    response->set_sequence(indication.sequence.value());
    return absl::OkStatus();
  });
  return call;
}

}  // namespace rialto::engine
