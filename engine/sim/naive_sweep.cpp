// How far the naive model lets an order trade, and what it would trade with.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

// --- Bounds ---

bool NaiveEngine::IsAnchorOld(const NaiveMarket& market) const {
  const CreateInstrument& definition = market.definition();
  return definition.volatility_ppm != 0 && market.anchor &&
         now_ns_ - market.anchor_ns >= definition.volatility_window_ns;
}

NaiveEngine::Bound NaiveEngine::BoundOf(const NaiveOrder& taker) const {
  const NaiveMarket& market = MarketOf(taker);
  const CreateInstrument& definition = market.definition();
  const bool is_buy = IsBuy(taker.placed);
  Bound bound{taker.limit};
  const auto tighten = [&](std::optional<int64_t> from, int64_t ppm, CancelReason reason) {
    if (!from) return;
    const int64_t price = is_buy ? MovedUp(*from, ppm) : MovedDown(*from, ppm);
    const bool is_tighter = !bound.price || (is_buy ? price < *bound.price : price > *bound.price);
    if (is_tighter) bound = {price, reason};
  };
  if (HasCollar(taker.placed)) {
    tighten(market.Best(Opposite(taker.placed.side)), MarketCollarOf(definition),
            CancelReason::kCollar);
  }
  if (definition.price_band_ppm != 0) {
    tighten(market.Reference(), definition.price_band_ppm, CancelReason::kPriceBand);
  }
  if (definition.volatility_ppm != 0) {
    tighten(IsAnchorOld(market) ? market.last : market.anchor, definition.volatility_ppm,
            CancelReason::kVolatility);
  }
  return bound;
}

// --- Self-trade prevention ---

bool NaiveEngine::AreOfOneOwner(AccountId a, AccountId b) const {
  const uint64_t group = SettingsOf(a).trade_group;
  return a == b || (group != 0 && group == SettingsOf(b).trade_group);
}

SelfTrade NaiveEngine::ModeOf(const NaiveOrder& taker) const {
  if (taker.placed.self_trade != SelfTrade::kDefault) return taker.placed.self_trade;
  const SelfTrade mode = MarketOf(taker).definition().self_trade_default;
  return mode == SelfTrade::kDefault ? SelfTrade::kAllow : mode;
}

// --- The sweep: on a copy of the other side, best first, oldest first. ---

NaiveEngine::Sweep NaiveEngine::SweepBook(const NaiveOrder& taker) const {
  struct Part {
    const NaiveOrder* maker;
    int64_t remaining;
    int64_t displayed;
  };
  const NaiveMarket& market = MarketOf(taker);
  const PlaceOrder& placed = taker.placed;
  const Bound bound = BoundOf(taker);
  const SelfTrade mode = ModeOf(taker);
  std::map<NaiveMarket::Rank, Part> parts;
  for (const auto& [rank, id] : market.queue(Opposite(placed.side))) {
    const NaiveOrder& maker = orders_.at(id);
    parts[rank] = {&maker, maker.remaining, maker.displayed};
  }
  Sweep sweep;
  uint32_t fills = 0;
  uint64_t arrivals = arrivals_;
  Wide wanted = placed.quantity.value();
  const auto end = [&](Sweep::End reason) {
    const Wide spent = sweep.cost + (IsBuy(placed) ? sweep.fees : 0);
    const bool is_spent = IsByAmount(placed) && spent >= placed.quote_amount.value();
    sweep.end = is_spent ? Sweep::kDone : reason;
    return sweep;
  };
  while (IsByAmount(placed) || wanted > 0) {
    if (parts.empty()) return end(Sweep::kRanOut);
    auto [rank, part] = *parts.begin();
    const int64_t price = part.maker->book_price;
    if (bound.price && (IsBuy(placed) ? price > *bound.price : price < *bound.price)) {
      sweep.bound_reason = bound.reason;
      return end(bound.reason == CancelReason::kNone ? Sweep::kRanOut : Sweep::kBound);
    }
    const bool is_own = AreOfOneOwner(placed.account_id, part.maker->placed.account_id) &&
                        mode != SelfTrade::kAllow;
    const bool is_exact = IsByAmount(placed) || placed.time_in_force == TimeInForce::kFillOrKill;
    if (is_own && mode != SelfTrade::kExpireMaker && (mode != SelfTrade::kDecrement || is_exact)) {
      return end(Sweep::kRanOut);
    }
    Wide lots = IsByAmount(placed) ? LotsThatFit(taker, price, part.displayed, sweep)
                                   : std::min<Wide>(wanted, part.displayed);
    if (lots == 0 && !is_own) {
      sweep.end = Sweep::kDone;
      return sweep;
    }
    if (fills++ == limits::kFillsPerCommandMax) {
      sweep.end = Sweep::kFillLimit;
      return sweep;
    }
    parts.erase(rank);
    if (is_own && mode == SelfTrade::kExpireMaker) continue;
    wanted -= lots;
    if (!is_own) {
      const NaiveInstrument& instrument = market.instrument;
      const auto whole = static_cast<int64_t>(lots);
      sweep.lots += lots;
      sweep.cost += IsBuy(placed) ? instrument.Ceil(price, whole) : instrument.Floor(price, whole);
      sweep.fees += instrument.Fee(price, whole, taker.taker_ppm);
      if (IsByAmount(placed) && lots < part.displayed) break;
    }
    part.remaining -= static_cast<int64_t>(lots);
    part.displayed -= static_cast<int64_t>(lots);
    if (part.displayed == 0 && part.remaining > 0) {
      part.displayed = std::min(part.remaining, part.maker->placed.terms.display_quantity.value());
      parts[{rank.first, ++arrivals}] = part;
    }
  }
  sweep.end = Sweep::kDone;
  return sweep;
}

Wide NaiveEngine::LotsThatFit(const NaiveOrder& taker, int64_t price, int64_t lots_max,
                              const Sweep& so_far) const {
  const NaiveInstrument& instrument = MarketOf(taker).instrument;
  const int64_t amount = taker.placed.quote_amount.value();
  const auto fits = [&](int64_t lots) {
    if (!IsBuy(taker.placed)) return so_far.cost + instrument.Floor(price, lots) <= amount;
    return so_far.cost + so_far.fees + instrument.Ceil(price, lots) +
               instrument.Fee(price, lots, taker.taker_ppm) <=
           amount;
  };
  // More lots never cost less: halve the interval [fitting, not fitting).
  int64_t most = 0;
  int64_t too_many = lots_max + 1;
  while (too_many - most > 1) {
    const int64_t middle = most + (too_many - most) / 2;
    (fits(middle) ? most : too_many) = middle;
  }
  return most;
}

}  // namespace rialto::engine
