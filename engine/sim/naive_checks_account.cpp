// What the naive model asks of a new order beside its account's other orders and the book: checks
// 16 to 26.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

int64_t Clamp(Wide value) { return static_cast<int64_t>(std::min(value, kAmountMax)); }

// What a duplicate has in common with the first.
auto Likeness(const PlaceOrder& order) {
  return std::tuple(order.instrument_id, order.side, order.type, order.price,
                    order.terms.trigger_price, order.quantity, order.quote_amount);
}

}  // namespace

const NaiveEngine::Limits& NaiveEngine::LimitsOf(const PlaceOrder& order) const {
  static const Limits kNone;
  const auto found = limits_.find({order.account_id, order.instrument_id});
  return found == limits_.end() ? kNone : found->second;
}

NaiveEngine::Refusal NaiveEngine::CheckOrderLimits(const NaiveOrder& order,
                                                   const Sweep& sweep) const {
  const Limits& limits = LimitsOf(order.placed);
  const Wide lots = IsByAmount(order.placed) ? sweep.lots : Wide{order.placed.quantity.value()};
  if (limits.order_quantity != 0 && lots > limits.order_quantity) {
    return {RejectReason::kMaxOrderQuantity, limits.order_quantity, Clamp(lots)};
  }
  const Wide notional = NotionalOf(order, sweep).value_or(0);
  if (limits.order_notional != 0 && notional > limits.order_notional) {
    return {RejectReason::kMaxOrderNotional, limits.order_notional, Clamp(notional)};
  }
  return {};
}

// --- 17 and 18 ---

bool NaiveEngine::CountsInLimits(const NaiveOrder& order) const {
  if (order.waits_for_parent) return false;
  const bool is_trigger_leg =
      order.sibling != OrderId(0) && HasTrigger(order.placed) && !order.triggered;
  return !(is_trigger_leg && IsOpen(order.sibling));
}

NaiveEngine::Refusal NaiveEngine::CheckPosition(const NaiveOrder& order, const Sweep& sweep,
                                                OrderId gone) const {
  const PlaceOrder& placed = order.placed;
  const Limits& limits = LimitsOf(placed);
  const NaiveInstrument& instrument = MarketOf(order).instrument;
  const Balance owned = BalanceOf(placed.account_id, instrument.definition.base);
  Wide position = (Wide{owned.available} + owned.held) / instrument.definition.lot_size_units;
  position += IsByAmount(placed) ? sweep.lots : Wide{order.remaining};
  // What is asked of an amended order is its remaining part.
  NaiveOrder asked = order;
  asked.placed.quantity = Quantity(order.remaining);
  Wide exposure = NotionalOf(asked, sweep).value_or(0);
  if (limits.position == 0 && limits.exposure == 0) return {};
  for (const OrderId id : OrdersOf(placed.instrument_id)) {
    const NaiveOrder& other = orders_.at(id);
    if (other.placed.account_id != placed.account_id || id == gone || !CountsInLimits(other)) {
      continue;
    }
    if (IsBuy(other.placed)) position += other.remaining;
    if (other.limit) {
      exposure += std::min(instrument.Ceil(*other.limit, other.remaining), kAmountMax);
    }
  }
  if (limits.position != 0 && IsBuy(placed) && position > limits.position) {
    return {RejectReason::kMaxPosition, limits.position, Clamp(position)};
  }
  if (limits.exposure != 0 && exposure > limits.exposure) {
    return {RejectReason::kMaxExposure, limits.exposure, Clamp(exposure)};
  }
  return {};
}

// --- 19 to 22 ---

NaiveEngine::Refusal NaiveEngine::CheckDuplicate(const PlaceOrder& order) const {
  const int64_t window_ns = SettingsOf(order.account_id).duplicate_window_ns;
  const auto taken = taken_.find(order.account_id);
  if (window_ns == 0 || taken == taken_.end()) return {};
  uint32_t looked_at = 0;
  for (auto one = taken->second.rbegin(); one != taken->second.rend(); ++one) {
    if (++looked_at > limits::kDuplicatesRemembered) break;
    const int64_t since_ns = now_ns_ - one->at_ns;
    if (since_ns > window_ns) break;
    if (Likeness(one->placed) == Likeness(order)) {
      return {RejectReason::kDuplicateOrder, window_ns, since_ns};
    }
  }
  return {};
}

NaiveEngine::Refusal NaiveEngine::CheckRate(const PlaceOrder& order, const Beside& beside) const {
  const SetAccountSettings& settings = SettingsOf(order.account_id);
  const int64_t window_ns = settings.order_rate_window_ns;
  if (window_ns == 0) return {};
  int64_t count = beside.earlier_count;
  const auto taken = taken_.find(order.account_id);
  if (taken != taken_.end()) {
    for (auto one = taken->second.rbegin(); one != taken->second.rend(); ++one) {
      if (one->at_ns / window_ns != now_ns_ / window_ns) break;
      ++count;
    }
  }
  if (count < settings.order_rate_max) return {};
  return {RejectReason::kOrderRate, settings.order_rate_max, count};
}

NaiveEngine::Refusal NaiveEngine::CheckOpenOrders(const PlaceOrder& order,
                                                  const Beside& beside) const {
  if (order.type == OrderType::kMarket || IsLimitNow(order)) return {};
  const int64_t elsewhere = beside.earlier_count - (beside.gone == OrderId(0) ? 0 : 1);
  const auto refuse = [](int64_t bound, int64_t count) {
    return Refusal{RejectReason::kTooManyOpenOrders, bound, count};
  };
  int64_t count = elsewhere;
  const auto open = open_by_account_.find(order.account_id);
  if (open != open_by_account_.end()) count += static_cast<int64_t>(open->second.size());
  if (count >= limits::kOpenOrdersPerAccountMax) {
    return refuse(limits::kOpenOrdersPerAccountMax, count);
  }
  const int64_t account_max = SettingsOf(order.account_id).open_orders_max;
  if (account_max != 0 && count >= account_max) return refuse(account_max, count);
  const int64_t instrument_max = MarketOf(order.instrument_id).definition().open_orders_max;
  if (instrument_max == 0) return {};
  count = elsewhere;
  for (const OrderId id : OrdersOf(order.instrument_id)) {
    if (orders_.at(id).placed.account_id == order.account_id) ++count;
  }
  return count >= instrument_max ? refuse(instrument_max, count) : Refusal{};
}

NaiveEngine::Refusal NaiveEngine::CheckPendingOrders(const PlaceOrder& order, OrderId gone) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  if (!HasTrigger(order) && order.type != OrderType::kPegged) return {};
  int64_t own = 0;
  int64_t trailing = 0;
  int64_t pegged = 0;
  for (const OrderId id : OrdersOf(order.instrument_id)) {
    const NaiveOrder& other = orders_.at(id);
    if (id == gone) continue;
    if (other.placed.type == OrderType::kPegged) ++pegged;
    if (!HasTrigger(other.placed) || other.triggered) continue;
    if (other.placed.account_id == order.account_id) ++own;
    if (other.placed.type == OrderType::kTrailingStop) ++trailing;
  }
  const int64_t own_max = market.definition().pending_orders_max;
  if (HasTrigger(order) && own_max != 0 && own >= own_max) {
    return {RejectReason::kTooManyPendingOrders, own_max, own};
  }
  constexpr int64_t kTrailingMax = limits::kTrailingPerInstrumentMax;
  if (order.type == OrderType::kTrailingStop && trailing >= kTrailingMax) {
    return {RejectReason::kTooManyPendingOrders, kTrailingMax, trailing};
  }
  constexpr int64_t kPeggedMax = limits::kPeggedPerInstrumentMax;
  if (order.type == OrderType::kPegged && pegged >= kPeggedMax) {
    return {RejectReason::kTooManyPendingOrders, kPeggedMax, pegged};
  }
  return {};
}

// --- 23 to 26 ---

NaiveEngine::Refusal NaiveEngine::CheckWouldTrigger(const PlaceOrder& order, OrderId gone) const {
  if (!HasTrigger(order) || order.type == OrderType::kTrailingStop) return {};
  const auto doubled = ReferenceOf(order, gone);
  const int64_t trigger = order.terms.trigger_price.value();
  if (!doubled) return {};
  const bool fires =
      FiresRising(order) ? *doubled >= Wide{trigger} * 2 : *doubled <= Wide{trigger} * 2;
  if (!fires) return {};
  return {RejectReason::kWouldTrigger, trigger, Clamp(*doubled / 2)};
}

NaiveEngine::Refusal NaiveEngine::CheckWouldTake(const PlaceOrder& order,
                                                 PostOnly post_only) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  if (order.type != OrderType::kLimit || market.state == InstrumentState::kAuction) return {};
  if (post_only == PostOnly::kNo && market.state != InstrumentState::kPostOnly) return {};
  const auto best = market.Best(Opposite(order.side));
  const int64_t price = order.price.value();
  if (!best || (IsBuy(order) ? *best > price : *best < price)) return {};
  return {RejectReason::kWouldTake, *best, price};
}

NaiveEngine::Refusal NaiveEngine::CheckFunds(const NaiveOrder& order, const Sweep& sweep,
                                             const Beside& beside) const {
  const NaiveInstrument& instrument = MarketOf(order).instrument;
  if (order.limit && !instrument.Fits(*order.limit, order.placed.quantity.value())) {
    return {RejectReason::kAmountOverflow};
  }
  Wide hold = HoldOf(order, sweep);
  if (hold > kAmountMax) return {RejectReason::kAmountOverflow};
  if (beside.role == Beside::kChild) return {};
  Wide available = BalanceOf(order.placed.account_id, HoldAsset(order.placed)).available;
  if (beside.gone != OrderId(0)) available += orders_.at(beside.gone).hold;
  hold = std::max<Wide>(0, hold - beside.sibling_hold);
  available -= beside.sibling_hold;
  if (hold > available) {
    return {RejectReason::kInsufficientFunds, Clamp(hold), Clamp(available)};
  }
  return {};
}

}  // namespace rialto::engine
