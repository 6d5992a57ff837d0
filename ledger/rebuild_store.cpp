#include "ledger/rebuild_store.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"
#include "ledger/audit_store.h"

namespace rialto::ledger {
namespace {

using postgres::Connection;
using postgres::Result;

// The follower's own lock: who has it is the ledger's writer.
absl::Status BecomeWriter(Connection& connection, absl::Duration patience) {
  const absl::Time give_up = absl::Now() + patience;
  while (true) {
    ASSIGN_OR_RETURN(
        Result lock,
        connection.Execute(
            "SELECT pg_try_advisory_lock(hashtextextended('rialto follower ledger', 0))"));
    if (lock.row(0).Bool(0)) return absl::OkStatus();
    if (absl::Now() > give_up) {
      return absl::UnavailableError(
          "the ledger service still writes to schema ledger: stop it, then run rebuild again");
    }
    absl::SleepFor(absl::Milliseconds(200));
  }
}

}  // namespace

absl::Status DropShadow(const std::string& database_url) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(database_url));
  return connection->ExecuteScript(
      absl::StrCat("DROP SCHEMA IF EXISTS ", kShadowSchema, " CASCADE"));
}

absl::StatusOr<Sequence> LedgerPosition(const std::string& database_url) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(database_url));
  ASSIGN_OR_RETURN(Result there, connection->Execute(
                                     "SELECT to_regclass('ledger.follower_position') IS NOT NULL"));
  if (!there.row(0).Bool(0)) return Sequence(0);
  ASSIGN_OR_RETURN(
      Result position,
      connection->Execute("SELECT coalesce(max(sequence), 0) FROM ledger.follower_position"));
  return Sequence(static_cast<uint64_t>(position.row(0).Int64(0)));
}

absl::StatusOr<AuditReport> AuditShadow(const std::string& database_url) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(database_url));
  RETURN_IF_ERROR(connection->ExecuteScript(absl::StrCat("SET search_path = ", kShadowSchema)));
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection));
  RETURN_IF_ERROR(
      transaction.ExecuteScript("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  return AuditLedger(transaction);
}

absl::Status SwapSchemas(const std::string& database_url, absl::Duration patience) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(database_url));
  RETURN_IF_ERROR(BecomeWriter(*connection, patience));
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection));
  RETURN_IF_ERROR(transaction.ExecuteScript(absl::StrCat(
      "DROP SCHEMA IF EXISTS ledger_replaced CASCADE; CREATE SCHEMA IF NOT EXISTS ledger;"
      " ALTER SCHEMA ledger RENAME TO ledger_replaced; ALTER SCHEMA ",
      kShadowSchema, " RENAME TO ledger")));
  return transaction.Commit();
}

}  // namespace rialto::ledger
