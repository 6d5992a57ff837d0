#include "ledger/statement_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/mirror/numeric.h"
#include "ledger/balance_book.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;

constexpr int kEntriesPerPage = 2'000;
// Users' accounts begin behind the house's.
constexpr int64_t kHouseAccountMax = 1'000;

template <typename Id>
Id IdAt(const Row& row, int column) {
  return row.IsNull(column) ? Id() : Id(static_cast<typename Id::rep>(row.Int64(column)));
}

absl::StatusOr<AssetRow> FindAsset(const MirrorSnapshot& snapshot, const std::string& symbol) {
  const Asset* asset = snapshot.catalog->FindAsset(symbol);
  if (asset == nullptr) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_ASSET: no asset \"", symbol, "\""));
  }
  return AssetRow{asset->id, asset->symbol, asset->scale};
}

absl::StatusOr<std::string> FindAccount(MirrorSnapshot& snapshot, AccountId account_id) {
  ASSIGN_OR_RETURN(const Result account,
                   snapshot.transaction.Execute(
                       "SELECT name FROM ledger.accounts WHERE account_id = $1", {account_id}));
  if (!account.empty()) return std::string(account.row(0).Text(0));
  return absl::NotFoundError(absl::StrCat("UNKNOWN_ACCOUNT: no account ", account_id.value()));
}

// The last sequence up to a time at which a balance changed, as far as is known; 0: none. Times
// grow with sequences, so it is searched by halves, which needs no index but those of sequences.
absl::StatusOr<Sequence> FindSequenceAt(MirrorSnapshot& snapshot, int64_t time_ns) {
  uint64_t low = 0;  // What is up to it is known.
  uint64_t high = snapshot.sequence.value();
  Sequence found;
  while (low < high) {
    const uint64_t middle = low + (high - low + 1) / 2;
    ASSIGN_OR_RETURN(const Result rows,
                     snapshot.transaction.Execute(
                         "(SELECT sequence, effective_ns FROM ledger.transactions"
                         " WHERE sequence <= $1 AND sequence > $2 ORDER BY sequence DESC LIMIT 1)"
                         " UNION ALL"
                         " (SELECT sequence, effective_ns FROM ledger.holds"
                         " WHERE sequence <= $1 AND sequence > $2 ORDER BY sequence DESC LIMIT 1)"
                         " ORDER BY sequence DESC LIMIT 1",
                         {middle, low}));
    if (rows.empty()) {
      low = middle;
    } else if (rows.row(0).Int64(1) <= time_ns) {
      found = IdAt<Sequence>(rows.row(0), 0);
      low = middle;
    } else {
      high = IdAt<Sequence>(rows.row(0), 0).value() - 1;
    }
  }
  return found;
}

absl::StatusOr<Sequence> Resolve(MirrorSnapshot& snapshot, const Moment& moment) {
  if (moment.sequence > snapshot.sequence) {
    return absl::OutOfRangeError(absl::StrCat("NOT_MIRRORED: sequence ", moment.sequence.value(),
                                              ", the mirror is at ", snapshot.sequence.value()));
  }
  if (moment.sequence != Sequence()) return moment.sequence;
  if (moment.time_ns == 0) return snapshot.sequence;
  return FindSequenceAt(snapshot, moment.time_ns);
}

struct Owned {
  Amount amount;
  Sequence changed;
};

absl::StatusOr<Owned> ReadOwned(MirrorSnapshot& snapshot, const BalanceKey& key, Sequence as_of) {
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          "SELECT owned, sequence FROM ledger.postings WHERE account_id = $1 AND asset_id = $2"
          " AND sequence <= $3 ORDER BY sequence DESC, leg DESC LIMIT 1",
          {key.account_id, key.asset_id, as_of}));
  if (rows.empty()) return Owned();
  return Owned{Amount(rows.row(0).Int64(0)), IdAt<Sequence>(rows.row(0), 1)};
}

struct Held {
  Amount amount;
  Sequence as_of;
};

// Within a batch that changed it, what was held is known up to the first change only.
absl::StatusOr<Held> ReadHeld(MirrorSnapshot& snapshot, const BalanceKey& key, Sequence as_of) {
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          "SELECT (SELECT held FROM ledger.holds WHERE account_id = $1 AND asset_id = $2"
          " AND sequence <= $3 ORDER BY sequence DESC LIMIT 1),"
          " (SELECT first_sequence FROM ledger.holds WHERE account_id = $1 AND asset_id = $2"
          " AND sequence > $3 ORDER BY sequence LIMIT 1),"
          " (SELECT hold_count IS NULL FROM ledger.batches ORDER BY last_sequence DESC LIMIT 1)",
          {key.account_id, key.asset_id, as_of}));
  const Row row = rows.row(0);
  // A mirror older than its holds, before its next batch: nothing is known yet.
  if (!row.IsNull(2) && row.Bool(2)) return Held();
  Held held{.as_of = as_of};
  if (!row.IsNull(0)) held.amount = Amount(row.Int64(0));
  if (!row.IsNull(1)) {
    held.as_of = Sequence(std::min(as_of.value(), IdAt<Sequence>(row, 1).value() - 1));
  }
  return held;
}

// `page` is a query for whole rows of postings.
absl::StatusOr<std::vector<EntryRow>> ReadEntryRows(MirrorSnapshot& snapshot,
                                                    const std::string& page,
                                                    const std::vector<postgres::Value>& values) {
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          absl::StrCat("SELECT ", kEntryColumns, " FROM (", page,
                       ") AS page JOIN ledger.assets USING (asset_id)"
                       " JOIN ledger.transactions USING (sequence) ORDER BY sequence, leg"),
          values));
  std::vector<EntryRow> entries;
  for (int i = 0; i < rows.row_count(); ++i) entries.push_back(EntryAt(rows.row(i)));
  return entries;
}

absl::StatusOr<std::vector<Sequence>> ReadReversals(MirrorSnapshot& snapshot,
                                                    const std::vector<EntryRow>& entries) {
  std::vector<std::string> transfers;
  for (const EntryRow& entry : entries) {
    if (!entry.transaction_id.empty()) transfers.push_back(entry.transaction_id);
  }
  std::vector<Sequence> reversals;
  if (transfers.empty()) return reversals;
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute(
                       "SELECT DISTINCT sequence FROM ledger.postings"
                       " WHERE target_transaction_id = ANY ($1) AND kind = $2 ORDER BY sequence",
                       {transfers, int{v1::ENTRY_KIND_REVERSAL}}));
  for (int i = 0; i < rows.row_count(); ++i) {
    reversals.push_back(IdAt<Sequence>(rows.row(i), 0));
  }
  return reversals;
}

}  // namespace

absl::StatusOr<BalanceAt> StatementStore::ReadBalanceAt(AccountId account_id,
                                                        const std::string& asset,
                                                        const Moment& moment) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  RETURN_IF_ERROR(FindAccount(snapshot, account_id).status());
  BalanceAt balance{.position = snapshot.sequence};
  ASSIGN_OR_RETURN(balance.asset, FindAsset(snapshot, asset));
  ASSIGN_OR_RETURN(balance.as_of, Resolve(snapshot, moment));
  ASSIGN_OR_RETURN(const Owned owned,
                   ReadOwned(snapshot, {account_id, balance.asset.id}, balance.as_of));
  balance.owned = owned.amount;
  balance.changed = owned.changed;
  ASSIGN_OR_RETURN(const Held held,
                   ReadHeld(snapshot, {account_id, balance.asset.id}, balance.as_of));
  ASSIGN_OR_RETURN(const Owned then,
                   ReadOwned(snapshot, {account_id, balance.asset.id}, held.as_of));
  balance.available = then.amount - held.amount;
  balance.held = held.amount;
  balance.held_as_of = held.as_of;
  return balance;
}

absl::StatusOr<StatementFrame> StatementStore::ReadFrame(const StatementQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  StatementFrame frame{.account_id = query.account_id,
                       .from_time_ns = query.from_time_ns,
                       .to_time_ns = query.to_time_ns};
  ASSIGN_OR_RETURN(frame.account_name, FindAccount(snapshot, query.account_id));
  ASSIGN_OR_RETURN(frame.asset, FindAsset(snapshot, query.asset));
  if (query.from_time_ns != 0) {
    ASSIGN_OR_RETURN(frame.opening_sequence, FindSequenceAt(snapshot, query.from_time_ns - 1));
  }
  frame.closing_sequence = snapshot.sequence;
  if (query.to_time_ns != 0) {
    ASSIGN_OR_RETURN(frame.closing_sequence, FindSequenceAt(snapshot, query.to_time_ns - 1));
  }
  const BalanceKey key{query.account_id, frame.asset.id};
  ASSIGN_OR_RETURN(const Owned opening, ReadOwned(snapshot, key, frame.opening_sequence));
  ASSIGN_OR_RETURN(const Owned closing, ReadOwned(snapshot, key, frame.closing_sequence));
  frame.opening = opening.amount;
  frame.closing = closing.amount;
  return frame;
}

absl::StatusOr<std::vector<EntryRow>> StatementStore::ReadEntries(const StatementFrame& frame,
                                                                  const PageKey& after) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  return ReadEntryRows(snapshot,
                       "SELECT * FROM ledger.postings WHERE account_id = $1 AND asset_id = $2"
                       " AND sequence >= $3 AND (sequence, leg) > ($3, $4) AND sequence <= $5"
                       " ORDER BY sequence, leg LIMIT $6",
                       {frame.account_id, frame.asset.id, after.major, after.minor,
                        frame.closing_sequence, kEntriesPerPage});
}

absl::StatusOr<TransactionRow> StatementStore::ReadTransaction(Sequence sequence,
                                                               const std::string& transaction_id) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  TransactionRow transaction{.sequence = sequence, .position = snapshot.sequence};
  if (sequence == Sequence()) {
    ASSIGN_OR_RETURN(const Result found,
                     snapshot.transaction.Execute(
                         "SELECT min(sequence) FROM ledger.postings WHERE transaction_id = $1",
                         {transaction_id}));
    transaction.sequence = IdAt<Sequence>(found.row(0), 0);
  }
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute("SELECT type, effective_ns, booked_ns, request_id"
                                                " FROM ledger.transactions WHERE sequence = $1",
                                                {transaction.sequence}));
  if (rows.empty()) {
    return absl::NotFoundError(
        sequence == Sequence()
            ? absl::StrCat("UNKNOWN_TRANSACTION: no transfer \"", transaction_id, "\"")
            : absl::StrCat("UNKNOWN_TRANSACTION: command ", sequence.value(), " moved no money"));
  }
  const Row row = rows.row(0);
  transaction.type = static_cast<int>(row.Int64(0));
  transaction.effective_ns = row.Int64(1);
  transaction.booked_ns = row.Int64(2);
  if (!row.IsNull(3)) transaction.request_id = std::string(row.Text(3));
  ASSIGN_OR_RETURN(transaction.entries,
                   ReadEntryRows(snapshot, "SELECT * FROM ledger.postings WHERE sequence = $1",
                                 {transaction.sequence}));
  ASSIGN_OR_RETURN(transaction.reversed_by, ReadReversals(snapshot, transaction.entries));
  return transaction;
}

absl::StatusOr<TrialPage> StatementStore::ReadTrialBalance(const std::string& asset) {
  // Reads all balances.
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin(postgres::Isolation::kLongSnapshot));
  AssetId wanted;
  if (!asset.empty()) {
    ASSIGN_OR_RETURN(const AssetRow found, FindAsset(snapshot, asset));
    wanted = found.id;
  }
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          "SELECT asset_id, symbol, scale, holder, coalesce(name, 'users'), owned, held, credits,"
          " debits FROM (SELECT asset_id, CASE WHEN account_id <= $2 THEN account_id END AS holder,"
          " sum(available::numeric + held) AS owned, sum(held::numeric) AS held,"
          " coalesce(sum(available::numeric + held) FILTER (WHERE available + held > 0), 0) AS"
          " credits,"
          " coalesce(-sum(available::numeric + held) FILTER (WHERE available + held < 0), 0) AS"
          " debits FROM ledger.balances WHERE $1 = 0 OR asset_id = $1 GROUP BY 1, 2) AS holdings"
          " JOIN ledger.assets USING (asset_id)"
          " LEFT JOIN ledger.accounts ON account_id = holder"
          " ORDER BY asset_id, holder NULLS LAST",
          {wanted, kHouseAccountMax}));
  TrialPage page{.position = snapshot.sequence};
  for (int i = 0; i < rows.row_count(); ++i) {
    const Row row = rows.row(i);
    const AssetId id = IdAt<AssetId>(row, 0);
    if (page.assets.empty() || page.assets.back().asset.id != id) {
      page.assets.push_back(
          {.asset = {id, std::string(row.Text(1)), static_cast<int>(row.Int64(2))}});
    }
    TrialAsset& trial = page.assets.back();
    trial.lines.push_back({IdAt<AccountId>(row, 3), std::string(row.Text(4)),
                           FromNumeric(row.Text(5)), FromNumeric(row.Text(6))});
    trial.credits += FromNumeric(row.Text(7));
    trial.debits += FromNumeric(row.Text(8));
  }
  return page;
}

}  // namespace rialto::ledger
