#include "tools/replay/feed_book.h"

namespace rialto::replay {
namespace {

Side FromProto(common::v1::OrderSide side) {
  return side == common::v1::ORDER_SIDE_BUY ? Side::kBuy : Side::kSell;
}

}  // namespace

void FeedBook::Apply(const engine::v1::CommandEvents& command) {
  position_ = command.sequence();
  for (const engine::v1::Event& event : command.events()) {
    for (const BookChange& change : BookChangesOf(event)) {
      if (change.instrument_id == instrument_) Apply(change);
    }
    if (!event.has_trade()) continue;
    const engine::v1::Trade& trade = event.trade();
    if (trade.instrument_id() != instrument_.value()) continue;
    trades_.push_back({position_, Price(trade.price_ticks()), Quantity(trade.quantity_lots()),
                       FromProto(trade.taker_side())});
  }
}

void FeedBook::Apply(const BookChange& change) {
  Totals& totals = FromProto(change.side) == Side::kBuy ? bids_ : asks_;
  const auto level = totals.try_emplace(change.price.value(), 0).first;
  level->second += change.lots;
  if (level->second == 0) totals.erase(level);
}

BookRow FeedBook::Levels(size_t count_max) const {
  BookRow row;
  for (auto bid = bids_.rbegin(); bid != bids_.rend() && row.bids.size() < count_max; ++bid)
    row.bids.push_back({Price(bid->first), Quantity(bid->second)});
  for (auto ask = asks_.begin(); ask != asks_.end() && row.asks.size() < count_max; ++ask)
    row.asks.push_back({Price(ask->first), Quantity(ask->second)});
  return row;
}

}  // namespace rialto::replay
