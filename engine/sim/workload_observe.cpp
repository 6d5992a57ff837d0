// What the workload learns from the engine's events: what is open, and what to try next.
#include <algorithm>
#include <variant>

#include "engine/sim/workload.h"

namespace rialto::engine {

constexpr size_t kClosedMax = 200;

// After a refusal for want of money or room: exactly what is there, or one unit beside it.
void Workload::FollowUp(const TransferRejected& refused) {
  if (refused.have < 1 || refused.have == INT64_MAX || !random_.OneIn(2)) return;
  const Amount amount(refused.have + random_.Between(0, 1));
  if (refused.reason == RejectReason::kAmountOverflow) {
    follow_ups_.push_back(Deposit{NewId('t'), refused.account_id, refused.asset_id, amount});
    // Room for the others again.
    follow_ups_.push_back(Withdraw{NewId('t'), refused.account_id, refused.asset_id, amount});
  } else if (refused.reason == RejectReason::kInsufficientFunds) {
    follow_ups_.push_back(Withdraw{NewId('t'), refused.account_id, refused.asset_id, amount});
  }
}

void Workload::FollowUp(const OrderRejected& refused) {
  if (refused.client_order_id != last_order_.client_order_id || !random_.OneIn(2)) return;
  PlaceOrder again = last_order_;
  again.client_order_id = NewId('o');
  if (refused.reason == RejectReason::kInsufficientFunds) {
    const CreateInstrument& definition = MarketOf(refused.instrument_id).definition;
    const AssetId asset_id = again.side == Side::kBuy ? definition.quote : definition.base;
    const Amount missing(refused.need - refused.have - random_.Between(0, 1));
    follow_ups_.push_back(Deposit{NewId('t'), refused.account_id, asset_id, missing});
    follow_ups_.push_back(again);
  } else if (ChangeToTheLimit(refused, again)) {
    follow_ups_.push_back(again);
  }
}

bool Workload::ChangeToTheLimit(const OrderRejected& refused, PlaceOrder& order) {
  const int64_t beside = random_.Between(-1, 1);
  switch (refused.reason) {
    case RejectReason::kPriceOutOfRange:
    case RejectReason::kPriceCollar:
    case RejectReason::kWouldTake:
      order.price = Price(refused.need + beside);
      return true;
    case RejectReason::kWouldTrigger:
      order.terms.trigger_price = Price(refused.have + beside);
      return true;
    case RejectReason::kQuantityBelowMinimum:
    case RejectReason::kQuantityAboveMaximum:
    case RejectReason::kMaxOrderQuantity:
      if (order.quote_amount != Amount(0)) return false;
      order.quantity = Quantity(refused.need + beside);
      return true;
    case RejectReason::kNotionalBelowMinimum:
    case RejectReason::kNotionalAboveMaximum:
    case RejectReason::kMaxOrderNotional:
      if (order.quote_amount == Amount(0)) return false;
      order.quote_amount = Amount(refused.need - (refused.need == INT64_MAX ? 0 : beside));
      return true;
    case RejectReason::kTooManyIcebergParts:
      order.terms.display_quantity =
          Quantity(std::max<int64_t>(1, order.quantity.value() / refused.need + beside));
      return true;
    case RejectReason::kMaxPosition: {
      const Wide fits = Wide{order.quantity.value()} - (Wide{refused.have} - refused.need);
      if (fits < 1 || fits > order.quantity.value()) return false;
      order.quantity = Quantity(static_cast<int64_t>(fits) + beside);
      return true;
    }
    default:
      return false;
  }
}

// --- What is open ---

Workload::OpenOrder* Workload::FindOpen(OrderId id) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const OpenOrder& order) { return order.order_id == id; });
  return found == open_.end() ? nullptr : &*found;
}

void Workload::CloseOrder(OrderId id) {
  const OpenOrder* order = FindOpen(id);
  if (order == nullptr) return;
  if (closed_.size() < kClosedMax) {
    closed_.push_back(*order);
  } else {
    closed_[static_cast<size_t>(random_.Below(kClosedMax))] = *order;
  }
  open_.erase(open_.begin() + (order - open_.data()));
}

void Workload::SetRemaining(OrderId id, Quantity remaining) {
  OpenOrder* order = FindOpen(id);
  if (order == nullptr) return;
  order->remaining = remaining.value();
  if (remaining == Quantity(0)) CloseOrder(id);
}

void Workload::Observe(const Events& events) {
  for (const Event& event : events) {
    std::visit([&](const auto& happened) { On(happened); }, event);
  }
}

void Workload::On(const OrderAccepted& event) {
  const int64_t quantity = event.order.quantity.value();
  open_.push_back({event.order_id, event.order, quantity, quantity});
  if (quantity == 0) CloseOrder(event.order_id);
}

void Workload::On(const Trade& event) {
  SetRemaining(event.taker_order_id, event.taker_remaining);
  SetRemaining(event.maker_order_id, event.maker_remaining);
}

void Workload::On(const SelfTradePrevented& event) {
  SetRemaining(event.taker_order_id, event.taker_remaining);
  SetRemaining(event.maker_order_id, event.maker_remaining);
}

void Workload::On(const OrderReduced& event) {
  OpenOrder* order = FindOpen(event.order_id);
  if (order == nullptr) return;
  order->quantity -= event.reduced.value();
  order->remaining = event.remaining.value();
}

void Workload::On(const OrderTriggered& event) {
  OpenOrder* order = FindOpen(event.order_id);
  if (order != nullptr) order->quantity = order->remaining = event.quantity.value();
}

void Workload::On(const OrderMoved& event) {
  OpenOrder* order = FindOpen(event.order_id);
  if (order == nullptr) return;
  order->remaining += event.quantity.value() - order->quantity;
  order->quantity = event.quantity.value();
  order->placed.price = event.price;
}

void Workload::On(const OrderCanceled& event) { CloseOrder(event.order_id); }
void Workload::On(const TransferRejected& event) {
  if (random_.OneIn(10)) RememberTransfer(event.transaction_id);
  FollowUp(event);
}
void Workload::On(const OrderRejected& event) { FollowUp(event); }
void Workload::On(const AccountOpened&) { ++accounts_; }

void Workload::On(const InstrumentCreated& event) {
  if (event.instrument_id.value() <= markets_.size()) return;
  const int64_t quantity = std::min<int64_t>(event.definition.quantity_max.value(), 100);
  markets_.push_back({event.definition, 100, 20, quantity, 100'000});
}

void Workload::On(const InstrumentChanged& event) {
  MarketOf(event.instrument_id).definition = event.definition;
}

void Workload::On(const InstrumentStateChanged& event) {
  MarketOf(event.instrument_id).state = event.state;
}

void Workload::On(const TradingStateSet& event) {
  std::erase(not_active_, event.account_id);
  if (event.state != TradingState::kActive) not_active_.push_back(event.account_id);
}

}  // namespace rialto::engine
