// One transaction: all of it at Commit(), or nothing.
//
//   ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(connection));
//   RETURN_IF_ERROR(transaction.Execute("UPDATE …", {account_id, amount}).status());
//   return transaction.Commit();
//
// Destroyed without Commit(), it rolls back. REQUIRES: at most one per connection at a time, and
// the connection outlives it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/postgres/connection.h"

namespace rialto::postgres {

enum class Isolation {
  kReadCommitted,
  // Read only; every statement sees the state as of the first, and is UNAVAILABLE after 5 s: nobody
  // waits longer for an answer, and it holds one of the pool's sessions.
  kSnapshot,
  // The same without the 5 s: for what reads a whole table, or has nobody waiting.
  kLongSnapshot,
};

class Transaction {
 public:
  static absl::StatusOr<Transaction> Begin(Connection& connection,
                                           Isolation isolation = Isolation::kReadCommitted);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  absl::StatusOr<Result> Execute(const std::string& sql, absl::Span<const Value> parameters = {});
  absl::Status ExecuteScript(const std::string& sql);
  absl::Status Copy(const std::string& target, const CopyWriter& rows);

  // UNAVAILABLE: whether it took effect is unknown; read from the database what is there.
  absl::Status Commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;  // nullptr once committed or moved from.
};

}  // namespace rialto::postgres
