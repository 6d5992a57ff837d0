#include "ledger/order_changes.h"

namespace rialto::ledger {
namespace {

using engine::v1::CommandEvents;

constexpr int kListPlaceShift = 56;

// A stop of any kind waits for a price, the later orders of a list for the first one.
bool IsPending(const engine::v1::OrderAccepted& order) {
  if (order.terms().trigger_source() != common::v1::TRIGGER_SOURCE_UNSPECIFIED) return true;
  const bool waits_for_first = order.list_kind() == common::v1::LIST_KIND_OTO ||
                               order.list_kind() == common::v1::LIST_KIND_BRACKET;
  return waits_for_first && order.order_id() != order.list_id();
}

// Those are about an order that is there, not about a new one.
bool IsAboutAnotherOrder(const engine::v1::OrderRejected& rejected) {
  return rejected.order_id() != 0 || rejected.client_order_id().empty() ||
         rejected.reason() == common::v1::REJECT_REASON_CLIENT_ORDER_ID_REUSED ||
         rejected.reason() == common::v1::REJECT_REASON_UNKNOWN_ORDER ||
         rejected.reason() == common::v1::REJECT_REASON_ORDER_STATE;
}

}  // namespace

void OrderChanges::Clear() {
  changes_.clear();
  places_.clear();
}

OrderChange& OrderChanges::Of(uint64_t order_id, const CommandEvents& command) {
  const auto [place, is_new] = places_.try_emplace(OrderId(order_id), changes_.size());
  if (is_new) changes_.push_back({.order_id = OrderId(order_id)});
  OrderChange& change = changes_[place->second];
  change.last_sequence = Sequence(command.sequence());
  change.changed_ns = command.timestamp_ns();
  return change;
}

void OrderChanges::Note(const engine::v1::Event& event, const CommandEvents& command) {
  if (event.has_order_accepted()) {
    NoteAccepted(event.order_accepted(), command);
  } else if (event.has_trade()) {
    NoteTrade(event.trade(), command);
  } else if (event.has_order_canceled()) {
    OrderChange& change = Of(event.order_canceled().order_id(), command);
    change.status = common::v1::ORDER_STATUS_CANCELED;
    change.reason = static_cast<int16_t>(event.order_canceled().reason());
  } else if (event.has_order_rejected()) {
    NoteRejected(event.order_rejected(), command);
  } else if (event.has_order_reduced()) {
    Of(event.order_reduced().order_id(), command).quantity_lots -=
        event.order_reduced().reduced_lots();
  } else if (event.has_order_moved()) {
    OrderChange& change = Of(event.order_moved().order_id(), command);
    change.price_ticks = event.order_moved().price_ticks();
    change.quantity_set = event.order_moved().quantity_lots();
    change.quantity_lots = 0;
  } else if (event.has_order_triggered()) {
    OrderChange& change = Of(event.order_triggered().order_id(), command);
    change.status = common::v1::ORDER_STATUS_OPEN;
    change.quantity_set = event.order_triggered().quantity_lots();
    change.quantity_lots = 0;
  } else if (event.has_self_trade_prevented()) {
    const auto& prevented = event.self_trade_prevented();
    Of(prevented.taker_order_id(), command).prevented_lots += prevented.taker_prevented_lots();
    Of(prevented.maker_order_id(), command).prevented_lots += prevented.maker_prevented_lots();
  }
}

void OrderChanges::NoteAccepted(const engine::v1::OrderAccepted& accepted,
                                const CommandEvents& command) {
  OrderChange& change = Of(accepted.order_id(), command);
  change.placed_ns = command.timestamp_ns();
  change.form = OrderForm{.account_id = AccountId(accepted.account_id()),
                          .instrument_id = InstrumentId(accepted.instrument_id()),
                          .client_order_id = accepted.client_order_id(),
                          .side = static_cast<int16_t>(accepted.side()),
                          .type = static_cast<int16_t>(accepted.type()),
                          .time_in_force = static_cast<int16_t>(accepted.time_in_force()),
                          .list_kind = static_cast<int16_t>(accepted.list_kind()),
                          .post_only = accepted.post_only(),
                          .quote_units = accepted.quote_amount_units(),
                          .list_id = accepted.list_id()};
  if (accepted.has_terms()) change.form->terms = accepted.terms().SerializeAsString();
  change.price_ticks = accepted.price_ticks();
  change.quantity_set = accepted.quantity_lots();
  change.status =
      IsPending(accepted) ? common::v1::ORDER_STATUS_PENDING : common::v1::ORDER_STATUS_OPEN;
}

void OrderChanges::NoteRejected(const engine::v1::OrderRejected& rejected,
                                const CommandEvents& command) {
  if (IsAboutAnotherOrder(rejected)) return;
  // It has no id of its own; its command's sequence is nobody else's. Of a list, the place besides.
  uint64_t id = command.sequence();
  while (places_.contains(OrderId(id))) id += uint64_t{1} << kListPlaceShift;
  OrderChange& change = Of(id, command);
  change.placed_ns = command.timestamp_ns();
  change.form = OrderForm{.account_id = AccountId(rejected.account_id()),
                          .instrument_id = InstrumentId(rejected.instrument_id()),
                          .client_order_id = rejected.client_order_id()};
  change.status = common::v1::ORDER_STATUS_UNSPECIFIED;
  change.reason = static_cast<int16_t>(rejected.reason());
}

void OrderChanges::NoteTrade(const engine::v1::Trade& trade, const CommandEvents& command) {
  const bool taker_buys = trade.taker_side() == common::v1::ORDER_SIDE_BUY;
  const auto note = [&](uint64_t order_id, int64_t remaining_lots, bool buys) {
    OrderChange& change = Of(order_id, command);
    change.executed_lots += trade.quantity_lots();
    change.executed_units += buys ? trade.buyer_cost_units() : trade.seller_gross_units();
    if (remaining_lots == 0) change.status = common::v1::ORDER_STATUS_FILLED;
  };
  note(trade.taker_order_id(), trade.taker_remaining_lots(), taker_buys);
  note(trade.maker_order_id(), trade.maker_remaining_lots(), !taker_buys);
}

}  // namespace rialto::ledger
