// The schemas of a rebuild: the shadow beside the ledger, and the moment they change places.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/ids.h"
#include "ledger/audit.h"

namespace rialto::ledger {

inline constexpr char kShadowSchema[] = "ledger_shadow";

// Drops what an earlier rebuild left.
absl::Status DropShadow(const std::string& database_url);
// How far the ledger is; 0 when there is none.
absl::StatusOr<Sequence> LedgerPosition(const std::string& database_url);
// Of the shadow.
absl::StatusOr<AuditReport> AuditShadow(const std::string& database_url);
// Unavailable when another session still writes to the ledger after `patience`.
absl::Status SwapSchemas(const std::string& database_url, absl::Duration patience);

}  // namespace rialto::ledger
