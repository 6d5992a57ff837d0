#include "gateway/depth.h"

#include "common/base/check.h"

namespace rialto::gateway {
namespace {

template <typename Levels>
void AddLevel(Levels& levels, Price price, const Level& level) {
  CHECK(level.lots > 0 && level.orders > 0);
  CHECK(levels.emplace(price, level).second);
}

bool IsHollow(const Level& level) { return level.orders > 0 && level.lots == 0; }

}  // namespace

void Depth::AddBid(Price price, const Level& level) { AddLevel(bids_, price, level); }

void Depth::AddAsk(Price price, const Level& level) { AddLevel(asks_, price, level); }

void Depth::Apply(const BookChange& change, TouchedPrices& touched) {
  if (change.side == common::v1::ORDER_SIDE_BUY) {
    AddTo(bids_, change);
    touched.bids.insert(change.price);
  } else {
    AddTo(asks_, change);
    touched.asks.insert(change.price);
  }
}

template <typename Levels>
void Depth::AddTo(Levels& levels, const BookChange& change) {
  Level& level = levels[change.price];
  if (IsHollow(level)) --hollow_levels_;
  level.lots += change.lots;
  level.orders += change.orders;
  CHECK(level.lots >= 0 && level.orders >= 0);
  if (IsHollow(level)) ++hollow_levels_;
  if (level.orders > 0) return;
  CHECK(level.lots == 0);
  levels.erase(change.price);
}

uint32_t InstrumentOf(const engine::v1::Event& event) {
  using engine::v1::Event;
  switch (event.event_case()) {
    case Event::kOrderRested:
      return event.order_rested().instrument_id();
    case Event::kTrade:
      return event.trade().instrument_id();
    case Event::kOrderCanceled:
      return event.order_canceled().instrument_id();
    case Event::kOrderReduced:
      return event.order_reduced().instrument_id();
    case Event::kOrderMoved:
      return event.order_moved().instrument_id();
    case Event::kOrderReplenished:
      return event.order_replenished().instrument_id();
    case Event::kSelfTradePrevented:
      return event.self_trade_prevented().instrument_id();
    case Event::kInstrumentStateChanged:
      return event.instrument_state_changed().instrument_id();
    default:
      return 0;
  }
}

}  // namespace rialto::gateway
