// What a new order is refused for: README.md, Placing an order. Nothing here changes anything.

#include <algorithm>
#include <limits>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

int64_t Saturated(absl::int128 value) {
  return value > kInt64Max ? kInt64Max : static_cast<int64_t>(value);
}

bool IsMarket(const PlaceOrder& order) { return order.type == OrderType::kMarket; }
bool IsByAmount(const PlaceOrder& order) {
  return IsMarket(order) && order.quote_amount != Amount(0);
}
// Never comes to rest: neither in the book nor beside it.
bool IsImmediate(OrderType type, TimeInForce time_in_force) {
  return type == OrderType::kMarket ||
         (type == OrderType::kLimit && (time_in_force == TimeInForce::kImmediateOrCancel ||
                                        time_in_force == TimeInForce::kFillOrKill));
}
bool HasPrice(const PlaceOrder& order) {
  switch (order.type) {
    case OrderType::kMarket:
    case OrderType::kStop:
    case OrderType::kTakeProfit:
      return false;
    case OrderType::kTrailingStop:
      return order.side == Side::kBuy || order.price != Price(0);
    default:
      return true;
  }
}

bool KnowsItsEnums(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  return IsKnown(order.side) && IsKnown(order.type) && IsKnown(order.time_in_force) &&
         IsKnown(order.post_only) && IsKnown(order.self_trade) && IsKnown(terms.trigger_source) &&
         IsKnown(terms.peg);
}

// Each kind of field is there exactly when the type uses it.
bool FitsItsType(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  const bool rests = Rests(order.time_in_force);
  const bool is_limit = order.type == OrderType::kLimit;
  const bool is_trailing = order.type == OrderType::kTrailingStop;
  const bool is_pegged = order.type == OrderType::kPegged;
  const bool must_rest = is_trailing || is_pegged || order.type == OrderType::kStop ||
                         order.type == OrderType::kTakeProfit;
  if (must_rest && !rests) return false;
  if (order.post_only == PostOnly::kYes && !(is_limit && rests)) return false;
  if (!HasPrice(order) && order.price != Price(0)) return false;
  if (IsMarket(order)) {
    if (rests || (order.quantity == Quantity(0)) == (order.quote_amount == Amount(0))) return false;
  } else if (order.quote_amount != Amount(0)) {
    return false;
  }
  if (HasTrigger(order.type) != (terms.trigger_source != TriggerSource::kNone)) return false;
  if (!HasTrigger(order.type) && terms.trigger_price != Price(0)) return false;
  if (!is_trailing && (terms.trail_ppm != 0 || terms.trail_ticks != 0)) return false;
  if (is_pegged != (terms.peg != PegReference::kNone)) return false;
  if (!is_pegged && terms.peg_offset_ticks != 0) return false;
  return true;
}

bool HasSaneTerms(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  const int64_t price_max = limits::kPriceMax.value();
  if (terms.display_quantity < Quantity(0) || terms.not_after < Timestamp(0) ||
      terms.expire_time < Timestamp(0)) {
    return false;
  }
  if ((order.time_in_force == TimeInForce::kGoodTillDate) != (terms.expire_time != Timestamp(0))) {
    return false;
  }
  if (terms.display_quantity != Quantity(0) &&
      (order.type != OrderType::kLimit || order.time_in_force != TimeInForce::kGoodTillCanceled ||
       terms.display_quantity > order.quantity)) {
    return false;
  }
  if (order.type == OrderType::kTrailingStop) {
    const bool by_ppm = terms.trail_ppm >= limits::kTrailPpmMin &&
                        terms.trail_ppm <= limits::kTrailPpmMax && terms.trail_ticks == 0;
    const bool by_ticks =
        terms.trail_ticks >= 1 && terms.trail_ticks <= price_max && terms.trail_ppm == 0;
    if (!by_ppm && !by_ticks) return false;
  }
  return terms.peg_offset_ticks >= -price_max && terms.peg_offset_ticks <= price_max;
}

Price LimitOf(const PlaceOrder& order, const Instrument& instrument) {
  if (order.type != OrderType::kStop && order.type != OrderType::kTakeProfit) return order.price;
  const uint32_t ppm = instrument.market_collar_ppm();
  return order.side == Side::kBuy ? MovedUp(order.terms.trigger_price, ppm)
                                  : MovedDown(order.terms.trigger_price, ppm);
}

// The best price of a side as if one order were gone.
Price BestPriceWithout(const Market& market, Side side, OrderIndex gone) {
  const OrderIndex best = market.book.Best(side);
  if (best == kNoOrder || best != gone) return market.book.BestPrice(side);
  const OrderIndex next = market.book.After(best);
  return next == kNoOrder ? Price(0) : market.book.PriceOf(next);
}

}  // namespace

Outcome Engine::Check(const PlaceOrder& order, Timestamp now) const {
  Refusal refusal;
  const OrderKey key = memory_.KeyOf(order.account_id, order.client_order_id);
  if (const uint32_t known = memory_.Find(key); known != 0) {
    if (memory_[known].fingerprint == Fingerprint(order)) return memory_[known].ToOutcome();
    refusal = {RejectReason::kClientOrderIdReused};
  } else {
    Plan plan;
    refusal = Check(order, Circumstances(), now, plan);
  }
  Outcome outcome = Refuse(refusal);
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  return outcome;
}

// tidy: ladder
Engine::Refusal Engine::Check(const PlaceOrder& order, const Circumstances& circumstances,
                              Timestamp now, Plan& plan) const {
  using Role = Circumstances::Role;
  const bool is_child = circumstances.role == Role::kChild;
  const OrderTerms& terms = order.terms;
  if (terms.not_after > Timestamp(0) && now > terms.not_after) {
    return {RejectReason::kRequestExpired, terms.not_after.value(), now.value()};
  }
  if (accounts_.FindUser(order.account_id) == nullptr) return {RejectReason::kUnknownAccount};
  const AccountIndex account = Accounts::IndexOf(order.account_id);
  plan.market = const_cast<Market*>(FindMarket(order.instrument_id));
  if (plan.market == nullptr) return {RejectReason::kUnknownInstrument};
  const Market& market = *plan.market;
  const CreateInstrument& definition = market.instrument.definition;
  if (const Refusal refusal = CheckMayTrade(account, order.side); refusal) {
    return refusal;
  }
  if (const Refusal refusal = CheckState(market, order.type, order.time_in_force); refusal) {
    return refusal;
  }
  if (!KnowsItsEnums(order) || !FitsItsType(order) || !HasSaneTerms(order)) {
    return {RejectReason::kInvalidOrder};
  }
  if (order.self_trade != SelfTrade::kDefault && definition.self_trade_modes != 0 &&
      (definition.self_trade_modes >> static_cast<int>(order.self_trade) & 1) == 0) {
    return {RejectReason::kSelfTradeNotAllowed, 0, static_cast<int64_t>(order.self_trade)};
  }
  if (order.time_in_force == TimeInForce::kGoodTillDate && terms.expire_time <= now) {
    return {RejectReason::kExpireTimePassed, now.value(), terms.expire_time.value()};
  }
  if (const Refusal refusal = CheckPrices(order, market); refusal) {
    return refusal;
  }

  plan.limit = LimitOf(order, market.instrument);
  plan.rates = RatesOf(account, market);
  plan.quantity = order.quantity;
  if (!IsByAmount(order) && order.quantity < definition.quantity_min) {
    return {RejectReason::kQuantityBelowMinimum, definition.quantity_min.value(),
            order.quantity.value()};
  }
  if (!IsByAmount(order) && order.quantity > definition.quantity_max) {
    return {RejectReason::kQuantityAboveMaximum, definition.quantity_max.value(),
            order.quantity.value()};
  }
  const bool must_sweep = IsMarket(order) ? !IsByAmount(order) || order.quote_amount > Amount(0)
                                          : order.type == OrderType::kLimit &&
                                                order.time_in_force == TimeInForce::kFillOrKill;
  if (must_sweep) {
    plan.sweep =
        SweepBook(market, {.side = order.side,
                           .owner = account,
                           .mode = ModeOf(market, order.self_trade, IsByAmount(order)),
                           .quantity = order.quantity,
                           .quote_amount = order.quote_amount,
                           .fee_ppm = plan.rates.taker_ppm,
                           .bound = BoundOf(market, {order.type, order.side, plan.limit}, now),
                           .is_fill_or_kill = order.time_in_force == TimeInForce::kFillOrKill});
    if (IsByAmount(order)) plan.quantity = Quantity(Saturated(plan.sweep.quantity));
  }
  if (IsMarket(order)) {
    plan.notional = IsByAmount(order) ? order.quote_amount : Amount(Saturated(plan.sweep.cost));
  } else if (plan.limit != Price(0)) {
    const auto [notional, fits] = market.instrument.Measure(plan.limit, order.quantity);
    plan.notional = notional;
    plan.fits = fits;
  }
  if (const Refusal refusal = CheckSize(order, plan); refusal) {
    return refusal;
  }
  if (const AccountLimits* limits = LimitsOf(account, order.instrument_id); limits != nullptr) {
    if (const Refusal refusal = CheckAccountLimits(*limits, plan.quantity, plan.notional);
        refusal) {
      return refusal;
    }
    if (!is_child && circumstances.role != Role::kSecondOfTwo) {
      const Addition addition{account, order.side, plan.quantity, plan.notional,
                              circumstances.replaced};
      if (const Refusal refusal = CheckSums(*limits, market, addition); refusal) return refusal;
    }
  }
  if (!is_child) {
    if (const Refusal refusal = CheckPace(order, circumstances, now); refusal) {
      return refusal;
    }
  }
  if (const Refusal refusal = CheckCounts(order, circumstances, market); refusal) {
    return refusal;
  }
  if (!is_child && HasTrigger(order.type) && order.type != OrderType::kTrailingStop) {
    const OrderIndex gone = circumstances.replaced;
    const ReferencePrices prices{market.last_price, BestPriceWithout(market, Side::kBuy, gone),
                                 BestPriceWithout(market, Side::kSell, gone), market.mark_price};
    const std::optional<Price> fired_by = FiresNow(prices, order.type, order.side, terms);
    if (fired_by.has_value()) {
      return {RejectReason::kWouldTrigger, terms.trigger_price.value(), fired_by->value()};
    }
  }
  const bool must_not_take = order.post_only == PostOnly::kYes ||
                             market.state == InstrumentState::kPostOnly ||
                             circumstances.role == Role::kFirstOfTwo;
  if (!is_child && order.type == OrderType::kLimit && must_not_take) {
    if (const Refusal refusal = CheckTakes(order.side, order.price, market); refusal) {
      return refusal;
    }
  }
  return CheckFunds(order, circumstances, plan);
}

Engine::Refusal Engine::CheckMayTrade(AccountIndex account, Side side) const {
  const AccountRules* rules = accounts_.User(account).rules.get();
  const TradingState own = rules == nullptr ? TradingState::kActive : rules->state;
  if (own == TradingState::kHalted || trading_state_ == TradingState::kHalted) {
    return {RejectReason::kTradingHalted};
  }
  if (side == Side::kBuy &&
      (own == TradingState::kReducing || trading_state_ == TradingState::kReducing)) {
    return {RejectReason::kTradingReducing};
  }
  return {};
}

Engine::Refusal Engine::CheckState(const Market& market, OrderType type,
                                   TimeInForce time_in_force) {
  const Refusal refusal{RejectReason::kInstrumentState, 0, static_cast<int64_t>(market.state)};
  if (market.uncross.is_running) return refusal;
  switch (market.state) {
    case InstrumentState::kTrading:
      return {};
    case InstrumentState::kPostOnly:
      return IsImmediate(type, time_in_force) ? refusal : Refusal{};
    case InstrumentState::kAuction:
      return IsImmediate(type, time_in_force) || type == OrderType::kPegged ? refusal : Refusal{};
    case InstrumentState::kHalted:
    case InstrumentState::kCancelOnly:
    case InstrumentState::kClosed:
      break;
  }
  return refusal;
}

Engine::Refusal Engine::CheckPrices(const PlaceOrder& order, const Market& market) {
  if (HasPrice(order)) {
    const Refusal refusal = CheckPrice(market.instrument, order.price);
    if (refusal) return refusal;
  }
  const bool has_trigger_price =
      HasTrigger(order.type) &&
      (order.type != OrderType::kTrailingStop || order.terms.trigger_price != Price(0));
  if (has_trigger_price) {
    const Refusal refusal = CheckPrice(market.instrument, order.terms.trigger_price);
    if (refusal) return refusal;
  }
  if (order.type == OrderType::kLimit) return CheckCollar(market, order.price);
  return {};
}

Engine::Refusal Engine::CheckPrice(const Instrument& instrument, Price price) {
  if (price < instrument.price_min()) {
    return {RejectReason::kPriceOutOfRange, instrument.price_min().value(), price.value()};
  }
  if (price > instrument.price_max()) {
    return {RejectReason::kPriceOutOfRange, instrument.price_max().value(), price.value()};
  }
  return {};
}

Engine::Refusal Engine::CheckCollar(const Market& market, Price price) {
  const uint32_t ppm = market.instrument.definition.limit_collar_ppm;
  if (ppm == 0) return {};
  const Price reference = market.reference_price();
  if (reference == Price(0)) return {};
  const Price low = MovedDown(reference, ppm);
  const Price high = MovedUp(reference, ppm);
  if (price < low) return {RejectReason::kPriceCollar, low.value(), price.value()};
  if (price > high) return {RejectReason::kPriceCollar, high.value(), price.value()};
  return {};
}

Engine::Refusal Engine::CheckNotional(const Instrument& instrument, Amount notional) {
  const CreateInstrument& bounds = instrument.definition;
  if (notional < bounds.notional_min) {
    return {RejectReason::kNotionalBelowMinimum, bounds.notional_min.value(), notional.value()};
  }
  if (bounds.notional_max > Amount(0) && notional > bounds.notional_max) {
    return {RejectReason::kNotionalAboveMaximum, bounds.notional_max.value(), notional.value()};
  }
  return {};
}

Engine::Refusal Engine::CheckSize(const PlaceOrder& order, const Plan& plan) const {
  const Instrument& instrument = plan.market->instrument;
  const CreateInstrument& bounds = instrument.definition;
  if (IsByAmount(order)) {
    const Amount least = std::max(Amount(1), bounds.notional_min);
    if (plan.notional < least) {
      return {RejectReason::kNotionalBelowMinimum, least.value(), plan.notional.value()};
    }
  }
  if (IsMarket(order)) {
    if (bounds.notional_max > Amount(0) && plan.notional > bounds.notional_max) {
      return {RejectReason::kNotionalAboveMaximum, bounds.notional_max.value(),
              plan.notional.value()};
    }
  } else if (plan.limit != Price(0)) {
    const Refusal refusal = CheckNotional(instrument, plan.notional);
    if (refusal) return refusal;
  }
  const int64_t display = order.terms.display_quantity.value();
  if (display != 0) {
    const int64_t parts = (order.quantity.value() - 1) / display + 1;
    if (parts > instrument.iceberg_parts_max()) {
      return {RejectReason::kTooManyIcebergParts, instrument.iceberg_parts_max(), parts};
    }
  }
  return {};
}

const Engine::AccountLimits* Engine::LimitsOf(AccountIndex account, InstrumentId id) const {
  const AccountRules* rules = accounts_.User(account).rules.get();
  if (rules == nullptr || !rules->has_limits) return nullptr;
  const auto found = account_limits_.find({account, id});
  return found == account_limits_.end() ? nullptr : &found->second;
}

Engine::Refusal Engine::CheckAccountLimits(const AccountLimits& limits, Quantity quantity,
                                           Amount notional) {
  if (limits.order_quantity_max > Quantity(0) && quantity > limits.order_quantity_max) {
    return {RejectReason::kMaxOrderQuantity, limits.order_quantity_max.value(), quantity.value()};
  }
  if (limits.order_notional_max > Amount(0) && notional > limits.order_notional_max) {
    return {RejectReason::kMaxOrderNotional, limits.order_notional_max.value(), notional.value()};
  }
  return {};
}

Engine::Refusal Engine::CheckSums(const AccountLimits& limits, const Market& market,
                                  const Addition& addition) const {
  const auto [account, side, quantity, notional, except] = addition;
  const OpenSums sums = SumOpenOrders(account, market.instrument.id, except);
  if (side == Side::kBuy && limits.position_max > Quantity(0)) {
    const CreateInstrument& definition = market.instrument.definition;
    const Balance base = accounts_.Get(Accounts::IdOf(account), definition.base);
    const int64_t owned = (base.available.value() + base.held.value()) / definition.lot_size_units;
    const absl::int128 position = sums.buy_lots + owned + quantity.value();
    if (position > limits.position_max.value()) {
      return {RejectReason::kMaxPosition, limits.position_max.value(), Saturated(position)};
    }
  }
  if (limits.exposure_max > Amount(0)) {
    const absl::int128 exposure = sums.notional + notional.value();
    if (exposure > limits.exposure_max.value()) {
      return {RejectReason::kMaxExposure, limits.exposure_max.value(), Saturated(exposure)};
    }
  }
  return {};
}

Engine::OpenSums Engine::SumOpenOrders(AccountIndex account, InstrumentId id,
                                       OrderIndex except) const {
  OpenSums sums;
  for (OrderIndex i = accounts_.User(account).first_order; i != kNoOrder;
       i = orders_[i].account_next) {
    const Order& order = orders_[i];
    if (order.instrument_id != id || i == except) continue;
    ++sums.orders;
    if (HasTrigger(order.type) &&
        (order.waiting == Waiting::kTrigger || order.waiting == Waiting::kParent)) {
      ++sums.with_trigger;
    }
    if (order.waiting == Waiting::kParent || IsSecondary(i)) continue;
    const Quantity remaining = orders_.Remaining(i);
    if (order.side == Side::kBuy) sums.buy_lots += remaining.value();
    if (order.limit != Price(0)) {
      sums.notional += MarketOf(i).instrument.NotionalSaturated(order.limit, remaining).value();
    }
  }
  return sums;
}

// How fast an account orders, and whether it repeats itself.
Engine::Refusal Engine::CheckPace(const PlaceOrder& order, const Circumstances& circumstances,
                                  Timestamp now) const {
  const AccountRules* rules = accounts_.User(Accounts::IndexOf(order.account_id)).rules.get();
  if (rules == nullptr) return {};
  const SetAccountSettings& settings = rules->settings;
  if (settings.duplicate_window_ns > 0) {
    for (auto taken = rules->taken.rbegin(); taken != rules->taken.rend(); ++taken) {
      const int64_t age_ns = now.value() - taken->at.value();
      if (age_ns > settings.duplicate_window_ns) break;
      if (taken->instrument_id == order.instrument_id && taken->side == order.side &&
          taken->type == order.type && taken->price == order.price &&
          taken->trigger_price == order.terms.trigger_price && taken->quantity == order.quantity &&
          taken->quote_amount == order.quote_amount) {
        return {RejectReason::kDuplicateOrder, settings.duplicate_window_ns, age_ns};
      }
    }
  }
  if (settings.order_rate_max > 0) {
    const bool same_window = now.value() / settings.order_rate_window_ns == rules->rate_window;
    const int64_t count = (same_window ? rules->rate_count : 0) + circumstances.list_orders_before;
    if (count >= settings.order_rate_max) {
      return {RejectReason::kOrderRate, settings.order_rate_max, count};
    }
  }
  return {};
}

Engine::Refusal Engine::CheckCounts(const PlaceOrder& order, const Circumstances& circumstances,
                                    const Market& market) const {
  const Account& account = accounts_.User(Accounts::IndexOf(order.account_id));
  const CreateInstrument& definition = market.instrument.definition;
  const int64_t before = circumstances.list_orders_before;
  const int64_t gone = circumstances.replaced == kNoOrder ? 0 : 1;
  const bool must_sum = definition.open_orders_max != 0 || definition.pending_orders_max != 0;
  OpenSums sums;
  if (must_sum) {
    sums = SumOpenOrders(Accounts::IndexOf(order.account_id), order.instrument_id,
                         circumstances.replaced);
  }
  if (!IsImmediate(order.type, order.time_in_force)) {
    const int64_t open = account.open_orders + before - gone;
    if (open >= limits::kOpenOrdersPerAccountMax) {
      return {RejectReason::kTooManyOpenOrders, limits::kOpenOrdersPerAccountMax, open};
    }
    const uint32_t own_max = account.rules == nullptr ? 0 : account.rules->settings.open_orders_max;
    if (own_max != 0 && open >= own_max) return {RejectReason::kTooManyOpenOrders, own_max, open};
    if (definition.open_orders_max != 0 && sums.orders + before >= definition.open_orders_max) {
      return {RejectReason::kTooManyOpenOrders, definition.open_orders_max, sums.orders + before};
    }
  }
  const OrderType replaced =
      circumstances.replaced == kNoOrder ? OrderType::kLimit : orders_[circumstances.replaced].type;
  if (HasTrigger(order.type) && definition.pending_orders_max != 0 &&
      sums.with_trigger >= definition.pending_orders_max) {
    return {RejectReason::kTooManyPendingOrders, definition.pending_orders_max, sums.with_trigger};
  }
  if (order.type == OrderType::kTrailingStop) {
    const bool frees_one = replaced == OrderType::kTrailingStop &&
                           orders_[circumstances.replaced].waiting == Waiting::kTrigger;
    const int64_t count =
        static_cast<int64_t>(market.triggers.trailing_count()) - (frees_one ? 1 : 0);
    if (count >= limits::kTrailingPerInstrumentMax) {
      return {RejectReason::kTooManyPendingOrders, limits::kTrailingPerInstrumentMax, count};
    }
  }
  if (order.type == OrderType::kPegged) {
    const int64_t count =
        static_cast<int64_t>(market.pegged.size()) - (replaced == OrderType::kPegged ? 1 : 0);
    if (count >= limits::kPeggedPerInstrumentMax) {
      return {RejectReason::kTooManyPendingOrders, limits::kPeggedPerInstrumentMax, count};
    }
  }
  return {};
}

Engine::Refusal Engine::CheckTakes(Side side, Price limit, const Market& market) {
  if (market.state == InstrumentState::kAuction) return {};
  const Price best = market.book.BestPrice(Opposite(side));
  if (best == Price(0) || !Crosses(side, limit, best)) return {};
  return {RejectReason::kWouldTake, best.value(), limit.value()};
}

// On success the plan has the hold.
Engine::Refusal Engine::CheckFunds(const PlaceOrder& order, const Circumstances& circumstances,
                                   Plan& plan) const {
  using Role = Circumstances::Role;
  const Instrument& instrument = plan.market->instrument;
  const int64_t fee_ppm =
      std::max<int64_t>({0, plan.rates.maker_ppm, int64_t{plan.rates.taker_ppm}});
  // Whoever trades with it may pay the largest fee.
  if (!plan.fits) return {RejectReason::kAmountOverflow};
  absl::int128 hold = 0;
  if (order.side == Side::kSell) {
    hold = absl::int128(plan.quantity.value()) * instrument.definition.lot_size_units;
    if (IsByAmount(order)) hold = plan.sweep.quantity * instrument.definition.lot_size_units;
  } else if (!IsMarket(order)) {
    hold = BuyNeed(instrument, plan.limit, order.quantity, fee_ppm).value();
  } else {
    hold = IsByAmount(order) ? absl::int128(order.quote_amount.value())
                             : plan.sweep.cost + plan.sweep.fees;
  }
  if (hold > kInt64Max) return {RejectReason::kAmountOverflow};
  plan.hold = Amount(static_cast<int64_t>(hold));
  if (circumstances.role == Role::kChild) return {};

  const AssetId asset = HoldAsset(instrument, order.side);
  Amount available = accounts_.Get(Accounts::IndexOf(order.account_id), asset).available;
  if (circumstances.replaced != kNoOrder) available += orders_[circumstances.replaced].hold;
  if (circumstances.role == Role::kSecondOfTwo) {
    available -= circumstances.first_hold;
    plan.hold = std::max(Amount(0), plan.hold - circumstances.first_hold);
  }
  if (plan.hold > available) {
    return {RejectReason::kInsufficientFunds, plan.hold.value(), available.value()};
  }
  return {};
}

FeeRates Engine::RatesOf(AccountIndex account, const Market& market) const {
  const CreateInstrument& definition = market.instrument.definition;
  const AccountRules* rules = accounts_.User(account).rules.get();
  const uint32_t tier = rules == nullptr ? 0 : rules->settings.fee_tier;
  if (tier != 0 && tier <= market.tiers.size() && market.tiers[tier - 1].has_value()) {
    return *market.tiers[tier - 1];
  }
  return {definition.maker_fee_ppm, definition.taker_fee_ppm};
}

}  // namespace rialto::engine
