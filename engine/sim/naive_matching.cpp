// How an order arrives in the naive model: waits, trades, rests or ends.
#include <algorithm>

#include "common/base/check.h"
#include "engine/core/limits.h"
#include "engine/core/rule_set.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

void NaiveEngine::Arrive(NaiveOrder& order) {
  NaiveMarket& market = MarketOf(order);
  Touch(order.placed.instrument_id);
  if (HasTrigger(order.placed) && !order.triggered) {
    if (rule_set_ >= rules::kStepByStep) NoteWhatTradesFire(order);
    order.trades_before = market.trade_count;
    return;
  }
  if (order.placed.type == OrderType::kPegged) {
    order.is_new_peg = true;
    market.must_look_at_pegs = true;
    return;
  }
  if (!market.IsTrading()) return Rest(order, order.placed.price.value());
  if (IsAnchorOld(market)) {
    market.anchor = market.last;
    market.anchor_ns = now_ns_;
  }
  if (order.placed.time_in_force == TimeInForce::kFillOrKill) {
    const Sweep sweep = SweepBook(order);
    if (sweep.end != Sweep::kDone) return Cancel(order, CancelReason::kUnfilledFillOrKill);
  }
  Match(order);
}

void NaiveEngine::Match(NaiveOrder& taker) {
  const PlaceOrder& placed = taker.placed;
  const Side side = Opposite(placed.side);
  const Bound bound = BoundOf(taker);
  Sweep sweep;  // Of an order by amount: why it stops where its lots end.
  if (IsByAmount(placed)) sweep = SweepBook(taker);
  CancelReason stopped = CancelReason::kNone;
  uint32_t fills = 0;
  ++sweep_count_;
  while (taker.remaining > 0) {
    const NaiveMarket& market = MarketOf(taker);
    const auto best = market.Best(side);
    if (!best) break;
    if (bound.price && (IsBuy(placed) ? *best > *bound.price : *best < *bound.price)) {
      const bool crosses =
          !taker.limit || (IsBuy(placed) ? *best <= *taker.limit : *best >= *taker.limit);
      if (crosses) stopped = bound.reason;
      break;
    }
    if (fills++ == limits::kFillsPerCommandMax) {
      stopped = CancelReason::kFillLimit;
      break;
    }
    Meet({taker, orders_.at(market.queue(side).begin()->second), *best});
  }
  if (!taker.is_open()) return;
  if (IsByAmount(placed)) {
    CHECK(taker.remaining == 0);
    if (sweep.end == Sweep::kRanOut) stopped = CancelReason::kInsufficientLiquidity;
    if (sweep.end == Sweep::kBound) stopped = sweep.bound_reason;
    if (sweep.end == Sweep::kFillLimit) stopped = CancelReason::kFillLimit;
    if (stopped == CancelReason::kNone && taker.executed == 0) {
      stopped = CancelReason::kInsufficientLiquidity;
    }
  }
  Finish(taker, stopped);
}

// `stopped`: why it trades no further although more is there, or, by amount, although more is left.
void NaiveEngine::Finish(NaiveOrder& order, CancelReason stopped) {
  if (order.remaining == 0 && stopped == CancelReason::kNone) {
    Release(order, order.hold);
    return Close(order, OrderStatus::kFilled, CancelReason::kNone);
  }
  const bool may_rest = TradesAsLimit(order.placed) && MayRest(order.placed);
  if (stopped == CancelReason::kVolatility) {
    Interrupt(order.placed.instrument_id);
    const bool is_auction = MarketOf(order).state == InstrumentState::kAuction;
    if (may_rest && is_auction) stopped = CancelReason::kNone;
  }
  if (stopped != CancelReason::kNone) return Cancel(order, stopped);
  if (may_rest) return Rest(order, order.placed.price.value());
  Cancel(order, UnfilledReason(order.placed));
}

CancelReason NaiveEngine::UnfilledReason(const PlaceOrder& order) const {
  return TradesAsLimit(order) ? CancelReason::kUnfilledImmediateOrCancel
                              : CancelReason::kInsufficientLiquidity;
}

void NaiveEngine::Rest(NaiveOrder& order, int64_t price) {
  Enter(order, price);
  Say(OrderRested{order.id, order.placed.account_id, order.placed.instrument_id, order.placed.side,
                  Price(price), Quantity(order.remaining), Quantity(order.displayed)});
  Touch(order.placed.instrument_id);
}

}  // namespace rialto::engine
