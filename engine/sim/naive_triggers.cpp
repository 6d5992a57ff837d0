// Settling an instrument of the naive model: triggers, reactions of lists, pegs, until nothing more
// happens.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/core/rule_set.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

constexpr Wide kMillion = 1'000'000;

// Where a trailing stop fires that has seen `watermark`.
Wide FirePrice(const PlaceOrder& order, Wide watermark) {
  const OrderTerms& terms = order.terms;
  if (terms.trail_ppm == 0) {
    return IsBuy(order) ? watermark + terms.trail_ticks : watermark - terms.trail_ticks;
  }
  if (!IsBuy(order)) return watermark * (kMillion - terms.trail_ppm) / kMillion;
  return (watermark * (kMillion + terms.trail_ppm) + kMillion - 1) / kMillion;
}

// In whole ticks; the middle is rounded down.
int64_t Halved(Wide doubled) { return static_cast<int64_t>(doubled / 2); }

}  // namespace

void NaiveEngine::Settle(InstrumentId id) {
  const NaiveMarket& market = MarketOf(id);
  for (bool changed = true; changed;) {
    changed = false;
    if (market.IsTrading()) changed |= LookAtTriggers(id);
    changed |= React(id);
    if (market.IsTrading()) changed |= ActivateFired(id);
    if (!changed) changed = LookAtPegs(id);
  }
}

// --- 1. Which fire? ---

bool NaiveEngine::LookAtTriggers(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  std::vector<Look> looks;
  for (const OrderId order_id : market.outside) {
    NaiveOrder& order = orders_.at(order_id);
    if (!HasTrigger(order.placed) || order.triggered || order.fired || order.waits_for_parent) {
      continue;
    }
    const bool trails = order.placed.type == OrderType::kTrailingStop;
    const auto look = trails ? LookAtTrailing(order) : LookAt(order);
    if (look) looks.push_back(*look);
  }
  market.trades.clear();
  std::sort(looks.begin(), looks.end(), [](const Look& a, const Look& b) {
    if (a.is_buy != b.is_buy) return a.is_buy;
    if (a.level != b.level) return a.is_buy ? a.level < b.level : a.level > b.level;
    return a.order_id < b.order_id;
  });
  for (const Look& look : looks) {
    orders_.at(look.order_id).fired = true;
    market.fired.push_back({look.order_id, look.price});
  }
  return !looks.empty();
}

std::optional<Wide> NaiveEngine::ReferenceOf(const PlaceOrder& order, OrderId gone) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  const auto best = [&](Side side) -> std::optional<int64_t> {
    for (const auto& [rank, id] : market.queue(side)) {
      if (id != gone) return orders_.at(id).book_price;
    }
    return std::nullopt;
  };
  const auto doubled = [](std::optional<int64_t> price) -> std::optional<Wide> {
    if (!price) return std::nullopt;
    return Wide{*price} * 2;
  };
  switch (order.terms.trigger_source) {
    case TriggerSource::kLast:
      return doubled(market.last);
    case TriggerSource::kBidAsk:
      return doubled(best(Opposite(order.side)));
    case TriggerSource::kMid: {
      const auto bid = best(Side::kBuy);
      const auto ask = best(Side::kSell);
      if (!bid || !ask) return std::nullopt;
      return Wide{*bid} + *ask;
    }
    case TriggerSource::kMark:
      return doubled(market.mark);
    case TriggerSource::kNone:
      break;
  }
  return std::nullopt;
}

// Another order comes: what traded so far fires, or not, those that were there, and never the
// other.
void NaiveEngine::NoteWhatTradesFire(const NaiveOrder& other) {
  NaiveMarket& market = MarketOf(other);
  if (market.trade_count == market.trades_noted) return;
  for (const OrderId order_id : market.outside) {
    NaiveOrder& order = orders_.at(order_id);
    const bool looks = HasTrigger(order.placed) && !order.triggered && !order.fired &&
                       !order.waits_for_parent && !order.printed;
    if (!looks || order.id == other.id || order.placed.type == OrderType::kTrailingStop) continue;
    if (order.placed.terms.trigger_source != TriggerSource::kLast) continue;
    if (const auto look = FiredBy(order, PricesSeenBy(order))) order.printed = look->price;
  }
  market.trades_noted = market.trade_count;
}

std::vector<Wide> NaiveEngine::PricesSeenBy(const NaiveOrder& order) const {
  const NaiveMarket& market = MarketOf(order);
  std::vector<Wide> prices;
  if (order.placed.terms.trigger_source != TriggerSource::kLast) return prices;
  uint64_t number = market.trade_count - market.trades.size();
  for (const auto& trade : market.trades) {
    if (number++ >= market.trades_noted) prices.push_back(Wide{trade.price} * 2);
  }
  return prices;
}

std::optional<NaiveEngine::Look> NaiveEngine::LookAt(const NaiveOrder& order) const {
  std::vector<Wide> prices = PricesSeenBy(order);
  if (const auto reference = ReferenceOf(order.placed, {})) prices.push_back(*reference);
  std::optional<Look> look = FiredBy(order, prices);
  if (order.printed) {
    look = Look{order.id, IsBuy(order.placed), order.placed.terms.trigger_price.value(),
                *order.printed};
  }
  return look;
}

std::optional<NaiveEngine::Look> NaiveEngine::FiredBy(const NaiveOrder& order,
                                                      const std::vector<Wide>& prices) const {
  const PlaceOrder& placed = order.placed;
  const bool rising = FiresRising(placed);
  if (prices.empty()) return std::nullopt;
  const Wide extreme = rising ? *std::max_element(prices.begin(), prices.end())
                              : *std::min_element(prices.begin(), prices.end());
  const Wide trigger = Wide{placed.terms.trigger_price.value()} * 2;
  if (rising ? extreme < trigger : extreme > trigger) return std::nullopt;
  return Look{order.id, IsBuy(placed), trigger / 2, Halved(extreme)};
}

std::optional<NaiveEngine::Look> NaiveEngine::LookAtTrailing(NaiveOrder& order) {
  const PlaceOrder& placed = order.placed;
  const bool is_buy = IsBuy(placed);
  const int64_t start = placed.terms.trigger_price.value();
  std::optional<Look> look;
  uint64_t fired_in = 0;
  for (const NaiveMarket::Seen& seen : SeenBy(order)) {
    const int64_t price = seen.price;
    if (look) {
      if (seen.sweep == fired_in) look->price = price;
      continue;
    }
    if (!order.watermark) {
      const bool starts = start == 0 || (is_buy ? price <= start : price >= start);
      if (starts) order.watermark = price;
      continue;
    }
    const Wide level = FirePrice(placed, *order.watermark);
    if (is_buy ? price >= level : price <= level) {
      look = Look{order.id, is_buy, level, price};
      fired_in = seen.sweep;
    }
    order.watermark =
        is_buy ? std::min(*order.watermark, price) : std::max(*order.watermark, price);
  }
  return look;
}

std::vector<NaiveMarket::Seen> NaiveEngine::SeenBy(const NaiveOrder& order) const {
  const NaiveMarket& market = MarketOf(order);
  if (order.placed.terms.trigger_source == TriggerSource::kLast) {
    const uint64_t first = market.trade_count - market.trades.size();
    const uint64_t missed = order.trades_before > first ? order.trades_before - first : 0;
    return {market.trades.begin() + static_cast<std::ptrdiff_t>(missed), market.trades.end()};
  }
  const auto reference = ReferenceOf(order.placed, {});
  if (!reference) return {};
  return {{Halved(*reference), 0}};
}

void NaiveEngine::ForgetTrades(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  if (market.trades.empty() || !market.outside.empty()) return;
  if (PegsOf(id).empty()) market.trades.clear();
}

// --- 3. What fired becomes active. ---

bool NaiveEngine::MayActivate() const {
  return activations_ < limits::kActivationsPerCommandMax && fills_ < limits::kFillsPerCommandMax;
}

bool NaiveEngine::ActivateFired(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  bool changed = false;
  while (!market.fired.empty() && market.IsTrading()) {
    if (rule_set_ >= rules::kStepByStep && !market.reactions.empty()) break;
    const NaiveMarket::Fired fired = market.fired.front();
    if (IsOpen(fired.order_id)) {
      if (!MayActivate()) break;
      ++activations_;
      changed = true;
    }
    market.fired.pop_front();
    if (IsOpen(fired.order_id)) Fire(orders_.at(fired.order_id), fired.price);
  }
  return changed;
}

void NaiveEngine::Fire(NaiveOrder& order, int64_t price) {
  if (order.is_bound) {
    order.is_bound = false;
    if (IsOpen(order.sibling)) {
      NaiveOrder& sibling = orders_.at(order.sibling);
      sibling.is_bound = false;
      Cancel(sibling, CancelReason::kListSibling);
    }
  }
  const auto missing =
      static_cast<int64_t>(std::max<Wide>(0, NeedOf(order, order.remaining) - order.hold));
  const int64_t available = BalanceOf(order.placed.account_id, HoldAsset(order.placed)).available;
  if (CheckTrading(order.placed).applies() || missing > available) {
    return Cancel(order, CancelReason::kActivationRefused);
  }
  Hold(order, missing);
  order.triggered = true;
  Say(OrderTriggered{order.id, order.placed.account_id, order.placed.instrument_id,
                     order.placed.terms.trigger_source, Price(price), Quantity(order.remaining),
                     Amount(order.hold)});
  Arrive(order);
}

}  // namespace rialto::engine
