#include "ledger/cursor_rows_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::ledger {
namespace {

constexpr int kRowsPerFetch = 10'000;

}  // namespace

absl::StatusOr<CursorRows> CursorRows::Open(postgres::Transaction& transaction, std::string name,
                                            const std::string& sql) {
  RETURN_IF_ERROR(
      transaction.Execute(absl::StrCat("DECLARE ", name, " NO SCROLL CURSOR FOR ", sql)).status());
  return CursorRows(transaction, std::move(name));
}

absl::Status CursorRows::Advance() {
  if (at_end_) return absl::OkStatus();
  if (rows_.has_value() && ++index_ < rows_->row_count()) return absl::OkStatus();
  ASSIGN_OR_RETURN(postgres::Result rows,
                   transaction_->Execute(absl::StrCat("FETCH ", kRowsPerFetch, " FROM ", name_)));
  rows_.emplace(std::move(rows));
  index_ = 0;
  if (!rows_->empty()) return absl::OkStatus();
  at_end_ = true;
  return transaction_->Execute(absl::StrCat("CLOSE ", name_)).status();
}

}  // namespace rialto::ledger
