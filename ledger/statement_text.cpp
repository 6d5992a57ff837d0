#include "ledger/statement_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/decimal.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {
namespace {

std::string Format(Amount amount, const AssetRow& asset) {
  return FormatDecimal(amount.value(), asset.scale);
}

std::string FormatTime(int64_t nanoseconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", absl::FromUnixNanos(nanoseconds),
                          absl::UTCTimeZone());
}

std::string KindName(int kind) {
  return absl::AsciiStrToLower(
      absl::StripPrefix(v1::EntryKind_Name(static_cast<v1::EntryKind>(kind)), "ENTRY_KIND_"));
}

std::string Reference(const EntryRow& entry) {
  if (!entry.transaction_id.empty()) return entry.transaction_id;
  if (entry.trade_id == TradeId()) return "";
  return absl::StrCat("trade ", entry.trade_id.value());
}

// RFC 4180: always in quotes, so that nothing in it is taken for a separator or a number.
std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

constexpr char kPageHead[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
    "charset=\"utf-8\">\n<title>Statement</title>\n"
    "<style>\n@page { size: A4; margin: 15mm }\nbody { font: 10pt sans-serif }\n"
    "table { border-collapse: collapse; width: 100% }\nthead { display: table-header-group }\n"
    "th, td { border-bottom: 1px solid #ccc; padding: 2pt 4pt; text-align: left }\n"
    ".number { text-align: right; font-variant-numeric: tabular-nums }\ntr { break-inside: avoid "
    "}\n"
    "</style>\n</head>\n<body>\n";

std::string Row(const char* label, Sequence sequence, const std::string& amount) {
  return absl::StrCat("<tr><td>", sequence.value(), "</td><td></td><td>", label,
                      "</td><td></td><td></td><td class=\"number\">", amount, "</td></tr>\n");
}

}  // namespace

std::string StatementHeadText(StatementLayout layout, const StatementFrame& frame) {
  const std::string opening = Format(frame.opening, frame.asset);
  if (layout == StatementLayout::kCsv) {
    return absl::StrCat("sequence,leg,time,kind,reference,amount,owned\r\n",
                        frame.opening_sequence.value(), ",,,opening,,,", opening, "\r\n");
  }
  return absl::StrCat(kPageHead, "<h1>Statement of account ", frame.account_id.value(), " (",
                      Escaped(frame.account_name), ") in ", Escaped(frame.asset.symbol),
                      "</h1>\n<table>\n<thead><tr><th>Sequence</th><th>Time (UTC)</th><th>Kind</th>"
                      "<th>Reference</th><th class=\"number\">Amount</th><th "
                      "class=\"number\">Owned</th></tr></thead>\n"
                      "<tbody>\n",
                      Row("opening", frame.opening_sequence, opening));
}

std::string StatementEntriesText(StatementLayout layout, absl::Span<const EntryRow> entries) {
  std::string text;
  for (const EntryRow& entry : entries) {
    const std::string amount = Format(entry.amount, entry.asset);
    const std::string owned = Format(entry.owned, entry.asset);
    if (layout == StatementLayout::kCsv) {
      absl::StrAppend(&text, entry.sequence.value(), ",", entry.leg, ",",
                      FormatTime(entry.timestamp_ns), ",", KindName(entry.kind), ",",
                      Quoted(Reference(entry)), ",", amount, ",", owned);
      absl::StrAppend(&text, "\r\n");
    } else {
      absl::StrAppend(&text, "<tr><td>", entry.sequence.value(), "</td><td>",
                      FormatTime(entry.timestamp_ns), "</td><td>", KindName(entry.kind));
      absl::StrAppend(&text, "</td><td>", Escaped(Reference(entry)), "</td><td class=\"number\">",
                      amount, "</td><td class=\"number\">", owned, "</td></tr>\n");
    }
  }
  return text;
}

std::string StatementFootText(StatementLayout layout, const StatementFrame& frame) {
  const std::string closing = Format(frame.closing, frame.asset);
  if (layout == StatementLayout::kCsv) {
    return absl::StrCat(frame.closing_sequence.value(), ",,,closing,,,", closing, "\r\n");
  }
  return absl::StrCat(Row("closing", frame.closing_sequence, closing),
                      "</tbody>\n</table>\n</body>\n</html>\n");
}

}  // namespace rialto::ledger
