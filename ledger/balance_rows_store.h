// Rows of the table balances: read all, add new ones, change those that are as they were left.
//
// The table's name is looked up in the session's search_path.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/postgres/transaction.h"
#include "ledger/balance_book.h"

namespace rialto::ledger {

// Calls `take` for every row, in pieces: there may be millions.
absl::Status ForEachBalance(postgres::Transaction& transaction,
                            const std::function<void(const BalanceKey&, const Balance&)>& take);

// Those that are new.
absl::Status InsertBalances(postgres::Transaction& transaction,
                            const std::vector<BalanceChange>& changes);

// Those that are not. A row that was not as the mirror had left it is overwritten, too, and comes
// back as drift at `last`: somebody else wrote it.
absl::StatusOr<std::vector<Drift>> UpdateBalances(postgres::Transaction& transaction,
                                                  const std::vector<BalanceChange>& changes,
                                                  Sequence last);

}  // namespace rialto::ledger
