#include "gateway/depth.h"

#include "common/base/check.h"

namespace rialto::gateway {
namespace {

using common::v1::OrderSide;

OrderSide Opposite(OrderSide side) {
  return side == common::v1::ORDER_SIDE_BUY ? common::v1::ORDER_SIDE_SELL
                                            : common::v1::ORDER_SIDE_BUY;
}

template <typename Levels>
void AddLevel(Levels& levels, Price price, const Level& level) {
  CHECK(level.lots > 0 && level.orders > 0);
  CHECK(levels.emplace(price, level).second);
}

template <typename Levels>
void AddTo(Levels& levels, Price price, const Level& change) {
  Level& level = levels[price];
  level.lots += change.lots;
  level.orders += change.orders;
  CHECK(level.lots >= 0 && level.orders >= 0);
  CHECK((level.lots == 0) == (level.orders == 0));
  if (level.orders == 0) levels.erase(price);
}

}  // namespace

void Depth::AddBid(Price price, const Level& level) { AddLevel(bids_, price, level); }

void Depth::AddAsk(Price price, const Level& level) { AddLevel(asks_, price, level); }

void Depth::Apply(const engine::v1::Event& event, TouchedPrices& touched) {
  switch (event.event_case()) {
    case engine::v1::Event::kOrderRested: {
      const engine::v1::OrderRested& rested = event.order_rested();
      return Add({rested.side(), rested.price_ticks(), rested.remaining_lots(), +1}, touched);
    }
    case engine::v1::Event::kTrade: {
      const engine::v1::Trade& trade = event.trade();
      return Add({Opposite(trade.taker_side()), trade.price_ticks(), -trade.quantity_lots(),
                  trade.maker_remaining_lots() == 0 ? -1 : 0},
                 touched);
    }
    case engine::v1::Event::kOrderCanceled: {
      const engine::v1::OrderCanceled& canceled = event.order_canceled();
      if (!canceled.was_resting()) return;
      return Add({canceled.side(), canceled.price_ticks(), -canceled.canceled_lots(), -1}, touched);
    }
    case engine::v1::Event::kOrderReduced: {
      const engine::v1::OrderReduced& reduced = event.order_reduced();
      return Add({reduced.side(), reduced.price_ticks(), -reduced.reduced_lots(), 0}, touched);
    }
    default:
      return;
  }
}

void Depth::Add(const Change& change, TouchedPrices& touched) {
  const Price price(change.price_ticks);
  const Level level{change.lots, change.orders};
  if (change.side == common::v1::ORDER_SIDE_BUY) {
    AddTo(bids_, price, level);
    touched.bids.insert(price);
  } else {
    AddTo(asks_, price, level);
    touched.asks.insert(price);
  }
}

uint32_t InstrumentOf(const engine::v1::Event& event) {
  switch (event.event_case()) {
    case engine::v1::Event::kOrderRested:
      return event.order_rested().instrument_id();
    case engine::v1::Event::kTrade:
      return event.trade().instrument_id();
    case engine::v1::Event::kOrderCanceled:
      return event.order_canceled().instrument_id();
    case engine::v1::Event::kOrderReduced:
      return event.order_reduced().instrument_id();
    default:
      return 0;
  }
}

}  // namespace rialto::gateway
