#include "ledger/record_rows.h"

#include <string_view>

namespace rialto::ledger {
namespace {

using postgres::CopyWriter;

int64_t Signed(uint64_t id) { return static_cast<int64_t>(id); }
int32_t Signed(uint32_t id) { return static_cast<int32_t>(id); }

void PutIdOrNull(CopyWriter& row, uint64_t id) {
  if (id == 0) {
    row.Null();
  } else {
    row.Int64(Signed(id));
  }
}

void PutTextOrNull(CopyWriter& row, std::string_view text) {
  if (text.empty()) {
    row.Null();
  } else {
    row.Text(text);
  }
}

}  // namespace

void Put(CopyWriter& rows, const TransactionRecord& transaction, int64_t digest) {
  rows.Row()
      .Int64(Signed(transaction.sequence.value()))
      .Int16(transaction.type)
      .Int64(transaction.effective_ns)
      .Int64(transaction.booked_ns)
      .Int64(digest);
  PutTextOrNull(rows, transaction.request_id);
}

void Put(CopyWriter& rows, Sequence sequence, const PostingRecord& posting) {
  rows.Row()
      .Int64(Signed(sequence.value()))
      .Int64(Signed(posting.account_id.value()))
      .Int64(posting.amount.value())
      .Int64(posting.owned.value());
  PutIdOrNull(rows, posting.trade_id.value());
  PutIdOrNull(rows, posting.order_id.value());
  rows.Int32(Signed(posting.asset_id.value())).Int32(posting.leg).Int16(posting.kind);
  PutTextOrNull(rows, posting.transaction_id);
  PutTextOrNull(rows, posting.reference);
  PutTextOrNull(rows, posting.target_transaction_id);
}

void Put(CopyWriter& rows, Sequence sequence, const TradeRecord& trade) {
  rows.Row()
      .Int64(Signed(trade.trade_id.value()))
      .Int64(Signed(sequence.value()))
      .Int64(trade.timestamp_ns)
      .Int64(trade.price_ticks)
      .Int64(trade.quantity_lots)
      .Int64(trade.quote_units)
      .Int64(Signed(trade.taker_order_id.value()))
      .Int64(Signed(trade.taker_account_id.value()))
      .Int64(Signed(trade.maker_order_id.value()))
      .Int64(Signed(trade.maker_account_id.value()))
      .Int64(trade.taker_fee_units)
      .Int64(trade.maker_fee_units)
      .Int32(Signed(trade.instrument_id.value()))
      .Int16(trade.taker_side);
}

void Put(CopyWriter& rows, const HoldRecord& hold) {
  rows.Row()
      .Int64(Signed(hold.sequence.value()))
      .Int64(Signed(hold.first_sequence.value()))
      .Int64(hold.effective_ns)
      .Int64(Signed(hold.account_id.value()))
      .Int64(hold.held.value())
      .Int32(Signed(hold.asset_id.value()));
}

void Put(CopyWriter& rows, const OrderChange& order) {
  const OrderForm& form = *order.form;
  rows.Row()
      .Int64(Signed(PlacedBy(order.order_id).value()))
      .Int64(Signed(order.order_id.value()))
      .Int64(Signed(form.account_id.value()))
      .Int64(Signed(order.last_sequence.value()))
      .Int64(order.placed_ns)
      .Int64(order.changed_ns)
      .Int64(order.price_ticks.value_or(0))
      .Int64(order.quantity_set.value_or(0) + order.quantity_lots)
      .Int64(form.quote_units)
      .Int64(order.executed_lots)
      .Int64(order.executed_units)
      .Int64(order.prevented_lots)
      .Int64(Signed(form.list_id))
      .Int32(Signed(form.instrument_id.value()))
      .Int16(form.side)
      .Int16(form.type)
      .Int16(form.time_in_force)
      .Int16(form.list_kind)
      .Int16(order.status.value_or(0))
      .Int16(order.reason.value_or(0))
      .Bool(form.post_only)
      .Text(form.client_order_id);
  if (form.terms.empty()) {
    rows.Null();
  } else {
    rows.Text(form.terms);
  }
}

}  // namespace rialto::ledger
