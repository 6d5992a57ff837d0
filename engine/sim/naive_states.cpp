// States of an instrument in the naive model: auctions, interruptions, the end of the day.
#include <algorithm>
#include <set>

#include "engine/core/limits.h"
#include "engine/core/rule_set.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

bool IsContinuous(InstrumentState state) {
  return state == InstrumentState::kTrading || state == InstrumentState::kPostOnly;
}

}  // namespace

void NaiveEngine::ChangeState(InstrumentId id, const NaiveTransition& transition) {
  NaiveMarket& market = MarketOf(id);
  Touch(id);
  const bool leaves_auction =
      market.state == InstrumentState::kAuction &&
      (IsContinuous(transition.state) || transition.state == InstrumentState::kClosed);
  if (market.uncross) {
    market.uncross->then = {transition.state, transition.cause};
    if (leaves_auction || IsContinuous(transition.state)) return;
    market.uncross.reset();
    EnterState(id, transition);
  } else if (leaves_auction || (IsContinuous(transition.state) && market.IsCrossed())) {
    StartUncross(id, transition);
  } else {
    EnterState(id, transition);
  }
}

void NaiveEngine::EnterState(InstrumentId id, const NaiveTransition& transition) {
  NaiveMarket& market = MarketOf(id);
  Touch(id);
  market.state = transition.state;
  market.auction_end_ns = transition.auction_end_ns;
  Say(InstrumentStateChanged{id, transition.state, transition.cause,
                             Timestamp(transition.auction_end_ns)});
  if (IsContinuous(transition.state)) market.must_look_at_pegs = true;
  if (transition.state == InstrumentState::kAuction) TakePegsOut(id);
  if (transition.state == InstrumentState::kClosed) GoOnEndingDay(id);
  NoteWhatGoesOn(id);
}

void NaiveEngine::GoOnEndingDay(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  market.day_end_goes_on = true;
  for (const OrderId order_id : OrdersOf(id)) {
    NaiveOrder& order = orders_.at(order_id);
    if (order.placed.time_in_force != TimeInForce::kDay) continue;
    if (timed_cancels_ == limits::kCancelsPerCommandMax) return;
    ++timed_cancels_;
    Cancel(order, CancelReason::kDayEnd);
  }
  market.day_end_goes_on = false;
}

// Trading is interrupted by an order that would go too far from the anchor.
void NaiveEngine::Interrupt(InstrumentId id) {
  const int64_t auction_ns = MarketOf(id).definition().volatility_auction_ns;
  if (auction_ns == 0) {
    EnterState(id, {InstrumentState::kHalted, StateCause::kVolatility});
  } else {
    EnterState(id, {InstrumentState::kAuction, StateCause::kVolatility, now_ns_ + auction_ns});
  }
}

// --- The uncross ---

void NaiveEngine::StartUncross(InstrumentId id, const NaiveTransition& then) {
  NaiveMarket& market = MarketOf(id);
  const AuctionPrice auction = UncrossPrice(market);
  Say(AuctionUncrossed{id, auction.price, auction.volume});
  market.uncross = NaiveMarket::Uncross{auction.price.value(), then};
  GoOnUncrossing(id);
  NoteWhatGoesOn(id);
}

void NaiveEngine::GoOnUncrossing(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  Touch(id);
  const int64_t price = market.uncross->price;
  uint32_t& fills = uncross_fills_[id];
  ++sweep_count_;
  const bool by_steps = rule_set_ >= rules::kStepByStep;
  while (!market.bids.empty() && !market.asks.empty()) {
    NaiveOrder& buyer = orders_.at(market.bids.begin()->second);
    NaiveOrder& seller = orders_.at(market.asks.begin()->second);
    const bool at_price = *market.Best(Side::kBuy) >= price && *market.Best(Side::kSell) <= price;
    const NaiveOrder& younger = buyer.id > seller.id ? buyer : seller;
    const bool is_own = ModeOf(younger) != SelfTrade::kAllow &&
                        AreOfOneOwner(buyer.placed.account_id, seller.placed.account_id);
    const bool is_in_the_way =
        by_steps && is_own && IsContinuous(market.uncross->then.state) && market.IsCrossed();
    if (!at_price && !is_in_the_way) break;
    if (fills++ == limits::kFillsPerCommandMax) return;
    const uint64_t trades_before = market.trade_count;
    if (buyer.id > seller.id) {
      Meet({buyer, seller, price, true});
    } else {
      Meet({seller, buyer, price, true});
    }
    if (market.trade_count == trades_before) continue;
    market.anchor = price;
    market.anchor_ns = now_ns_;
  }
  const NaiveTransition then = market.uncross->then;
  market.uncross.reset();
  // What prevented self-trades left may still cross elsewhere.
  if (!IsContinuous(then.state) || !market.IsCrossed()) return EnterState(id, then);
  const AuctionPrice auction = UncrossPrice(market);
  Say(AuctionUncrossed{id, auction.price, auction.volume});
  market.uncross = NaiveMarket::Uncross{auction.price.value(), then};
  if (by_steps) return;  // With the next command.
  fills = 0;
  GoOnUncrossing(id);
}

NaiveEngine::AuctionPrice NaiveEngine::UncrossPrice(const NaiveMarket& market) const {
  struct Candidate {
    int64_t price;
    Wide bought;
    Wide sold;
    Wide volume() const { return std::min(bought, sold); }
    Wide surplus() const { return bought > sold ? bought - sold : sold - bought; }
  };
  std::map<int64_t, Wide> bid_lots;
  std::map<int64_t, Wide> ask_lots;
  std::set<int64_t> prices;
  for (const auto& [rank, id] : market.bids) {
    prices.insert(orders_.at(id).book_price);
    bid_lots[orders_.at(id).book_price] += orders_.at(id).remaining;
  }
  for (const auto& [rank, id] : market.asks) {
    prices.insert(orders_.at(id).book_price);
    ask_lots[orders_.at(id).book_price] += orders_.at(id).remaining;
  }
  std::vector<Candidate> left;
  for (const int64_t price : prices) {
    Candidate candidate{price, 0, 0};
    for (const auto& [bid, lots] : bid_lots) candidate.bought += bid >= price ? lots : 0;
    for (const auto& [ask, lots] : ask_lots) candidate.sold += ask <= price ? lots : 0;
    left.push_back(candidate);
  }
  const auto keep_least = [&](auto measure) {
    if (left.empty()) return;
    Wide least = measure(left.front());
    for (const Candidate& candidate : left) least = std::min(least, measure(candidate));
    std::erase_if(left, [&](const Candidate& candidate) { return measure(candidate) > least; });
  };
  keep_least([](const Candidate& candidate) { return -candidate.volume(); });
  if (left.empty() || left.front().volume() == 0) return {};
  keep_least([](const Candidate& candidate) { return candidate.surplus(); });
  bool all_bid = true;
  bool all_ask = true;
  for (const Candidate& candidate : left) {
    all_bid = all_bid && candidate.bought > candidate.sold;
    all_ask = all_ask && candidate.bought < candidate.sold;
  }
  const auto reference = market.Reference();
  if (!all_bid && !all_ask && reference) {
    keep_least([&](const Candidate& candidate) {
      const Wide distance = Wide{candidate.price} - *reference;
      return distance < 0 ? -distance : distance;
    });
  }
  const Candidate& chosen = all_ask ? left.front() : left.back();
  return {Price(chosen.price), Quantity(static_cast<int64_t>(chosen.volume()))};
}

}  // namespace rialto::engine
