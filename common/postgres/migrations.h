// Forward-only, numbered changes of one schema, applied at start.
//
// A service lists its files once in CMake, `rialto_schema(ledger FILES schema/0001_init.sql)`,
// links rialto::ledger_schema and includes "ledger/schema_files.h", which defines `inline constexpr
// postgres::Schema ledger::kSchema`. The texts are in the binary.
//
// What was applied is kept in <schema>.migrations with a checksum: a file that was changed after it
// was applied, or that is missing from the binary, is FAILED_PRECONDITION: write a new file
// instead.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "common/postgres/connection.h"

namespace rialto::postgres {

struct Migration {
  int number;             // 1, 2, 3 … without a gap.
  std::string_view name;  // The file's name, for example "0001_init.sql".
  std::string_view sql;   // Runs with search_path set to the schema, in its own transaction.
};

struct Schema {
  std::string_view name;
  const Migration* migrations;
  int migration_count;
};

// Creates the schema if need be and applies what is missing. Safe to run from several processes at
// once: they take turns.
absl::Status Migrate(Connection& connection, const Schema& schema);

}  // namespace rialto::postgres
