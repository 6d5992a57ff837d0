// What the naive model asks of a new order, in the order of the rules.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

int64_t Clamp(Wide value) { return static_cast<int64_t>(std::min(value, kAmountMax)); }

bool HasKnownValues(const PlaceOrder& order) {
  return (order.side == Side::kBuy || order.side == Side::kSell) &&
         order.type >= OrderType::kLimit && order.type <= OrderType::kPegged &&
         order.time_in_force >= TimeInForce::kGoodTillCanceled &&
         order.time_in_force <= TimeInForce::kDay && order.post_only <= PostOnly::kYes &&
         order.self_trade <= SelfTrade::kDecrement &&
         order.terms.trigger_source <= TriggerSource::kMark &&
         order.terms.peg <= PegReference::kMid;
}

bool HasSoundTrail(const OrderTerms& terms) {
  if (terms.trail_ppm != 0) {
    return terms.trail_ticks == 0 && terms.trail_ppm >= limits::kTrailPpmMin &&
           terms.trail_ppm <= limits::kTrailPpmMax;
  }
  return terms.trail_ticks >= 1 && terms.trail_ticks <= limits::kPriceMax.value();
}

// What may be in the fields of one type. `kMust` of a price is given even as 0: the price check
// comes later.
bool HasFormOfType(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  const bool rests = MayRest(order);
  const bool has_source = terms.trigger_source != TriggerSource::kNone;
  switch (order.type) {
    case OrderType::kLimit:
      if (order.post_only == PostOnly::kYes && !rests) return false;
      if (terms.display_quantity == Quantity(0)) return true;
      return order.time_in_force == TimeInForce::kGoodTillCanceled &&
             terms.display_quantity <= order.quantity;
    case OrderType::kMarket:
      return !rests && order.price == Price(0) &&
             (order.quantity != Quantity(0)) != IsByAmount(order);
    case OrderType::kStop:
    case OrderType::kTakeProfit:
      return rests && has_source && order.price == Price(0);
    case OrderType::kStopLimit:
    case OrderType::kTakeProfitLimit:
      return has_source;
    case OrderType::kTrailingStop:
      return rests && has_source && HasSoundTrail(terms);
    case OrderType::kPegged:
      return rests && terms.peg != PegReference::kNone &&
             terms.peg_offset_ticks >= -limits::kPriceMax.value() &&
             terms.peg_offset_ticks <= limits::kPriceMax.value();
  }
  return false;
}

// What a type does not use is absent.
bool HasNothingElse(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  const bool is_limit = order.type == OrderType::kLimit;
  if (order.type != OrderType::kMarket && IsByAmount(order)) return false;
  if (!is_limit && order.post_only != PostOnly::kNo) return false;
  if (!is_limit && terms.display_quantity != Quantity(0)) return false;
  if (!HasTrigger(order) &&
      (terms.trigger_source != TriggerSource::kNone || terms.trigger_price != Price(0))) {
    return false;
  }
  if (order.type != OrderType::kTrailingStop && (terms.trail_ppm != 0 || terms.trail_ticks != 0)) {
    return false;
  }
  if (order.type != OrderType::kPegged &&
      (terms.peg != PegReference::kNone || terms.peg_offset_ticks != 0)) {
    return false;
  }
  return (terms.expire_time != Timestamp(0)) == (order.time_in_force == TimeInForce::kGoodTillDate);
}

bool HasForm(const PlaceOrder& order) {
  const OrderTerms& terms = order.terms;
  if (terms.display_quantity < Quantity(0) || terms.not_after < Timestamp(0) ||
      terms.expire_time < Timestamp(0)) {
    return false;
  }
  return HasKnownValues(order) && HasFormOfType(order) && HasNothingElse(order);
}

bool MustHavePrice(const PlaceOrder& order) {
  return TradesAsLimit(order) || order.type == OrderType::kPegged ||
         (order.type == OrderType::kTrailingStop && IsBuy(order));
}

bool MustHaveTriggerPrice(const PlaceOrder& order) {
  return HasTrigger(order) && order.type != OrderType::kTrailingStop;
}

}  // namespace

NaiveEngine::Refusal NaiveEngine::CheckNew(const PlaceOrder& order, const Beside& beside) const {
  const bool is_child = beside.role == Beside::kChild;
  const bool is_oco_first = beside.role == Beside::kOcoFirst;
  Refusal refusal = CheckAdmission(order);
  if (!refusal.applies()) refusal = CheckTrading(order);
  if (!refusal.applies()) refusal = CheckState(order);
  if (!refusal.applies()) refusal = CheckTerms(order);
  if (!refusal.applies()) refusal = CheckPrices(order);
  if (refusal.applies()) return refusal;

  const NaiveOrder draft = Draft(order);
  Sweep sweep;
  if (order.type == OrderType::kMarket) sweep = SweepBook(draft);
  refusal = CheckSize(draft, sweep);
  if (!refusal.applies()) refusal = CheckOrderLimits(draft, sweep);
  if (!refusal.applies() && !is_child && beside.role != Beside::kOcoSecond) {
    refusal = CheckPosition(draft, sweep, beside.gone);
  }
  if (!refusal.applies() && !is_child) refusal = CheckDuplicate(order);
  if (!refusal.applies() && !is_child) refusal = CheckRate(order, beside);
  if (!refusal.applies()) refusal = CheckOpenOrders(order, beside);
  if (!refusal.applies()) refusal = CheckPendingOrders(order, beside.gone);
  if (!refusal.applies() && !is_child) refusal = CheckWouldTrigger(order, beside.gone);
  if (!refusal.applies() && !is_child) {
    refusal = CheckWouldTake(order, is_oco_first ? PostOnly::kYes : order.post_only);
  }
  if (!refusal.applies()) refusal = CheckFunds(draft, sweep, beside);
  return refusal;
}

// --- 2 to 12 ---

NaiveEngine::Refusal NaiveEngine::CheckAdmission(const PlaceOrder& order) const {
  const int64_t not_after = order.terms.not_after.value();
  if (not_after > 0 && now_ns_ > not_after) {
    return {RejectReason::kRequestExpired, not_after, now_ns_};
  }
  if (!IsUser(order.account_id)) return {RejectReason::kUnknownAccount};
  if (Find(order.instrument_id) == nullptr) return {RejectReason::kUnknownInstrument};
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckTrading(const PlaceOrder& order) const {
  bool is_reducing = false;
  for (const AccountId id : {AccountId(0), order.account_id}) {
    const auto found = trading_states_.find(id);
    if (found == trading_states_.end()) continue;
    if (found->second == TradingState::kHalted) return {RejectReason::kTradingHalted};
    if (found->second == TradingState::kReducing) is_reducing = true;
  }
  if (is_reducing && IsBuy(order)) return {RejectReason::kTradingReducing};
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckState(const PlaceOrder& order) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  const bool trades_now =
      order.type == OrderType::kMarket ||
      (order.type == OrderType::kLimit && (order.time_in_force == TimeInForce::kImmediateOrCancel ||
                                           order.time_in_force == TimeInForce::kFillOrKill));
  bool is_taken = false;
  switch (market.state) {
    case InstrumentState::kTrading:
      is_taken = true;
      break;
    case InstrumentState::kPostOnly:
      is_taken = !trades_now;
      break;
    case InstrumentState::kAuction:
      is_taken = !trades_now && order.type != OrderType::kPegged;
      break;
    default:
      break;
  }
  if (is_taken && !market.uncross) return {};
  return {RejectReason::kInstrumentState, 0, static_cast<int64_t>(market.state)};
}

NaiveEngine::Refusal NaiveEngine::CheckTerms(const PlaceOrder& order) const {
  if (!HasForm(order)) return {RejectReason::kInvalidOrder};
  const uint8_t modes = MarketOf(order.instrument_id).definition().self_trade_modes;
  const int mode = static_cast<int>(order.self_trade);
  if (mode != 0 && modes != 0 && (modes >> mode & 1) == 0) {
    return {RejectReason::kSelfTradeNotAllowed, 0, mode};
  }
  const int64_t expire_ns = order.terms.expire_time.value();
  if (order.time_in_force == TimeInForce::kGoodTillDate && expire_ns <= now_ns_) {
    return {RejectReason::kExpireTimePassed, now_ns_, expire_ns};
  }
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckPrices(const PlaceOrder& order) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  const CreateInstrument& definition = market.definition();
  const int64_t low = std::max<int64_t>(1, definition.price_min.value());
  int64_t high = limits::kPriceMax.value();
  if (definition.price_max != Price(0)) high = std::min(high, definition.price_max.value());
  const int64_t price = order.price.value();
  const int64_t trigger = order.terms.trigger_price.value();
  std::vector<int64_t> given;
  if (price != 0 || MustHavePrice(order)) given.push_back(price);
  if (trigger != 0 || MustHaveTriggerPrice(order)) given.push_back(trigger);
  for (const int64_t number : given) {
    if (number < low) return {RejectReason::kPriceOutOfRange, low, number};
    if (number > high) return {RejectReason::kPriceOutOfRange, high, number};
  }
  const auto reference = market.Reference();
  if (order.type != OrderType::kLimit || definition.limit_collar_ppm == 0 || !reference) return {};
  const Wide distance = Wide{*reference} * definition.limit_collar_ppm / 1'000'000;
  if (price < *reference - distance) {
    return {RejectReason::kPriceCollar, Clamp(*reference - distance), price};
  }
  if (price > *reference + distance) {
    return {RejectReason::kPriceCollar, Clamp(*reference + distance), price};
  }
  return {};
}

// --- 13 to 15 ---

NaiveEngine::Refusal NaiveEngine::CheckSize(const NaiveOrder& order, const Sweep& sweep) const {
  const CreateInstrument& definition = MarketOf(order).definition();
  const int64_t lots = order.placed.quantity.value();
  if (!IsByAmount(order.placed)) {
    const int64_t least = definition.quantity_min.value();
    const int64_t most = definition.quantity_max.value();
    if (lots < least) return {RejectReason::kQuantityBelowMinimum, least, lots};
    if (lots > most) return {RejectReason::kQuantityAboveMaximum, most, lots};
  }
  const Refusal refusal = CheckNotional(order, sweep);
  return refusal.applies() ? refusal : CheckParts(order);
}

std::optional<Wide> NaiveEngine::NotionalOf(const NaiveOrder& order, const Sweep& sweep) const {
  if (IsByAmount(order.placed)) return order.placed.quote_amount.value();
  if (order.placed.type == OrderType::kMarket) return std::min(sweep.cost, kAmountMax);
  if (!order.limit) return std::nullopt;
  const NaiveInstrument& instrument = MarketOf(order).instrument;
  return std::min(instrument.Ceil(*order.limit, order.placed.quantity.value()), kAmountMax);
}

NaiveEngine::Refusal NaiveEngine::CheckNotional(const NaiveOrder& order, const Sweep& sweep) const {
  const CreateInstrument& definition = MarketOf(order).definition();
  const auto notional = NotionalOf(order, sweep);
  if (!notional) return {};
  int64_t least = definition.notional_min.value();
  if (IsByAmount(order.placed)) {
    least = std::max<int64_t>(1, least);
  } else if (order.placed.type == OrderType::kMarket) {
    least = 0;
  }
  if (*notional < least) return {RejectReason::kNotionalBelowMinimum, least, Clamp(*notional)};
  const int64_t most = definition.notional_max.value();
  if (most != 0 && *notional > most) {
    return {RejectReason::kNotionalAboveMaximum, most, Clamp(*notional)};
  }
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckParts(const NaiveOrder& order) const {
  const int64_t display = order.placed.terms.display_quantity.value();
  if (display == 0) return {};
  const int64_t own_max = MarketOf(order).definition().iceberg_parts_max;
  const int64_t most = own_max == 0 ? limits::kIcebergPartsMax : own_max;
  const int64_t lots = order.placed.quantity.value();
  const int64_t parts = lots / display + (lots % display != 0 ? 1 : 0);
  if (parts > most) return {RejectReason::kTooManyIcebergParts, most, parts};
  return {};
}

}  // namespace rialto::engine
