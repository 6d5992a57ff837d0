// An order arrives at the book: how far it may trade, with whom, and what becomes of the rest.
// README.md: The taker's bound, The sweep, Matching, Self-trade prevention.

#include <algorithm>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

// What is worse for a taker of this side.
Price WorstPrice(Side side) { return side == Side::kBuy ? limits::kPriceMax : Price(1); }

Price MovedToWorse(Side side, Price price, uint32_t ppm) {
  return side == Side::kBuy ? MovedUp(price, ppm) : MovedDown(price, ppm);
}

// Trades as IOC, bounded by a collar.
bool IsCollared(OrderType type) {
  return type == OrderType::kMarket || type == OrderType::kStop || type == OrderType::kTakeProfit ||
         type == OrderType::kTrailingStop;
}

TimeInForce TimeInForceOnArrival(const Order& order) {
  const bool is_immediate = IsCollared(order.type) && order.type != OrderType::kMarket;
  return is_immediate ? TimeInForce::kImmediateOrCancel : order.time_in_force;
}

}  // namespace

// --- The bound ---

Engine::Bound Engine::BoundOf(const Market& market, const Intent& intent, Timestamp now) const {
  const auto [type, side_of_taker, limit] = intent;
  const Side side = side_of_taker;  // A lambda may not take it from there.
  Bound bound{limit == Price(0) ? WorstPrice(side) : limit, CancelReason::kNone};
  const auto tighten = [&](Price price, CancelReason reason) {
    const bool is_tighter = side == Side::kBuy ? price < bound.price : price > bound.price;
    if (is_tighter) bound = {price, reason};
  };
  const CreateInstrument& definition = market.instrument.definition;
  if (IsCollared(type)) {
    const Price best = market.book.BestPrice(Opposite(side));
    if (best != Price(0)) {
      tighten(MovedToWorse(side, best, market.instrument.market_collar_ppm()),
              CancelReason::kCollar);
    }
  }
  if (definition.price_band_ppm != 0 && market.reference_price() != Price(0)) {
    tighten(MovedToWorse(side, market.reference_price(), definition.price_band_ppm),
            CancelReason::kPriceBand);
  }
  if (definition.volatility_ppm != 0) {
    const bool is_old = now.value() - market.anchored_at.value() >= definition.volatility_window_ns;
    const Price anchor = is_old ? market.last_price : market.anchor;
    if (anchor != Price(0)) {
      tighten(MovedToWorse(side, anchor, definition.volatility_ppm), CancelReason::kVolatility);
    }
  }
  return bound;
}

SelfTrade Engine::ModeOf(const Market& market, SelfTrade asked, bool is_by_amount) const {
  SelfTrade mode = asked;
  if (mode == SelfTrade::kDefault) mode = market.instrument.definition.self_trade_default;
  if (mode == SelfTrade::kDefault) mode = SelfTrade::kAllow;
  if (mode == SelfTrade::kDecrement && is_by_amount) mode = SelfTrade::kExpireTaker;
  return mode;
}

bool Engine::SameOwner(AccountIndex a, AccountIndex b) const {
  if (a == b) return true;
  const AccountRules* rules = accounts_.User(a).rules.get();
  if (rules == nullptr || rules->settings.trade_group == 0) return false;
  const AccountRules* other = accounts_.User(b).rules.get();
  return other != nullptr && other->settings.trade_group == rules->settings.trade_group;
}

// --- The sweep ---

// Walks the book as Match would, without changing it.
class Engine::Sweeper {
 public:
  Sweeper(const Engine& engine, const Market& market, const Taker& taker)
      : engine_(engine), market_(market), taker_(taker), left_(taker.quantity.value()) {}

  Sweep Run() {
    const Book& book = market_.book;
    OrderIndex index = book.Best(Opposite(taker_.side));
    bool goes_on = true;
    while (goes_on && index != kNoOrder) {
      price_ = book.PriceOf(index);
      if (!Crosses(taker_.side, taker_.bound.price, price_)) {
        goes_on = Stop(Sweep::End::kBound);
        break;
      }
      parts_.clear();
      for (; goes_on && index != kNoOrder && book.PriceOf(index) == price_;
           index = book.After(index)) {
        goes_on =
            Meet({index, engine_.orders_.resting(index).displayed, engine_.orders_.Hidden(index)});
      }
      // The next parts of icebergs stand behind everybody else at the price.
      for (size_t i = 0; goes_on && i < parts_.size(); ++i) goes_on = Meet(parts_[i]);
    }
    const bool is_spent = sweep_.cost + sweep_.fees == taker_.quote_amount.value();
    if (is_by_amount() ? is_spent : left_ == 0) sweep_.end = Sweep::End::kComplete;
    return sweep_;
  }

 private:
  struct Part {
    OrderIndex index;
    Quantity displayed;
    Quantity hidden;
  };

  bool is_by_amount() const { return taker_.quantity == Quantity(0); }

  bool Stop(Sweep::End end) {
    sweep_.end = end;
    return false;
  }

  // False when the sweep is over.
  bool Meet(const Part& part) {
    if (!is_by_amount() && left_ == 0) return false;
    const bool is_own = taker_.mode != SelfTrade::kAllow &&
                        engine_.SameOwner(taker_.owner, engine_.orders_.OwnerOf(part.index));
    const int64_t lots = is_own ? 0 : LotsFrom(part);
    if (!is_own && lots == 0) return Stop(Sweep::End::kComplete);  // The amount is spent.
    if (sweep_.encounters == limits::kFillsPerCommandMax) return Stop(Sweep::End::kFillLimit);
    if (is_own) return MeetOwn(part);

    ++sweep_.encounters;
    const Instrument& instrument = market_.instrument;
    sweep_.quantity += lots;
    const Quantity traded(lots);
    if (taker_.side == Side::kBuy) {
      const auto [quote, fee] = instrument.BuyerCostOfAny(price_, traded, taker_.fee_ppm);
      sweep_.cost += quote;
      sweep_.fees += fee;
    } else {
      sweep_.cost += instrument.QuoteFloor(price_, traded).value();
    }
    left_ -= lots;
    if (lots < part.displayed.value()) return Stop(Sweep::End::kComplete);
    Replenish(part);
    return true;
  }

  bool MeetOwn(const Part& part) {
    switch (taker_.mode) {
      case SelfTrade::kExpireMaker:
        ++sweep_.encounters;
        return true;
      case SelfTrade::kDecrement: {
        if (taker_.is_fill_or_kill) return Stop(Sweep::End::kOwn);
        ++sweep_.encounters;
        const int64_t prevented = std::min(left_, part.displayed.value());
        left_ -= prevented;
        if (prevented == part.displayed.value()) Replenish(part);
        return true;
      }
      default:
        return Stop(Sweep::End::kOwn);
    }
  }

  void Replenish(const Part& part) {
    if (part.hidden == Quantity(0)) return;
    const Quantity display = engine_.orders_.special(part.index)->terms.display_quantity;
    const Quantity shown = Min(display, part.hidden);
    parts_.push_back({part.index, shown, part.hidden - shown});
  }

  // By amount: the most lots that what is left of it pays for.
  int64_t LotsFrom(const Part& part) const {
    if (!is_by_amount()) return std::min(left_, part.displayed.value());
    const Instrument& instrument = market_.instrument;
    const absl::int128 left = absl::int128(taker_.quote_amount.value()) - sweep_.cost - sweep_.fees;
    const auto fits = [&](int64_t lots) {
      const Quantity quantity(lots);
      if (taker_.side == Side::kSell) {
        return absl::int128(instrument.QuoteFloor(price_, quantity).value()) <= left;
      }
      const auto [quote, fee] = instrument.BuyerCostOfAny(price_, quantity, taker_.fee_ppm);
      return quote + fee <= left;
    };
    int64_t low = 0;                            // Fits.
    int64_t high = part.displayed.value() + 1;  // Does not.
    if (fits(high - 1)) return high - 1;
    while (high - low > 1) {
      const int64_t middle = low + (high - low) / 2;
      (fits(middle) ? low : high) = middle;
    }
    return low;
  }

  const Engine& engine_;
  const Market& market_;
  const Taker& taker_;
  int64_t left_;  // By quantity: lots.
  Price price_;
  std::vector<Part> parts_;
  Sweep sweep_;
};

Engine::Sweep Engine::SweepBook(const Market& market, const Taker& taker) const {
  return Sweeper(*this, market, taker).Run();
}

// --- Matching ---

// The common case: it goes to its place at once. Nobody trades at any price it accepts, and no rule
// looks at its coming.
bool Engine::MeetsNobody(const Market& market, const Order& order) {
  return order.type == OrderType::kLimit && Rests(order.time_in_force) &&
         market.instrument.definition.volatility_ppm == 0 &&
         !market.book.CrossesBest(order.side, order.limit);
}

void Engine::Arrive(OrderIndex index, const Sweep* plan, bool is_by_amount, Events& events) {
  Market& market = MarketOf(index);
  const Order& order = orders_[index];
  if (MeetsNobody(market, order)) return Rest(index, order.limit, events);
  if (!market.is_trading()) {
    return Conclude(index, {order.limit, CancelReason::kNone}, nullptr, events);
  }
  const Bound bound = BoundOf(market, {order.type, order.side, order.limit}, now_);
  const CreateInstrument& definition = market.instrument.definition;
  if (definition.volatility_ppm != 0 &&
      now_.value() - market.anchored_at.value() >= definition.volatility_window_ns) {
    market.anchor = market.last_price;
    market.anchored_at = now_;
  }
  const SelfTrade mode = ModeOf(market, order.self_trade, is_by_amount);
  Sweep own_plan;
  const bool is_fill_or_kill = TimeInForceOnArrival(order) == TimeInForce::kFillOrKill;
  if (is_fill_or_kill && plan == nullptr) {
    own_plan = SweepBook(market, {.side = order.side,
                                  .owner = orders_.OwnerOf(index),
                                  .mode = mode,
                                  .quantity = orders_.Remaining(index),
                                  .quote_amount = Amount(0),
                                  .fee_ppm = order.taker_fee_ppm,
                                  .bound = bound,
                                  .is_fill_or_kill = true});
    plan = &own_plan;
  }
  if (is_fill_or_kill && plan->end != Sweep::End::kComplete) {
    return Cancel(index, CancelReason::kUnfilledFillOrKill, events);
  }
  const MatchEnd end = Match(index, bound, mode, events);
  if (end == MatchEnd::kTakerOver) return;
  Sweep matched;  // Says of an order by quantity what the plan says of one by amount.
  if (end == MatchEnd::kFillLimit) matched.end = Sweep::End::kFillLimit;
  if (!is_by_amount) plan = end == MatchEnd::kFillLimit ? &matched : nullptr;
  Conclude(index, bound, plan, events);
}

Engine::MatchEnd Engine::Match(OrderIndex taker, const Bound& bound, SelfTrade mode,
                               Events& events) {
  Market& market = MarketOf(taker);
  const Side side = orders_[taker].side;
  const RestingOrder& taking = orders_.resting(taker);
  Price first_print;
  Price last_print;
  uint32_t count = 0;
  MatchEnd end = MatchEnd::kNothingMore;
  while (end == MatchEnd::kNothingMore && taking.displayed > Quantity(0)) {
    const OrderIndex maker = market.book.Best(Opposite(side));
    if (maker == kNoOrder) break;
    const Price price = market.book.BestPrice(Opposite(side));
    if (!Crosses(side, bound.price, price)) break;
    if (count++ == limits::kFillsPerCommandMax) {
      end = MatchEnd::kFillLimit;
      break;
    }
    if (mode != SelfTrade::kAllow && SameOwner(taking.owner, orders_.OwnerOf(maker))) {
      if (Prevent({taker, maker, price}, mode, events)) end = MatchEnd::kTakerOver;
      continue;
    }
    if (first_print == Price(0)) first_print = price;
    last_print = price;
    Trade({taker, maker, price}, Min(taking.displayed, orders_.resting(maker).displayed), events);
    if (orders_.resting(maker).displayed == Quantity(0)) {
      End(maker, OrderStatus::kFilled, CancelReason::kNone);
    }
  }
  if (first_print != Price(0) && market.has_followers) {
    market.triggers.Saw(first_print, last_print, orders_);
  }
  return end;
}

// What becomes of a taker that matching left alive.
void Engine::Conclude(OrderIndex index, const Bound& bound, const Sweep* plan, Events& events) {
  Market& market = MarketOf(index);
  const Order& order = orders_[index];
  const bool remains = orders_.resting(index).displayed > Quantity(0);
  const bool ran_out = plan != nullptr && plan->end != Sweep::End::kComplete;
  const bool hit_fill_limit = plan != nullptr && plan->end == Sweep::End::kFillLimit;
  const bool has_traded = orders_.Executed(index) > Quantity(0);
  if (!remains && !ran_out && (has_traded || plan == nullptr)) {
    return End(index, OrderStatus::kFilled, CancelReason::kNone);
  }

  // Its own limit would have gone further than its bound.
  const Price best = market.book.BestPrice(Opposite(order.side));
  const Price own_limit = order.limit == Price(0) ? WorstPrice(order.side) : order.limit;
  const bool is_beyond = best != Price(0) && !Crosses(order.side, bound.price, best) &&
                         Crosses(order.side, own_limit, best);
  const bool is_stopped =
      !hit_fill_limit && bound.reason != CancelReason::kNone &&
      (plan != nullptr ? plan->end == Sweep::End::kBound : remains && is_beyond);
  if (is_stopped && bound.reason == CancelReason::kVolatility) Interrupt(market, events);

  const bool may_rest = !is_stopped || (bound.reason == CancelReason::kVolatility &&
                                        market.state == InstrumentState::kAuction);
  const TimeInForce time_in_force = TimeInForceOnArrival(order);
  if (remains && Rests(time_in_force) && may_rest && !hit_fill_limit) {
    return Rest(index, order.limit, events);
  }
  const CancelReason reason = hit_fill_limit           ? CancelReason::kFillLimit
                              : is_stopped             ? bound.reason
                              : IsCollared(order.type) ? CancelReason::kInsufficientLiquidity
                                                       : CancelReason::kUnfilledImmediateOrCancel;
  Cancel(index, reason, events);
}

// --- Self-trade prevention ---

bool Engine::Prevent(const Encounter& encounter, SelfTrade mode, Events& events) {
  const OrderIndex taker = encounter.taker;
  const OrderIndex maker = encounter.maker;
  Market& market = MarketOf(taker);
  SelfTradePrevented prevented;
  prevented.match_id = MakeTradeId(sequence_, encounters_++);
  prevented.instrument_id = market.instrument.id;
  prevented.price = encounter.price;
  prevented.mode = mode;
  prevented.taker_side = orders_[taker].side;
  prevented.taker_order_id = orders_.IdOf(taker);
  prevented.taker_account_id = orders_.AccountOf(taker);
  prevented.maker_order_id = orders_.IdOf(maker);
  prevented.maker_account_id = orders_.AccountOf(maker);
  prevented.maker_price = market.book.PriceOf(maker);
  if (encounter.is_auction) prevented.taker_price = market.book.PriceOf(taker);
  const Quantity taker_displayed = orders_.resting(taker).displayed;
  const Quantity maker_displayed = orders_.resting(maker).displayed;
  if (mode == SelfTrade::kDecrement) {
    const Quantity lots = Min(taker_displayed, maker_displayed);
    prevented.taker_prevented = lots;
    prevented.maker_prevented = lots;
    prevented.maker_displayed = lots;
    if (encounter.is_auction) prevented.taker_displayed = lots;
  }
  if (mode == SelfTrade::kExpireTaker || mode == SelfTrade::kExpireBoth) {
    prevented.taker_prevented = orders_.Remaining(taker);
    if (encounter.is_auction) prevented.taker_displayed = taker_displayed;
  }
  if (mode == SelfTrade::kExpireMaker || mode == SelfTrade::kExpireBoth) {
    prevented.maker_prevented = orders_.Remaining(maker);
    prevented.maker_displayed = maker_displayed;
  }
  prevented.taker_remaining = orders_.Remaining(taker) - prevented.taker_prevented;
  prevented.maker_remaining = orders_.Remaining(maker) - prevented.maker_prevented;
  events.emplace_back(prevented);

  const auto prevent = [&](OrderIndex index, Quantity lots) {
    if (lots == Quantity(0)) return;
    SpecialTerms& special = orders_.GiveSpecial(index);
    special.prevented += lots;
    if (mode != SelfTrade::kDecrement) {  // All of it.
      special.hidden = Quantity(0);
      Lessen(index, orders_.resting(index).displayed, events);
    } else {
      Lessen(index, lots, events);
    }
    if (orders_[index].type != OrderType::kMarket) ShrinkHold(index, NeedOf(index));
  };
  prevent(maker, prevented.maker_prevented);
  prevent(taker, prevented.taker_prevented);
  if (mode == SelfTrade::kDecrement && rule_set_ >= rules::kPreventionLessensSibling) {
    ReactToPrevention(maker, prevented.maker_prevented);
    ReactToPrevention(taker, prevented.taker_prevented);
  }
  if (orders_.Remaining(maker) == Quantity(0)) {
    EndPrevented(maker, prevented.maker_price, events);
  }
  const bool is_taker_over =
      orders_.Remaining(taker) == Quantity(0) && mode != SelfTrade::kExpireMaker;
  if (is_taker_over) EndPrevented(taker, prevented.taker_price, events);
  return is_taker_over;
}

}  // namespace rialto::engine
