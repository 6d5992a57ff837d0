#include "ledger/export_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "google/protobuf/util/json_util.h"

namespace rialto::ledger {

std::string ToLine(const v1::ExportLine& line) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  CHECK(google::protobuf::util::MessageToJsonString(line, &text, options).ok());
  return text;
}

absl::StatusOr<v1::ExportLine> ParseLine(std::string_view text) {
  v1::ExportLine line;
  const auto status =
      google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &line);
  if (status.ok()) return line;
  return absl::InvalidArgumentError(
      absl::StrCat("not a line of an exported ledger: ", std::string(status.message())));
}

void ToExport(const BatchRow& batch, v1::ExportBatch& to) {
  to.set_first_sequence(batch.first_sequence.value());
  to.set_last_sequence(batch.last_sequence.value());
  to.set_previous_hash(std::string(BytesOf(batch.previous_hash)));
  to.set_hash(std::string(BytesOf(batch.hash)));
  to.set_holds_not_kept(batch.hold_count == kHoldsNotKept);
}

void ToExport(const TransactionRecord& transaction, v1::ExportTransaction& to) {
  to.set_sequence(transaction.sequence.value());
  to.set_type(transaction.type);
  to.set_effective_ns(transaction.effective_ns);
  to.set_booked_ns(transaction.booked_ns);
  to.set_request_id(std::string(transaction.request_id));
}

void ToExport(const PostingRecord& posting, v1::ExportPosting& to) {
  to.set_account_id(posting.account_id.value());
  to.set_asset_id(posting.asset_id.value());
  to.set_amount(posting.amount.value());
  to.set_owned(posting.owned.value());
  to.set_kind(posting.kind);
  to.set_trade_id(posting.trade_id.value());
  to.set_order_id(posting.order_id.value());
  to.set_transaction_id(std::string(posting.transaction_id));
  to.set_reference(std::string(posting.reference));
  to.set_target_transaction_id(std::string(posting.target_transaction_id));
}

void ToExport(const TradeRecord& trade, v1::ExportTrade& to) {
  to.set_trade_id(trade.trade_id.value());
  to.set_timestamp_ns(trade.timestamp_ns);
  to.set_price_ticks(trade.price_ticks);
  to.set_quantity_lots(trade.quantity_lots);
  to.set_quote_units(trade.quote_units);
  to.set_taker_order_id(trade.taker_order_id.value());
  to.set_taker_account_id(trade.taker_account_id.value());
  to.set_maker_order_id(trade.maker_order_id.value());
  to.set_maker_account_id(trade.maker_account_id.value());
  to.set_taker_fee_units(trade.taker_fee_units);
  to.set_maker_fee_units(trade.maker_fee_units);
  to.set_instrument_id(trade.instrument_id.value());
  to.set_taker_side(trade.taker_side);
}

void ToExport(const HoldRecord& hold, v1::ExportHold& to) {
  to.set_sequence(hold.sequence.value());
  to.set_first_sequence(hold.first_sequence.value());
  to.set_effective_ns(hold.effective_ns);
  to.set_account_id(hold.account_id.value());
  to.set_asset_id(hold.asset_id.value());
  to.set_held(hold.held.value());
}

void ToExport(const OrderRow& order, v1::ExportOrder& to) {
  const OrderForm& form = order.form;
  to.set_order_id(order.order_id.value());
  to.set_account_id(form.account_id.value());
  to.set_last_sequence(order.last_sequence.value());
  to.set_placed_ns(order.placed_ns);
  to.set_changed_ns(order.changed_ns);
  to.set_price_ticks(order.price_ticks);
  to.set_quantity_lots(order.quantity_lots);
  to.set_quote_units(form.quote_units);
  to.set_executed_lots(order.executed_lots);
  to.set_executed_units(order.executed_units);
  to.set_prevented_lots(order.prevented_lots);
  to.set_list_id(form.list_id);
  to.set_instrument_id(form.instrument_id.value());
  to.set_side(form.side);
  to.set_type(form.type);
  to.set_time_in_force(form.time_in_force);
  to.set_list_kind(form.list_kind);
  to.set_status(order.status);
  to.set_reason(order.reason);
  to.set_post_only(form.post_only);
  to.set_client_order_id(form.client_order_id);
  to.set_terms(form.terms);
}

TransactionRecord FromExport(const v1::ExportTransaction& transaction) {
  return {.sequence = Sequence(transaction.sequence()),
          .type = static_cast<int16_t>(transaction.type()),
          .effective_ns = transaction.effective_ns(),
          .booked_ns = transaction.booked_ns(),
          .request_id = transaction.request_id()};
}

PostingRecord FromExport(const v1::ExportPosting& posting, int32_t leg) {
  return {.leg = leg,
          .account_id = AccountId(posting.account_id()),
          .asset_id = AssetId(posting.asset_id()),
          .amount = Amount(posting.amount()),
          .owned = Amount(posting.owned()),
          .kind = static_cast<int16_t>(posting.kind()),
          .trade_id = TradeId(posting.trade_id()),
          .order_id = OrderId(posting.order_id()),
          .transaction_id = posting.transaction_id(),
          .reference = posting.reference(),
          .target_transaction_id = posting.target_transaction_id()};
}

HoldRecord FromExport(const v1::ExportHold& hold) {
  return {.sequence = Sequence(hold.sequence()),
          .first_sequence = Sequence(hold.first_sequence()),
          .effective_ns = hold.effective_ns(),
          .account_id = AccountId(hold.account_id()),
          .asset_id = AssetId(hold.asset_id()),
          .held = Amount(hold.held())};
}

TradeRecord FromExport(const v1::ExportTrade& trade) {
  return {.trade_id = TradeId(trade.trade_id()),
          .timestamp_ns = trade.timestamp_ns(),
          .price_ticks = trade.price_ticks(),
          .quantity_lots = trade.quantity_lots(),
          .quote_units = trade.quote_units(),
          .taker_order_id = OrderId(trade.taker_order_id()),
          .taker_account_id = AccountId(trade.taker_account_id()),
          .maker_order_id = OrderId(trade.maker_order_id()),
          .maker_account_id = AccountId(trade.maker_account_id()),
          .taker_fee_units = trade.taker_fee_units(),
          .maker_fee_units = trade.maker_fee_units(),
          .instrument_id = InstrumentId(trade.instrument_id()),
          .taker_side = static_cast<int16_t>(trade.taker_side())};
}

OrderChange FromExport(const v1::ExportOrder& order) {
  OrderForm form{.account_id = AccountId(order.account_id()),
                 .instrument_id = InstrumentId(order.instrument_id()),
                 .client_order_id = order.client_order_id(),
                 .side = static_cast<int16_t>(order.side()),
                 .type = static_cast<int16_t>(order.type()),
                 .time_in_force = static_cast<int16_t>(order.time_in_force()),
                 .list_kind = static_cast<int16_t>(order.list_kind()),
                 .post_only = order.post_only(),
                 .quote_units = order.quote_units(),
                 .list_id = order.list_id(),
                 .terms = order.terms()};
  return {.order_id = OrderId(order.order_id()),
          .form = std::move(form),
          .placed_ns = order.placed_ns(),
          .last_sequence = Sequence(order.last_sequence()),
          .changed_ns = order.changed_ns(),
          .executed_lots = order.executed_lots(),
          .executed_units = order.executed_units(),
          .prevented_lots = order.prevented_lots(),
          .quantity_lots = order.quantity_lots(),
          .price_ticks = order.price_ticks(),
          .status = static_cast<int16_t>(order.status()),
          .reason = static_cast<int16_t>(order.reason())};
}

void LinesHash::Add(std::string_view line) {
  value_ = hash_.Of(absl::StrCat(std::string(BytesOf(value_)), std::string(line)));
}

}  // namespace rialto::ledger
