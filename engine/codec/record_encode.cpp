#include <cstring>
#include <variant>

#include "engine/codec/record_codec.h"
#include "engine/codec/wire_writer.h"
#include "rialto/journal/v1/record.pb.h"

namespace rialto::engine {
namespace {

using Record = journal::v1::Record;

template <typename Enum>
uint32_t Number(Enum value) {
  return static_cast<uint32_t>(value);
}

void Encode(const CreateAsset& command, Record& record) {
  journal::v1::CreateAsset& to = *record.mutable_create_asset();
  to.set_symbol(command.symbol.ToString());
  to.set_scale(command.scale);
}

void EncodeDefinition(const CreateInstrument& command, journal::v1::CreateInstrument& to) {
  to.set_symbol(command.symbol.ToString());
  to.set_base_asset_id(command.base.value());
  to.set_quote_asset_id(command.quote.value());
  to.set_tick_size_e12(command.tick_size_e12);
  to.set_lot_size_units(command.lot_size_units);
  to.set_quantity_min_lots(command.quantity_min.value());
  to.set_quantity_max_lots(command.quantity_max.value());
  to.set_notional_min_units(command.notional_min.value());
  to.set_notional_max_units(command.notional_max.value());
  to.set_maker_fee_ppm(command.maker_fee_ppm);
  to.set_taker_fee_ppm(command.taker_fee_ppm);
  to.set_price_min_ticks(command.price_min.value());
  to.set_price_max_ticks(command.price_max.value());
  to.set_market_collar_ppm(command.market_collar_ppm);
  to.set_limit_collar_ppm(command.limit_collar_ppm);
  to.set_price_band_ppm(command.price_band_ppm);
  to.set_volatility_ppm(command.volatility_ppm);
  to.set_volatility_window_ns(command.volatility_window_ns);
  to.set_volatility_auction_ns(command.volatility_auction_ns);
  to.set_open_orders_max(command.open_orders_max);
  to.set_pending_orders_max(command.pending_orders_max);
  to.set_iceberg_parts_max(command.iceberg_parts_max);
  to.set_self_trade_default(Number(command.self_trade_default));
  to.set_self_trade_modes(command.self_trade_modes);
}

void Encode(const CreateInstrument& command, Record& record) {
  EncodeDefinition(command, *record.mutable_create_instrument());
}

void Encode(const OpenAccount& command, Record& record) {
  record.mutable_open_account()->set_name(command.name.ToString());
}

void Encode(const SetAccountLimits& command, Record& record) {
  journal::v1::SetAccountLimits& to = *record.mutable_set_account_limits();
  to.set_account_id(command.account_id.value());
  to.set_instrument_id(command.instrument_id.value());
  to.set_order_quantity_max_lots(command.order_quantity_max.value());
  to.set_order_notional_max_units(command.order_notional_max.value());
  to.set_position_max_lots(command.position_max.value());
  to.set_exposure_max_units(command.exposure_max.value());
}

template <typename DepositOrWithdraw>
void EncodeTransfer(const DepositOrWithdraw& command, journal::v1::Transfer& to) {
  to.set_transaction_id(command.transaction_id.ToString());
  to.set_account_id(command.account_id.value());
  to.set_asset_id(command.asset_id.value());
  to.set_amount_units(command.amount.value());
}

void Encode(const Deposit& command, Record& record) {
  EncodeTransfer(command, *record.mutable_deposit());
}

void Encode(const Withdraw& command, Record& record) {
  EncodeTransfer(command, *record.mutable_withdraw());
}

void EncodeTerms(const OrderTerms& terms, journal::v1::OrderTerms& to) {
  to.set_display_lots(terms.display_quantity.value());
  to.set_trigger_source(Number(terms.trigger_source));
  to.set_trigger_price_ticks(terms.trigger_price.value());
  to.set_trail_ppm(terms.trail_ppm);
  to.set_trail_ticks(terms.trail_ticks);
  to.set_peg(Number(terms.peg));
  to.set_peg_offset_ticks(terms.peg_offset_ticks);
  to.set_expire_time_ns(terms.expire_time.value());
  to.set_not_after_ns(terms.not_after.value());
  to.set_tag(terms.tag.view().data(), terms.tag.view().size());
  to.set_session(terms.session);
}

void EncodeOrder(const PlaceOrder& command, journal::v1::PlaceOrder& to) {
  to.set_account_id(command.account_id.value());
  to.set_client_order_id(command.client_order_id.view().data(),
                         command.client_order_id.view().size());
  to.set_instrument_id(command.instrument_id.value());
  to.set_side(Number(command.side));
  to.set_type(Number(command.type));
  to.set_time_in_force(Number(command.time_in_force));
  to.set_price_ticks(command.price.value());
  to.set_quantity_lots(command.quantity.value());
  to.set_quote_amount_units(command.quote_amount.value());
  to.set_post_only(command.post_only == PostOnly::kYes);
  to.set_self_trade(Number(command.self_trade));
  if (!(command.terms == OrderTerms())) EncodeTerms(command.terms, *to.mutable_terms());
}

// What nearly every command is, straight to bytes.
void Write(const PlaceOrder& command, WireWriter& to) {
  using To = journal::v1::PlaceOrder;
  to.Message(Record::kPlaceOrderFieldNumber, [&] {
    to.Field(To::kAccountIdFieldNumber, command.account_id);
    to.Text(To::kClientOrderIdFieldNumber, command.client_order_id.view());
    to.Field(To::kInstrumentIdFieldNumber, command.instrument_id);
    to.Field(To::kSideFieldNumber, command.side);
    to.Field(To::kTypeFieldNumber, command.type);
    to.Field(To::kTimeInForceFieldNumber, command.time_in_force);
    to.Field(To::kPriceTicksFieldNumber, command.price);
    to.Field(To::kQuantityLotsFieldNumber, command.quantity);
    to.Field(To::kQuoteAmountUnitsFieldNumber, command.quote_amount);
    to.Field(To::kPostOnlyFieldNumber, command.post_only == PostOnly::kYes);
    to.Field(To::kSelfTradeFieldNumber, command.self_trade);
    if (command.terms == OrderTerms()) return;
    journal::v1::OrderTerms terms;
    EncodeTerms(command.terms, terms);
    to.Text(To::kTermsFieldNumber, terms.SerializeAsString());
  });
}

void Encode(const PlaceOrderList& command, Record& record) {
  journal::v1::PlaceOrderList& to = *record.mutable_place_order_list();
  to.set_kind(Number(command.kind));
  for (const PlaceOrder& order : command.orders) EncodeOrder(order, *to.add_orders());
}

template <typename Message>
void EncodeReference(const OrderReference& order, Message& to) {
  to.set_account_id(order.account_id.value());
  to.set_order_id(order.order_id.value());
  to.set_client_order_id(order.client_order_id.view().data(), order.client_order_id.view().size());
}

template <typename To>
void WriteReference(const OrderReference& order, WireWriter& to) {
  to.Field(To::kAccountIdFieldNumber, order.account_id);
  to.Field(To::kOrderIdFieldNumber, order.order_id);
  to.Text(To::kClientOrderIdFieldNumber, order.client_order_id.view());
}

void Write(const CancelOrder& command, WireWriter& to) {
  using To = journal::v1::CancelOrder;
  to.Message(Record::kCancelOrderFieldNumber, [&] {
    WriteReference<To>(command.order, to);
    to.Field(To::kOnlyIfFieldNumber, command.only_if);
  });
}

void Write(const AmendOrder& command, WireWriter& to) {
  using To = journal::v1::AmendOrder;
  to.Message(Record::kAmendOrderFieldNumber, [&] {
    WriteReference<To>(command.order, to);
    to.Field(To::kQuantityLotsFieldNumber, command.quantity);
    to.Field(To::kPriceTicksFieldNumber, command.price);
  });
}

void Encode(const ReplaceOrder& command, Record& record) {
  journal::v1::ReplaceOrder& to = *record.mutable_replace_order();
  EncodeReference(command.order, to);
  EncodeOrder(command.replacement, *to.mutable_replacement());
}

void Encode(const MassCancel& command, Record& record) {
  journal::v1::MassCancel& to = *record.mutable_mass_cancel();
  to.set_account_id(command.account_id.value());
  to.set_instrument_id(command.instrument_id.value());
  to.set_side(command.side);
  to.set_tag(command.tag.ToString());
  to.set_session(command.session);
  to.set_reason(Number(command.reason));
}

void Encode(const CancelAllAfter& command, Record& record) {
  record.mutable_cancel_all_after()->set_account_id(command.account_id.value());
  record.mutable_cancel_all_after()->set_timeout_ns(command.timeout_ns);
}

void Encode(const Tick&, Record& record) { record.mutable_tick(); }

void Encode(const SetInstrument& command, Record& record) {
  journal::v1::SetInstrument& to = *record.mutable_set_instrument();
  to.set_instrument_id(command.instrument_id.value());
  EncodeDefinition(command.definition, *to.mutable_definition());
}

void Encode(const SetInstrumentState& command, Record& record) {
  journal::v1::SetInstrumentState& to = *record.mutable_set_instrument_state();
  to.set_instrument_id(command.instrument_id.value());
  to.set_state(Number(command.state));
  to.set_auction_end_ns(command.auction_end.value());
}

void Encode(const SetSchedule& command, Record& record) {
  journal::v1::SetSchedule& to = *record.mutable_set_schedule();
  to.set_instrument_id(command.instrument_id.value());
  to.set_calendar(command.calendar);
  for (const Transition& transition : command.transitions) {
    journal::v1::Transition& added = *to.add_transitions();
    added.set_at_ns(transition.at.value());
    added.set_state(Number(transition.state));
  }
}

void Encode(const SetMarkPrice& command, Record& record) {
  record.mutable_set_mark_price()->set_instrument_id(command.instrument_id.value());
  record.mutable_set_mark_price()->set_price_ticks(command.price.value());
}

void Encode(const SetFeeTier& command, Record& record) {
  journal::v1::SetFeeTier& to = *record.mutable_set_fee_tier();
  to.set_instrument_id(command.instrument_id.value());
  to.set_tier(command.tier);
  to.set_maker_fee_ppm(command.maker_fee_ppm);
  to.set_taker_fee_ppm(command.taker_fee_ppm);
}

void Encode(const SetAccountSettings& command, Record& record) {
  journal::v1::SetAccountSettings& to = *record.mutable_set_account_settings();
  to.set_account_id(command.account_id.value());
  to.set_fee_tier(command.fee_tier);
  to.set_trade_group(command.trade_group);
  to.set_open_orders_max(command.open_orders_max);
  to.set_order_rate_max(command.order_rate_max);
  to.set_order_rate_window_ns(command.order_rate_window_ns);
  to.set_duplicate_window_ns(command.duplicate_window_ns);
}

void Encode(const MakeTransfers& command, Record& record) {
  journal::v1::MakeTransfers& to = *record.mutable_make_transfers();
  for (const Transfer& transfer : command.transfers) {
    journal::v1::LinkedTransfer& added = *to.add_transfers();
    added.set_transaction_id(transfer.transaction_id.ToString());
    added.set_kind(Number(transfer.kind));
    added.set_debit_account_id(transfer.debit_account_id.value());
    added.set_credit_account_id(transfer.credit_account_id.value());
    added.set_asset_id(transfer.asset_id.value());
    added.set_amount_units(transfer.amount.value());
    added.set_timeout_ns(transfer.timeout_ns);
    added.set_target(transfer.target.ToString());
    added.set_reference(transfer.reference.ToString());
  }
}

void Encode(const ActivateRuleSet& command, Record& record) {
  record.mutable_activate_rule_set()->set_rule_set(command.rule_set);
}

void Encode(const SetTradingState& command, Record& record) {
  record.mutable_set_trading_state()->set_account_id(command.account_id.value());
  record.mutable_set_trading_state()->set_state(Number(command.state));
}

}  // namespace

void EncodeRecord(const Command& command, std::string& bytes) {
  bytes.clear();
  const auto encode = [&](const auto& asked) {
    if constexpr (requires(WireWriter & to) { Write(asked, to); }) {
      WireWriter to;
      Write(asked, to);
      bytes.append(to.view());
    } else {
      Record record;
      Encode(asked, record);
      record.AppendToString(&bytes);
    }
  };
  std::visit(encode, command);
}

// A record behind a record is one with the fields of both.
void AppendNotes(const RecordNotes& notes, std::string& bytes) {
  Record record;
  if (notes.attests.sequence != Sequence()) {
    record.mutable_attests()->set_sequence(notes.attests.sequence.value());
    record.mutable_attests()->set_state_hash(ToBytes(notes.attests.hash));
  }
  if (notes.start.has_value()) {
    journal::v1::Start& to = *record.mutable_start();
    to.set_build(notes.start->build);
    to.set_engine_version(notes.start->engine_version);
    to.set_dropped_bytes(notes.start->dropped_bytes);
    to.set_snapshot_sequence(notes.start->snapshot.value());
  }
  record.AppendToString(&bytes);
}

std::string ToBytes(const StateHash& hash) {
  std::string bytes(sizeof hash, '\0');
  std::memcpy(bytes.data(), hash.data(), bytes.size());
  return bytes;
}

std::optional<StateHash> ToStateHash(std::string_view bytes) {
  StateHash hash;
  if (bytes.size() != sizeof hash) return std::nullopt;
  std::memcpy(hash.data(), bytes.data(), sizeof hash);
  return hash;
}

}  // namespace rialto::engine
