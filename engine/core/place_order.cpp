// A new order: checked, held for, matched, settled. README.md of this directory is the rule book.

#include <algorithm>
#include <limits>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

bool IsMarket(const PlaceOrder& order) { return order.type == OrderType::kMarket; }
bool IsByAmount(const PlaceOrder& order) {
  return IsMarket(order) && order.quote_amount != Amount(0);
}

// The worst price an order accepts.
Price LimitOf(const PlaceOrder& order) {
  if (!IsMarket(order)) return order.price;
  return order.side == Side::kBuy ? limits::kPriceMax : Price(1);
}

bool MakesSense(const PlaceOrder& order) {
  if (order.side != Side::kBuy && order.side != Side::kSell) return false;
  const bool resting_allowed = order.time_in_force == TimeInForce::kGoodTillCanceled;
  if (!resting_allowed && order.time_in_force != TimeInForce::kImmediateOrCancel &&
      order.time_in_force != TimeInForce::kFillOrKill) {
    return false;
  }
  if (order.post_only != PostOnly::kNo && order.post_only != PostOnly::kYes) return false;
  switch (order.type) {
    case OrderType::kLimit:
      return order.quote_amount == Amount(0) &&
             (order.post_only == PostOnly::kNo || resting_allowed);
    case OrderType::kMarket:
      return order.price == Price(0) && !resting_allowed && order.post_only == PostOnly::kNo &&
             (order.quantity == Quantity(0)) != (order.quote_amount == Amount(0));
  }
  return false;
}

int64_t Saturated(absl::int128 value) {
  return value > kInt64Max ? kInt64Max : static_cast<int64_t>(value);
}

// The cost of some lots at one price to the taker: without fee for a seller.
struct TakerCost {
  Amount cost;
  Amount fee;
  Amount spent;  // Of a quote amount.
};

TakerCost CostOf(const Instrument& instrument, Side side, Price price, Quantity lots) {
  const uint32_t ppm = instrument.definition.taker_fee_ppm;
  if (side == Side::kSell) {
    const Amount gross = instrument.QuoteFloor(price, lots);
    return {gross, Amount(0), gross};
  }
  const Amount cost = instrument.QuoteCeil(price, lots);
  const Amount fee = instrument.QuoteCeil(price, lots, ppm);
  return {cost, fee, cost + fee};
}

// The most lots, up to `lots_max`, that `left` of a quote amount pays for.
Quantity MostLots(const Instrument& instrument, const Order& maker, absl::int128 left) {
  const Side side = Opposite(maker.side);
  const auto fits = [&](int64_t lots) {
    return CostOf(instrument, side, maker.price, Quantity(lots)).spent.value() <= left;
  };
  if (fits(maker.remaining.value())) return maker.remaining;
  int64_t low = 0;                         // Fits.
  int64_t high = maker.remaining.value();  // Does not.
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return Quantity(low);
}

}  // namespace

Amount HoldNeed(const Instrument& instrument, Side side, Price price, Quantity remaining) {
  if (side == Side::kSell) return instrument.BaseAmount(remaining);
  return instrument.QuoteCeil(price, remaining) +
         instrument.QuoteCeil(price, remaining, instrument.fee_ppm_max());
}

Outcome Engine::Decide(const PlaceOrder& order, Events& events) {
  const RememberedOrder* remembered = memory_.FindOrder(order.account_id, order.client_order_id);
  if (remembered != nullptr && remembered->SameContent(order)) return remembered->ToOutcome();

  Plan plan;
  const Refusal refusal =
      remembered != nullptr ? Refusal{RejectReason::kClientOrderIdReused} : Check(order, plan);
  Outcome outcome;
  if (refusal.reason == RejectReason::kNone) {
    outcome = Place(order, plan, events);
  } else {
    outcome = Refuse(refusal);
    outcome.instrument_id = order.instrument_id;
    outcome.side = order.side;
    events.push_back(OrderRejected{order.account_id, order.client_order_id, OrderId(),
                                   order.instrument_id, refusal.reason, refusal.need,
                                   refusal.have});
  }
  if (remembered == nullptr) memory_.Remember(order, outcome, now_);
  return outcome;
}

// The checks in the order of RejectReason; changes nothing but the plan.
Engine::Refusal Engine::Check(const PlaceOrder& order, Plan& plan) {
  if (accounts_.FindUser(order.account_id) == nullptr) return {RejectReason::kUnknownAccount};
  plan.market = MutableMarket(order.instrument_id);
  if (plan.market == nullptr) return {RejectReason::kUnknownInstrument};
  if (!MakesSense(order)) return {RejectReason::kInvalidOrder};

  const bool must_sweep = IsMarket(order) || order.time_in_force == TimeInForce::kFillOrKill;
  const bool sweepable = order.quantity >= Quantity(0) && order.quote_amount >= Amount(0) &&
                         (IsMarket(order) || order.price >= Price(1));
  const Sweep sweep = must_sweep && sweepable ? SweepBook(order, *plan.market) : Sweep{};
  Refusal refusal = CheckSize(order, plan.market->instrument, sweep);
  if (refusal.reason == RejectReason::kNone) refusal = CheckState(order, plan, sweep);
  if (refusal.reason != RejectReason::kNone) return refusal;

  plan.quantity =
      IsByAmount(order) ? Quantity(static_cast<int64_t>(sweep.quantity)) : order.quantity;
  plan.killed = order.time_in_force == TimeInForce::kFillOrKill && !sweep.complete;
  plan.book_ran_out = IsByAmount(order) && (!sweep.complete || sweep.quantity == 0);
  plan.hit_fill_limit = sweep.hit_fill_limit;
  return {};
}

// Price, quantity and notional against the instrument's bounds and the account's limits.
Engine::Refusal Engine::CheckSize(const PlaceOrder& order, const Instrument& instrument,
                                  const Sweep& sweep) const {  // tidy: ladder
  const CreateInstrument& bounds = instrument.definition;
  if (!IsMarket(order) && (order.price < Price(1) || order.price > limits::kPriceMax)) {
    return {RejectReason::kPriceOutOfRange, limits::kPriceMax.value(), order.price.value()};
  }
  if (!IsByAmount(order) && order.quantity < bounds.quantity_min) {
    return {RejectReason::kQuantityBelowMinimum, bounds.quantity_min.value(),
            order.quantity.value()};
  }
  if (!IsByAmount(order) && order.quantity > bounds.quantity_max) {
    return {RejectReason::kQuantityAboveMaximum, bounds.quantity_max.value(),
            order.quantity.value()};
  }

  const Amount notional = IsByAmount(order) ? order.quote_amount
                          : IsMarket(order)
                              ? Amount(Saturated(sweep.cost))
                              : instrument.NotionalSaturated(order.price, order.quantity);
  const Amount notional_min =
      IsByAmount(order) ? std::max(Amount(1), bounds.notional_min) : bounds.notional_min;
  if ((IsByAmount(order) || !IsMarket(order)) && notional < notional_min) {
    return {RejectReason::kNotionalBelowMinimum, notional_min.value(), notional.value()};
  }
  if (bounds.notional_max > Amount(0) && notional > bounds.notional_max) {
    return {RejectReason::kNotionalAboveMaximum, bounds.notional_max.value(), notional.value()};
  }

  const auto found = account_limits_.find({order.account_id, order.instrument_id});
  if (found == account_limits_.end()) return {};
  const AccountLimits& limits = found->second;
  const int64_t quantity = IsByAmount(order) ? Saturated(sweep.quantity) : order.quantity.value();
  if (limits.order_quantity_max > Quantity(0) && quantity > limits.order_quantity_max.value()) {
    return {RejectReason::kMaxOrderQuantity, limits.order_quantity_max.value(), quantity};
  }
  if (limits.order_notional_max > Amount(0) && notional > limits.order_notional_max) {
    return {RejectReason::kMaxOrderNotional, limits.order_notional_max.value(), notional.value()};
  }
  return {};
}

// The order against the book and the account; on success the plan has its hold.
Engine::Refusal Engine::CheckState(const PlaceOrder& order, Plan& plan, const Sweep& sweep) const {
  const Instrument& instrument = plan.market->instrument;
  const Account& account = *accounts_.FindUser(order.account_id);
  if (order.time_in_force == TimeInForce::kGoodTillCanceled &&
      account.open_orders >= limits::kOpenOrdersPerAccountMax) {
    return {RejectReason::kTooManyOpenOrders, limits::kOpenOrdersPerAccountMax,
            account.open_orders};
  }
  if (order.post_only == PostOnly::kYes) {
    const OrderIndex best = plan.market->book.Best(Opposite(order.side));
    if (best != kNoOrder && Crosses(order.side, order.price, orders_[best].price)) {
      return {RejectReason::kWouldTake, orders_[best].price.value(), order.price.value()};
    }
  }

  absl::int128 hold = 0;
  if (!IsMarket(order)) {
    if (!instrument.FitsNotional(order.price, order.quantity)) {
      return {RejectReason::kAmountOverflow};
    }
    hold = HoldNeed(instrument, order.side, order.price, order.quantity).value();
  } else if (order.side == Side::kSell) {
    const absl::int128 lots =
        IsByAmount(order) ? sweep.quantity : absl::int128(order.quantity.value());
    hold = lots * instrument.definition.lot_size_units;
  } else {
    hold = IsByAmount(order) ? absl::int128(order.quote_amount.value()) : sweep.cost + sweep.fees;
  }
  if (hold > kInt64Max) return {RejectReason::kAmountOverflow};
  const Amount available =
      accounts_.Get(order.account_id, HoldAsset(instrument, order.side)).available;
  if (hold > available.value()) {
    return {RejectReason::kInsufficientFunds, static_cast<int64_t>(hold), available.value()};
  }
  plan.hold = Amount(static_cast<int64_t>(hold));
  return {};
}

// Walks the other side of the book as Match would, without changing it.
Engine::Sweep Engine::SweepBook(const PlaceOrder& order, const Market& market) const {
  const Price limit = LimitOf(order);
  Sweep sweep;
  absl::int128 amount_left = order.quote_amount.value();
  OrderIndex index = market.book.Best(Opposite(order.side));
  for (uint32_t fills = 0; fills < limits::kFillsPerCommandMax && index != kNoOrder;
       ++fills, index = market.book.After(index)) {
    const Order& maker = orders_[index];
    if (!Crosses(order.side, limit, maker.price)) break;
    const Quantity lots =
        IsByAmount(order) ? MostLots(market.instrument, maker, amount_left)
                          : Quantity(Saturated(std::min(absl::int128(maker.remaining.value()),
                                                        order.quantity.value() - sweep.quantity)));
    const TakerCost taken = CostOf(market.instrument, order.side, maker.price, lots);
    sweep.quantity += lots.value();
    sweep.cost += taken.cost.value();
    sweep.fees += taken.fee.value();
    amount_left -= taken.spent.value();
    sweep.complete =
        IsByAmount(order) ? lots < maker.remaining : sweep.quantity == order.quantity.value();
    if (sweep.complete) break;
  }
  if (IsByAmount(order) && !sweep.complete) {
    // Every order met was taken in full: is there a lot still wanted, and an order to give it?
    const bool fits_more =
        amount_left > 0 && (index == kNoOrder ||
                            MostLots(market.instrument, orders_[index], amount_left) > Quantity(0));
    sweep.complete = !fits_more;
    sweep.hit_fill_limit = fits_more && index != kNoOrder;
  }
  return sweep;
}

// From here on the order must succeed.
Outcome Engine::Place(const PlaceOrder& order, const Plan& plan, Events& events) {
  Market& market = *plan.market;
  Order taker{.id = OrderId(sequence_.value()),
              .account_id = order.account_id,
              .client_order_id = order.client_order_id,
              .instrument_id = order.instrument_id,
              .side = order.side,
              .price = order.price,
              .quantity = plan.quantity,
              .remaining = plan.quantity,
              .hold = plan.hold,
              .executed_quote = Amount(0)};
  const BalanceKey payer{order.account_id, HoldAsset(market.instrument, order.side)};
  accounts_.Reserve(payer, plan.hold);
  OrderAccepted accepted{taker.id, order, plan.hold};
  accepted.order.quantity = plan.quantity;
  events.push_back(accepted);

  bool hit_fill_limit = !plan.killed && Match(taker, market, events);
  hit_fill_limit = hit_fill_limit || plan.hit_fill_limit;

  Outcome outcome = NewOutcome();
  outcome.order_id = taker.id;
  outcome.instrument_id = taker.instrument_id;
  outcome.side = taker.side;
  outcome.executed = taker.executed();
  outcome.executed_quote = taker.executed_quote;
  if (taker.remaining > Quantity(0) && !hit_fill_limit &&
      order.time_in_force == TimeInForce::kGoodTillCanceled) {
    market.book.Add(orders_.Add(taker, *accounts_.FindUser(taker.account_id)));
    events.push_back(
        OrderRested{taker.id, taker.instrument_id, taker.side, taker.price, taker.remaining});
    outcome.status = OrderStatus::kOpen;
    outcome.remaining = taker.remaining;
    return outcome;
  }
  outcome.status = OrderStatus::kFilled;
  if (taker.remaining > Quantity(0) || plan.book_ran_out) {
    outcome.status = OrderStatus::kCanceled;
    outcome.cancel_reason = plan.killed       ? CancelReason::kUnfilledFillOrKill
                            : hit_fill_limit  ? CancelReason::kFillLimit
                            : IsMarket(order) ? CancelReason::kInsufficientLiquidity
                                              : CancelReason::kUnfilledImmediateOrCancel;
    events.push_back(OrderCanceled{taker.id, taker.account_id, taker.instrument_id, taker.side,
                                   taker.price, taker.remaining, outcome.cancel_reason, false});
  }
  accounts_.Release(payer, taker.hold);
  return outcome;
}

// Trades until nothing crosses, nothing is left, or the fill limit is hit: then true.
bool Engine::Match(Order& taker, Market& market, Events& events) {
  const Price limit = taker.price != Price(0)    ? taker.price
                      : taker.side == Side::kBuy ? limits::kPriceMax
                                                 : Price(1);
  for (uint32_t fills = 0; taker.remaining > Quantity(0); ++fills) {
    const OrderIndex best = market.book.Best(Opposite(taker.side));
    if (best == kNoOrder || !Crosses(taker.side, limit, orders_[best].price)) return false;
    if (fills == limits::kFillsPerCommandMax) return true;
    events.push_back(Trade{});
    std::get<Trade>(events.back()).trade_id = MakeTradeId(sequence_, fills);
    Fill(taker, best, market, events);
  }
  return false;
}

// One trade of the taker with a resting order: money, quantities, and the event last in `events`.
void Engine::Fill(Order& taker, OrderIndex maker_index, Market& market, Events& events) {
  Order& maker = orders_[maker_index];
  const Instrument& instrument = market.instrument;
  const CreateInstrument& definition = instrument.definition;
  const bool taker_buys = taker.side == Side::kBuy;
  Order& buyer = taker_buys ? taker : maker;
  Order& seller = taker_buys ? maker : taker;
  const uint32_t buyer_ppm = taker_buys ? definition.taker_fee_ppm : definition.maker_fee_ppm;
  const uint32_t seller_ppm = taker_buys ? definition.maker_fee_ppm : definition.taker_fee_ppm;
  const Price price = maker.price;
  const Quantity lots = Min(taker.remaining, maker.remaining);

  // The budget: what the buyer holds beyond the needs of what remains. Rounding never overdraws it.
  const bool buyer_is_limit = buyer.price != Price(0);
  const Amount still_needed =
      buyer_is_limit ? HoldNeed(instrument, Side::kBuy, buyer.price, buyer.remaining - lots)
                     : Amount(0);
  const Amount budget = buyer.hold - still_needed;
  const Amount cost = Min(instrument.QuoteCeil(price, lots), budget);
  const Amount buyer_fee = Min(instrument.QuoteCeil(price, lots, buyer_ppm), budget - cost);
  const Amount gross = instrument.QuoteFloor(price, lots);
  const Amount seller_fee = Min(instrument.QuoteCeil(price, lots, seller_ppm), gross);
  const Amount base = instrument.BaseAmount(lots);

  accounts_.MoveHeld(definition.quote, buyer.account_id, seller.account_id, gross);
  accounts_.MoveHeld(definition.quote, buyer.account_id, kRounding, cost - gross);
  accounts_.MoveHeld(definition.quote, buyer.account_id, kFees, buyer_fee);
  accounts_.MoveAvailable(definition.quote, seller.account_id, kFees, seller_fee);
  accounts_.MoveHeld(definition.base, seller.account_id, buyer.account_id, base);
  buyer.hold -= cost + buyer_fee;
  seller.hold -= base;
  if (buyer_is_limit) {
    accounts_.Release({buyer.account_id, definition.quote}, buyer.hold - still_needed);
    buyer.hold = still_needed;
  }
  buyer.executed_quote += cost;
  // Sold above its own price, then at it: more than an Amount can say counts as the largest.
  seller.executed_quote =
      Amount(Saturated(absl::int128(seller.executed_quote.value()) + gross.value()));

  Trade& trade = std::get<Trade>(events.back());
  trade.instrument_id = instrument.id;
  trade.price = price;
  trade.quantity = lots;
  trade.taker_side = taker.side;
  trade.taker_order_id = taker.id;
  trade.taker_account_id = taker.account_id;
  trade.taker_remaining = taker.remaining - lots;
  trade.maker_order_id = maker.id;
  trade.maker_account_id = maker.account_id;
  trade.maker_remaining = maker.remaining - lots;
  trade.base_amount = base;
  trade.buyer_cost = cost;
  trade.seller_gross = gross;
  trade.buyer_fee = buyer_fee;
  trade.seller_fee = seller_fee;

  taker.remaining -= lots;
  if (lots < maker.remaining) {
    market.book.Reduce(maker_index, lots);
  } else {
    market.book.Remove(maker_index);
    orders_.Remove(maker_index, *accounts_.FindUser(maker.account_id));
  }
}

}  // namespace rialto::engine
