#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "google/protobuf/arena.h"
#include "rialto/journal/v1/record.pb.h"

namespace rialto::engine {
namespace {

using Record = journal::v1::Record;

// Core decides about every value an enum can hold; what does not fit is as unknown as the largest.
template <typename Enum>
Enum ToEnum(uint32_t number) {
  return static_cast<Enum>(std::min(number, uint32_t{UINT8_MAX}));
}

// Ids were checked before they were written; an empty one means "none" where there may be none.
absl::StatusOr<CallerId> DecodeId(const std::string& text) {
  absl::StatusOr<CallerId> id = CallerId::Parse(text);
  if (!id.ok()) return absl::DataLossError("record with a malformed id");
  return id;
}

absl::StatusOr<CallerId> DecodeOptionalId(const std::string& text) {
  if (text.empty()) return CallerId();
  return DecodeId(text);
}

absl::StatusOr<CreateInstrument> DecodeDefinition(const journal::v1::CreateInstrument& from) {
  ASSIGN_OR_RETURN(const CallerId symbol, DecodeId(from.symbol()));
  return CreateInstrument{.symbol = symbol,
                          .base = AssetId(from.base_asset_id()),
                          .quote = AssetId(from.quote_asset_id()),
                          .tick_size_e12 = from.tick_size_e12(),
                          .lot_size_units = from.lot_size_units(),
                          .quantity_min = Quantity(from.quantity_min_lots()),
                          .quantity_max = Quantity(from.quantity_max_lots()),
                          .notional_min = Amount(from.notional_min_units()),
                          .notional_max = Amount(from.notional_max_units()),
                          .maker_fee_ppm = from.maker_fee_ppm(),
                          .taker_fee_ppm = from.taker_fee_ppm(),
                          .price_min = Price(from.price_min_ticks()),
                          .price_max = Price(from.price_max_ticks()),
                          .market_collar_ppm = from.market_collar_ppm(),
                          .limit_collar_ppm = from.limit_collar_ppm(),
                          .price_band_ppm = from.price_band_ppm(),
                          .volatility_ppm = from.volatility_ppm(),
                          .volatility_window_ns = from.volatility_window_ns(),
                          .volatility_auction_ns = from.volatility_auction_ns(),
                          .open_orders_max = from.open_orders_max(),
                          .pending_orders_max = from.pending_orders_max(),
                          .iceberg_parts_max = from.iceberg_parts_max(),
                          .self_trade_default = ToEnum<SelfTrade>(from.self_trade_default()),
                          .self_trade_modes = ToEnum<uint8_t>(from.self_trade_modes())};
}

template <typename DepositOrWithdraw>
absl::StatusOr<Command> DecodeTransfer(const journal::v1::Transfer& from) {
  ASSIGN_OR_RETURN(const CallerId id, DecodeId(from.transaction_id()));
  return DepositOrWithdraw{id, AccountId(from.account_id()), AssetId(from.asset_id()),
                           Amount(from.amount_units())};
}

absl::StatusOr<OrderTerms> DecodeTerms(const journal::v1::OrderTerms& from) {
  ASSIGN_OR_RETURN(const CallerId tag, DecodeOptionalId(from.tag()));
  return OrderTerms{.display_quantity = Quantity(from.display_lots()),
                    .trigger_source = ToEnum<TriggerSource>(from.trigger_source()),
                    .trigger_price = Price(from.trigger_price_ticks()),
                    .trail_ppm = from.trail_ppm(),
                    .trail_ticks = from.trail_ticks(),
                    .peg = ToEnum<PegReference>(from.peg()),
                    .peg_offset_ticks = from.peg_offset_ticks(),
                    .expire_time = Timestamp(from.expire_time_ns()),
                    .not_after = Timestamp(from.not_after_ns()),
                    .tag = tag,
                    .session = from.session()};
}

absl::StatusOr<PlaceOrder> DecodeOrder(const journal::v1::PlaceOrder& from) {
  ASSIGN_OR_RETURN(const CallerId id, DecodeId(from.client_order_id()));
  PlaceOrder order{.account_id = AccountId(from.account_id()),
                   .client_order_id = id,
                   .instrument_id = InstrumentId(from.instrument_id()),
                   .side = ToEnum<Side>(from.side()),
                   .type = ToEnum<OrderType>(from.type()),
                   .time_in_force = ToEnum<TimeInForce>(from.time_in_force()),
                   .post_only = from.post_only() ? PostOnly::kYes : PostOnly::kNo,
                   .self_trade = ToEnum<SelfTrade>(from.self_trade()),
                   .price = Price(from.price_ticks()),
                   .quantity = Quantity(from.quantity_lots()),
                   .quote_amount = Amount(from.quote_amount_units()),
                   .terms = {}};
  if (from.has_terms()) {
    ASSIGN_OR_RETURN(order.terms, DecodeTerms(from.terms()));
  }
  return order;
}

absl::StatusOr<Command> Decode(const journal::v1::PlaceOrderList& from) {
  PlaceOrderList list{.kind = ToEnum<ListKind>(from.kind()), .orders = {}};
  for (const journal::v1::PlaceOrder& order : from.orders()) {
    ASSIGN_OR_RETURN(list.orders.emplace_back(), DecodeOrder(order));
  }
  return list;
}

template <typename Message>
absl::StatusOr<OrderReference> DecodeReference(const Message& from) {
  ASSIGN_OR_RETURN(const CallerId id, DecodeOptionalId(from.client_order_id()));
  return OrderReference{AccountId(from.account_id()), OrderId(from.order_id()), id};
}

absl::StatusOr<Command> Decode(const journal::v1::CancelOrder& from) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(from));
  return CancelOrder{order, ToEnum<CancelOnlyIf>(from.only_if())};
}

absl::StatusOr<Command> Decode(const journal::v1::AmendOrder& from) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(from));
  return AmendOrder{order, Quantity(from.quantity_lots()), Price(from.price_ticks())};
}

absl::StatusOr<Command> Decode(const journal::v1::ReplaceOrder& from) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(from));
  ASSIGN_OR_RETURN(PlaceOrder replacement, DecodeOrder(from.replacement()));
  return ReplaceOrder{order, std::move(replacement)};
}

absl::StatusOr<Command> Decode(const journal::v1::MassCancel& from) {
  ASSIGN_OR_RETURN(const CallerId tag, DecodeOptionalId(from.tag()));
  return MassCancel{.account_id = AccountId(from.account_id()),
                    .instrument_id = InstrumentId(from.instrument_id()),
                    .side = ToEnum<uint8_t>(from.side()),
                    .tag = tag,
                    .session = from.session(),
                    .reason = ToEnum<CancelReason>(from.reason())};
}

absl::StatusOr<Command> Decode(const journal::v1::SetInstrument& from) {
  ASSIGN_OR_RETURN(CreateInstrument definition, DecodeDefinition(from.definition()));
  return SetInstrument{InstrumentId(from.instrument_id()), std::move(definition)};
}

absl::StatusOr<Command> Decode(const journal::v1::MakeTransfers& from) {
  MakeTransfers command;
  command.transfers.reserve(static_cast<size_t>(from.transfers_size()));
  for (const journal::v1::LinkedTransfer& transfer : from.transfers()) {
    ASSIGN_OR_RETURN(const CallerId id, DecodeId(transfer.transaction_id()));
    ASSIGN_OR_RETURN(const CallerId target, DecodeOptionalId(transfer.target()));
    ASSIGN_OR_RETURN(const CallerId reference, DecodeOptionalId(transfer.reference()));
    command.transfers.push_back({.transaction_id = id,
                                 .kind = ToEnum<TransferKind>(transfer.kind()),
                                 .debit_account_id = AccountId(transfer.debit_account_id()),
                                 .credit_account_id = AccountId(transfer.credit_account_id()),
                                 .asset_id = AssetId(transfer.asset_id()),
                                 .amount = Amount(transfer.amount_units()),
                                 .timeout_ns = transfer.timeout_ns(),
                                 .target = target,
                                 .reference = reference});
  }
  return command;
}

Command Decode(const journal::v1::SetSchedule& from) {
  SetSchedule schedule{InstrumentId(from.instrument_id()), from.calendar(), {}};
  schedule.transitions.reserve(static_cast<size_t>(from.transitions_size()));
  for (const journal::v1::Transition& transition : from.transitions()) {
    schedule.transitions.push_back(
        {Timestamp(transition.at_ns()), ToEnum<InstrumentState>(transition.state())});
  }
  return schedule;
}

Command Decode(const journal::v1::SetAccountSettings& from) {
  return SetAccountSettings{.account_id = AccountId(from.account_id()),
                            .fee_tier = from.fee_tier(),
                            .trade_group = from.trade_group(),
                            .open_orders_max = from.open_orders_max(),
                            .order_rate_max = from.order_rate_max(),
                            .order_rate_window_ns = from.order_rate_window_ns(),
                            .duplicate_window_ns = from.duplicate_window_ns()};
}

Command Decode(const journal::v1::SetAccountLimits& from) {
  return SetAccountLimits{.account_id = AccountId(from.account_id()),
                          .instrument_id = InstrumentId(from.instrument_id()),
                          .order_quantity_max = Quantity(from.order_quantity_max_lots()),
                          .order_notional_max = Amount(from.order_notional_max_units()),
                          .position_max = Quantity(from.position_max_lots()),
                          .exposure_max = Amount(from.exposure_max_units())};
}

absl::Status DecodeNotes(const Record& record, RecordNotes& notes) {
  if (record.has_attests()) {
    const std::optional<StateHash> hash = ToStateHash(record.attests().state_hash());
    if (!hash.has_value()) return absl::DataLossError("a state hash must have 16 bytes");
    notes.attests = {Sequence(record.attests().sequence()), *hash};
  }
  if (record.has_start()) {
    const journal::v1::Start& from = record.start();
    notes.start = RunStart{from.build(), from.engine_version(), from.dropped_bytes(),
                           Sequence(from.snapshot_sequence())};
  }
  return absl::OkStatus();
}

// tidy: ladder
absl::StatusOr<Command> DecodeCommand(const Record& record) {
  switch (record.command_case()) {
    case Record::kCreateAsset: {
      ASSIGN_OR_RETURN(const CallerId symbol, DecodeId(record.create_asset().symbol()));
      return CreateAsset{symbol, record.create_asset().scale()};
    }
    case Record::kCreateInstrument:
      return DecodeDefinition(record.create_instrument());
    case Record::kOpenAccount: {
      ASSIGN_OR_RETURN(const CallerId name, DecodeId(record.open_account().name()));
      return OpenAccount{name};
    }
    case Record::kSetAccountLimits:
      return Decode(record.set_account_limits());
    case Record::kDeposit:
      return DecodeTransfer<Deposit>(record.deposit());
    case Record::kWithdraw:
      return DecodeTransfer<Withdraw>(record.withdraw());
    case Record::kPlaceOrder:
      return DecodeOrder(record.place_order());
    case Record::kCancelOrder:
      return Decode(record.cancel_order());
    case Record::kAmendOrder:
      return Decode(record.amend_order());
    case Record::kSetInstrument:
      return Decode(record.set_instrument());
    case Record::kSetInstrumentState: {
      const journal::v1::SetInstrumentState& from = record.set_instrument_state();
      return SetInstrumentState{InstrumentId(from.instrument_id()),
                                ToEnum<InstrumentState>(from.state()),
                                Timestamp(from.auction_end_ns())};
    }
    case Record::kSetSchedule:
      return Decode(record.set_schedule());
    case Record::kSetMarkPrice:
      return SetMarkPrice{InstrumentId(record.set_mark_price().instrument_id()),
                          Price(record.set_mark_price().price_ticks())};
    case Record::kSetFeeTier: {
      const journal::v1::SetFeeTier& from = record.set_fee_tier();
      return SetFeeTier{InstrumentId(from.instrument_id()), from.tier(), from.maker_fee_ppm(),
                        from.taker_fee_ppm()};
    }
    case Record::kSetAccountSettings:
      return Decode(record.set_account_settings());
    case Record::kSetTradingState:
      return SetTradingState{AccountId(record.set_trading_state().account_id()),
                             ToEnum<TradingState>(record.set_trading_state().state())};
    case Record::kActivateRuleSet:
      return ActivateRuleSet{record.activate_rule_set().rule_set()};
    case Record::kPlaceOrderList:
      return Decode(record.place_order_list());
    case Record::kReplaceOrder:
      return Decode(record.replace_order());
    case Record::kMassCancel:
      return Decode(record.mass_cancel());
    case Record::kCancelAllAfter:
      return CancelAllAfter{AccountId(record.cancel_all_after().account_id()),
                            record.cancel_all_after().timeout_ns()};
    case Record::kTick:
      return Tick{};
    case Record::kMakeTransfers:
      return Decode(record.make_transfers());
    case Record::COMMAND_NOT_SET:
      break;
  }
  return absl::DataLossError("record of a kind this engine does not know");
}

}  // namespace

absl::StatusOr<Command> DecodeRecord(std::string_view bytes, RecordNotes* notes) {
  // Enough for one order, so that orders allocate nothing.
  alignas(8) char block[2048];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof(block);
  google::protobuf::Arena arena(options);
  auto& record = *google::protobuf::Arena::CreateMessage<Record>(&arena);
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("record does not parse");
  }
  if (notes != nullptr) RETURN_IF_ERROR(DecodeNotes(record, *notes));
  return DecodeCommand(record);
}

}  // namespace rialto::engine
