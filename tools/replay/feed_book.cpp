#include "tools/replay/feed_book.h"

namespace rialto::replay {
namespace {

Side FromProto(common::v1::OrderSide side) {
  return side == common::v1::ORDER_SIDE_BUY ? Side::kBuy : Side::kSell;
}

}  // namespace

void FeedBook::Apply(const engine::v1::CommandEvents& command) {
  position_ = command.sequence();
  for (const engine::v1::Event& event : command.events()) Apply(event);
}

void FeedBook::Apply(const engine::v1::Event& event) {
  switch (event.event_case()) {
    case engine::v1::Event::kTrade:
      return Apply(event.trade());
    case engine::v1::Event::kOrderRested: {
      const auto& rested = event.order_rested();
      if (rested.instrument_id() != instrument_.value()) return;
      return Change(FromProto(rested.side()), rested.price_ticks(), rested.remaining_lots());
    }
    case engine::v1::Event::kOrderCanceled: {
      const auto& canceled = event.order_canceled();
      if (canceled.instrument_id() != instrument_.value() || !canceled.was_resting()) return;
      return Change(FromProto(canceled.side()), canceled.price_ticks(), -canceled.canceled_lots());
    }
    case engine::v1::Event::kOrderReduced: {
      const auto& reduced = event.order_reduced();
      if (reduced.instrument_id() != instrument_.value()) return;
      return Change(FromProto(reduced.side()), reduced.price_ticks(), -reduced.reduced_lots());
    }
    default:
      return;
  }
}

void FeedBook::Apply(const engine::v1::Trade& trade) {
  if (trade.instrument_id() != instrument_.value()) return;
  const Side taker_side = FromProto(trade.taker_side());
  trades_.push_back(
      {position_, Price(trade.price_ticks()), Quantity(trade.quantity_lots()), taker_side});
  Change(Opposite(taker_side), trade.price_ticks(), -trade.quantity_lots());
}

void FeedBook::Change(Side side, int64_t price_ticks, int64_t lots) {
  Totals& totals = side == Side::kBuy ? bids_ : asks_;
  const auto level = totals.try_emplace(price_ticks, 0).first;
  level->second += lots;
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
