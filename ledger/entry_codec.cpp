#include "ledger/entry_codec.h"

#include "common/base/decimal.h"
#include "ledger/postings.h"
#include "ledger/statement_text.h"

namespace rialto::ledger {
namespace {

// Rows hold the numbers of the API: one more than in the code, which has no "unspecified".
static_assert(int{v1::ENTRY_KIND_DEPOSIT} == static_cast<int>(EntryKind::kDeposit) + 1);
static_assert(int{v1::ENTRY_KIND_ROUNDING} == static_cast<int>(EntryKind::kRounding) + 1);
static_assert(int{v1::ENTRY_KIND_REVERSAL} == static_cast<int>(EntryKind::kReversal) + 1);
static_assert(int{v1::EntryKind_MAX} == static_cast<int>(EntryKind::kReversal) + 1);

StatementLayout LayoutOf(v1::StatementFormat format) {
  return format == v1::STATEMENT_FORMAT_CSV ? StatementLayout::kCsv : StatementLayout::kHtml;
}

}  // namespace

void ToProto(const EntryRow& row, v1::Entry& entry) {
  entry.set_sequence(row.sequence.value());
  entry.set_leg(row.leg);
  entry.set_account_id(row.account_id.value());
  entry.set_asset(row.asset.symbol);
  entry.set_amount(FormatDecimal(row.amount.value(), row.asset.scale));
  entry.set_kind(static_cast<v1::EntryKind>(row.kind));
  entry.set_transaction_id(row.transaction_id);
  entry.set_trade_id(row.trade_id.value());
  entry.set_order_id(row.order_id.value());
  entry.set_timestamp_ns(row.timestamp_ns);
  entry.set_asset_id(row.asset.id.value());
  entry.set_amount_units(row.amount.value());
  entry.set_owned(FormatDecimal(row.owned.value(), row.asset.scale));
  entry.set_owned_units(row.owned.value());
  entry.set_reference(row.reference);
  entry.set_target_transaction_id(row.target_transaction_id);
}

void ToProto(const TransactionRow& row, v1::Transaction& transaction) {
  transaction.set_sequence(row.sequence.value());
  transaction.set_type(static_cast<v1::EntryKind>(row.type));
  transaction.set_effective_time_ns(row.effective_ns);
  transaction.set_booked_time_ns(row.booked_ns);
  transaction.set_request_id(row.request_id);
  for (const EntryRow& entry : row.entries) ToProto(entry, *transaction.add_entries());
  if (!row.entries.empty()) {
    const EntryRow& first = row.entries.front();
    transaction.set_reference(first.reference);
    if (row.type == v1::ENTRY_KIND_REVERSAL) transaction.set_reverses(first.target_transaction_id);
  }
  for (const Sequence sequence : row.reversed_by) {
    transaction.add_reversed_by_sequences(sequence.value());
  }
}

void ToProto(const BalanceAt& balance, v1::GetBalanceAtResponse& response) {
  const int scale = balance.asset.scale;
  response.set_owned(FormatDecimal(balance.owned.value(), scale));
  response.set_owned_units(balance.owned.value());
  response.set_as_of_sequence(balance.as_of.value());
  response.set_changed_sequence(balance.changed.value());
  response.set_sequence(balance.position.value());
  response.set_available(FormatDecimal(balance.available.value(), scale));
  response.set_available_units(balance.available.value());
  response.set_held(FormatDecimal(balance.held.value(), scale));
  response.set_held_units(balance.held.value());
  response.set_held_as_of_sequence(balance.held_as_of.value());
}

void ToProto(const TrialAsset& trial, v1::TrialBalance& balance) {
  const int scale = trial.asset.scale;
  balance.set_asset(trial.asset.symbol);
  for (const TrialLine& from : trial.lines) {
    v1::TrialBalanceLine& line = *balance.add_lines();
    line.set_account_id(from.account_id.value());
    line.set_name(from.name);
    line.set_owned(FormatDecimal(from.owned, scale));
    line.set_held(FormatDecimal(from.held, scale));
  }
  balance.set_credits(FormatDecimal(trial.credits, scale));
  balance.set_debits(FormatDecimal(trial.debits, scale));
  balance.set_difference(FormatDecimal(trial.credits - trial.debits, scale));
}

v1::StreamStatementResponse StatementParts::Head() const {
  v1::StreamStatementResponse part;
  if (is_text()) {
    part.set_text(StatementHeadText(LayoutOf(format_), frame_));
    return part;
  }
  v1::StatementHead& head = *part.mutable_head();
  head.set_account_id(frame_.account_id.value());
  head.set_account_name(frame_.account_name);
  head.set_asset(frame_.asset.symbol);
  head.set_opening(FormatDecimal(frame_.opening.value(), frame_.asset.scale));
  head.set_opening_units(frame_.opening.value());
  head.set_opening_sequence(frame_.opening_sequence.value());
  return part;
}

v1::StreamStatementResponse StatementParts::Entries(const std::vector<EntryRow>& rows) const {
  v1::StreamStatementResponse part;
  if (is_text()) {
    part.set_text(StatementEntriesText(LayoutOf(format_), rows));
    return part;
  }
  for (const EntryRow& row : rows) ToProto(row, *part.mutable_entries()->add_entries());
  return part;
}

v1::StreamStatementResponse StatementParts::Foot(uint64_t entry_count) const {
  v1::StreamStatementResponse part;
  if (is_text()) {
    part.set_text(StatementFootText(LayoutOf(format_), frame_));
    return part;
  }
  v1::StatementFoot& foot = *part.mutable_foot();
  foot.set_closing(FormatDecimal(frame_.closing.value(), frame_.asset.scale));
  foot.set_closing_units(frame_.closing.value());
  foot.set_closing_sequence(frame_.closing_sequence.value());
  foot.set_entry_count(entry_count);
  return part;
}

}  // namespace rialto::ledger
