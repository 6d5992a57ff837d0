// The audit's rows, read from the database as of one moment, whatever their number.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "common/postgres/transaction.h"
#include "ledger/audit.h"

namespace rialto::ledger {

// Called every few thousand postings with how many were read, and how many there are.
using AuditProgress = std::function<void(int64_t done, int64_t total)>;

// Shows every row of the tables found in the session's search_path.
absl::Status WalkLedger(postgres::Transaction& transaction, RowVisitor& visitor,
                        const AuditProgress& progress = {});

// Audits the tables found in the session's search_path. The transaction should see one moment
// (REPEATABLE READ); it may take minutes.
absl::StatusOr<AuditReport> AuditLedger(postgres::Transaction& transaction,
                                        const AuditProgress& progress = {});

}  // namespace rialto::ledger
