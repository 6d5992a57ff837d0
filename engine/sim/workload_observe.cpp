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
  if (refused.reason != RejectReason::kInsufficientFunds || !random_.OneIn(2) ||
      refused.client_order_id != last_order_.client_order_id) {
    return;
  }
  const CreateInstrument& definition = markets_[refused.instrument_id.value() - 1].definition;
  const AssetId asset_id = last_order_.side == Side::kBuy ? definition.quote : definition.base;
  const Amount missing(refused.need - refused.have - random_.Between(0, 1));
  follow_ups_.push_back(Deposit{NewId('t'), refused.account_id, asset_id, missing});
  PlaceOrder again = last_order_;
  again.client_order_id = NewId('o');
  follow_ups_.push_back(again);
}

void Workload::Observe(const Events& events) {
  OpenOrder placed;
  const auto find = [&](OrderId id) {
    return std::find_if(open_.begin(), open_.end(),
                        [&](const OpenOrder& order) { return order.order_id == id; });
  };
  const auto close = [&](OrderId id) {
    const auto order = find(id);
    if (order == open_.end()) return;
    if (closed_.size() < kClosedMax) {
      closed_.push_back(*order);
    } else {
      closed_[static_cast<size_t>(random_.Below(kClosedMax))] = *order;
    }
    open_.erase(order);
  };
  for (const Event& event : events) {
    if (const auto* accepted = std::get_if<OrderAccepted>(&event)) {
      placed = {accepted->order_id, accepted->order.account_id, accepted->order.client_order_id,
                accepted->order.quantity.value(), 0};
    } else if (const auto* rested = std::get_if<OrderRested>(&event)) {
      placed.remaining = rested->remaining.value();
      open_.push_back(placed);
    } else if (const auto* trade = std::get_if<Trade>(&event)) {
      const auto maker = find(trade->maker_order_id);
      if (maker != open_.end()) maker->remaining = trade->maker_remaining.value();
      if (trade->maker_remaining == Quantity(0)) close(trade->maker_order_id);
    } else if (const auto* reduced = std::get_if<OrderReduced>(&event)) {
      const auto order = find(reduced->order_id);
      if (order == open_.end()) continue;
      order->quantity -= reduced->reduced.value();
      order->remaining = reduced->remaining.value();
    } else if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
      close(canceled->order_id);
    } else if (const auto* transfer = std::get_if<TransferRejected>(&event)) {
      FollowUp(*transfer);
    } else if (const auto* rejected = std::get_if<OrderRejected>(&event)) {
      FollowUp(*rejected);
    } else if (std::holds_alternative<AccountOpened>(event)) {
      ++accounts_;
    } else if (const auto* created = std::get_if<InstrumentCreated>(&event)) {
      if (created->instrument_id.value() <= markets_.size()) continue;
      const int64_t quantity = std::min<int64_t>(created->definition.quantity_max.value(), 100);
      markets_.push_back({created->definition, 100, 20, quantity, 100'000});
    }
  }
}

}  // namespace rialto::engine
