#include "common/postgres/migrations.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"

namespace rialto::postgres {
namespace {

std::string Checksum(const Migration& migration) {
  return absl::StrFormat("%08x", Crc32c(migration.sql));
}

// How many of the schema's migrations are applied, after checking that they are ours.
absl::StatusOr<int> CountApplied(Connection& connection, const Schema& schema) {
  const std::string name(schema.name);
  ASSIGN_OR_RETURN(Result applied,
                   connection.Execute(absl::StrCat("SELECT number, name, checksum FROM ", name,
                                                   ".migrations ORDER BY number")));
  for (int i = 0; i < applied.row_count(); ++i) {
    const std::string file(applied.row(i).Text(1));
    if (i >= schema.migration_count) {
      return absl::FailedPreconditionError(
          absl::StrCat("migrate schema ", name, ": ", file,
                       " was applied to this database but is unknown to this binary: it is older"));
    }
    const Migration& migration = schema.migrations[i];
    if (applied.row(i).Int64(0) != migration.number || file != migration.name ||
        applied.row(i).Text(2) != Checksum(migration)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "migrate schema ", name, ": ", file, " was applied to this database, but ",
          std::string(migration.name), " of this binary differs from it: add a new file instead"));
    }
  }
  return applied.row_count();
}

absl::Status ApplyOne(Connection& connection, const Schema& schema, const Migration& migration) {
  const std::string name(schema.name);
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(connection));
  RETURN_IF_ERROR(transaction.ExecuteScript(absl::StrCat("SET LOCAL search_path = ", name)));
  if (absl::Status status = transaction.ExecuteScript(std::string(migration.sql)); !status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat("migrate schema ", name, ": ", std::string(migration.name),
                                     ": ", status.message()));
  }
  RETURN_IF_ERROR(
      transaction
          .Execute(absl::StrCat("INSERT INTO ", name,
                                ".migrations (number, name, checksum) VALUES ($1, $2, $3)"),
                   {migration.number, migration.name, Checksum(migration)})
          .status());
  return transaction.Commit();
}

absl::Status MigrateLocked(Connection& connection, const Schema& schema) {
  const std::string name(schema.name);
  RETURN_IF_ERROR(connection.ExecuteScript(absl::StrCat(
      "CREATE SCHEMA IF NOT EXISTS ", name, "; CREATE TABLE IF NOT EXISTS ", name,
      ".migrations (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
      " applied_at timestamptz NOT NULL DEFAULT now())")));
  ASSIGN_OR_RETURN(const int applied_count, CountApplied(connection, schema));
  for (int i = applied_count; i < schema.migration_count; ++i) {
    CHECK(schema.migrations[i].number == i + 1);
    RETURN_IF_ERROR(ApplyOne(connection, schema, schema.migrations[i]));
    LOG_INFO("migrated schema={} file={}", schema.name, schema.migrations[i].name);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(Connection& connection, const Schema& schema) {
  const std::string lock_name = absl::StrCat("rialto migrate ", std::string(schema.name));
  RETURN_IF_ERROR(
      connection.Execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", {lock_name}).status());
  absl::Status status = MigrateLocked(connection, schema);
  absl::Status unlocked =
      connection.Execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", {lock_name})
          .status();
  return status.ok() ? unlocked : status;
}

}  // namespace rialto::postgres
