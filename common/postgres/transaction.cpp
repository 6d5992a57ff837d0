#include "common/postgres/transaction.h"

#include <utility>

#include "common/base/check.h"
#include "common/base/status_macros.h"

namespace rialto::postgres {
namespace {

const char* BeginningOf(Isolation isolation) {
  switch (isolation) {
    case Isolation::kReadCommitted:
      return "BEGIN";
    case Isolation::kSnapshot:
      return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '5s'";
    case Isolation::kLongSnapshot:
      return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  }
  CHECK(false);
}

}  // namespace

absl::StatusOr<Transaction> Transaction::Begin(Connection& connection, Isolation isolation) {
  RETURN_IF_ERROR(connection.ExecuteScript(BeginningOf(isolation)));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // A failed ROLLBACK means a lost session, which the server rolls back by itself.
  if (connection_ != nullptr) (void)connection_->ExecuteScript("ROLLBACK");
}

absl::StatusOr<Result> Transaction::Execute(const std::string& sql,
                                            absl::Span<const Value> parameters) {
  CHECK(connection_ != nullptr);
  return connection_->Execute(sql, parameters);
}

absl::Status Transaction::ExecuteScript(const std::string& sql) {
  CHECK(connection_ != nullptr);
  return connection_->ExecuteScript(sql);
}

absl::Status Transaction::Copy(const std::string& target, const CopyWriter& rows) {
  CHECK(connection_ != nullptr);
  return connection_->Copy(target, rows);
}

absl::Status Transaction::Commit() {
  CHECK(connection_ != nullptr);
  return std::exchange(connection_, nullptr)->ExecuteScript("COMMIT");
}

}  // namespace rialto::postgres
