// The ledger's tables, as the service reads them.
//
// Every answer is one snapshot of the database and says the sequence it is true at. Failures:
// NOT_FOUND and UNAVAILABLE, message starting with a reason code. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/postgres/pool.h"
#include "common/postgres/transaction.h"

namespace rialto::ledger {

// The last row of the page before, as its list orders them.
struct PageKey {
  int64_t major = 0;  // The sequence of an entry; the account of a balance.
  int64_t minor = 0;  // The leg of an entry; the asset of a balance.
};

// An asset as it was found in the tables.
struct AssetRow {
  AssetId id;
  std::string symbol;
  int scale = 0;
};

struct BalanceRow {
  AccountId account_id;
  AssetRow asset;
  Amount available;
  Amount held;
  Sequence changed;  // 0: never.
};

struct EntryRow {
  Sequence sequence;
  int32_t leg = 0;
  AccountId account_id;
  AssetRow asset;
  Amount amount;
  int kind = 0;  // rialto.ledger.v1.EntryKind.
  std::string transaction_id;
  TradeId trade_id;
  OrderId order_id;
  int64_t timestamp_ns = 0;
  Amount owned;  // After it.
  std::string reference;
  std::string target_transaction_id;
};

template <typename RowType>
struct Page {
  std::vector<RowType> rows;
  bool has_more = false;
  Sequence sequence;  // The mirror's position.
};

// Which entries: the rest of them after `after`, at most `size`.
struct EntryQuery {
  AccountId account_id;  // 0: all.
  std::string asset;     // Empty: all.
  Sequence sequence_min;
  Sequence sequence_max;  // 0: no bound.
  PageKey after{0, -1};
  int size = 0;
};

// Which balances: the rest of them after `after`, at most `size`.
struct BalanceQuery {
  AccountId account_id;  // 0: all.
  PageKey after;
  int size = 0;
};

// Where mirror and engine were ever found to differ.
struct Reconciliation {
  Sequence sequence;  // The mirror's position.
  int64_t drift_count = 0;
  int64_t mismatched_checkpoint_count = 0;
  Sequence compared;             // The last checkpoint; 0: none yet.
  int64_t difference_count = 0;  // Of the last comparison of all balances.
};

// The columns of entries, as EntryAt() takes them, of the columns of postings, transactions and
// assets.
extern const char kEntryColumns[];

EntryRow EntryAt(const postgres::Row& row);

class ReadStore {
 public:
  explicit ReadStore(postgres::Pool& pool) : pool_(pool) {}

  // A page of exactly one row.
  absl::StatusOr<Page<BalanceRow>> ReadBalance(AccountId account_id, const std::string& asset);
  absl::StatusOr<Page<BalanceRow>> ListBalances(const BalanceQuery& query);
  absl::StatusOr<Page<EntryRow>> ListEntries(const EntryQuery& query);
  absl::StatusOr<Reconciliation> ReadReconciliation();

 private:
  postgres::Pool& pool_;
};

}  // namespace rialto::ledger
