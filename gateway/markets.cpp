#include "gateway/markets.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace rialto::gateway {
namespace {

common::v1::DepthLevel ToProto(const Instrument& instrument, Price price, const Level& level) {
  common::v1::DepthLevel proto;
  proto.set_price(FormatPrice(instrument, price));
  proto.set_quantity(FormatQuantity(instrument, level.lots));
  proto.set_orders(static_cast<uint32_t>(level.orders));
  return proto;
}

template <typename Levels, typename Out>
void AddLevels(const Instrument& instrument, const Levels& levels, size_t count, Out* out) {
  for (const auto& [price, level] : levels) {
    if (count-- == 0) break;
    *out->Add() = ToProto(instrument, price, level);
  }
}

// The levels at `prices` as they are now; a level that is gone has quantity 0.
template <typename Levels, typename Prices, typename Out>
void AddChanges(const Instrument& instrument, const Levels& levels, const Prices& prices,
                Out* out) {
  for (const Price price : prices) {
    const auto found = levels.find(price);
    *out->Add() = ToProto(instrument, price, found == levels.end() ? Level{} : found->second);
  }
}

common::v1::TradeView ToProto(const Instrument& instrument, const engine::v1::Trade& trade,
                              int64_t timestamp_ns) {
  common::v1::TradeView view;
  view.set_trade_id(trade.trade_id());
  view.set_price(FormatPrice(instrument, Price(trade.price_ticks())));
  view.set_quantity(FormatQuantity(instrument, Quantity(trade.quantity_lots())));
  view.set_taker_side(trade.taker_side());
  view.set_timestamp_ns(timestamp_ns);
  return view;
}

grpc::ByteBuffer Serialize(const v1::StreamMarketResponse& message) {
  grpc::ByteBuffer bytes;
  bool own_buffer = false;
  const grpc::Status status =
      grpc::SerializationTraits<v1::StreamMarketResponse>::Serialize(message, &bytes, &own_buffer);
  CHECK(status.ok());
  return bytes;
}

}  // namespace

struct Markets::Update {
  InstrumentId instrument_id;
  Market* market;
  uint64_t prev_sequence;
  int64_t timestamp_ns = 0;
  // Unspecified: as before.
  common::v1::InstrumentState state = common::v1::INSTRUMENT_STATE_UNSPECIFIED;
  TouchedPrices touched;
  std::vector<common::v1::TradeView> trades;
};

Markets::Markets(Metrics& metrics) : metrics_(metrics) {}

void Markets::Load(MarketsImage image) {
  CHECK(image.books.size() == image.catalog.instruments().size());
  absl::MutexLock lock(&mutex_);
  CHECK(!loaded_);
  ReplaceCatalog(std::make_shared<Catalog>(std::move(image.catalog)));
  for (MarketsImage::Book& book : image.books) {
    markets_.push_back(std::make_unique<Market>());
    markets_.back()->depth = std::move(book.depth);
    markets_.back()->sequence = book.sequence;
    markets_.back()->state = book.state;
  }
  next_sequence_ = image.next_sequence;
  loaded_ = true;
}

void Markets::Apply(const engine::v1::SubscribeResponse& message) {
  absl::MutexLock lock(&mutex_);
  CHECK(loaded_);
  std::vector<Update> updates;
  for (const engine::v1::CommandEvents& command : message.commands()) {
    CHECK(command.sequence() == next_sequence_);  // A gap: our books would be wrong from here on.
    ++next_sequence_;
    ApplyCommand(command, updates);
  }
  for (Update& update : updates) Publish(update);
  metrics_.feed_sequence.Set(static_cast<double>(next_sequence_ - 1));
}

void Markets::ApplyCommand(const engine::v1::CommandEvents& command, std::vector<Update>& updates) {
  for (const engine::v1::Event& event : command.events()) {
    if (event.has_asset_created() || event.has_instrument_created() ||
        event.has_instrument_changed()) {
      ApplyDefinition(event, command.sequence());
    }
    const uint32_t id = InstrumentOf(event);
    if (id == 0) continue;
    CHECK(id <= markets_.size());
    Market* market = markets_[id - 1].get();
    auto update = std::find_if(updates.begin(), updates.end(),
                               [&](const Update& u) { return u.market == market; });
    if (update == updates.end()) {
      if (command.sequence() <= market->sequence) continue;  // In the image already.
      updates.push_back(Update{
          .instrument_id = InstrumentId(id), .market = market, .prev_sequence = market->sequence});
      update = updates.end() - 1;
    }
    for (const BookChange& change : BookChangesOf(event)) {
      market->depth.Apply(change, update->touched);
    }
    if (event.has_trade()) {
      const std::shared_ptr<const Catalog> catalog = LatestCatalog();
      const Instrument& instrument = *catalog->FindInstrument(InstrumentId(id));
      update->trades.push_back(ToProto(instrument, event.trade(), command.timestamp_ns()));
    } else if (event.has_instrument_state_changed()) {
      market->state = update->state = event.instrument_state_changed().state();
    }
    market->sequence = command.sequence();
    update->timestamp_ns = command.timestamp_ns();
  }
  for (const Update& update : updates) CHECK(update.market->depth.hollow_levels() == 0);
}

void Markets::ApplyDefinition(const engine::v1::Event& event, uint64_t sequence) {
  auto catalog = std::make_shared<Catalog>(*LatestCatalog());
  catalog->Apply(event);
  while (markets_.size() < catalog->instruments().size()) {
    markets_.push_back(std::make_unique<Market>());
    markets_.back()->sequence = sequence;
  }
  ReplaceCatalog(std::move(catalog));
}

void Markets::Publish(Update& update) {
  if (update.market->streams.empty()) return;
  const std::shared_ptr<const Catalog> catalog = LatestCatalog();
  const Instrument& instrument = *catalog->FindInstrument(update.instrument_id);
  v1::StreamMarketResponse message;
  v1::MarketUpdate& proto = *message.mutable_update();
  proto.set_prev_sequence(update.prev_sequence);
  proto.set_sequence(update.market->sequence);
  proto.set_timestamp_ns(update.timestamp_ns);
  proto.set_state(update.state);
  const Depth& depth = update.market->depth;
  AddChanges(instrument, depth.bids(), update.touched.bids, proto.mutable_bids());
  AddChanges(instrument, depth.asks(), update.touched.asks, proto.mutable_asks());
  for (common::v1::TradeView& trade : update.trades) *proto.add_trades() = std::move(trade);
  const grpc::ByteBuffer bytes = Serialize(message);
  for (MarketStream* stream : update.market->streams) stream->Push(bytes, proto.sequence());
}

void Markets::SetFeedLive(bool live) {
  absl::MutexLock lock(&mutex_);
  feed_live_ = live;
  metrics_.feed_connected.Set(live ? 1 : 0);
  absl::MutexLock catalog_lock(&catalog_mutex_);
  was_live_ = was_live_ || live;
}

bool Markets::live() const {
  absl::ReaderMutexLock lock(&mutex_);
  return loaded_ && feed_live_;
}

uint64_t Markets::next_sequence() const {
  absl::ReaderMutexLock lock(&mutex_);
  return next_sequence_;
}

absl::StatusOr<std::shared_ptr<const Catalog>> Markets::catalog() const {
  absl::ReaderMutexLock lock(&catalog_mutex_);
  if (was_live_) return catalog_;
  return absl::UnavailableError(
      "NOT_CONNECTED: the markets are not loaded yet; nothing was sent, retry later");
}

std::shared_ptr<const Catalog> Markets::LatestCatalog() const {
  absl::ReaderMutexLock lock(&catalog_mutex_);
  return catalog_;
}

void Markets::ReplaceCatalog(std::shared_ptr<const Catalog> catalog) {
  absl::MutexLock lock(&catalog_mutex_);
  catalog_.swap(catalog);
}

absl::StatusOr<std::shared_ptr<const Instrument>> Markets::Find(std::string_view instrument) const {
  if (closing_) return absl::UnavailableError("STOPPING: the gateway stops; subscribe again");
  ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> known, catalog());
  const Instrument* found = known->FindInstrument(instrument);
  if (found != nullptr) return std::shared_ptr<const Instrument>(known, found);
  return absl::NotFoundError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                          std::string(instrument.substr(0, 40)), "\""));
}

absl::Status Markets::GetDepth(std::string_view instrument, size_t levels,
                               v1::GetDepthResponse& response) const {
  absl::ReaderMutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const std::shared_ptr<const Instrument> found, Find(instrument));
  const Market& market = *markets_[found->id.value() - 1];
  AddLevels(*found, market.depth.bids(), levels, response.mutable_bids());
  AddLevels(*found, market.depth.asks(), levels, response.mutable_asks());
  response.set_sequence(market.sequence);
  return absl::OkStatus();
}

void Markets::Subscribe(std::string_view instrument, MarketStream& stream) {
  std::shared_ptr<const Instrument> found;
  Depth depth;
  v1::StreamMarketResponse message;
  {
    absl::MutexLock lock(&mutex_);
    absl::StatusOr<std::shared_ptr<const Instrument>> looked_up = Find(instrument);
    if (!looked_up.ok()) return stream.Close(ToGrpcStatus(looked_up.status()));
    found = *std::move(looked_up);
    Market& market = *markets_[found->id.value() - 1];
    // Copied here and formatted outside: a deep book must not hold up the feed.
    depth = market.depth;
    message.mutable_snapshot()->set_sequence(market.sequence);
    message.mutable_snapshot()->set_state(market.state);
    market.streams.insert(&stream);
    metrics_.subscribers.Increment();
  }
  AddLevels(*found, depth.bids(), depth.bids().size(), message.mutable_snapshot()->mutable_bids());
  AddLevels(*found, depth.asks(), depth.asks().size(), message.mutable_snapshot()->mutable_asks());
  stream.Open(Serialize(message));
}

void Markets::Unsubscribe(MarketStream& stream) {
  absl::MutexLock lock(&mutex_);
  for (const auto& market : markets_) {
    if (market->streams.erase(&stream) > 0) metrics_.subscribers.Decrement();
  }
}

void Markets::Heartbeat() {
  absl::MutexLock lock(&mutex_);
  v1::StreamMarketResponse message;
  message.mutable_heartbeat()->set_sequence(next_sequence_ - 1);
  message.mutable_heartbeat()->set_feed_live(feed_live_);
  const grpc::ByteBuffer bytes = Serialize(message);
  for (const auto& market : markets_) {
    for (MarketStream* stream : market->streams) {
      stream->CheckStall();
      stream->Push(bytes, 0);
    }
  }
}

void Markets::CloseStreams() {
  absl::MutexLock lock(&mutex_);
  closing_ = true;
  for (const auto& market : markets_) {
    for (MarketStream* stream : market->streams) {
      stream->Close(grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                 "STOPPING: the gateway stops; subscribe again"));
    }
  }
}

}  // namespace rialto::gateway
