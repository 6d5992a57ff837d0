// A statement as text: comma-separated values, or an HTML page made to be printed.
//
// Head, then entries in any number of pieces, then foot; together one document. Pure.
#pragma once

#include <string>

#include "absl/types/span.h"
#include "ledger/statement_store.h"

namespace rialto::ledger {

enum class StatementLayout { kCsv, kHtml };

std::string StatementHeadText(StatementLayout layout, const StatementFrame& frame);
std::string StatementEntriesText(StatementLayout layout, absl::Span<const EntryRow> entries);
std::string StatementFootText(StatementLayout layout, const StatementFrame& frame);

}  // namespace rialto::ledger
