#include "ledger/comparison_store.h"

#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

template <typename Id>
Id IdAt(const Row& row, int column) {
  return Id(static_cast<typename Id::rep>(row.Int64(column)));
}

}  // namespace

absl::StatusOr<LedgerPage> ComparisonStore::ReadPage(const EnginePage& page) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction,
                   Transaction::Begin(*connection, postgres::Isolation::kLongSnapshot));
  ASSIGN_OR_RETURN(
      const Result position,
      transaction.Execute("SELECT sequence FROM ledger.follower_position WHERE name = 'ledger'"));
  if (position.empty()) return absl::UnavailableError("NOT_READY: the mirror has no position yet");
  LedgerPage found{.position = IdAt<Sequence>(position.row(0), 0)};
  ASSIGN_OR_RETURN(const Result rows,
                   transaction.Execute("SELECT account_id, asset_id, available, held, sequence"
                                       " FROM ledger.balances WHERE account_id BETWEEN $1 AND $2"
                                       " ORDER BY account_id, asset_id",
                                       {page.first, page.last}));
  for (int i = 0; i < rows.row_count(); ++i) {
    const Row row = rows.row(i);
    found.rows.push_back({{IdAt<AccountId>(row, 0), IdAt<AssetId>(row, 1)},
                          {Amount(row.Int64(2)), Amount(row.Int64(3))},
                          IdAt<Sequence>(row, 4)});
  }
  return found;
}

absl::Status ComparisonStore::Write(const ComparisonRecord& record) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease connection, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*connection));
  if (record.difference_count == 0) {
    RETURN_IF_ERROR(transaction
                        .Execute("DELETE FROM ledger.comparisons WHERE differences = 0"
                                 " AND comparison_id = (SELECT max(comparison_id) FROM"
                                 " ledger.comparisons)")
                        .status());
  }
  ASSIGN_OR_RETURN(
      const Result written,
      transaction.Execute(
          "INSERT INTO ledger.comparisons (cause, sequence, balances, undecided, differences,"
          " started_at) VALUES ($1, $2, $3, $4, $5, to_timestamp($6::bigint / 1e6))"
          " RETURNING comparison_id",
          {record.cause, record.sequence, record.compared, record.undecided,
           record.difference_count, absl::ToUnixMicros(record.started_at)}));
  const int64_t id = written.row(0).Int64(0);
  for (const BalanceDifference& difference : record.differences) {
    RETURN_IF_ERROR(
        transaction
            .Execute("INSERT INTO ledger.differences VALUES ($1, $2, $3, $2 % 256, $4, $5, $6, $7,"
                     " $8)",
                     {id, difference.key.account_id, difference.key.asset_id, difference.sequence,
                      difference.engine.available.value(), difference.engine.held.value(),
                      difference.ledger.available.value(), difference.ledger.held.value()})
            .status());
  }
  return transaction.Commit();
}

}  // namespace rialto::ledger
