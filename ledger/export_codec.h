// Rows of the ledger as lines of an export.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ledger/order_rows_store.h"
#include "ledger/records.h"
#include "ledger/row_visitor.h"
#include "rialto/ledger/v1/export.pb.h"

namespace rialto::ledger {

std::string ToLine(const v1::ExportLine& line);
// InvalidArgument.
absl::StatusOr<v1::ExportLine> ParseLine(std::string_view text);

void ToExport(const BatchRow& batch, v1::ExportBatch& to);
void ToExport(const TransactionRecord& transaction, v1::ExportTransaction& to);
void ToExport(const PostingRecord& posting, v1::ExportPosting& to);
void ToExport(const TradeRecord& trade, v1::ExportTrade& to);
void ToExport(const HoldRecord& hold, v1::ExportHold& to);
void ToExport(const OrderRow& order, v1::ExportOrder& to);

// Texts live as long as the message.
TransactionRecord FromExport(const v1::ExportTransaction& transaction);
PostingRecord FromExport(const v1::ExportPosting& posting, int32_t leg);
TradeRecord FromExport(const v1::ExportTrade& trade);
HoldRecord FromExport(const v1::ExportHold& hold);
// A whole row.
OrderChange FromExport(const v1::ExportOrder& order);

// The hash of all lines, see ExportEnd.
class LinesHash {
 public:
  // Without its end.
  void Add(std::string_view line);
  const Digest& value() const { return value_; }

 private:
  Sha256 hash_;
  Digest value_{};
};

}  // namespace rialto::ledger
