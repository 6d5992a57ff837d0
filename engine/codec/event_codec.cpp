#include "engine/codec/event_codec.h"

#include <variant>

namespace rialto::engine {
namespace {

common::v1::OrderSide ToProto(Side side) { return static_cast<common::v1::OrderSide>(side); }
common::v1::RejectReason ToProto(RejectReason reason) {
  return static_cast<common::v1::RejectReason>(reason);
}

void Encode(const AssetCreated& from, v1::Event& event) {
  v1::AssetCreated& to = *event.mutable_asset_created();
  to.set_asset_id(from.asset_id.value());
  to.set_symbol(from.symbol.ToString());
  to.set_scale(from.scale);
}

void Encode(const InstrumentCreated& from, v1::Event& event) {
  v1::InstrumentCreated& to = *event.mutable_instrument_created();
  const CreateInstrument& definition = from.definition;
  to.set_instrument_id(from.instrument_id.value());
  to.set_symbol(definition.symbol.ToString());
  to.set_base_asset_id(definition.base.value());
  to.set_quote_asset_id(definition.quote.value());
  to.set_tick_size_e12(definition.tick_size_e12);
  to.set_lot_size_units(definition.lot_size_units);
  to.set_quantity_min_lots(definition.quantity_min.value());
  to.set_quantity_max_lots(definition.quantity_max.value());
  to.set_notional_min_units(definition.notional_min.value());
  to.set_notional_max_units(definition.notional_max.value());
  to.set_maker_fee_ppm(definition.maker_fee_ppm);
  to.set_taker_fee_ppm(definition.taker_fee_ppm);
}

void Encode(const AccountOpened& from, v1::Event& event) {
  event.mutable_account_opened()->set_account_id(from.account_id.value());
  event.mutable_account_opened()->set_name(from.name.ToString());
}

void Encode(const AccountLimitsSet& from, v1::Event& event) {
  v1::AccountLimitsSet& to = *event.mutable_account_limits_set();
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_order_quantity_max_lots(from.order_quantity_max.value());
  to.set_order_notional_max_units(from.order_notional_max.value());
}

template <typename From, typename To>
void EncodeTransfer(const From& from, To& to) {
  to.set_transaction_id(from.transaction_id.ToString());
  to.set_account_id(from.account_id.value());
  to.set_asset_id(from.asset_id.value());
  to.set_amount_units(from.amount.value());
}

void Encode(const Deposited& from, v1::Event& event) {
  EncodeTransfer(from, *event.mutable_deposited());
}

void Encode(const Withdrawn& from, v1::Event& event) {
  EncodeTransfer(from, *event.mutable_withdrawn());
}

void Encode(const TransferRejected& from, v1::Event& event) {
  v1::TransferRejected& to = *event.mutable_transfer_rejected();
  EncodeTransfer(from, to);
  to.set_reason(ToProto(from.reason));
  to.set_need(from.need);
  to.set_have(from.have);
}

void Encode(const OrderAccepted& from, v1::Event& event) {
  v1::OrderAccepted& to = *event.mutable_order_accepted();
  const PlaceOrder& order = from.order;
  to.set_order_id(from.order_id.value());
  to.set_account_id(order.account_id.value());
  to.set_client_order_id(order.client_order_id.ToString());
  to.set_instrument_id(order.instrument_id.value());
  to.set_side(ToProto(order.side));
  to.set_type(static_cast<common::v1::OrderType>(order.type));
  to.set_time_in_force(static_cast<common::v1::TimeInForce>(order.time_in_force));
  to.set_post_only(order.post_only == PostOnly::kYes);
  to.set_price_ticks(order.price.value());
  to.set_quantity_lots(order.quantity.value());
  to.set_quote_amount_units(order.quote_amount.value());
  to.set_hold_units(from.hold.value());
}

void Encode(const OrderRejected& from, v1::Event& event) {
  v1::OrderRejected& to = *event.mutable_order_rejected();
  to.set_account_id(from.account_id.value());
  to.set_client_order_id(from.client_order_id.ToString());
  to.set_order_id(from.order_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_reason(ToProto(from.reason));
  to.set_need(from.need);
  to.set_have(from.have);
}

void Encode(const Trade& from, v1::Event& event) {
  v1::Trade& to = *event.mutable_trade();
  to.set_trade_id(from.trade_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_price_ticks(from.price.value());
  to.set_quantity_lots(from.quantity.value());
  to.set_taker_side(ToProto(from.taker_side));
  to.set_taker_order_id(from.taker_order_id.value());
  to.set_taker_account_id(from.taker_account_id.value());
  to.set_taker_remaining_lots(from.taker_remaining.value());
  to.set_maker_order_id(from.maker_order_id.value());
  to.set_maker_account_id(from.maker_account_id.value());
  to.set_maker_remaining_lots(from.maker_remaining.value());
  to.set_base_units(from.base_amount.value());
  to.set_buyer_cost_units(from.buyer_cost.value());
  to.set_seller_gross_units(from.seller_gross.value());
  to.set_buyer_fee_units(from.buyer_fee.value());
  to.set_seller_fee_units(from.seller_fee.value());
}

void Encode(const OrderRested& from, v1::Event& event) {
  v1::OrderRested& to = *event.mutable_order_rested();
  to.set_order_id(from.order_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_remaining_lots(from.remaining.value());
}

void Encode(const OrderCanceled& from, v1::Event& event) {
  v1::OrderCanceled& to = *event.mutable_order_canceled();
  to.set_order_id(from.order_id.value());
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_canceled_lots(from.canceled.value());
  to.set_reason(static_cast<common::v1::CancelReason>(from.reason));
  to.set_was_resting(from.was_resting);
}

void Encode(const OrderReduced& from, v1::Event& event) {
  v1::OrderReduced& to = *event.mutable_order_reduced();
  to.set_order_id(from.order_id.value());
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_reduced_lots(from.reduced.value());
  to.set_remaining_lots(from.remaining.value());
}

void Encode(const BalanceChanged& from, v1::Event& event) {
  v1::BalanceChanged& to = *event.mutable_balance_changed();
  to.set_account_id(from.account_id.value());
  to.set_asset_id(from.asset_id.value());
  to.set_available_units(from.available.value());
  to.set_held_units(from.held.value());
}

}  // namespace

void EncodeEvents(const CommandHeader& header, const Events& events, v1::CommandEvents& message) {
  message.set_sequence(header.sequence.value());
  message.set_timestamp_ns(header.timestamp.value());
  message.mutable_events()->Reserve(static_cast<int>(events.size()));
  for (const Event& event : events) {
    std::visit([&](const auto& happened) { Encode(happened, *message.add_events()); }, event);
  }
}

}  // namespace rialto::engine
