#include "engine/codec/record_codec.h"

#include <utility>

#include "common/base/status_macros.h"
#include "rialto/journal/v1/record.pb.h"

namespace rialto::engine {
namespace {

using Record = journal::v1::Record;

void Encode(const CreateAsset& command, Record& record) {
  journal::v1::CreateAsset& to = *record.mutable_create_asset();
  to.set_symbol(command.symbol.ToString());
  to.set_scale(command.scale);
}

void Encode(const CreateInstrument& command, Record& record) {
  journal::v1::CreateInstrument& to = *record.mutable_create_instrument();
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
}

template <typename Command>
void EncodeTransfer(const Command& command, journal::v1::Transfer& to) {
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

void Encode(const PlaceOrder& command, Record& record) {
  journal::v1::PlaceOrder& to = *record.mutable_place_order();
  to.set_account_id(command.account_id.value());
  to.set_client_order_id(command.client_order_id.view().data(),
                         command.client_order_id.view().size());
  to.set_instrument_id(command.instrument_id.value());
  to.set_side(static_cast<uint32_t>(command.side));
  to.set_type(static_cast<uint32_t>(command.type));
  to.set_time_in_force(static_cast<uint32_t>(command.time_in_force));
  to.set_price_ticks(command.price.value());
  to.set_quantity_lots(command.quantity.value());
  to.set_quote_amount_units(command.quote_amount.value());
  to.set_post_only(command.post_only == PostOnly::kYes);
}

template <typename Message>
void EncodeReference(const OrderReference& order, Message& to) {
  to.set_account_id(order.account_id.value());
  to.set_order_id(order.order_id.value());
  to.set_client_order_id(order.client_order_id.ToString());
}

void Encode(const CancelOrder& command, Record& record) {
  EncodeReference(command.order, *record.mutable_cancel_order());
}

void Encode(const AmendOrder& command, Record& record) {
  EncodeReference(command.order, *record.mutable_amend_order());
  record.mutable_amend_order()->set_quantity_lots(command.quantity.value());
}

// Ids were checked before they were written.
absl::StatusOr<CallerId> DecodeId(const std::string& text) {
  absl::StatusOr<CallerId> id = CallerId::Parse(text);
  if (!id.ok()) return absl::DataLossError("record with a malformed id");
  return id;
}

absl::StatusOr<Command> Decode(const journal::v1::CreateAsset& from) {
  ASSIGN_OR_RETURN(const CallerId symbol, DecodeId(from.symbol()));
  return CreateAsset{symbol, from.scale()};
}

absl::StatusOr<Command> Decode(const journal::v1::CreateInstrument& from) {
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
                          .taker_fee_ppm = from.taker_fee_ppm()};
}

template <typename Transfer>
absl::StatusOr<Command> DecodeTransfer(const journal::v1::Transfer& from) {
  ASSIGN_OR_RETURN(const CallerId id, DecodeId(from.transaction_id()));
  return Transfer{id, AccountId(from.account_id()), AssetId(from.asset_id()),
                  Amount(from.amount_units())};
}

absl::StatusOr<Command> Decode(const journal::v1::PlaceOrder& from) {
  ASSIGN_OR_RETURN(const CallerId id, DecodeId(from.client_order_id()));
  return PlaceOrder{.account_id = AccountId(from.account_id()),
                    .client_order_id = id,
                    .instrument_id = InstrumentId(from.instrument_id()),
                    .side = static_cast<Side>(from.side()),
                    .type = static_cast<OrderType>(from.type()),
                    .time_in_force = static_cast<TimeInForce>(from.time_in_force()),
                    .post_only = from.post_only() ? PostOnly::kYes : PostOnly::kNo,
                    .price = Price(from.price_ticks()),
                    .quantity = Quantity(from.quantity_lots()),
                    .quote_amount = Amount(from.quote_amount_units())};
}

template <typename Message>
absl::StatusOr<OrderReference> DecodeReference(const Message& from) {
  OrderReference order{AccountId(from.account_id()), OrderId(from.order_id()), ClientOrderId()};
  if (!from.client_order_id().empty()) {
    ASSIGN_OR_RETURN(order.client_order_id, DecodeId(from.client_order_id()));
  }
  return order;
}

}  // namespace

void EncodeRecord(const Command& command, std::string& bytes) {
  Record record;
  std::visit([&](const auto& question) { Encode(question, record); }, command);
  bytes.clear();
  record.AppendToString(&bytes);
}

absl::StatusOr<Command> DecodeRecord(std::string_view bytes) {
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("record does not parse");
  }
  switch (record.command_case()) {
    case Record::kCreateAsset:
      return Decode(record.create_asset());
    case Record::kCreateInstrument:
      return Decode(record.create_instrument());
    case Record::kOpenAccount: {
      ASSIGN_OR_RETURN(const CallerId name, DecodeId(record.open_account().name()));
      return OpenAccount{name};
    }
    case Record::kSetAccountLimits: {
      const journal::v1::SetAccountLimits& from = record.set_account_limits();
      return SetAccountLimits{AccountId(from.account_id()), InstrumentId(from.instrument_id()),
                              Quantity(from.order_quantity_max_lots()),
                              Amount(from.order_notional_max_units())};
    }
    case Record::kDeposit:
      return DecodeTransfer<Deposit>(record.deposit());
    case Record::kWithdraw:
      return DecodeTransfer<Withdraw>(record.withdraw());
    case Record::kPlaceOrder:
      return Decode(record.place_order());
    case Record::kCancelOrder: {
      ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(record.cancel_order()));
      return CancelOrder{order};
    }
    case Record::kAmendOrder: {
      ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(record.amend_order()));
      return AmendOrder{order, Quantity(record.amend_order().quantity_lots())};
    }
    case Record::COMMAND_NOT_SET:
      break;
  }
  return absl::DataLossError("record of a kind this engine does not know");
}

}  // namespace rialto::engine
