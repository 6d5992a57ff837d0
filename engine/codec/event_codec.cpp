#include "engine/codec/event_codec.h"

#include <variant>

#include "common/base/check.h"
#include "engine/codec/terms_codec.h"
#include "engine/codec/wire_writer.h"

namespace rialto::engine {
namespace {

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
static_assert(int{common::v1::REJECT_REASON_LINKED_FAILED} ==
              static_cast<int>(RejectReason::kLinkedFailed));
static_assert(int{common::v1::REJECT_REASON_PENDING_EXPIRED} ==
              static_cast<int>(RejectReason::kPendingExpired));
static_assert(int{common::v1::TRANSFER_KIND_REVERSE} == static_cast<int>(TransferKind::kReverse));
static_assert(int{common::v1::TransferKind_MAX} == static_cast<int>(TransferKind::kWithdraw));
static_assert(int{common::v1::TRANSFER_STATE_POSTED} == static_cast<int>(TransferState::kPosted));
static_assert(int{common::v1::TransferState_MAX} == static_cast<int>(TransferState::kExpired));

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

void Encode(const RuleSetActivated& from, v1::Event& event) {
  event.mutable_rule_set_activated()->set_rule_set(from.rule_set);
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

void Encode(const Transferred& from, v1::Event& event) {
  v1::Transferred& to = *event.mutable_transferred();
  to.set_transaction_id(from.transaction_id.ToString());
  to.set_debit_account_id(from.debit_account_id.value());
  to.set_credit_account_id(from.credit_account_id.value());
  to.set_asset_id(from.asset_id.value());
  to.set_amount_units(from.amount.value());
  to.set_reverses(from.reverses.ToString());
  to.set_reference(from.reference.ToString());
}

void Encode(const TransferPending& from, v1::Event& event) {
  v1::TransferPending& to = *event.mutable_transfer_pending();
  to.set_transaction_id(from.transaction_id.ToString());
  to.set_debit_account_id(from.debit_account_id.value());
  to.set_credit_account_id(from.credit_account_id.value());
  to.set_asset_id(from.asset_id.value());
  to.set_amount_units(from.amount.value());
  to.set_expire_time_ns(from.expires.value());
  to.set_reference(from.reference.ToString());
}

void Encode(const PendingResolved& from, v1::Event& event) {
  v1::PendingResolved& to = *event.mutable_pending_resolved();
  to.set_transaction_id(from.transaction_id.ToString());
  to.set_pending_transaction_id(from.pending_id.ToString());
  to.set_state(static_cast<common::v1::TransferState>(from.state));
  to.set_debit_account_id(from.debit_account_id.value());
  to.set_credit_account_id(from.credit_account_id.value());
  to.set_asset_id(from.asset_id.value());
  to.set_posted_units(from.posted.value());
  to.set_released_units(from.released.value());
  to.set_reference(from.reference.ToString());
}

void Encode(const TransferRejected& from, v1::Event& event) {
  v1::TransferRejected& to = *event.mutable_transfer_rejected();
  EncodeTransfer(from, to);
  to.set_reason(ToProto(from.reason));
  to.set_need(from.need);
  to.set_have(from.have);
}

void WriteTerms(const OrderTerms& terms, WireWriter& to) {
  if (terms == OrderTerms()) return;  // Nobody pays for what most orders do without.
  v1::OrderTerms message;
  EncodeTerms(terms, message);
  to.Text(v1::OrderAccepted::kTermsFieldNumber, message.SerializeAsString());
}

void Write(const OrderAccepted& from, WireWriter& to) {
  using To = v1::OrderAccepted;
  const PlaceOrder& order = from.order;
  to.Message(v1::Event::kOrderAcceptedFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kAccountIdFieldNumber, order.account_id);
    to.Text(To::kClientOrderIdFieldNumber, order.client_order_id.view());
    to.Field(To::kInstrumentIdFieldNumber, order.instrument_id);
    to.Field(To::kSideFieldNumber, order.side);
    to.Field(To::kTypeFieldNumber, order.type);
    to.Field(To::kTimeInForceFieldNumber, order.time_in_force);
    to.Field(To::kPostOnlyFieldNumber, order.post_only == PostOnly::kYes);
    to.Field(To::kPriceTicksFieldNumber, order.price);
    to.Field(To::kQuantityLotsFieldNumber, order.quantity);
    to.Field(To::kQuoteAmountUnitsFieldNumber, order.quote_amount);
    to.Field(To::kHoldUnitsFieldNumber, from.hold);
    to.Field(To::kSelfTradeModeFieldNumber, order.self_trade);
    WriteTerms(order.terms, to);
    to.Field(To::kListIdFieldNumber, from.list_id);
    to.Field(To::kListKindFieldNumber, from.list_kind);
  });
}

void Write(const OrderRejected& from, WireWriter& to) {
  using To = v1::OrderRejected;
  to.Message(v1::Event::kOrderRejectedFieldNumber, [&] {
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Text(To::kClientOrderIdFieldNumber, from.client_order_id.view());
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kReasonFieldNumber, from.reason);
    to.Field(To::kNeedFieldNumber, from.need);
    to.Field(To::kHaveFieldNumber, from.have);
  });
}

void Write(const OrderTriggered& from, WireWriter& to) {
  using To = v1::OrderTriggered;
  to.Message(v1::Event::kOrderTriggeredFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSourceFieldNumber, from.source);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kQuantityLotsFieldNumber, from.quantity);
    to.Field(To::kHoldUnitsFieldNumber, from.hold);
  });
}

void Write(const Trade& from, WireWriter& to) {
  using To = v1::Trade;
  to.Message(v1::Event::kTradeFieldNumber, [&] {
    to.Field(To::kTradeIdFieldNumber, from.trade_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kQuantityLotsFieldNumber, from.quantity);
    to.Field(To::kTakerSideFieldNumber, from.taker_side);
    to.Field(To::kTakerOrderIdFieldNumber, from.taker_order_id);
    to.Field(To::kTakerAccountIdFieldNumber, from.taker_account_id);
    to.Field(To::kTakerRemainingLotsFieldNumber, from.taker_remaining);
    to.Field(To::kMakerOrderIdFieldNumber, from.maker_order_id);
    to.Field(To::kMakerAccountIdFieldNumber, from.maker_account_id);
    to.Field(To::kMakerRemainingLotsFieldNumber, from.maker_remaining);
    to.Field(To::kBaseUnitsFieldNumber, from.base_amount);
    to.Field(To::kBuyerCostUnitsFieldNumber, from.buyer_cost);
    to.Field(To::kSellerGrossUnitsFieldNumber, from.seller_gross);
    to.Field(To::kBuyerFeeUnitsFieldNumber, from.buyer_fee);
    to.Field(To::kSellerFeeUnitsFieldNumber, from.seller_fee);
    to.Field(To::kMakerPriceTicksFieldNumber, from.maker_price);
    to.Field(To::kTakerPriceTicksFieldNumber, from.taker_price);
  });
}

void Write(const SelfTradePrevented& from, WireWriter& to) {
  using To = v1::SelfTradePrevented;
  to.Message(v1::Event::kSelfTradePreventedFieldNumber, [&] {
    to.Field(To::kMatchIdFieldNumber, from.match_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kModeFieldNumber, from.mode);
    to.Field(To::kTakerSideFieldNumber, from.taker_side);
    to.Field(To::kTakerOrderIdFieldNumber, from.taker_order_id);
    to.Field(To::kTakerAccountIdFieldNumber, from.taker_account_id);
    to.Field(To::kTakerPreventedLotsFieldNumber, from.taker_prevented);
    to.Field(To::kTakerRemainingLotsFieldNumber, from.taker_remaining);
    to.Field(To::kMakerOrderIdFieldNumber, from.maker_order_id);
    to.Field(To::kMakerAccountIdFieldNumber, from.maker_account_id);
    to.Field(To::kMakerPreventedLotsFieldNumber, from.maker_prevented);
    to.Field(To::kMakerRemainingLotsFieldNumber, from.maker_remaining);
    to.Field(To::kMakerPriceTicksFieldNumber, from.maker_price);
    to.Field(To::kMakerDisplayedLotsFieldNumber, from.maker_displayed);
    to.Field(To::kTakerPriceTicksFieldNumber, from.taker_price);
    to.Field(To::kTakerDisplayedLotsFieldNumber, from.taker_displayed);
  });
}

void Write(const OrderRested& from, WireWriter& to) {
  using To = v1::OrderRested;
  to.Message(v1::Event::kOrderRestedFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSideFieldNumber, from.side);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kRemainingLotsFieldNumber, from.remaining);
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kDisplayedLotsFieldNumber, from.displayed);
  });
}

void Write(const OrderReplenished& from, WireWriter& to) {
  using To = v1::OrderReplenished;
  to.Message(v1::Event::kOrderReplenishedFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSideFieldNumber, from.side);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kDisplayedLotsFieldNumber, from.displayed);
  });
}

void Write(const OrderCanceled& from, WireWriter& to) {
  using To = v1::OrderCanceled;
  to.Message(v1::Event::kOrderCanceledFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSideFieldNumber, from.side);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kCanceledLotsFieldNumber, from.canceled);
    to.Field(To::kReasonFieldNumber, from.reason);
    to.Field(To::kWasRestingFieldNumber, from.was_resting);
    to.Field(To::kDisplayedLotsFieldNumber, from.displayed);
  });
}

void Write(const OrderReduced& from, WireWriter& to) {
  using To = v1::OrderReduced;
  to.Message(v1::Event::kOrderReducedFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSideFieldNumber, from.side);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kReducedLotsFieldNumber, from.reduced);
    to.Field(To::kRemainingLotsFieldNumber, from.remaining);
    to.Field(To::kDisplayedLotsFieldNumber, from.displayed);
  });
}

void Write(const OrderMoved& from, WireWriter& to) {
  using To = v1::OrderMoved;
  to.Message(v1::Event::kOrderMovedFieldNumber, [&] {
    to.Field(To::kOrderIdFieldNumber, from.order_id);
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kInstrumentIdFieldNumber, from.instrument_id);
    to.Field(To::kSideFieldNumber, from.side);
    to.Field(To::kFromPriceTicksFieldNumber, from.from_price);
    to.Field(To::kFromDisplayedLotsFieldNumber, from.from_displayed);
    to.Field(To::kPriceTicksFieldNumber, from.price);
    to.Field(To::kQuantityLotsFieldNumber, from.quantity);
    to.Field(To::kHoldUnitsFieldNumber, from.hold);
  });
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

void Write(const BalanceChanged& from, WireWriter& to) {
  using To = v1::BalanceChanged;
  to.Message(v1::Event::kBalanceChangedFieldNumber, [&] {
    to.Field(To::kAccountIdFieldNumber, from.account_id);
    to.Field(To::kAssetIdFieldNumber, from.asset_id);
    to.Field(To::kAvailableUnitsFieldNumber, from.available);
    to.Field(To::kHeldUnitsFieldNumber, from.held);
  });
}

}  // namespace

void EncodeEvents(const CommandHeader& header, const Events& events, std::string& bytes) {
  using To = v1::CommandEvents;
  WireWriter to;
  to.Field(To::kSequenceFieldNumber, header.sequence);
  to.Field(To::kTimestampNsFieldNumber, header.timestamp);
  bytes.append(to.view());
  const auto append = [&](const auto& happened) {
    if constexpr (requires { Write(happened, to); }) {
      to.Clear();
      to.Message(To::kEventsFieldNumber, [&] { Write(happened, to); });
      bytes.append(to.view());
    } else {  // One of those that are few.
      v1::Event event;
      Encode(happened, event);
      AppendDelimited(To::kEventsFieldNumber, event.SerializeAsString(), bytes);
    }
  };
  for (const Event& event : events) std::visit(append, event);
}

void EncodeEvents(const CommandHeader& header, const Events& events, v1::CommandEvents& message) {
  std::string bytes;
  EncodeEvents(header, events, bytes);
  CHECK(message.ParseFromString(bytes));
}

}  // namespace rialto::engine
