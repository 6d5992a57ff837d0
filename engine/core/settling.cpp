// What follows in an instrument from what a command did: README.md, Pending orders and triggers,
// Pegs.

#include <algorithm>

#include "common/base/check.h"
#include "engine/core/engine.h"
#include "engine/core/rule_set.h"

namespace rialto::engine {

void Engine::Settle(Events& events) {
  if (!unsettled_.empty()) {
    // Those with work left over come first.
    std::vector<Market*> order;
    order.swap(unsettled_);
    for (Market* market : order) market->touched = sequence_;
    for (Market* market : touched_) {
      if (std::find(order.begin(), order.end(), market) == order.end()) order.push_back(market);
    }
    touched_.swap(order);
  }
  for (size_t i = 0; i < touched_.size(); ++i) SettleMarket(*touched_[i], events);
}

void Engine::SettleMarket(Market& market, Events& events) {
  bool goes_on = true;
  while (goes_on) {
    goes_on = false;
    if (market.is_trading()) {
      const ReferencePrices prices{market.last_price, market.book.BestPrice(Side::kBuy),
                                   market.book.BestPrice(Side::kSell), market.mark_price};
      const size_t fired_before = market.fired.size();
      market.triggers.TakeFired(prices, orders_, market.fired);
      goes_on = market.fired.size() > fired_before;
    }
    if (React(market, events)) goes_on = true;
    if (ActivateFired(market, events)) goes_on = true;
    if (!goes_on) goes_on = LookAtPegs(market, events);
  }
  if (market.is_trading() && !(market.fired.empty() && market.reactions.empty())) {
    unsettled_.push_back(&market);
  }
  if (market.is_plain()) {
    market.has_followers = false;
    market.triggers.ForgetPrints();
  }
}

bool Engine::MayActivate() const {
  return activations_ < limits::kActivationsPerCommandMax &&
         encounters_ < limits::kFillsPerCommandMax;
}

bool Engine::ActivateFired(Market& market, Events& events) {
  size_t done = 0;
  bool has_activated = false;
  // What the last one did to another order's list comes before that order.
  const auto may_go_on = [&] {
    return market.is_trading() && MayActivate() &&
           (rule_set_ < rules::kStepByStep || market.reactions.empty());
  };
  while (done < market.fired.size() && may_go_on()) {
    const OrderIndex index = orders_.Find(market.fired[done++]);
    if (index == kNoOrder) continue;
    ActivateTriggered(index, events);
    has_activated = true;
  }
  market.fired.erase(market.fired.begin(), market.fired.begin() + static_cast<int64_t>(done));
  return has_activated;
}

void Engine::ActivateTriggered(OrderIndex index, Events& events) {
  ++activations_;
  SpecialTerms& special = *orders_.special(index);
  if (const OrderIndex sibling = Sibling(index); sibling != kNoOrder) {
    special.is_bound = false;
    orders_.special(sibling)->is_bound = false;
    Cancel(sibling, CancelReason::kListSibling, events);
  }
  StopWaiting(index);
  Order& order = orders_[index];
  const BalanceKey payer{orders_.AccountOf(index),
                         HoldAsset(MarketOf(index).instrument, order.side)};
  const Amount missing = std::max(Amount(0), NeedOf(index) - order.hold);
  if (CheckMayTrade(orders_.OwnerOf(index), order.side).reason != RejectReason::kNone ||
      missing > accounts_.Get(payer.account_id, payer.asset_id).available) {
    return Cancel(index, CancelReason::kActivationRefused, events);
  }
  accounts_.Reserve(payer, missing);
  order.hold += missing;
  Emit<OrderTriggered>(events, orders_.IdOf(index), payer.account_id, order.instrument_id,
                       special.terms.trigger_source, special.fired_by, order.quantity, order.hold);
  Arrive(index, nullptr, false, events);
}

// --- Pegs ---

// The best price of those that follow nobody.
Price Engine::FixedBest(const Market& market, Side side) const {
  for (OrderIndex i = market.book.Best(side); i != kNoOrder; i = market.book.After(i)) {
    if (orders_[i].type != OrderType::kPegged) return market.book.PriceOf(i);
  }
  return Price(0);
}

bool Engine::LookAtPegs(Market& market, Events& events) {
  const bool is_open = market.is_trading() || market.state == InstrumentState::kPostOnly;
  if (market.pegged.empty() || !is_open) return false;
  const Price bid = FixedBest(market, Side::kBuy);
  const Price ask = FixedBest(market, Side::kSell);
  if (!market.must_look_at_pegs && bid == market.pegs_saw_bid && ask == market.pegs_saw_ask) {
    return false;
  }
  market.must_look_at_pegs = false;
  market.pegs_saw_bid = bid;
  market.pegs_saw_ask = ask;
  bool has_moved = false;
  for (const auto& [id, index] : market.pegged) {
    SpecialTerms& special = *orders_.special(index);
    const bool is_new = !special.was_seen;
    special.was_seen = true;
    const bool rests = orders_.resting(index).level != kNoLevel;
    const Price from = rests ? market.book.PriceOf(index) : Price(0);
    const Price target = PegTarget(market, index, bid, ask);
    if (target == from) continue;
    has_moved = true;
    if (!is_new) events.emplace_back(DescribeMove(index));
    if (rests) {
      market.book.Remove(index);
    } else {
      StopWaiting(index);
    }
    if (target != Price(0)) {
      Rest(index, target, events);
    } else {
      Wait(index, Waiting::kReference);
    }
  }
  return has_moved;
}

Price Engine::PegTarget(const Market& market, OrderIndex index, Price bid, Price ask) const {
  const Order& order = orders_[index];
  const OrderTerms& terms = orders_.special(index)->terms;
  const bool buys = order.side == Side::kBuy;
  int64_t target = 0;
  switch (terms.peg) {
    case PegReference::kBestBid:
      if (bid == Price(0)) return Price(0);
      target = bid.value();
      break;
    case PegReference::kBestAsk:
      if (ask == Price(0)) return Price(0);
      target = ask.value();
      break;
    default: {
      if (bid == Price(0) || ask == Price(0)) return Price(0);
      const int64_t sum = bid.value() + ask.value();
      target = buys ? sum / 2 : (sum + 1) / 2;
    }
  }
  target += terms.peg_offset_ticks;
  const Price opposite = market.book.BestPrice(Opposite(order.side));
  if (buys) {
    target = std::min(target, order.limit.value());
    if (opposite != Price(0)) target = std::min(target, opposite.value() - 1);
  } else {
    target = std::max(target, order.limit.value());
    if (opposite != Price(0)) target = std::max(target, opposite.value() + 1);
  }
  const bool is_price = target >= 1 && target <= limits::kPriceMax.value();
  return is_price ? Price(target) : Price(0);
}

// Leaves its place; its limit, quantity and hold stay.
OrderMoved Engine::DescribeMove(OrderIndex index) const {
  const Order& order = orders_[index];
  const RestingOrder& resting = orders_.resting(index);
  OrderMoved moved;
  moved.order_id = resting.id;
  moved.account_id = orders_.AccountOf(index);
  moved.instrument_id = order.instrument_id;
  moved.side = order.side;
  if (resting.level != kNoLevel) {
    moved.from_price = MarketOf(index).book.PriceOf(index);
    moved.from_displayed = resting.displayed;
  }
  moved.price = order.limit;
  moved.quantity = order.quantity;
  moved.hold = order.hold;
  return moved;
}

}  // namespace rialto::engine
