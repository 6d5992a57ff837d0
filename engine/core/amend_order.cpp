// Cancels and amendments of open orders: README.md, Cancel, amend, replace.

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

// The price it was placed with: a limit that comes from the trigger is none.
Price OwnPrice(const Order& order) {
  const bool has_price = order.type != OrderType::kStop && order.type != OrderType::kTakeProfit;
  return has_price ? order.limit : Price(0);
}

}  // namespace

Outcome Engine::Decide(const CancelOrder& command, Events& events) {
  if (accounts_.FindUser(command.order.account_id) == nullptr) {
    return RefuseOrder(command.order, {RejectReason::kUnknownAccount}, events);
  }
  const OrderIndex index = FindOpenOrderIndex(command.order);
  if (index == kNoOrder) return RefuseOrder(command.order, {RejectReason::kUnknownOrder}, events);
  const bool has_traded = orders_.Executed(index) > Quantity(0);
  const bool fits = command.only_if == CancelOnlyIf::kAny ||
                    (command.only_if == CancelOnlyIf::kUntraded && !has_traded) ||
                    (command.only_if == CancelOnlyIf::kPartiallyTraded && has_traded);
  if (!fits) return RefuseOrder(command.order, {RejectReason::kOrderState}, events);

  described_ = index;
  Cancel(index, CancelReason::kRequested, events);
  return NewOutcome();
}

Outcome Engine::Decide(const AmendOrder& command, Events& events) {
  const OrderReference& reference = command.order;
  if (accounts_.FindUser(reference.account_id) == nullptr) {
    return RefuseOrder(reference, {RejectReason::kUnknownAccount}, events);
  }
  const OrderIndex index = FindOpenOrderIndex(reference);
  if (index == kNoOrder) return RefuseOrder(reference, {RejectReason::kUnknownOrder}, events);
  Order& order = orders_[index];
  const SpecialTerms* special = orders_.special(index);
  if (special != nullptr && special->list_id != OrderId(0)) {
    return RefuseOrder(reference, {RejectReason::kOrderState}, events);
  }
  if (command.quantity < Quantity(0)) {
    return RefuseOrder(reference,
                       {RejectReason::kQuantityBelowMinimum, 1, command.quantity.value()}, events);
  }
  if (command.price < Price(0)) {
    return RefuseOrder(reference, {RejectReason::kPriceOutOfRange, 1, command.price.value()},
                       events);
  }

  const Quantity quantity = command.quantity == Quantity(0) ? order.quantity : command.quantity;
  const Price price = command.price == Price(0) ? OwnPrice(order) : command.price;
  const Quantity done = order.quantity - orders_.Remaining(index);
  described_ = index;
  if (price == OwnPrice(order) && quantity == order.quantity) return NewOutcome();
  if (quantity <= done) {
    Cancel(index, CancelReason::kAmended, events);
    return NewOutcome();
  }
  if (price == OwnPrice(order) && quantity < order.quantity) {
    ReduceInPlace(index, order.quantity - quantity, events);
    ShrinkHold(index, NeedOf(index));
    return NewOutcome();
  }

  Market& market = MarketOf(order);
  Amendment amendment{price, quantity, quantity - done, Amount(0)};
  const Refusal refusal = CheckAmend(market, index, amendment);
  if (refusal) {
    described_ = kNoOrder;
    return RefuseOrder(reference, refusal, events);
  }

  // From here on the order must succeed.
  Touch(market);
  RestingOrder& resting = orders_.resting(index);
  Emit<OrderMoved>(events, resting.id, reference.account_id, order.instrument_id, order.side,
                   market.book.PriceOf(index), resting.displayed, price, quantity, amendment.hold);
  order.quantity = quantity;
  order.limit = price;
  accounts_.Rehold({reference.account_id, HoldAsset(market.instrument, order.side)}, order.hold,
                   amendment.hold);
  order.hold = amendment.hold;
  if (MeetsNobody(market, order)) {
    market.book.Move(index, price, Display(order, amendment.remaining));
    TellRested(index, price, amendment.remaining, events);
  } else {
    market.book.Remove(index);
    resting.displayed = amendment.remaining;
    if (special != nullptr) orders_.special(index)->hidden = Quantity(0);
    Arrive(index, nullptr, false, events);
  }
  return NewOutcome();
}

// For an amendment that costs priority. On success it has the hold.
Engine::Refusal Engine::CheckAmend(const Market& market, OrderIndex index,
                                   Amendment& amendment) const {
  const Price price = amendment.price;
  const Quantity quantity = amendment.quantity;
  const Quantity remaining = amendment.remaining;
  const Order& order = orders_[index];
  const Instrument& instrument = market.instrument;
  const bool is_movable =
      order.type == OrderType::kLimit && orders_.resting(index).level != kNoLevel;
  if (!is_movable && price != OwnPrice(order)) return {RejectReason::kOrderState};
  if (!is_movable) {
    return {RejectReason::kQuantityNotReduced, order.quantity.value(), quantity.value()};
  }
  const AccountIndex account = orders_.OwnerOf(index);
  if (const Refusal may = CheckMayTrade(account, order.side); may) return may;
  if (const Refusal state = CheckState(market, order.type, TimeInForce::kGoodTillCanceled); state) {
    return state;
  }
  if (const Refusal range = CheckPrice(instrument, price); range) return range;
  if (const Refusal collar = CheckCollar(market, price); collar) return collar;
  if (quantity > instrument.definition.quantity_max) {
    return {RejectReason::kQuantityAboveMaximum, instrument.definition.quantity_max.value(),
            quantity.value()};
  }
  const auto [notional, fits] = instrument.Measure(price, quantity);
  if (const Refusal bound = CheckNotional(instrument, notional); bound) return bound;
  const SpecialTerms* special = orders_.special(index);
  const int64_t display = special == nullptr ? 0 : special->terms.display_quantity.value();
  if (display != 0) {
    const int64_t parts = (quantity.value() - 1) / display + 1;
    if (parts > instrument.iceberg_parts_max()) {
      return {RejectReason::kTooManyIcebergParts, instrument.iceberg_parts_max(), parts};
    }
  }
  if (const AccountLimits* limits = LimitsOf(account, order.instrument_id); limits != nullptr) {
    if (const Refusal size = CheckAccountLimits(*limits, quantity, notional); size) return size;
    const Amount rest = instrument.NotionalSaturated(price, remaining);
    const Addition addition{account, order.side, remaining, rest, index};
    if (const Refusal sum = CheckSums(*limits, market, addition); sum) return sum;
  }
  if (order.post_only == PostOnly::kYes || market.state == InstrumentState::kPostOnly) {
    if (const Refusal takes = CheckTakes(order.side, price, market); takes) return takes;
  }
  if (!fits) return {RejectReason::kAmountOverflow};
  amendment.hold = order.side == Side::kSell
                       ? instrument.BaseAmount(remaining)
                       : BuyNeed(instrument, price, remaining, order.hold_fee_ppm());
  const Amount available =
      accounts_.Get(account, HoldAsset(instrument, order.side)).available + order.hold;
  if (amendment.hold > available) {
    return {RejectReason::kInsufficientFunds, amendment.hold.value(), available.value()};
  }
  return {};
}

// OrderId(0) when nothing is remembered under it.
OrderId Engine::FindByClientOrderId(const OrderReference& reference) const {
  const uint32_t known =
      memory_.Find(memory_.KeyOf(reference.account_id, reference.client_order_id));
  return known == 0 ? OrderId(0) : memory_[known].order_id;
}

OrderIndex Engine::FindOpenOrderIndex(const OrderReference& reference) const {
  const OrderIndex index = orders_.Find(
      reference.order_id != OrderId(0) ? reference.order_id : FindByClientOrderId(reference));
  if (index == kNoOrder || orders_.AccountOf(index) != reference.account_id) return kNoOrder;
  return index;
}

Outcome Engine::RefuseOrder(const OrderReference& reference, const Refusal& refusal,
                            Events& events) const {
  Outcome outcome = Refuse(refusal);
  if (const OrderIndex index = FindOpenOrderIndex(reference); index != kNoOrder) {
    outcome.order_id = orders_.IdOf(index);
    outcome.instrument_id = orders_[index].instrument_id;
    outcome.side = orders_[index].side;
  }
  Emit<OrderRejected>(events, reference.account_id, reference.client_order_id, reference.order_id,
                      outcome.instrument_id, refusal.reason, refusal.need, refusal.have);
  return outcome;
}

}  // namespace rialto::engine
