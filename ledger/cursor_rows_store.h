// Rows of a query one after the other, fetched in pieces, so that their number does not matter.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/postgres/transaction.h"

namespace rialto::ledger {

class CursorRows {
 public:
  // `name` is the cursor's within the transaction, which outlives it. Stands before the first row.
  static absl::StatusOr<CursorRows> Open(postgres::Transaction& transaction, std::string name,
                                         const std::string& sql);

  // To the next row, or beyond the last.
  absl::Status Advance();
  bool at_end() const { return at_end_; }
  // REQUIRES: Advance() was called, and not at_end(). Its texts live until the next Advance().
  postgres::Row row() const { return rows_->row(index_); }

 private:
  CursorRows(postgres::Transaction& transaction, std::string name)
      : transaction_(&transaction), name_(std::move(name)) {}

  postgres::Transaction* transaction_;
  std::string name_;
  std::optional<postgres::Result> rows_;
  int index_ = -1;
  bool at_end_ = false;
};

}  // namespace rialto::ledger
