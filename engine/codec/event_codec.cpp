#include "engine/codec/event_codec.h"

#include <variant>

#include "engine/codec/terms_codec.h"

namespace rialto::engine {
namespace {

common::v1::OrderSide ToProto(Side side) { return static_cast<common::v1::OrderSide>(side); }
common::v1::RejectReason ToProto(RejectReason reason) {
  return static_cast<common::v1::RejectReason>(reason);
}
common::v1::CancelReason ToProto(CancelReason reason) {
  return static_cast<common::v1::CancelReason>(reason);
}
common::v1::SelfTradeMode ToProto(SelfTrade mode) {
  return static_cast<common::v1::SelfTradeMode>(mode);
}
common::v1::InstrumentState ToProto(InstrumentState state) {
  return static_cast<common::v1::InstrumentState>(state);
}

// Core and proto count alike; the last of each says that neither has more.
static_assert(int{common::v1::REJECT_REASON_CLIENT_ORDER_ID_REUSED} ==
              static_cast<int>(RejectReason::kClientOrderIdReused));
static_assert(int{common::v1::REJECT_REASON_REQUEST_EXPIRED} ==
              static_cast<int>(RejectReason::kRequestExpired));
static_assert(int{common::v1::REJECT_REASON_INSTRUMENT_STATE} ==
              static_cast<int>(RejectReason::kInstrumentState));
static_assert(int{common::v1::REJECT_REASON_WOULD_TRIGGER} ==
              static_cast<int>(RejectReason::kWouldTrigger));
static_assert(int{common::v1::RejectReason_MAX} ==
              static_cast<int>(RejectReason::kInsufficientFunds));
static_assert(int{common::v1::CANCEL_REASON_AMENDED} == static_cast<int>(CancelReason::kAmended));
static_assert(int{common::v1::CANCEL_REASON_PRICE_BAND} ==
              static_cast<int>(CancelReason::kPriceBand));
static_assert(int{common::v1::CancelReason_MAX} ==
              static_cast<int>(CancelReason::kActivationRefused));
static_assert(int{common::v1::INSTRUMENT_STATE_TRADING} ==
              static_cast<int>(InstrumentState::kTrading));
static_assert(int{common::v1::INSTRUMENT_STATE_AUCTION} ==
              static_cast<int>(InstrumentState::kAuction));
static_assert(int{common::v1::InstrumentState_MAX} == static_cast<int>(InstrumentState::kClosed));
static_assert(int{common::v1::STATE_CAUSE_SCHEDULE} == static_cast<int>(StateCause::kSchedule));
static_assert(int{common::v1::StateCause_MAX} == static_cast<int>(StateCause::kAuctionEnd));
static_assert(int{common::v1::TRADING_STATE_REDUCING} == static_cast<int>(TradingState::kReducing));
static_assert(int{common::v1::TradingState_MAX} == static_cast<int>(TradingState::kHalted));

void Encode(const AssetCreated& from, v1::Event& event) {
  v1::AssetCreated& to = *event.mutable_asset_created();
  to.set_asset_id(from.asset_id.value());
  to.set_symbol(from.symbol.ToString());
  to.set_scale(from.scale);
}

void EncodeDefinition(InstrumentId id, const CreateInstrument& definition,
                      v1::InstrumentCreated& to) {
  to.set_instrument_id(id.value());
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
  to.set_price_min_ticks(definition.price_min.value());
  to.set_price_max_ticks(definition.price_max.value());
  to.set_market_collar_ppm(definition.market_collar_ppm);
  to.set_limit_collar_ppm(definition.limit_collar_ppm);
  to.set_price_band_ppm(definition.price_band_ppm);
  to.set_volatility_ppm(definition.volatility_ppm);
  to.set_volatility_window_ns(definition.volatility_window_ns);
  to.set_volatility_auction_ns(definition.volatility_auction_ns);
  to.set_open_orders_max(definition.open_orders_max);
  to.set_pending_orders_max(definition.pending_orders_max);
  to.set_iceberg_parts_max(definition.iceberg_parts_max);
  to.set_self_trade_default(ToProto(definition.self_trade_default));
  to.set_self_trade_modes(definition.self_trade_modes);
}

void Encode(const InstrumentCreated& from, v1::Event& event) {
  EncodeDefinition(from.instrument_id, from.definition, *event.mutable_instrument_created());
}

void Encode(const InstrumentChanged& from, v1::Event& event) {
  EncodeDefinition(from.instrument_id, from.definition,
                   *event.mutable_instrument_changed()->mutable_definition());
}

void Encode(const InstrumentStateChanged& from, v1::Event& event) {
  v1::InstrumentStateChanged& to = *event.mutable_instrument_state_changed();
  to.set_instrument_id(from.instrument_id.value());
  to.set_state(ToProto(from.state));
  to.set_cause(static_cast<common::v1::StateCause>(from.cause));
  to.set_auction_end_ns(from.auction_end.value());
}

void Encode(const AuctionUncrossed& from, v1::Event& event) {
  v1::AuctionUncrossed& to = *event.mutable_auction_uncrossed();
  to.set_instrument_id(from.instrument_id.value());
  to.set_price_ticks(from.price.value());
  to.set_volume_lots(from.volume.value());
}

void Encode(const ScheduleSet& from, v1::Event& event) {
  v1::ScheduleSet& to = *event.mutable_schedule_set();
  to.set_instrument_id(from.instrument_id.value());
  to.set_calendar(from.calendar);
  for (const Transition& transition : from.transitions) {
    v1::StateTransition& added = *to.add_transitions();
    added.set_at_ns(transition.at.value());
    added.set_state(ToProto(transition.state));
  }
}

void Encode(const MarkPriceSet& from, v1::Event& event) {
  event.mutable_mark_price_set()->set_instrument_id(from.instrument_id.value());
  event.mutable_mark_price_set()->set_price_ticks(from.price.value());
}

void Encode(const FeeTierSet& from, v1::Event& event) {
  v1::FeeTierSet& to = *event.mutable_fee_tier_set();
  to.set_instrument_id(from.instrument_id.value());
  to.set_tier(from.tier);
  to.set_maker_fee_ppm(from.maker_fee_ppm);
  to.set_taker_fee_ppm(from.taker_fee_ppm);
}

void Encode(const AccountSettingsSet& from, v1::Event& event) {
  v1::AccountSettingsSet& to = *event.mutable_account_settings_set();
  const SetAccountSettings& settings = from.settings;
  to.set_account_id(settings.account_id.value());
  to.set_fee_tier(settings.fee_tier);
  to.set_trade_group(settings.trade_group);
  to.set_open_orders_max(settings.open_orders_max);
  to.set_order_rate_max(settings.order_rate_max);
  to.set_order_rate_window_ns(settings.order_rate_window_ns);
  to.set_duplicate_window_ns(settings.duplicate_window_ns);
}

void Encode(const TradingStateSet& from, v1::Event& event) {
  event.mutable_trading_state_set()->set_account_id(from.account_id.value());
  event.mutable_trading_state_set()->set_state(static_cast<common::v1::TradingState>(from.state));
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
  to.set_position_max_lots(from.position_max.value());
  to.set_exposure_max_units(from.exposure_max.value());
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
  to.set_self_trade_mode(ToProto(order.self_trade));
  if (!(order.terms == OrderTerms())) EncodeTerms(order.terms, *to.mutable_terms());
  to.set_list_id(from.list_id.value());
  to.set_list_kind(static_cast<common::v1::ListKind>(from.list_kind));
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

void Encode(const OrderTriggered& from, v1::Event& event) {
  v1::OrderTriggered& to = *event.mutable_order_triggered();
  to.set_order_id(from.order_id.value());
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_source(static_cast<common::v1::TriggerSource>(from.source));
  to.set_price_ticks(from.price.value());
  to.set_quantity_lots(from.quantity.value());
  to.set_hold_units(from.hold.value());
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
  to.set_maker_price_ticks(from.maker_price.value());
  to.set_taker_price_ticks(from.taker_price.value());
}

void Encode(const SelfTradePrevented& from, v1::Event& event) {
  v1::SelfTradePrevented& to = *event.mutable_self_trade_prevented();
  to.set_match_id(from.match_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_price_ticks(from.price.value());
  to.set_mode(ToProto(from.mode));
  to.set_taker_side(ToProto(from.taker_side));
  to.set_taker_order_id(from.taker_order_id.value());
  to.set_taker_account_id(from.taker_account_id.value());
  to.set_taker_prevented_lots(from.taker_prevented.value());
  to.set_taker_remaining_lots(from.taker_remaining.value());
  to.set_maker_order_id(from.maker_order_id.value());
  to.set_maker_account_id(from.maker_account_id.value());
  to.set_maker_prevented_lots(from.maker_prevented.value());
  to.set_maker_remaining_lots(from.maker_remaining.value());
  to.set_maker_price_ticks(from.maker_price.value());
  to.set_maker_displayed_lots(from.maker_displayed.value());
  to.set_taker_price_ticks(from.taker_price.value());
  to.set_taker_displayed_lots(from.taker_displayed.value());
}

void Encode(const OrderRested& from, v1::Event& event) {
  v1::OrderRested& to = *event.mutable_order_rested();
  to.set_order_id(from.order_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_remaining_lots(from.remaining.value());
  to.set_account_id(from.account_id.value());
  to.set_displayed_lots(from.displayed.value());
}

void Encode(const OrderReplenished& from, v1::Event& event) {
  v1::OrderReplenished& to = *event.mutable_order_replenished();
  to.set_order_id(from.order_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_displayed_lots(from.displayed.value());
}

void Encode(const OrderCanceled& from, v1::Event& event) {
  v1::OrderCanceled& to = *event.mutable_order_canceled();
  to.set_order_id(from.order_id.value());
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_price_ticks(from.price.value());
  to.set_canceled_lots(from.canceled.value());
  to.set_reason(ToProto(from.reason));
  to.set_was_resting(from.was_resting);
  to.set_displayed_lots(from.displayed.value());
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
  to.set_displayed_lots(from.displayed.value());
}

void Encode(const OrderMoved& from, v1::Event& event) {
  v1::OrderMoved& to = *event.mutable_order_moved();
  to.set_order_id(from.order_id.value());
  to.set_account_id(from.account_id.value());
  to.set_instrument_id(from.instrument_id.value());
  to.set_side(ToProto(from.side));
  to.set_from_price_ticks(from.from_price.value());
  to.set_from_displayed_lots(from.from_displayed.value());
  to.set_price_ticks(from.price.value());
  to.set_quantity_lots(from.quantity.value());
  to.set_hold_units(from.hold.value());
}

void Encode(const MassCanceled& from, v1::Event& event) {
  v1::MassCanceled& to = *event.mutable_mass_canceled();
  to.set_account_id(from.filter.account_id.value());
  to.set_instrument_id(from.filter.instrument_id.value());
  to.set_side(static_cast<common::v1::OrderSide>(from.filter.side));
  to.set_tag(from.filter.tag.ToString());
  to.set_session(from.filter.session);
  to.set_reason(ToProto(from.filter.reason));
  to.set_canceled_orders(from.canceled);
  to.set_more(from.more);
}

void Encode(const CancelAllAfterSet& from, v1::Event& event) {
  event.mutable_cancel_all_after_set()->set_account_id(from.account_id.value());
  event.mutable_cancel_all_after_set()->set_at_ns(from.at.value());
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
