// How the naive model takes a new order: check, plan, trade, rest.
#include <algorithm>

#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

bool IsByAmount(const PlaceOrder& order) { return order.quote_amount != Amount(0); }

int64_t Clamp(Wide value) { return static_cast<int64_t>(std::min(value, kAmountMax)); }

bool HasForm(const PlaceOrder& order) {
  const bool is_limit = order.type == OrderType::kLimit;
  const bool is_good_till_canceled = order.time_in_force == TimeInForce::kGoodTillCanceled;
  if (order.side != Side::kBuy && order.side != Side::kSell) return false;
  if (!is_limit && order.type != OrderType::kMarket) return false;
  if (!is_good_till_canceled && order.time_in_force != TimeInForce::kImmediateOrCancel &&
      order.time_in_force != TimeInForce::kFillOrKill) {
    return false;
  }
  if (order.post_only != PostOnly::kNo && order.post_only != PostOnly::kYes) return false;
  if (is_limit) {
    if (IsByAmount(order)) return false;
    return order.post_only == PostOnly::kNo || is_good_till_canceled;
  }
  if (order.price != Price(0) || is_good_till_canceled) return false;
  if ((order.quantity != Quantity(0)) == IsByAmount(order)) return false;
  return order.post_only == PostOnly::kNo;
}

bool CrossesAt(const PlaceOrder& taker, Price price) {
  if (taker.type == OrderType::kMarket) return true;
  return taker.side == Side::kBuy ? price <= taker.price : price >= taker.price;
}

}  // namespace

Outcome NaiveEngine::Decide(const PlaceOrder& order, Events& events) {
  const std::pair key(order.account_id, order.client_order_id);
  const auto first = decided_orders_.find(key);
  const bool is_repeat = first != decided_orders_.end();
  if (is_repeat && first->second.first == order) {
    Outcome outcome = first->second.second;
    outcome.repeated = true;
    return outcome;
  }
  Plan plan;
  const Refusal refusal =
      is_repeat ? Refusal{RejectReason::kClientOrderIdReused} : Check(order, &plan);
  Outcome outcome;
  if (refusal.reason != RejectReason::kNone) {
    outcome = Refused(refusal);
    outcome.instrument_id = order.instrument_id;
    outcome.side = order.side;
    events.push_back(OrderRejected{order.account_id, order.client_order_id, OrderId(0),
                                   order.instrument_id, refusal.reason, refusal.need,
                                   refusal.have});
  } else {
    Order taken;
    taken.id = OrderId(sequence_.value());
    taken.placed = order;
    if (IsByAmount(order)) taken.placed.quantity = Quantity(Clamp(plan.lots));
    taken.remaining = taken.placed.quantity.value();
    taken.hold = Clamp(plan.hold);
    outcome = Execute(taken, plan, events);
  }
  if (!is_repeat) decided_orders_[key] = {order, outcome};
  return outcome;
}

// --- Checks ---

NaiveEngine::Refusal NaiveEngine::Check(const PlaceOrder& order, Plan* plan) const {
  if (!IsUser(order.account_id)) return {RejectReason::kUnknownAccount};
  const NaiveInstrument* instrument = Find(order.instrument_id);
  if (instrument == nullptr) return {RejectReason::kUnknownInstrument};
  if (!HasForm(order)) return {RejectReason::kInvalidOrder};
  const bool is_limit = order.type == OrderType::kLimit;
  const int64_t price = order.price.value();
  if (is_limit && (price < 1 || price > limits::kPriceMax.value())) {
    return {RejectReason::kPriceOutOfRange, limits::kPriceMax.value(), price};
  }
  const int64_t lots = order.quantity.value();
  if (!IsByAmount(order)) {
    const int64_t least = instrument->definition.quantity_min.value();
    const int64_t most = instrument->definition.quantity_max.value();
    if (lots < least) return {RejectReason::kQuantityBelowMinimum, least, lots};
    if (lots > most) return {RejectReason::kQuantityAboveMaximum, most, lots};
  }
  *plan = MakePlan(order);
  const Refusal refusal = CheckSize(order, *plan);
  if (refusal.reason != RejectReason::kNone) return refusal;

  if (order.time_in_force == TimeInForce::kGoodTillCanceled &&
      CountOpen(order.account_id) >= limits::kOpenOrdersPerAccountMax) {
    return {RejectReason::kTooManyOpenOrders, limits::kOpenOrdersPerAccountMax,
            CountOpen(order.account_id)};
  }
  const Order* best = BestOpposite(order);
  if (order.post_only == PostOnly::kYes && best != nullptr &&
      CrossesAt(order, best->placed.price)) {
    return {RejectReason::kWouldTake, best->placed.price.value(), price};
  }
  if (is_limit && instrument->Need(price, lots) > kAmountMax) {
    return {RejectReason::kAmountOverflow};
  }
  if (plan->hold > kAmountMax) return {RejectReason::kAmountOverflow};
  const int64_t available = BalanceOf(order.account_id, HoldAsset(order)).available;
  if (plan->hold > available) {
    return {RejectReason::kInsufficientFunds, Clamp(plan->hold), available};
  }
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckSize(const PlaceOrder& order, const Plan& plan) const {
  const NaiveInstrument& instrument = *Find(order.instrument_id);
  const bool is_market_by_quantity = order.type == OrderType::kMarket && !IsByAmount(order);
  Wide notional = plan.cost;
  Wide notional_min = 0;
  if (order.type == OrderType::kLimit) {
    notional = instrument.Ceil(order.price.value(), order.quantity.value());
    notional_min = instrument.definition.notional_min.value();
  } else if (IsByAmount(order)) {
    notional = order.quote_amount.value();
    notional_min = std::max<int64_t>(1, instrument.definition.notional_min.value());
  }
  notional = std::min(notional, kAmountMax);
  const int64_t notional_max = instrument.definition.notional_max.value();
  if (!is_market_by_quantity && notional < notional_min) {
    return {RejectReason::kNotionalBelowMinimum, Clamp(notional_min), Clamp(notional)};
  }
  if (notional_max != 0 && notional > notional_max) {
    return {RejectReason::kNotionalAboveMaximum, notional_max, Clamp(notional)};
  }
  const auto found = limits_.find({order.account_id, order.instrument_id});
  if (found == limits_.end()) return {};
  const Limits& limits = found->second;
  const Wide lots = IsByAmount(order) ? plan.lots : Wide{order.quantity.value()};
  if (limits.quantity != 0 && lots > limits.quantity) {
    return {RejectReason::kMaxOrderQuantity, limits.quantity, Clamp(lots)};
  }
  if (limits.notional != 0 && notional > limits.notional) {
    return {RejectReason::kMaxOrderNotional, limits.notional, Clamp(notional)};
  }
  return {};
}

// --- The plan: the book is walked, best price first, oldest first, without changing it. ---

NaiveEngine::Plan NaiveEngine::MakePlan(const PlaceOrder& order) const {
  const NaiveInstrument& instrument = *Find(order.instrument_id);
  Plan plan;
  static const Queue kEmpty;
  const auto found = queues_.find({order.instrument_id, Opposite(order.side)});
  const Queue& queue = found == queues_.end() ? kEmpty : found->second;
  bool stopped = false;
  for (const auto& [rank, id] : queue) {
    const Order& maker = orders_.at(id);
    const int64_t lots = CrossesAt(order, maker.placed.price) ? LotsToTake(order, maker, plan) : 0;
    if (lots > 0 && plan.fills.size() == limits::kFillsPerCommandMax) {
      plan.fill_limit_hit = true;
      stopped = true;
      break;
    }
    if (lots > 0) {
      const int64_t price = maker.placed.price.value();
      plan.fills.push_back({id, lots});
      plan.lots += lots;
      plan.cost +=
          order.side == Side::kBuy ? instrument.Ceil(price, lots) : instrument.Floor(price, lots);
      plan.fees += instrument.Fee(price, lots, instrument.definition.taker_fee_ppm);
    }
    if (lots < maker.remaining) {
      stopped = true;
      break;
    }
  }
  const Wide spent = order.side == Side::kBuy ? plan.cost + plan.fees : plan.cost;
  plan.book_ran_out = IsByAmount(order) && !stopped && spent < order.quote_amount.value();

  const Wide lots = IsByAmount(order) ? plan.lots : Wide{order.quantity.value()};
  if (order.side == Side::kSell) {
    plan.hold = instrument.BaseAmount(lots);
  } else if (order.type == OrderType::kLimit) {
    plan.hold = instrument.Need(order.price.value(), order.quantity.value());
  } else {
    plan.hold = IsByAmount(order) ? Wide{order.quote_amount.value()} : plan.cost + plan.fees;
  }
  return plan;
}

int64_t NaiveEngine::LotsToTake(const PlaceOrder& taker, const Order& maker,
                                const Plan& plan) const {
  if (!IsByAmount(taker)) {
    return Clamp(std::min<Wide>(maker.remaining, taker.quantity.value() - plan.lots));
  }
  const NaiveInstrument& instrument = *Find(taker.instrument_id);
  const int64_t price = maker.placed.price.value();
  const auto fits = [&](int64_t lots) {
    if (taker.side == Side::kSell) {
      return plan.cost + instrument.Floor(price, lots) <= taker.quote_amount.value();
    }
    return plan.cost + plan.fees + instrument.Ceil(price, lots) +
               instrument.Fee(price, lots, instrument.definition.taker_fee_ppm) <=
           taker.quote_amount.value();
  };
  // More lots never cost less: halve the interval [fitting, not fitting).
  int64_t most = 0;
  int64_t too_many = maker.remaining + 1;
  while (too_many - most > 1) {
    const int64_t middle = most + (too_many - most) / 2;
    (fits(middle) ? most : too_many) = middle;
  }
  return most;
}

const NaiveEngine::Order* NaiveEngine::BestOpposite(const PlaceOrder& order) const {
  const auto queue = queues_.find({order.instrument_id, Opposite(order.side)});
  if (queue == queues_.end() || queue->second.empty()) return nullptr;
  return &orders_.at(queue->second.begin()->second);
}

// --- Trading ---

Outcome NaiveEngine::Execute(Order order, const Plan& plan, Events& events) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  events.push_back(OrderAccepted{order.id, order.placed, Amount(order.hold)});
  Move({account_id, asset_id, Pocket::kAvailable}, {account_id, asset_id, Pocket::kHeld},
       order.hold);
  const bool fills_whole = IsByAmount(order.placed) ? !plan.book_ran_out && !plan.fill_limit_hit
                                                    : plan.lots >= order.placed.quantity.value();
  if (order.placed.time_in_force != TimeInForce::kFillOrKill || fills_whole) {
    uint32_t index = 0;
    for (const Fill& fill : plan.fills) Settle(order, fill, index++, events);
  }
  return Finish(order, plan, events);
}

void NaiveEngine::Settle(Order& taker, const Fill& fill, uint32_t index, Events& events) {
  Order& maker = orders_.at(fill.maker_id);
  const NaiveInstrument& instrument = *Find(taker.placed.instrument_id);
  const CreateInstrument& definition = instrument.definition;
  const bool taker_buys = taker.placed.side == Side::kBuy;
  Order& buyer = taker_buys ? taker : maker;
  Order& seller = taker_buys ? maker : taker;
  const uint32_t buyer_ppm = taker_buys ? definition.taker_fee_ppm : definition.maker_fee_ppm;
  const uint32_t seller_ppm = taker_buys ? definition.maker_fee_ppm : definition.taker_fee_ppm;
  const int64_t price = maker.placed.price.value();

  taker.remaining -= fill.lots;
  maker.remaining -= fill.lots;
  const bool is_limit_buy = buyer.placed.type == OrderType::kLimit;
  const Wide still_needs =
      is_limit_buy ? instrument.Need(buyer.placed.price.value(), buyer.remaining) : 0;
  const Wide budget = buyer.hold - still_needs;
  const Wide cost = std::min(instrument.Ceil(price, fill.lots), budget);
  const Wide buyer_fee = std::min(instrument.Fee(price, fill.lots, buyer_ppm), budget - cost);
  const Wide gross = instrument.Floor(price, fill.lots);
  const Wide seller_fee = std::min(instrument.Fee(price, fill.lots, seller_ppm), gross);
  const Wide base = instrument.BaseAmount(fill.lots);
  const Wide improvement = is_limit_buy ? budget - cost - buyer_fee : 0;

  const Pocket buyer_held{buyer.placed.account_id, definition.quote, Pocket::kHeld};
  const Pocket seller_quote{seller.placed.account_id, definition.quote, Pocket::kAvailable};
  const Pocket fees{kFees, definition.quote, Pocket::kAvailable};
  Move(buyer_held, seller_quote, gross);
  Move(buyer_held, {kRounding, definition.quote, Pocket::kAvailable}, cost - gross);
  Move(buyer_held, fees, buyer_fee);
  Move(seller_quote, fees, seller_fee);
  Move({seller.placed.account_id, definition.base, Pocket::kHeld},
       {buyer.placed.account_id, definition.base, Pocket::kAvailable}, base);
  Move(buyer_held, {buyer.placed.account_id, definition.quote, Pocket::kAvailable}, improvement);
  buyer.hold -= Clamp(cost + buyer_fee + improvement);
  seller.hold -= Clamp(base);
  buyer.executed_quote += cost;
  seller.executed_quote += gross;

  events.push_back(Trade{MakeTradeId(sequence_, index), taker.placed.instrument_id,
                         maker.placed.price, Quantity(fill.lots), taker.placed.side, taker.id,
                         taker.placed.account_id, Quantity(taker.remaining), maker.id,
                         maker.placed.account_id, Quantity(maker.remaining), Amount(Clamp(base)),
                         Amount(Clamp(cost)), Amount(Clamp(gross)), Amount(Clamp(buyer_fee)),
                         Amount(Clamp(seller_fee))});
  if (maker.remaining == 0) Leave(maker);
}

Outcome NaiveEngine::Finish(Order& order, const Plan& plan, Events& events) {
  const PlaceOrder& placed = order.placed;
  const bool has_traded = order.remaining < placed.quantity.value();
  CancelReason reason = CancelReason::kNone;
  const bool is_over_early = order.remaining > 0 ||
                             (IsByAmount(placed) && (plan.book_ran_out || plan.fill_limit_hit)) ||
                             !has_traded;
  if (is_over_early) {
    if (placed.time_in_force == TimeInForce::kFillOrKill && !has_traded &&
        (order.remaining > 0 || plan.book_ran_out)) {
      reason = CancelReason::kUnfilledFillOrKill;
    } else if (plan.fill_limit_hit) {
      reason = CancelReason::kFillLimit;
    } else if (placed.type == OrderType::kMarket) {
      reason = CancelReason::kInsufficientLiquidity;
    } else if (placed.time_in_force == TimeInForce::kImmediateOrCancel) {
      reason = CancelReason::kUnfilledImmediateOrCancel;
    }
  }
  if (is_over_early && reason == CancelReason::kNone) {
    events.push_back(OrderRested{order.id, placed.instrument_id, placed.side, placed.price,
                                 Quantity(order.remaining)});
    Rest(order);
    return OutcomeOf(order, OrderStatus::kOpen, reason);
  }
  if (is_over_early) {
    events.push_back(OrderCanceled{order.id, placed.account_id, placed.instrument_id, placed.side,
                                   placed.price, Quantity(order.remaining), reason, false});
  }
  Release(order, order.hold);
  return OutcomeOf(order, is_over_early ? OrderStatus::kCanceled : OrderStatus::kFilled, reason);
}

// --- The book ---

NaiveEngine::Rank NaiveEngine::RankOf(const Order& order) const {
  const int64_t price = order.placed.price.value();
  return {order.placed.side == Side::kBuy ? -price : price, order.id};
}

void NaiveEngine::Rest(const Order& order) {
  const PlaceOrder& placed = order.placed;
  orders_[order.id] = order;
  open_by_client_id_[{placed.account_id, placed.client_order_id}] = order.id;
  ++open_counts_[placed.account_id];
  queues_[{placed.instrument_id, placed.side}][RankOf(order)] = order.id;
}

void NaiveEngine::Leave(const Order& order) {
  const PlaceOrder& placed = order.placed;
  queues_[{placed.instrument_id, placed.side}].erase(RankOf(order));
  --open_counts_[placed.account_id];
  open_by_client_id_.erase({placed.account_id, placed.client_order_id});
  orders_.erase(order.id);
}

AssetId NaiveEngine::HoldAsset(const PlaceOrder& order) const {
  const CreateInstrument& definition = Find(order.instrument_id)->definition;
  return order.side == Side::kBuy ? definition.quote : definition.base;
}

void NaiveEngine::Release(Order& order, int64_t amount) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  Move({account_id, asset_id, Pocket::kHeld}, {account_id, asset_id, Pocket::kAvailable}, amount);
  order.hold -= amount;
}

}  // namespace rialto::engine
