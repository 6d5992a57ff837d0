#include "ledger/balance_rows_store.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/postgres/copy_writer.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr int kRowsPerFetch = 50'000;

BalanceKey KeyAt(const Row& row) {
  return {AccountId(static_cast<uint64_t>(row.Int64(0))),
          AssetId(static_cast<uint32_t>(row.Int64(1)))};
}

struct Columns {
  std::vector<int64_t> account_ids, asset_ids, available, held, sequences, available_before,
      held_before;

  explicit Columns(const std::vector<BalanceChange>& changes) {
    for (const BalanceChange& change : changes) {
      if (change.is_new) continue;
      account_ids.push_back(static_cast<int64_t>(change.key.account_id.value()));
      asset_ids.push_back(change.key.asset_id.value());
      available.push_back(change.after.available.value());
      held.push_back(change.after.held.value());
      sequences.push_back(static_cast<int64_t>(change.sequence.value()));
      available_before.push_back(change.before.available.value());
      held_before.push_back(change.before.held.value());
    }
  }
};

// The rows of `changed` that the UPDATE passed over, because they are not as expected.
absl::StatusOr<std::vector<Drift>> FindForeign(Transaction& transaction, const Columns& changed,
                                               Sequence last) {
  ASSIGN_OR_RETURN(
      Result rows,
      transaction.Execute(
          "SELECT u.account_id, u.asset_id, u.available_before + u.held_before,"
          " coalesce(b.available + b.held, 0)"
          " FROM unnest($1, $2, $3, $4, $5) AS u"
          " (account_id, asset_id, sequence, available_before, held_before)"
          " LEFT JOIN balances AS b ON b.account_id = u.account_id AND b.asset_id = u.asset_id"
          " WHERE b.sequence IS DISTINCT FROM u.sequence"
          " ORDER BY 1, 2",
          {changed.account_ids, changed.asset_ids, changed.sequences, changed.available_before,
           changed.held_before}));
  std::vector<Drift> foreign;
  for (int i = 0; i < rows.row_count(); ++i) {
    const Row row = rows.row(i);
    foreign.push_back({last, KeyAt(row), Amount(row.Int64(2)), Amount(row.Int64(3))});
  }
  return foreign;
}

}  // namespace

absl::Status ForEachBalance(Transaction& transaction,
                            const std::function<void(const BalanceKey&, const Balance&)>& take) {
  RETURN_IF_ERROR(transaction
                      .Execute("DECLARE all_balances NO SCROLL CURSOR FOR"
                               " SELECT account_id, asset_id, available, held FROM balances")
                      .status());
  while (true) {
    ASSIGN_OR_RETURN(Result rows, transaction.Execute(
                                      absl::StrCat("FETCH ", kRowsPerFetch, " FROM all_balances")));
    for (int i = 0; i < rows.row_count(); ++i) {
      const Row row = rows.row(i);
      take(KeyAt(row), {Amount(row.Int64(2)), Amount(row.Int64(3))});
    }
    if (rows.row_count() < kRowsPerFetch) break;
  }
  return transaction.Execute("CLOSE all_balances").status();
}

absl::Status InsertBalances(Transaction& transaction, const std::vector<BalanceChange>& changes) {
  postgres::CopyWriter rows(5);
  for (const BalanceChange& change : changes) {
    if (!change.is_new) continue;
    rows.Row()
        .Int64(static_cast<int64_t>(change.key.account_id.value()))
        .Int32(static_cast<int32_t>(change.key.asset_id.value()))
        .Int64(change.after.available.value())
        .Int64(change.after.held.value())
        .Int64(static_cast<int64_t>(change.sequence.value()));
  }
  return rows.empty() ? absl::OkStatus() : transaction.Copy("balances", rows);
}

absl::StatusOr<std::vector<Drift>> UpdateBalances(Transaction& transaction,
                                                  const std::vector<BalanceChange>& changes,
                                                  Sequence last) {
  const Columns changed(changes);
  if (changed.account_ids.empty()) return std::vector<Drift>();
  ASSIGN_OR_RETURN(
      Result updated,
      transaction.Execute(
          "UPDATE balances AS b SET available = u.available, held = u.held, sequence = u.sequence"
          " FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (account_id, asset_id, available, held,"
          " sequence, available_before, held_before)"
          " WHERE b.account_id = u.account_id AND b.asset_id = u.asset_id"
          " AND b.available = u.available_before AND b.held = u.held_before",
          {changed.account_ids, changed.asset_ids, changed.available, changed.held,
           changed.sequences, changed.available_before, changed.held_before}));
  if (updated.affected_rows() == static_cast<int64_t>(changed.account_ids.size())) {
    return std::vector<Drift>();
  }
  ASSIGN_OR_RETURN(std::vector<Drift> foreign, FindForeign(transaction, changed, last));
  RETURN_IF_ERROR(
      transaction
          .Execute("INSERT INTO balances (account_id, asset_id, available, held, sequence)"
                   " SELECT * FROM unnest($1, $2, $3, $4, $5)"
                   " ON CONFLICT (account_id, asset_id) DO UPDATE SET"
                   " available = excluded.available, held = excluded.held,"
                   " sequence = excluded.sequence",
                   {changed.account_ids, changed.asset_ids, changed.available, changed.held,
                    changed.sequences})
          .status());
  return foreign;
}

}  // namespace rialto::ledger
