// How the naive model ends and changes orders on request.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

// --- Cancel ---

Outcome NaiveEngine::Decide(const CancelOrder& command) {
  if (!IsUser(command.order.account_id)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownAccount});
  }
  const OrderId id = FindOpen(command.order);
  if (id == OrderId(0)) return RefuseOrder(command.order, {RejectReason::kUnknownOrder});
  NaiveOrder& order = orders_.at(id);
  const bool fits = command.only_if == CancelOnlyIf::kAny ||
                    (command.only_if == CancelOnlyIf::kUntraded && order.executed == 0) ||
                    (command.only_if == CancelOnlyIf::kPartiallyTraded && order.executed > 0);
  if (!fits) return RefuseOrder(command.order, {RejectReason::kOrderState});
  Cancel(order, CancelReason::kRequested);
  return About(order);
}

Outcome NaiveEngine::RefuseOrder(const OrderReference& reference, const Refusal& refusal) {
  Outcome outcome = Refused(refusal);
  OrderRejected event{.account_id = reference.account_id,
                      .client_order_id = reference.client_order_id,
                      .order_id = reference.order_id,
                      .instrument_id = {},
                      .reason = refusal.reason,
                      .need = refusal.need,
                      .have = refusal.have};
  const OrderId found = IsUser(reference.account_id) ? FindOpen(reference) : OrderId(0);
  if (found != OrderId(0)) {
    const NaiveOrder& order = orders_.at(found);
    event.instrument_id = order.placed.instrument_id;
    outcome.order_id = found;
    outcome.instrument_id = order.placed.instrument_id;
    outcome.side = order.placed.side;
  }
  Say(event);
  return outcome;
}

// --- Amend ---

Outcome NaiveEngine::Decide(const AmendOrder& command) {
  if (!IsUser(command.order.account_id)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownAccount});
  }
  const OrderId id = FindOpen(command.order);
  if (id == OrderId(0)) return RefuseOrder(command.order, {RejectReason::kUnknownOrder});
  NaiveOrder& order = orders_.at(id);
  const Refusal refusal = CheckAmend(order, command);
  if (refusal.applies()) return RefuseOrder(command.order, refusal);

  NaiveOrder wanted = order;
  if (command.quantity != Quantity(0)) wanted.placed.quantity = command.quantity;
  if (command.price != Price(0)) wanted.placed.price = command.price;
  wanted.remaining = wanted.placed.quantity.value() - order.executed - order.prevented;
  const bool is_same_price = wanted.placed.price == order.placed.price;
  if (wanted.remaining <= 0) {
    Cancel(order, CancelReason::kAmended);
  } else if (is_same_price && wanted.remaining < order.remaining) {
    Reduce(order, order.remaining - wanted.remaining);
    ReleaseUnneeded(order);
  } else if (!is_same_price || wanted.remaining > order.remaining) {
    MoveOrder(order, wanted);
  }
  return About(order);
}

NaiveEngine::Refusal NaiveEngine::CheckAmend(const NaiveOrder& order,
                                             const AmendOrder& command) const {
  if (order.list_id != OrderId(0)) return {RejectReason::kOrderState};
  if (command.quantity < Quantity(0)) {
    return {RejectReason::kQuantityBelowMinimum, 1, command.quantity.value()};
  }
  if (command.price < Price(0)) return {RejectReason::kPriceOutOfRange, 1, command.price.value()};
  const int64_t total = order.total();
  NaiveOrder wanted = order;
  if (command.quantity != Quantity(0)) wanted.placed.quantity = command.quantity;
  if (command.price != Price(0)) wanted.placed.price = command.price;
  const int64_t quantity = wanted.placed.quantity.value();
  if (quantity <= order.executed + order.prevented) return {};
  const bool is_same_price = wanted.placed.price == order.placed.price;
  if (is_same_price && quantity <= total) return {};
  if (order.placed.type != OrderType::kLimit || !order.in_book) {
    if (!is_same_price) return {RejectReason::kOrderState};
    return {RejectReason::kQuantityNotReduced, total, quantity};
  }
  wanted.limit = wanted.placed.price.value();
  wanted.remaining = quantity - order.executed - order.prevented;
  return CheckMove(order, wanted);
}

NaiveEngine::Refusal NaiveEngine::CheckMove(const NaiveOrder& order,
                                            const NaiveOrder& wanted) const {
  const NaiveMarket& market = MarketOf(order);
  Refusal refusal = CheckTrading(wanted.placed);
  if (!refusal.applies()) refusal = CheckState(wanted.placed);
  if (!refusal.applies()) refusal = CheckPrices(wanted.placed);
  if (refusal.applies()) return refusal;
  const int64_t most = market.definition().quantity_max.value();
  const int64_t quantity = wanted.placed.quantity.value();
  if (quantity > most) return {RejectReason::kQuantityAboveMaximum, most, quantity};
  refusal = CheckNotional(wanted, {});
  if (!refusal.applies()) refusal = CheckParts(wanted);
  if (!refusal.applies()) refusal = CheckOrderLimits(wanted, {});
  if (!refusal.applies()) refusal = CheckPosition(wanted, {}, order.id);
  if (!refusal.applies()) refusal = CheckWouldTake(wanted.placed, wanted.placed.post_only);
  if (refusal.applies()) return refusal;
  if (!market.instrument.Fits(*wanted.limit, quantity)) {
    return {RejectReason::kAmountOverflow};
  }
  const auto need = static_cast<int64_t>(NeedOf(wanted, wanted.remaining));
  const int64_t have =
      BalanceOf(order.placed.account_id, HoldAsset(order.placed)).available + order.hold;
  if (need > have) return {RejectReason::kInsufficientFunds, need, have};
  return {};
}

void NaiveEngine::MoveOrder(NaiveOrder& order, const NaiveOrder& wanted) {
  const int64_t from_price = order.book_price;
  const int64_t from_displayed = order.displayed;
  Leave(order);
  order.placed.price = wanted.placed.price;
  order.placed.quantity = wanted.placed.quantity;
  order.limit = wanted.placed.price.value();
  order.remaining = wanted.remaining;
  const auto need = static_cast<int64_t>(NeedOf(order, order.remaining));
  Say(OrderMoved{order.id, order.placed.account_id, order.placed.instrument_id, order.placed.side,
                 Price(from_price), Quantity(from_displayed), order.placed.price,
                 order.placed.quantity, Amount(need)});
  if (need > order.hold) {
    Hold(order, need - order.hold);
  } else {
    Release(order, order.hold - need);
  }
  Arrive(order);
}

// --- Mass cancel ---

bool NaiveEngine::Fits(const NaiveOrder& order, const MassCancel& filter) const {
  const PlaceOrder& placed = order.placed;
  if (filter.account_id != AccountId(0) && placed.account_id != filter.account_id) return false;
  if (filter.instrument_id != InstrumentId(0) && placed.instrument_id != filter.instrument_id) {
    return false;
  }
  if (filter.side != 0 && placed.side != static_cast<Side>(filter.side)) return false;
  if (!filter.tag.empty() && placed.terms.tag != filter.tag) return false;
  if (filter.session == kAnySession) return placed.terms.session != 0;
  return filter.session == 0 || placed.terms.session == filter.session;
}

Outcome NaiveEngine::Decide(const MassCancel& command) {
  if (command.account_id != AccountId(0) && !IsUser(command.account_id)) {
    return Refused({RejectReason::kUnknownAccount});
  }
  if (command.instrument_id != InstrumentId(0) && Find(command.instrument_id) == nullptr) {
    return Refused({RejectReason::kUnknownInstrument});
  }
  const bool is_known_reason = command.reason == CancelReason::kMassCanceled ||
                               command.reason == CancelReason::kDisconnected;
  if (command.side > 2 || !is_known_reason) return Refused({RejectReason::kInvalidOrder});

  std::vector<OrderId> candidates;
  if (command.account_id != AccountId(0)) {
    for (const auto& [age, id] : open_by_account_[command.account_id]) candidates.push_back(id);
  } else {
    for (uint32_t i = 1; i <= markets_.size(); ++i) {
      const std::vector<OrderId> ids = OrdersOf(InstrumentId(i));
      candidates.insert(candidates.end(), ids.begin(), ids.end());
    }
  }
  uint32_t canceled = 0;
  bool more = false;
  for (const OrderId id : candidates) {
    NaiveOrder& order = orders_.at(id);
    if (!order.is_open() || !Fits(order, command)) continue;
    if (canceled == limits::kCancelsPerCommandMax) {
      more = true;
      break;
    }
    Cancel(order, command.reason);
    ++canceled;
  }
  Say(MassCanceled{command, canceled, more});
  Outcome outcome = Accepted();
  outcome.canceled_orders = canceled;
  outcome.more = more;
  return outcome;
}

}  // namespace rialto::engine
