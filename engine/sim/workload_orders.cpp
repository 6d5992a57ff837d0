// Random orders and lists of the workload: every type with all its fields, and nonsense.
#include <algorithm>
#include <array>

#include "engine/core/limits.h"
#include "engine/sim/workload.h"

namespace rialto::engine {

Command Workload::RandomOrder() {
  const PlaceOrder order = RandomPlaceOrder();
  Remember(past_keyed_, order);
  last_order_ = order;
  return order;
}

PlaceOrder Workload::RandomPlaceOrder() {
  PlaceOrder order = OrderOn(RandomInstrument());
  SetRandomType(order);
  SetRandomTerms(order);
  if (random_.OneIn(30)) MakeStrange(order);
  return order;
}

PlaceOrder Workload::OrderOn(InstrumentId id) {
  const RandomMarket& market = MarketOf(id);
  PlaceOrder order;
  order.account_id = RandomAccount();
  order.client_order_id = random_.OneIn(5000) ? CallerId() : NewId('o');
  order.instrument_id = id;
  order.side = random_.OneIn(2) ? Side::kBuy : Side::kSell;
  order.price = Price(RandomPrice(market));
  order.quantity = Quantity(random_.Between(1, market.quantity_typical * 2));
  if (random_.OneIn(20)) order.quantity = market.definition.quantity_max;
  if (random_.OneIn(20)) order.quantity = market.definition.quantity_min;
  return order;
}

void Workload::SetRandomType(PlaceOrder& order) {
  const RandomMarket& market = MarketOf(order.instrument_id);
  const uint64_t dice = random_.Below(100);
  if (dice < 55) {
    const uint64_t kind = random_.Below(10);
    if (kind == 0) order.time_in_force = TimeInForce::kFillOrKill;
    if (kind == 1 || kind == 2) order.time_in_force = TimeInForce::kImmediateOrCancel;
    if (kind == 3 || kind == 4) order.post_only = PostOnly::kYes;
    if (kind == 5 || kind == 6) {
      const int64_t display = order.quantity.value() / random_.Between(1, 6);
      order.terms.display_quantity = Quantity(std::max<int64_t>(1, display));
    }
  } else if (dice < 70) {
    order.type = OrderType::kMarket;
    order.price = Price(0);
    order.time_in_force =
        random_.OneIn(3) ? TimeInForce::kFillOrKill : TimeInForce::kImmediateOrCancel;
    if (random_.OneIn(2)) {
      order.quantity = Quantity(0);
      order.quote_amount =
          Amount(random_.OneIn(8) ? market.definition.notional_min.value()
                                  : random_.Between(1, market.notional_typical * 3));
    }
  } else if (dice < 92) {
    MakeTriggered(order);
  } else {
    order.type = OrderType::kPegged;
    order.terms.peg = static_cast<PegReference>(random_.Between(1, 3));
    order.terms.peg_offset_ticks = random_.Between(-market.price_spread, market.price_spread);
    if (random_.OneIn(3)) order.terms.peg_offset_ticks = 0;
  }
}

void Workload::MakeTriggered(PlaceOrder& order) {
  order.type = static_cast<OrderType>(random_.Between(3, 7));
  order.terms.trigger_source = static_cast<TriggerSource>(random_.Between(1, 4));
  const bool has_price =
      order.type == OrderType::kStopLimit || order.type == OrderType::kTakeProfitLimit;
  if (order.type == OrderType::kTrailingStop) return SetTrail(order);
  if (!has_price) order.price = Price(0);
  if (has_price && random_.OneIn(3)) {
    order.time_in_force =
        random_.OneIn(2) ? TimeInForce::kImmediateOrCancel : TimeInForce::kFillOrKill;
  }
  SetTrigger(order);
}

// On the side where it does not fire yet, mostly.
void Workload::SetTrigger(PlaceOrder& order) {
  const RandomMarket& market = MarketOf(order.instrument_id);
  const bool takes_profit =
      order.type == OrderType::kTakeProfit || order.type == OrderType::kTakeProfitLimit;
  const bool rising = (order.side == Side::kBuy) != takes_profit;
  const int64_t distance = random_.Between(0, market.price_spread + 1);
  int64_t price = rising ? market.price_center + distance : market.price_center - distance;
  if (random_.OneIn(5)) price = RandomPrice(market);
  order.terms.trigger_price = Price(std::max<int64_t>(1, price));
}

void Workload::SetTrail(PlaceOrder& order) {
  const RandomMarket& market = MarketOf(order.instrument_id);
  if (order.side == Side::kSell && random_.OneIn(2)) order.price = Price(0);
  if (random_.OneIn(2)) {
    order.terms.trail_ticks = random_.Between(1, market.price_spread);
  } else {
    order.terms.trail_ppm =
        std::clamp(RandomDistance(market), limits::kTrailPpmMin, limits::kTrailPpmMax);
  }
  if (random_.OneIn(2)) order.terms.trigger_price = Price(RandomPrice(market));
}

void Workload::SetRandomTerms(PlaceOrder& order) {
  const bool rests = order.time_in_force == TimeInForce::kGoodTillCanceled;
  if (rests && order.terms.display_quantity == Quantity(0) && random_.OneIn(5)) {
    order.time_in_force = random_.OneIn(2) ? TimeInForce::kGoodTillDate : TimeInForce::kDay;
    if (order.time_in_force == TimeInForce::kGoodTillDate) {
      order.terms.expire_time = Timestamp(now_ns_ + RandomDuration() - random_.Between(0, 2));
    }
  }
  if (random_.OneIn(4)) order.self_trade = static_cast<SelfTrade>(random_.Between(1, 5));
  if (random_.OneIn(10)) order.terms.not_after = Timestamp(now_ns_ + RandomDuration());
  if (random_.OneIn(100)) order.terms.not_after = Timestamp(now_ns_ - random_.Between(0, 1));
  order.terms.tag = RandomTag();
  if (random_.OneIn(3)) order.terms.session = static_cast<uint32_t>(random_.Below(4));
}

void Workload::MakeStrange(PlaceOrder& order) {
  switch (random_.Below(12)) {
    case 0:
      order.side = static_cast<Side>(random_.Below(4));
      break;
    case 1:
      order.type = static_cast<OrderType>(random_.Below(10));
      break;
    case 2:
      order.time_in_force = static_cast<TimeInForce>(random_.Below(7));
      break;
    case 3:
      order.post_only = static_cast<PostOnly>(random_.Below(3));
      break;
    case 4:
      order.price = Price(StrangeNumber());
      break;
    case 5:
      order.quantity = Quantity(StrangeNumber());
      break;
    case 6:
      order.quote_amount = Amount(StrangeNumber());
      break;
    case 7:
      order.quantity = Quantity(0);
      order.quote_amount = Amount(StrangeNumber());
      break;
    case 8:
      order.self_trade = static_cast<SelfTrade>(random_.Below(7));
      break;
    case 9:
      order.price = limits::kPriceMax;
      order.quantity = limits::kLotsMax;
      break;
    default:
      MakeTermsStrange(order.terms);
      break;
  }
}

void Workload::MakeTermsStrange(OrderTerms& terms) {
  switch (random_.Below(9)) {
    case 0:
      terms.display_quantity = Quantity(StrangeNumber());
      break;
    case 1:
      terms.trigger_source = static_cast<TriggerSource>(random_.Below(6));
      break;
    case 2:
      terms.trigger_price = Price(StrangeNumber());
      break;
    case 3:
      terms.trail_ppm = static_cast<uint32_t>(StrangeNumber());
      break;
    case 4:
      terms.trail_ticks = StrangeNumber();
      break;
    case 5:
      terms.peg = static_cast<PegReference>(random_.Below(5));
      break;
    case 6:
      terms.peg_offset_ticks = StrangeNumber();
      break;
    case 7:
      terms.expire_time = Timestamp(random_.OneIn(2) ? now_ns_ : StrangeNumber());
      break;
    default:
      terms.not_after = Timestamp(StrangeNumber());
      break;
  }
}

// --- Lists ---

PlaceOrder Workload::RandomLeg(const PlaceOrder& first) {
  PlaceOrder leg = OrderOn(first.instrument_id);
  leg.account_id = first.account_id;
  leg.quantity = first.quantity;
  return leg;
}

Command Workload::RandomList() {
  PlaceOrderList list;
  list.kind = static_cast<ListKind>(random_.Between(1, 3));
  PlaceOrder first = OrderOn(RandomInstrument());
  SetRandomTerms(first);
  PlaceOrder second = RandomLeg(first);
  switch (list.kind) {
    case ListKind::kOneCancelsOther:
      second.side = first.side;
      MakeTriggered(second);
      SetRandomTerms(second);
      list.orders = {first, second};
      break;
    case ListKind::kOneTriggersOther:
      do {
        second = RandomLeg(first);
        SetRandomType(second);
      } while (second.type == OrderType::kMarket || second.type == OrderType::kPegged);
      if (random_.OneIn(3)) second.quantity = Quantity(random_.Between(1, first.quantity.value()));
      SetRandomTerms(second);
      list.orders = {first, second};
      break;
    case ListKind::kBracket: {
      second.side = Opposite(first.side);
      PlaceOrder third = RandomLeg(first);
      third.side = second.side;
      MakeTriggered(third);
      SetRandomTerms(third);
      list.orders = {first, second, third};
      break;
    }
  }
  if (random_.OneIn(12)) {
    const uint64_t dice = random_.Below(7);
    if (dice == 0) list.orders.pop_back();
    if (dice == 1) list.kind = static_cast<ListKind>(random_.Below(5));
    if (dice == 2) list.orders.clear();
    if (dice == 3) list.orders.push_back(RandomLeg(first));
    if (dice == 4) list.orders.back().client_order_id = list.orders.front().client_order_id;
    if (dice == 5) list.orders.back().account_id = RandomAccount();
    if (dice == 6 && !open_.empty()) {
      const PlaceOrder& known = random_.Pick(open_).placed;
      list.orders.back().client_order_id = known.client_order_id;
      for (PlaceOrder& order : list.orders) order.account_id = known.account_id;
    }
  }
  if (!list.orders.empty() && random_.OneIn(20)) {
    MakeStrange(list.orders[static_cast<size_t>(random_.Below(list.orders.size()))]);
  }
  Remember(past_keyed_, list);
  return list;
}

}  // namespace rialto::engine
