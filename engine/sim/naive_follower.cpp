#include "engine/sim/naive_follower.h"

#include <algorithm>
#include <variant>

#include "common/base/check.h"

namespace rialto::engine {

void NaiveFollower::Follow(const Events& events) {
  progressed_.clear();
  for (const Event& event : events) {
    std::visit([&](const auto& happened) { On(happened); }, event);
  }
  // Filled orders have no event of their own.
  for (const OrderId id : progressed_) {
    const auto order = orders_.find(id);
    if (order != orders_.end() && order->second.remaining() == 0) orders_.erase(order);
  }
}

// --- Levels ---

void NaiveFollower::Show(const Shown& shown) {
  CHECK(shown.lots > Quantity(0) && shown.price > Price(0));
  levels_[{shown.instrument_id, shown.side}][shown.price] += shown.lots.value();
}

void NaiveFollower::Hide(const Shown& shown) {
  if (shown.lots == Quantity(0)) return;
  auto& side = levels_[{shown.instrument_id, shown.side}];
  const auto level = side.find(shown.price);
  CHECK(level != side.end() && level->second >= shown.lots.value());
  level->second -= shown.lots.value();
  if (level->second == 0) side.erase(level);
}

std::vector<NaiveEngine::Level> NaiveFollower::Levels(InstrumentId instrument_id, Side side) const {
  std::vector<NaiveEngine::Level> levels;
  const auto found = levels_.find({instrument_id, side});
  if (found == levels_.end()) return levels;
  for (const auto& [price, lots] : found->second) levels.push_back({price, lots});
  if (side == Side::kBuy) std::reverse(levels.begin(), levels.end());
  return levels;
}

InstrumentState NaiveFollower::StateOf(InstrumentId id) const {
  const auto found = states_.find(id);
  return found == states_.end() ? InstrumentState::kTrading : found->second;
}

// --- Orders ---

void NaiveFollower::On(const OrderAccepted& event) {
  const PlaceOrder& order = event.order;
  CHECK(orders_.count(event.order_id) == 0);
  orders_[event.order_id] = {order.instrument_id, order.side, order.quantity.value(), 0};
}

void NaiveFollower::On(const OrderTriggered& event) {
  OpenOrder& order = orders_.at(event.order_id);
  CHECK(order.done == 0 && event.quantity.value() <= order.quantity);
  order.quantity = event.quantity.value();
}

void NaiveFollower::On(const OrderRested& event) {
  const OpenOrder& order = orders_.at(event.order_id);
  CHECK(order.remaining() == event.remaining.value() && order.side == event.side);
  Show({event.instrument_id, event.side, event.price, event.displayed});
}

void NaiveFollower::On(const OrderReplenished& event) {
  const OpenOrder& order = orders_.at(event.order_id);
  CHECK(event.displayed.value() <= order.remaining() && order.side == event.side);
  Show({event.instrument_id, event.side, event.price, event.displayed});
}

void NaiveFollower::On(const OrderReduced& event) {
  OpenOrder& order = orders_.at(event.order_id);
  order.quantity -= event.reduced.value();
  CHECK(order.remaining() == event.remaining.value());
  Hide({event.instrument_id, event.side, event.price, event.displayed});
}

void NaiveFollower::On(const OrderMoved& event) {
  orders_.at(event.order_id).quantity = event.quantity.value();
  Hide({event.instrument_id, event.side, event.from_price, event.from_displayed});
}

void NaiveFollower::On(const OrderCanceled& event) {
  OpenOrder& order = orders_.at(event.order_id);
  CHECK(order.remaining() == event.canceled.value());
  CHECK(event.was_resting || event.displayed == Quantity(0));
  order.quantity = order.done;
  progressed_.push_back(event.order_id);
  Hide({event.instrument_id, event.side, event.price, event.displayed});
}

void NaiveFollower::Progress(OrderId id, Quantity done, Quantity remaining) {
  OpenOrder& order = orders_.at(id);
  order.done += done.value();
  progressed_.push_back(id);
  CHECK(order.remaining() == remaining.value());
}

void NaiveFollower::On(const Trade& event) {
  Progress(event.taker_order_id, event.quantity, event.taker_remaining);
  Progress(event.maker_order_id, event.quantity, event.maker_remaining);
  Hide({event.instrument_id, Opposite(event.taker_side), event.maker_price, event.quantity});
  if (event.taker_price == Price(0)) return;
  Hide({event.instrument_id, event.taker_side, event.taker_price, event.quantity});
}

void NaiveFollower::On(const SelfTradePrevented& event) {
  Progress(event.taker_order_id, event.taker_prevented, event.taker_remaining);
  Progress(event.maker_order_id, event.maker_prevented, event.maker_remaining);
  Hide({event.instrument_id, Opposite(event.taker_side), event.maker_price, event.maker_displayed});
  Hide({event.instrument_id, event.taker_side, event.taker_price, event.taker_displayed});
}

void NaiveFollower::On(const BalanceChanged& event) {
  balances_[{event.account_id, event.asset_id}] = {event.available.value(), event.held.value()};
}

void NaiveFollower::On(const InstrumentStateChanged& event) {
  states_[event.instrument_id] = event.state;
}

// --- Comparison ---

void NaiveFollower::CompareWith(const NaiveEngine& engine) const {
  for (uint32_t i = 1; i <= engine.instrument_count(); ++i) {
    const InstrumentId id(i);
    CHECK(StateOf(id) == engine.StateOf(id));
    for (const Side side : {Side::kBuy, Side::kSell}) {
      CHECK(Levels(id, side) == engine.Levels(id, side));
    }
  }
  CHECK(orders_.size() == engine.open_orders());
  for (const auto& [id, order] : orders_) CHECK(engine.RemainingOf(id) == order.remaining());
  for (const auto& [key, balance] : balances_) {
    const NaiveEngine::Balance said = engine.BalanceOf(key.first, key.second);
    CHECK(said.available == balance.available && said.held == balance.held);
  }
}

}  // namespace rialto::engine
