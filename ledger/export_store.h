// The ledger as a file of lines, and back: see export.proto.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/postgres/connection.h"
#include "ledger/audit_store.h"

namespace rialto::ledger {

// What a file holds.
struct ExportSummary {
  uint64_t sequence = 0;  // The mirror's position.
  int64_t batches = 0;
  int64_t postings = 0;
  int64_t orders = 0;
  Digest hash{};
  Digest lines_hash{};
};

// Writes schema `schema` as of one moment, line by line without their ends, to `write`, whose
// failure ends it. DataLoss when the rows are not what the chain says; the file is then not whole.
absl::StatusOr<ExportSummary> ExportLedger(
    postgres::Connection& connection, const std::string& schema,
    const std::function<absl::Status(std::string_view)>& write);

// Makes schema `schema` of the lines that `read` returns (false: no more). Every digest and every
// link of the chain is recomputed before its rows are written, and at the end the hash of all
// lines; DataLoss names the batch and sequence that do not fit, or that the file ends early or was
// changed, and nothing is kept. AlreadyExists when the schema is there. A file of format 1 has
// neither orders nor holds: their tables stay empty.
absl::StatusOr<ExportSummary> ImportLedger(postgres::Connection& connection,
                                           const std::string& schema,
                                           const std::function<bool(std::string&)>& read);

}  // namespace rialto::ledger
