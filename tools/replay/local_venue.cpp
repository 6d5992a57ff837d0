#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

common::v1::OrderSide ToProto(Side side) {
  return side == Side::kBuy ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL;
}

int AccountOf(const Trader& trader) {
  return static_cast<int>(trader.role) * kAccountsPerRole + trader.index;
}

}  // namespace

absl::StatusOr<bool> LocalVenue::NextCall() {
  ++calls_;
  if (fail_from_ != 0 && calls_ >= fail_from_) return absl::UnavailableError("gone");
  return loss_period_ != 0 && calls_ % loss_period_ == 0;
}

engine::v1::CommandEvents& LocalVenue::Begin() {
  history_.emplace_back();
  history_.back().set_sequence(history_.size());
  return history_.back();
}

absl::StatusOr<Decision> LocalVenue::Place(const NewOrder& order) {
  auto lost = NextCall();
  if (!lost.ok()) return lost.status();
  if (!*lost) return PlaceOnce(order);
  (void)PlaceOnce(order);  // The lost answer.
  auto decision = PlaceOnce(order);
  decision->resent = true;
  return decision;
}

absl::StatusOr<Decision> LocalVenue::PlaceOnce(const NewOrder& order) {
  engine::v1::CommandEvents& command = Begin();
  const Name name(AccountOf(order.trader), order.client_order_id);
  if (const auto known = order_ids_.find(name); known != order_ids_.end()) {
    Decision decision = orders_.at(known->second).first;
    decision.repeated = true;
    return decision;
  }
  const uint64_t id = command.sequence();
  order_ids_[name] = id;
  Order& placed = orders_[id];
  placed.order = order;
  placed.total = order.quantity;
  placed.first.sequence = id;
  if (++placements_ == refused_placement_) {
    placed.first.reject_reason = common::v1::REJECT_REASON_INSUFFICIENT_FUNDS;
    placed.first.message = "INSUFFICIENT_FUNDS: need 2, available 1";
    return placed.first;
  }
  Match(placed, command);
  placed.first.order_id = id;
  placed.first.executed = placed.executed;
  placed.first.executed_quote = placed.executed_quote;
  placed.first.remaining = order.quantity - placed.executed;
  if (placed.first.remaining == Quantity(0) || order.lifetime == Lifetime::kImmediate)
    return placed.first;
  book_.Rest({id, order.side, order.price, placed.first.remaining});
  auto* rested = command.add_events()->mutable_order_rested();
  rested->set_order_id(id);
  rested->set_instrument_id(kLocalInstrument.value());
  rested->set_side(ToProto(order.side));
  rested->set_price_ticks(order.price.value());
  rested->set_remaining_lots(placed.first.remaining.value());
  rested->set_displayed_lots(placed.first.remaining.value());
  return placed.first;
}

void LocalVenue::Match(Order& order, engine::v1::CommandEvents& command) {
  const NewOrder& taker = order.order;
  for (const Fill& fill : book_.Take(taker.side, taker.price, taker.quantity)) {
    order.executed += fill.quantity;
    order.executed_quote += Amount(fill.price.value() * fill.quantity.value());
    orders_.at(fill.maker_key).executed += fill.quantity;
    auto* trade = command.add_events()->mutable_trade();
    trade->set_instrument_id(kLocalInstrument.value());
    trade->set_price_ticks(fill.price.value());
    trade->set_maker_price_ticks(fill.price.value());
    trade->set_quantity_lots(fill.quantity.value());
    trade->set_taker_side(ToProto(taker.side));
  }
}

absl::StatusOr<Decision> LocalVenue::Cancel(const OrderName& order) {
  return Amend(order, Quantity(0));
}

absl::StatusOr<Decision> LocalVenue::Amend(const OrderName& order, Quantity total) {
  auto lost = NextCall();
  if (!lost.ok()) return lost.status();
  if (!*lost) return ReduceOnce(order, total);
  (void)ReduceOnce(order, total);  // The lost answer.
  auto decision = ReduceOnce(order, total);
  decision->resent = true;
  return decision;
}

// `total` 0: to its end.
absl::StatusOr<Decision> LocalVenue::ReduceOnce(const OrderName& name, Quantity total) {
  engine::v1::CommandEvents& command = Begin();
  Decision decision;
  decision.sequence = command.sequence();
  const auto known = order_ids_.find({AccountOf(name.trader), name.client_order_id});
  const RestingOrder* resting = known == order_ids_.end() ? nullptr : book_.Find(known->second);
  if (resting == nullptr) {
    decision.reject_reason = common::v1::REJECT_REASON_UNKNOWN_ORDER;
    decision.message = "UNKNOWN_ORDER: no such open order";
    return decision;
  }
  Order& order = orders_.at(known->second);
  decision.executed = order.executed;
  if (total > order.total) {
    decision.reject_reason = common::v1::REJECT_REASON_QUANTITY_NOT_REDUCED;
    return decision;
  }
  if (total == order.total) return decision;
  const Quantity by = total == Quantity(0) ? resting->remaining : order.total - total;
  if (by == resting->remaining) {
    auto* canceled = command.add_events()->mutable_order_canceled();
    canceled->set_order_id(known->second);
    canceled->set_instrument_id(kLocalInstrument.value());
    canceled->set_side(ToProto(resting->side));
    canceled->set_price_ticks(resting->price.value());
    canceled->set_canceled_lots(by.value());
    canceled->set_displayed_lots(by.value());
    canceled->set_was_resting(true);
  } else {
    auto* reduced = command.add_events()->mutable_order_reduced();
    reduced->set_order_id(known->second);
    reduced->set_instrument_id(kLocalInstrument.value());
    reduced->set_side(ToProto(resting->side));
    reduced->set_price_ticks(resting->price.value());
    reduced->set_reduced_lots(by.value());
    reduced->set_displayed_lots(by.value());
    reduced->set_remaining_lots((resting->remaining - by).value());
  }
  order.total = order.total - by;
  book_.Reduce(known->second, by);
  return decision;
}

absl::StatusOr<engine::v1::CommandEvents> LocalFeed::Next() {
  if (next_ == 0 || next_ > venue_.history().size()) return absl::OutOfRangeError("nothing yet");
  return venue_.history()[next_++ - 1];
}

}  // namespace rialto::replay
