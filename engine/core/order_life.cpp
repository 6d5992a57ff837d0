// The life of an order between its acceptance and its end: at rest, waiting, lessened, over.

#include "common/base/check.h"
#include "engine/core/engine.h"
#include "engine/core/rule_set.h"

namespace rialto::engine {

void Engine::Link(OrderIndex index) {
  const Order& order = orders_[index];
  orders_.Link(index, accounts_.User(orders_.OwnerOf(index)));
  ++MarketOf(index).open_orders;
  if (order.memory != 0) memory_.SetOpen(order.memory);
  if (const SpecialTerms* special = orders_.special(index);
      special != nullptr && special->expires != Timestamp(0)) {
    timers_.emplace(special->expires, TimerKind::kOrder, orders_.IdOf(index).value());
  }
}

void Engine::Rest(OrderIndex index, Price price, Events& events) {
  const Order& order = orders_[index];
  if (!order.is_linked) Link(index);
  RestingOrder& resting = orders_.resting(index);
  const Quantity remaining = resting.displayed;
  resting.displayed = Display(order, remaining);
  MarketOf(index).book.Add(index, order.side, price);
  TellRested(index, price, remaining, events);
}

Quantity Engine::Display(const Order& order, Quantity remaining) {
  SpecialTerms* special = orders_.special(order);
  if (special == nullptr || special->terms.display_quantity == Quantity(0)) return remaining;
  const Quantity displayed = Min(remaining, special->terms.display_quantity);
  special->hidden = remaining - displayed;
  return displayed;
}

void Engine::TellRested(OrderIndex index, Price price, Quantity remaining, Events& events) const {
  const Order& order = orders_[index];
  const RestingOrder& resting = orders_.resting(index);
  Emit<OrderRested>(events, resting.id, orders_.AccountOf(index), order.instrument_id, order.side,
                    price, remaining, resting.displayed);
}

void Engine::Wait(OrderIndex index, Waiting waiting) {
  Order& order = orders_[index];
  if (!order.is_linked) Link(index);
  Market& market = MarketOf(index);
  market.has_followers = true;
  Touch(market);
  if (order.waiting == Waiting::kNothing) market.waiting.emplace(orders_.IdOf(index), index);
  order.waiting = waiting;
  if (waiting != Waiting::kTrigger) return;
  if (rule_set_ >= rules::kStepByStep) market.triggers.TakePrinted(orders_);
  market.triggers.Add(index, orders_);
}

void Engine::StopWaiting(OrderIndex index) {
  Order& order = orders_[index];
  if (order.waiting == Waiting::kNothing) return;
  Market& market = MarketOf(index);
  if (order.waiting == Waiting::kTrigger) market.triggers.Remove(index, orders_);
  market.waiting.erase(orders_.IdOf(index));
  order.waiting = Waiting::kNothing;
}

void Engine::Lessen(OrderIndex index, Quantity lots, Events& events) {
  RestingOrder& resting = orders_.resting(index);
  if (resting.level == kNoLevel) {
    resting.displayed -= lots;
    return;
  }
  Book& book = MarketOf(index).book;
  if (lots < resting.displayed) return book.Reduce(index, lots);

  const Side side = orders_[index].side;
  const Price price = book.PriceOf(index);
  book.Remove(index);
  resting.displayed = Quantity(0);
  SpecialTerms* special = orders_.special(index);
  if (special == nullptr || special->hidden == Quantity(0)) return;
  resting.displayed = Min(special->terms.display_quantity, special->hidden);
  special->hidden -= resting.displayed;
  book.Add(index, side, price);
  Emit<OrderReplenished>(events, resting.id, orders_[index].instrument_id, side, price,
                         resting.displayed);
}

void Engine::Cancel(OrderIndex index, CancelReason reason, Events& events) {
  const Order& order = orders_[index];
  const RestingOrder& resting = orders_.resting(index);
  Market& market = MarketOf(index);
  const bool rests = resting.level != kNoLevel;
  Emit<OrderCanceled>(events, resting.id, orders_.AccountOf(index), order.instrument_id, order.side,
                      rests ? market.book.PriceOf(index) : Price(0), orders_.Remaining(index),
                      rests ? resting.displayed : Quantity(0), reason, rests);
  if (rests) market.book.Remove(index);
  End(index, OrderStatus::kCanceled, reason);
}

void Engine::EndPrevented(OrderIndex index, Price level, Events& events) {
  const Order& order = orders_[index];
  Emit<OrderCanceled>(events, orders_.IdOf(index), orders_.AccountOf(index), order.instrument_id,
                      order.side, level, Quantity(0), Quantity(0),
                      CancelReason::kSelfTradePrevented, level != Price(0));
  End(index, OrderStatus::kCanceled, CancelReason::kSelfTradePrevented);
}

void Engine::End(OrderIndex index, OrderStatus status, CancelReason reason) {
  const Order& order = orders_[index];
  Market& market = MarketOf(index);
  Account& owner = accounts_.User(orders_.OwnerOf(index));
  Touch(market);
  if (described_ == index) {
    described_ = kNoOrder;
    is_described_ = true;
    described_outcome_ = Outcome();
    described_outcome_.cancel_reason = reason;
    DescribeIn(described_outcome_, index, status);
  }
  if (orders_.special(index) != nullptr) {
    if (reason != CancelReason::kListSibling) ReactToEnd(index);
    StopWaiting(index);
    const Timestamp expires = orders_.special(index)->expires;
    if (expires != Timestamp(0)) {
      timers_.erase({expires, TimerKind::kOrder, orders_.IdOf(index).value()});
    }
    if (order.type == OrderType::kPegged) market.pegged.erase(orders_.IdOf(index));
  }
  accounts_.Release({orders_.AccountOf(index), HoldAsset(market.instrument, order.side)},
                    order.hold);
  if (order.is_linked) {
    --market.open_orders;
    if (order.memory != 0) memory_.SetOver(order.memory);
  }
  orders_.Free(index, owner);
}

// What the rules of its list ask for now that it is over.
void Engine::ReactToEnd(OrderIndex index) {
  const SpecialTerms& special = *orders_.special(index);
  if (special.list_id == OrderId(0)) return;
  Market& market = MarketOf(index);
  const bool is_parent =
      special.list_kind != ListKind::kOneCancelsOther && LegOf(orders_.IdOf(index)) == 0;
  if (is_parent) {
    const Quantity executed = orders_.Executed(index);
    const uint64_t legs = special.list_kind == ListKind::kBracket ? 3 : 2;
    for (uint64_t leg = 1; leg < legs; ++leg) {
      const auto kind =
          executed == Quantity(0) ? Reaction::Kind::kCancel : Reaction::Kind::kActivate;
      market.reactions.push_back(
          {kind, LegId(special.list_id, leg), CancelReason::kListParent, executed});
    }
  } else if (const OrderIndex sibling = Sibling(index); sibling != kNoOrder) {
    market.reactions.push_back(
        {Reaction::Kind::kCancel, orders_.IdOf(sibling), CancelReason::kListSibling, Quantity(0)});
  }
}

void Engine::ReactToTrade(OrderIndex index, Quantity lots) {
  const OrderIndex sibling = Sibling(index);
  if (sibling == kNoOrder) return;
  const bool is_bracket = orders_.special(index)->list_kind == ListKind::kBracket;
  MarketOf(index).reactions.push_back(
      {is_bracket ? Reaction::Kind::kReduce : Reaction::Kind::kCancel, orders_.IdOf(sibling),
       CancelReason::kListSibling, lots});
}

// A leg of a bracket that goes on: what it can no longer trade, its sibling may not either.
void Engine::ReactToPrevention(OrderIndex index, Quantity lots) {
  const SpecialTerms* special = orders_.special(index);
  const bool is_of_bracket = special != nullptr && special->list_kind == ListKind::kBracket;
  if (is_of_bracket && orders_.Remaining(index) != Quantity(0)) ReactToTrade(index, lots);
}

// The hidden part goes first.
void Engine::ReduceInPlace(OrderIndex index, Quantity lots, Events& events) {
  Order& order = orders_[index];
  RestingOrder& resting = orders_.resting(index);
  Market& market = MarketOf(index);
  const bool rests = resting.level != kNoLevel;
  Quantity from_display = lots;
  if (SpecialTerms* special = orders_.special(index); special != nullptr) {
    const Quantity from_hidden = Min(lots, special->hidden);
    special->hidden -= from_hidden;
    from_display -= from_hidden;
  }
  if (from_display > Quantity(0)) {
    if (rests) {
      market.book.Reduce(index, from_display);
    } else {
      resting.displayed -= from_display;
    }
  }
  order.quantity -= lots;
  Emit<OrderReduced>(events, resting.id, orders_.AccountOf(index), order.instrument_id, order.side,
                     rests ? market.book.PriceOf(index) : Price(0), lots, orders_.Remaining(index),
                     rests ? from_display : Quantity(0));
}

void Engine::DescribeIn(Outcome& outcome, OrderIndex index, OrderStatus status) const {
  const Order& order = orders_[index];
  const Quantity remaining = orders_.Remaining(index);
  const bool is_over = status == OrderStatus::kFilled || status == OrderStatus::kCanceled;
  outcome.order_id = orders_.IdOf(index);
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  outcome.status = status;
  outcome.prevented = orders_.Prevented(index);
  outcome.executed = order.quantity - remaining - outcome.prevented;
  outcome.executed_quote = order.executed_quote;
  outcome.remaining = is_over ? Quantity(0) : remaining;
}

}  // namespace rialto::engine
