#include "ledger/read_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "ledger/conditions_store.h"

namespace rialto::ledger {
namespace {

using postgres::Isolation;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;

template <typename Id>
Id IdAt(const Row& row, int column) {
  if (row.IsNull(column)) return Id();
  return Id(static_cast<typename Id::rep>(row.Int64(column)));
}

std::string TextAt(const Row& row, int column) {
  return row.IsNull(column) ? "" : std::string(row.Text(column));
}

AssetRow AssetAt(const Row& row, int column) {
  return {IdAt<AssetId>(row, column), std::string(row.Text(column + 1)),
          static_cast<int>(row.Int64(column + 2))};
}

absl::StatusOr<Sequence> ReadPosition(Transaction& transaction) {
  ASSIGN_OR_RETURN(
      Result position,
      transaction.Execute("SELECT sequence FROM ledger.follower_position WHERE name = 'ledger'"));
  return position.empty() ? Sequence() : IdAt<Sequence>(position.row(0), 0);
}

absl::Status CheckAccount(Transaction& transaction, AccountId account_id) {
  ASSIGN_OR_RETURN(
      Result account,
      transaction.Execute("SELECT 1 FROM ledger.accounts WHERE account_id = $1", {account_id}));
  if (!account.empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("UNKNOWN_ACCOUNT: no account ", account_id.value()));
}

absl::StatusOr<AssetRow> FindAsset(Transaction& transaction, const std::string& symbol) {
  ASSIGN_OR_RETURN(
      Result asset,
      transaction.Execute("SELECT asset_id, symbol, scale FROM ledger.assets WHERE symbol = $1",
                          {symbol}));
  if (!asset.empty()) return AssetAt(asset.row(0), 0);
  return absl::NotFoundError(absl::StrCat("UNKNOWN_ASSET: no asset \"", symbol, "\""));
}

BalanceRow BalanceAt(const Row& row) {
  return {.account_id = IdAt<AccountId>(row, 0),
          .asset = AssetAt(row, 1),
          .available = Amount(row.Int64(4)),
          .held = Amount(row.Int64(5)),
          .changed = IdAt<Sequence>(row, 6)};
}

// The rows of a statement that was asked for one row more than the page holds.
template <typename RowType>
Page<RowType> ToPage(const Result& result, int size, RowType (*read)(const Row&)) {
  Page<RowType> page;
  page.has_more = result.row_count() > size;
  for (int i = 0; i < result.row_count() && i < size; ++i) page.rows.push_back(read(result.row(i)));
  return page;
}

}  // namespace

const char kEntryColumns[] =
    "sequence, leg, account_id, asset_id, symbol, scale, amount, kind, transaction_id, trade_id,"
    " order_id, effective_ns, owned, reference, target_transaction_id";

EntryRow EntryAt(const Row& row) {
  return {.sequence = IdAt<Sequence>(row, 0),
          .leg = static_cast<int32_t>(row.Int64(1)),
          .account_id = IdAt<AccountId>(row, 2),
          .asset = AssetAt(row, 3),
          .amount = Amount(row.Int64(6)),
          .kind = static_cast<int>(row.Int64(7)),
          .transaction_id = TextAt(row, 8),
          .trade_id = IdAt<TradeId>(row, 9),
          .order_id = IdAt<OrderId>(row, 10),
          .timestamp_ns = row.Int64(11),
          .owned = Amount(row.Int64(12)),
          .reference = TextAt(row, 13),
          .target_transaction_id = TextAt(row, 14)};
}

absl::StatusOr<Page<BalanceRow>> ReadStore::ReadBalance(AccountId account_id,
                                                        const std::string& asset) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  // One statement is one snapshot, and one way to the server and back.
  ASSIGN_OR_RETURN(
      Result rows,
      connection->Execute(
          "SELECT position.sequence, accounts.account_id, assets.asset_id, assets.symbol,"
          " assets.scale, balances.available, balances.held, balances.sequence"
          " FROM ledger.follower_position AS position"
          " LEFT JOIN ledger.accounts ON accounts.account_id = $1"
          " LEFT JOIN ledger.assets ON assets.symbol = $2"
          " LEFT JOIN ledger.balances ON balances.account_id = $1"
          " AND balances.asset_id = assets.asset_id"
          " WHERE position.name = 'ledger'",
          {account_id, asset}));
  if (rows.empty()) return absl::UnavailableError("NOT_READY: the mirror has no position yet");
  const Row row = rows.row(0);
  if (row.IsNull(1)) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_ACCOUNT: no account ", account_id.value()));
  }
  if (row.IsNull(2)) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_ASSET: no asset \"", asset, "\""));
  }
  Page<BalanceRow> page{.sequence = IdAt<Sequence>(row, 0)};
  page.rows.push_back({.account_id = account_id, .asset = AssetAt(row, 2)});
  if (!row.IsNull(5)) {
    page.rows.back().available = Amount(row.Int64(5));
    page.rows.back().held = Amount(row.Int64(6));
    page.rows.back().changed = IdAt<Sequence>(row, 7);
  }
  return page;
}

absl::StatusOr<Page<BalanceRow>> ReadStore::ListBalances(const BalanceQuery& query) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*connection, Isolation::kSnapshot));
  Conditions conditions;
  conditions.Add("(account_id, asset_id) > (", {query.after.major, query.after.minor}, ")");
  if (query.account_id != AccountId()) {
    RETURN_IF_ERROR(CheckAccount(transaction, query.account_id));
    conditions.Add("account_id = ", {query.account_id});
  }
  const std::string limit = " LIMIT " + conditions.Parameter(query.size + 1);
  ASSIGN_OR_RETURN(
      Result result,
      transaction.Execute(
          absl::StrCat("SELECT account_id, asset_id, symbol, scale, available, held, sequence"
                       " FROM ledger.balances JOIN ledger.assets USING (asset_id)",
                       conditions.sql(), " ORDER BY account_id, asset_id", limit),
          conditions.values()));
  Page<BalanceRow> page = ToPage(result, query.size, BalanceAt);
  ASSIGN_OR_RETURN(page.sequence, ReadPosition(transaction));
  return page;
}

absl::StatusOr<Page<EntryRow>> ReadStore::ListEntries(const EntryQuery& query) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*connection, Isolation::kSnapshot));
  Conditions conditions;
  conditions.Add("(sequence, leg) > (", {query.after.major, query.after.minor}, ")");
  const Sequence after(static_cast<uint64_t>(query.after.major));
  conditions.Add("sequence >= ", {std::max(query.sequence_min, after)});
  if (query.sequence_max != Sequence()) conditions.Add("sequence <= ", {query.sequence_max});
  if (!query.asset.empty()) {
    ASSIGN_OR_RETURN(const AssetRow asset, FindAsset(transaction, query.asset));
    conditions.Add("postings.asset_id = ", {asset.id});
  }
  std::string from = "SELECT postings.* FROM ledger.postings";
  std::string end;
  const std::string order = " ORDER BY sequence, leg LIMIT " + conditions.Parameter(query.size + 1);
  if (query.account_id != AccountId()) {
    RETURN_IF_ERROR(CheckAccount(transaction, query.account_id));
    conditions.Add("postings.account_id = ", {query.account_id});
    // The index is by account and asset: a page of each asset, and the first of those.
    const std::string account = conditions.Parameter(query.account_id);
    conditions.Add("postings.asset_id = owned.asset_id", {});
    from = absl::StrCat(
        "SELECT page.* FROM (SELECT asset_id FROM ledger.balances WHERE account_id = ", account,
        ") AS owned CROSS JOIN LATERAL (", from);
    end = ") AS page" + order;
  }
  ASSIGN_OR_RETURN(
      Result result,
      transaction.Execute(
          absl::StrCat("SELECT ", kEntryColumns, " FROM (", from, conditions.sql(), order, end,
                       ") AS page JOIN ledger.assets USING (asset_id)"
                       " JOIN ledger.transactions USING (sequence) ORDER BY sequence, leg"),
          conditions.values()));
  Page<EntryRow> page = ToPage(result, query.size, EntryAt);
  ASSIGN_OR_RETURN(page.sequence, ReadPosition(transaction));
  return page;
}

absl::StatusOr<Reconciliation> ReadStore::ReadReconciliation() {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*connection, Isolation::kSnapshot));
  ASSIGN_OR_RETURN(
      const Result result,
      transaction.Execute("SELECT (SELECT count(*) FROM ledger.drift),"
                          " (SELECT count(*) FROM ledger.checkpoints"
                          " WHERE wrong_buckets <> '{}' OR wrong_assets <> '{}'),"
                          " (SELECT coalesce(max(sequence), 0) FROM ledger.checkpoints),"
                          " coalesce((SELECT differences FROM ledger.comparisons"
                          " ORDER BY comparison_id DESC LIMIT 1), 0)"));
  const Row row = result.row(0);
  Reconciliation found{.drift_count = row.Int64(0),
                       .mismatched_checkpoint_count = row.Int64(1),
                       .compared = IdAt<Sequence>(row, 2),
                       .difference_count = row.Int64(3)};
  ASSIGN_OR_RETURN(found.sequence, ReadPosition(transaction));
  return found;
}

}  // namespace rialto::ledger
