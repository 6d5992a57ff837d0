// States of an instrument, and the call auction that ends some of them: README.md, States.

#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "engine/core/engine.h"
#include "engine/core/rule_set.h"

namespace rialto::engine {
namespace {

struct Candidate {
  Price price;
  absl::int128 buy_lots = 0;   // Of bids at or above it.
  absl::int128 sell_lots = 0;  // Of asks at or below it.

  absl::int128 volume() const { return std::min(buy_lots, sell_lots); }
  absl::int128 surplus() const {
    return buy_lots > sell_lots ? buy_lots - sell_lots : sell_lots - buy_lots;
  }
};

// The rule among equals: with the surplus, else with the reference price. `best` is by price,
// lowest first.
const Candidate& BreakTie(const std::vector<Candidate>& best, Price reference) {
  const auto buys_more = [](const Candidate& c) { return c.buy_lots > c.sell_lots; };
  const auto sells_more = [](const Candidate& c) { return c.buy_lots < c.sell_lots; };
  if (std::all_of(best.begin(), best.end(), buys_more)) return best.back();
  if (std::all_of(best.begin(), best.end(), sells_more)) return best.front();
  if (reference == Price(0)) return best.back();
  const auto distance = [&](const Candidate& c) {
    const int64_t difference = c.price.value() - reference.value();
    return difference < 0 ? -difference : difference;
  };
  return *std::min_element(best.rbegin(), best.rend(), [&](const Candidate& a, const Candidate& b) {
    return distance(a) < distance(b);
  });
}

}  // namespace

Outcome Engine::Decide(const SetInstrumentState& command, Events& events) {
  Market* market = MutableMarket(command.instrument_id);
  if (market == nullptr) return Refuse({RejectReason::kUnknownInstrument});
  const bool is_known =
      command.state >= InstrumentState::kTrading && command.state <= InstrumentState::kClosed;
  const bool has_fine_end =
      command.auction_end == Timestamp(0) ||
      (command.state == InstrumentState::kAuction && command.auction_end > now_);
  if (!is_known || !has_fine_end) return Refuse({RejectReason::kInvalidDefinition});
  ChangeState(*market, {command.state, StateCause::kCommand, command.auction_end}, events);
  return NewOutcome();
}

void Engine::ChangeState(Market& market, const StateChange& change, Events& events) {
  const InstrumentState state = change.state;
  Touch(market);
  const bool opens = state == InstrumentState::kTrading || state == InstrumentState::kPostOnly;
  const bool leaves_auction =
      market.state == InstrumentState::kAuction && (opens || state == InstrumentState::kClosed);
  if (market.uncross.is_running) {  // Its end, or another one, is what was asked for now.
    market.uncross.next_state = state;
    market.uncross.cause = change.cause;
    if (leaves_auction || opens) return;
    market.uncross.is_running = false;
  } else if (leaves_auction || (opens && market.book.crossed())) {
    const Auction auction = FindAuction(market);
    Emit<AuctionUncrossed>(events, market.instrument.id, auction.price, auction.volume);
    if (auction.price != Price(0)) {
      SetAuctionEnd(market, Timestamp(0));
      market.uncross = {true, auction.price, state, change.cause};
      if (!ContinueUncross(market, events)) Continue(market);
      return;
    }
  }
  EnterState(market, change, events);
}

void Engine::EnterState(Market& market, const StateChange& change, Events& events) {
  const InstrumentState state = change.state;
  Touch(market);
  market.state = state;
  const bool is_auction = state == InstrumentState::kAuction;
  SetAuctionEnd(market, is_auction ? change.auction_end : Timestamp(0));
  Emit<InstrumentStateChanged>(events, market.instrument.id, state, change.cause,
                               market.auction_end);
  market.must_look_at_pegs = true;
  if (is_auction) {
    for (const auto& [id, index] : market.pegged) {
      if (orders_.resting(index).level == kNoLevel) continue;
      events.emplace_back(DescribeMove(index));
      market.book.Remove(index);
      Wait(index, Waiting::kReference);
    }
  }
  market.is_day_ending = state == InstrumentState::kClosed;
  if (market.is_day_ending && !ContinueDayEnd(market, events)) Continue(market);
}

// The next command goes on with it.
void Engine::Continue(Market& market) {
  const auto found = std::find(continuing_.begin(), continuing_.end(), &market);
  if (found == continuing_.end()) continuing_.push_back(&market);
}

void Engine::Interrupt(Market& market, Events& events) {
  const int64_t length_ns = market.instrument.definition.volatility_auction_ns;
  if (length_ns == 0) {
    EnterState(market, {InstrumentState::kHalted, StateCause::kVolatility, Timestamp(0)}, events);
  } else {
    EnterState(
        market,
        {InstrumentState::kAuction, StateCause::kVolatility, Timestamp(now_.value() + length_ns)},
        events);
  }
}

Auction Engine::FindAuction(const Market& market) const {
  const Book& book = market.book;
  if (!book.crossed()) return {};
  // What takes part, by price, lowest first; lots of bids and of asks.
  const Price low = book.BestPrice(Side::kSell);
  const Price high = book.BestPrice(Side::kBuy);
  std::vector<Candidate> candidates;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (OrderIndex i = book.Best(side); i != kNoOrder; i = book.After(i)) {
      const Price price = book.PriceOf(i);
      if (price < low || price > high) break;
      Candidate candidate{.price = price};
      (side == Side::kBuy ? candidate.buy_lots : candidate.sell_lots) =
          orders_.Remaining(i).value();
      candidates.push_back(candidate);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.price < b.price; });
  std::vector<Candidate> prices;
  for (const Candidate& candidate : candidates) {
    if (prices.empty() || prices.back().price != candidate.price) {
      prices.push_back(candidate);
    } else {
      prices.back().buy_lots += candidate.buy_lots;
      prices.back().sell_lots += candidate.sell_lots;
    }
  }
  for (size_t i = prices.size(); i-- > 1;) prices[i - 1].buy_lots += prices[i].buy_lots;
  for (size_t i = 1; i < prices.size(); ++i) prices[i].sell_lots += prices[i - 1].sell_lots;

  std::vector<Candidate> best;
  for (const Candidate& candidate : prices) {
    const bool is_better =
        best.empty() || candidate.volume() > best[0].volume() ||
        (candidate.volume() == best[0].volume() && candidate.surplus() < best[0].surplus());
    const bool is_equal = !is_better && candidate.volume() == best[0].volume() &&
                          candidate.surplus() == best[0].surplus();
    if (is_better) best.clear();
    if (is_better || is_equal) best.push_back(candidate);
  }
  const Candidate& chosen = BreakTie(best, market.reference_price());
  return {chosen.price, Quantity(static_cast<int64_t>(chosen.volume())), chosen.buy_lots,
          chosen.sell_lots};
}

bool Engine::ContinueUncross(Market& market, Events& events) {
  while (UncrossAtPrice(market, events)) {
    if (!MustOpen(market) || !market.book.crossed()) {
      market.uncross.is_running = false;
      EnterState(market, {market.uncross.next_state, market.uncross.cause, Timestamp(0)}, events);
      return true;
    }
    // Self-trade prevention took out what set the price.
    const Auction auction = FindAuction(market);
    Emit<AuctionUncrossed>(events, market.instrument.id, auction.price, auction.volume);
    market.uncross.price = auction.price;
    if (rule_set_ >= rules::kStepByStep) return false;
  }
  return false;
}

// Whether the uncross ends in a state in which the book must not be crossed.
bool Engine::MustOpen(const Market& market) {
  const InstrumentState next = market.uncross.next_state;
  return next == InstrumentState::kTrading || next == InstrumentState::kPostOnly;
}

// False: there is more to do than one command may.
bool Engine::UncrossAtPrice(Market& market, Events& events) {
  Touch(market);
  const Price price = market.uncross.price;
  Book& book = market.book;
  const uint32_t started_at = encounters_;
  bool has_traded = false;
  bool is_done = false;
  while (encounters_ - started_at < limits::kFillsPerCommandMax) {
    const OrderIndex bid = book.Best(Side::kBuy);
    const OrderIndex ask = book.Best(Side::kSell);
    is_done = bid == kNoOrder || ask == kNoOrder;
    if (is_done) break;
    const bool bid_is_younger = orders_.IdOf(bid) > orders_.IdOf(ask);
    const OrderIndex taker = bid_is_younger ? bid : ask;
    const OrderIndex maker = bid_is_younger ? ask : bid;
    const SelfTrade mode = ModeOf(market, orders_[taker].self_trade, false);
    const bool is_own =
        mode != SelfTrade::kAllow && SameOwner(orders_.OwnerOf(taker), orders_.OwnerOf(maker));
    const bool trade_at_price = book.PriceOf(bid) >= price && book.PriceOf(ask) <= price;
    const bool cross = rule_set_ >= rules::kStepByStep && MustOpen(market) && book.crossed();
    is_done = !trade_at_price && !(is_own && cross);
    if (is_done) break;
    if (is_own) {
      Prevent({taker, maker, price, true}, mode, events);
      continue;
    }
    has_traded = true;
    Trade({taker, maker, price, true},
          Min(orders_.resting(taker).displayed, orders_.resting(maker).displayed), events);
    for (const OrderIndex index : {maker, taker}) {
      if (orders_.resting(index).displayed == Quantity(0)) {
        End(index, OrderStatus::kFilled, CancelReason::kNone);
      }
    }
  }
  if (has_traded) {
    if (market.has_followers) market.triggers.Saw(price, price, orders_);
    market.anchor = price;
    market.anchored_at = now_;
  }
  return is_done;
}

bool Engine::ContinueDayEnd(Market& market, Events& events) {
  Touch(market);
  std::vector<OrderIndex> ending;
  const auto add = [&](OrderIndex index) {
    if (orders_[index].time_in_force == TimeInForce::kDay) ending.push_back(index);
  };
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (OrderIndex i = market.book.Best(side); i != kNoOrder; i = market.book.After(i)) add(i);
  }
  for (const auto& [id, index] : market.waiting) add(index);
  for (const OrderIndex index : ending) {
    if (cancels_ == limits::kCancelsPerCommandMax) return false;
    ++cancels_;
    Cancel(index, CancelReason::kDayEnd, events);
  }
  market.is_day_ending = false;
  return true;
}

}  // namespace rialto::engine
