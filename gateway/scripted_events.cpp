#include "gateway/scripted_events.h"

#include <algorithm>

namespace rialto::gateway {
namespace {

using engine::v1::Event;

common::v1::OrderSide Opposite(common::v1::OrderSide side) {
  return side == common::v1::ORDER_SIDE_BUY ? common::v1::ORDER_SIDE_SELL
                                            : common::v1::ORDER_SIDE_BUY;
}

// What `lots` less are shown; an order of which nothing remains is gone.
void Take(std::map<uint64_t, BookOrder>& orders, uint64_t order_id, int64_t lots,
          int64_t remaining) {
  orders.at(order_id).lots -= lots;
  if (remaining == 0) orders.erase(order_id);
}

}  // namespace

Event Rested(const BookOrder& order) {
  Event event;
  engine::v1::OrderRested& rested = *event.mutable_order_rested();
  rested.set_order_id(order.order_id);
  rested.set_instrument_id(order.instrument_id);
  rested.set_side(order.side);
  rested.set_price_ticks(order.price_ticks);
  rested.set_remaining_lots(order.remaining());
  rested.set_displayed_lots(order.lots);
  return event;
}

Event Traded(BookOrder& order, int64_t lots) {
  order.lots -= lots;
  Event event;
  engine::v1::Trade& trade = *event.mutable_trade();
  trade.set_trade_id(order.order_id << 16);
  trade.set_instrument_id(order.instrument_id);
  trade.set_price_ticks(order.price_ticks);
  trade.set_quantity_lots(lots);
  trade.set_taker_side(Opposite(order.side));
  trade.set_maker_order_id(order.order_id);
  trade.set_maker_remaining_lots(order.remaining());
  trade.set_maker_price_ticks(order.price_ticks);
  return event;
}

Event TradedInAuction(BookOrder& maker, BookOrder& taker, int64_t lots) {
  Event event = Traded(maker, lots);
  taker.lots -= lots;
  engine::v1::Trade& trade = *event.mutable_trade();
  trade.set_taker_order_id(taker.order_id);
  trade.set_taker_remaining_lots(taker.remaining());
  trade.set_taker_price_ticks(taker.price_ticks);
  trade.set_price_ticks((maker.price_ticks + taker.price_ticks) / 2);
  return event;
}

Event Canceled(const BookOrder& order) {
  Event event;
  engine::v1::OrderCanceled& canceled = *event.mutable_order_canceled();
  canceled.set_order_id(order.order_id);
  canceled.set_instrument_id(order.instrument_id);
  canceled.set_side(order.side);
  canceled.set_price_ticks(order.price_ticks);
  canceled.set_canceled_lots(order.remaining());
  canceled.set_displayed_lots(order.lots);
  canceled.set_was_resting(true);
  return event;
}

Event Reduced(BookOrder& order, int64_t lots) {
  const int64_t of_hidden = std::min(lots, order.hidden);
  order.hidden -= of_hidden;
  order.lots -= lots - of_hidden;
  Event event;
  engine::v1::OrderReduced& reduced = *event.mutable_order_reduced();
  reduced.set_order_id(order.order_id);
  reduced.set_instrument_id(order.instrument_id);
  reduced.set_side(order.side);
  reduced.set_price_ticks(order.price_ticks);
  reduced.set_reduced_lots(lots);
  reduced.set_remaining_lots(order.remaining());
  reduced.set_displayed_lots(lots - of_hidden);
  return event;
}

Event Replenished(BookOrder& order, int64_t lots) {
  const int64_t shown = std::min(lots, order.hidden);
  order.hidden -= shown;
  order.lots += shown;
  Event event;
  engine::v1::OrderReplenished& replenished = *event.mutable_order_replenished();
  replenished.set_order_id(order.order_id);
  replenished.set_instrument_id(order.instrument_id);
  replenished.set_side(order.side);
  replenished.set_price_ticks(order.price_ticks);
  replenished.set_displayed_lots(shown);
  return event;
}

Event Moved(const BookOrder& order) {
  Event event;
  engine::v1::OrderMoved& moved = *event.mutable_order_moved();
  moved.set_order_id(order.order_id);
  moved.set_instrument_id(order.instrument_id);
  moved.set_side(order.side);
  moved.set_from_price_ticks(order.price_ticks);
  moved.set_from_displayed_lots(order.lots);
  return event;
}

Event Prevented(BookOrder& order, int64_t lots) {
  order.lots -= lots;
  Event event;
  engine::v1::SelfTradePrevented& prevented = *event.mutable_self_trade_prevented();
  prevented.set_instrument_id(order.instrument_id);
  prevented.set_taker_side(Opposite(order.side));
  prevented.set_maker_order_id(order.order_id);
  prevented.set_maker_prevented_lots(lots);
  prevented.set_maker_remaining_lots(order.remaining());
  prevented.set_maker_price_ticks(order.price_ticks);
  prevented.set_maker_displayed_lots(lots);
  return event;
}

void Follow(const Event& event, std::map<uint64_t, BookOrder>& orders) {
  if (event.has_order_rested()) {
    const engine::v1::OrderRested& rested = event.order_rested();
    orders[rested.order_id()] = {rested.order_id(), rested.instrument_id(), rested.side(),
                                 rested.price_ticks(), rested.displayed_lots()};
  } else if (event.has_trade()) {
    const engine::v1::Trade& trade = event.trade();
    Take(orders, trade.maker_order_id(), trade.quantity_lots(), trade.maker_remaining_lots());
    if (trade.taker_price_ticks() != 0) {
      Take(orders, trade.taker_order_id(), trade.quantity_lots(), trade.taker_remaining_lots());
    }
  } else if (event.has_self_trade_prevented()) {
    const engine::v1::SelfTradePrevented& prevented = event.self_trade_prevented();
    orders.at(prevented.maker_order_id()).lots -= prevented.maker_displayed_lots();
  } else if (event.has_order_reduced()) {
    const engine::v1::OrderReduced& reduced = event.order_reduced();
    orders.at(reduced.order_id()).lots -= reduced.displayed_lots();
  } else if (event.has_order_replenished()) {
    const engine::v1::OrderReplenished& replenished = event.order_replenished();
    orders.at(replenished.order_id()).lots += replenished.displayed_lots();
  } else if (event.has_order_canceled()) {
    orders.erase(event.order_canceled().order_id());
  } else if (event.has_order_moved()) {
    orders.erase(event.order_moved().order_id());
  }
}

Event AssetDefined(uint32_t asset_id, const std::string& symbol, uint32_t scale) {
  Event event;
  event.mutable_asset_created()->set_asset_id(asset_id);
  event.mutable_asset_created()->set_symbol(symbol);
  event.mutable_asset_created()->set_scale(scale);
  return event;
}

Event InstrumentDefined(uint32_t instrument_id, const std::string& symbol) {
  Event event;
  engine::v1::InstrumentCreated& created = *event.mutable_instrument_created();
  created.set_instrument_id(instrument_id);
  created.set_symbol(symbol);
  created.set_base_asset_id(2);
  created.set_quote_asset_id(1);
  created.set_tick_size_e12(10'000'000'000);
  created.set_lot_size_units(10'000);
  created.set_quantity_min_lots(1);
  created.set_quantity_max_lots(1'000'000'000);
  return event;
}

Event StateChanged(uint32_t instrument_id, common::v1::InstrumentState state) {
  Event event;
  event.mutable_instrument_state_changed()->set_instrument_id(instrument_id);
  event.mutable_instrument_state_changed()->set_state(state);
  return event;
}

}  // namespace rialto::gateway
