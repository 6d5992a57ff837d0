#include "ledger/statement_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

// With thousands apart: "-1,234.50".
std::string Grouped(Amount amount, const AssetRow& asset) {
  std::string text = Format(amount, asset);
  const size_t first = text.starts_with('-') ? 1 : 0;
  for (size_t place = std::min(text.find('.'), text.size()); place > first + 3;) {
    place -= 3;
    text.insert(place, 1, ',');
  }
  return text;
}

// For people: to the millisecond, a space for the T. The text of values has all nine digits.
std::string ShortTime(int64_t nanoseconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", absl::FromUnixNanos(nanoseconds),
                          absl::UTCTimeZone());
}

// Fits A4 upright; the heads of the columns are repeated on every page.
constexpr char kStyle[] =
    "<style>\n@page { size: A4; margin: 15mm 12mm }\n"
    "body { font: 9pt/1.4 system-ui, sans-serif; color: #1a1a1a; max-width: 190mm; margin: 8mm "
    "auto }\n"
    "h1 { font-size: 16pt; margin: 0 0 4mm }\n"
    "dl { display: grid; grid-template-columns: max-content auto; gap: 1pt 6mm; margin: 0 0 6mm }\n"
    "dt { color: #666 }\ndd { margin: 0 }\n"
    "table { border-collapse: collapse; width: 100% }\nthead { display: table-header-group }\n"
    "th { color: #666; font-weight: 600; border-bottom: 1.5pt solid #1a1a1a }\n"
    "td { border-bottom: .5pt solid #ddd }\n"
    "th, td { padding: 2pt 4pt; text-align: left; vertical-align: top }\n"
    "td:first-child, td:nth-child(2), .number { white-space: nowrap }\n"
    ".number { text-align: right; font-variant-numeric: tabular-nums }\n"
    ".note { color: #666; overflow-wrap: anywhere }\n.total td { font-weight: 600 }\n"
    "tr { break-inside: avoid }\n@media print { body { margin: 0; max-width: none } }\n</style>\n";

std::string Row(const char* label, Sequence sequence, const std::string& amount) {
  return absl::StrCat("<tr class=\"total\"><td>", sequence.value(), "</td><td></td><td>", label,
                      "</td><td></td><td></td><td class=\"number\">", amount, "</td></tr>\n");
}

std::string Period(const StatementFrame& frame) {
  return absl::StrCat(frame.from_time_ns == 0 ? "the beginning"
                                              : absl::StrCat(ShortTime(frame.from_time_ns), " UTC"),
                      " to ",
                      frame.to_time_ns == 0
                          ? absl::StrCat("sequence ", frame.closing_sequence.value())
                          : absl::StrCat(ShortTime(frame.to_time_ns), " UTC"));
}

std::string PageHead(const StatementFrame& frame) {
  const std::string account =
      absl::StrCat(frame.account_id.value(), " (", Escaped(frame.account_name), ")");
  const std::string asset = Escaped(frame.asset.symbol);
  std::string page = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Statement ",
      account, " ", asset, "</title>\n", kStyle, "</head>\n<body>\n<h1>Statement</h1>\n<dl>\n");
  const auto line = [&](const char* term, const std::string& text) {
    absl::StrAppend(&page, "<dt>", term, "</dt><dd>", text, "</dd>\n");
  };
  line("Account", account);
  line("Asset", asset);
  line("Period", Period(frame));
  line("Opening", Grouped(frame.opening, frame.asset));
  line("Closing", Grouped(frame.closing, frame.asset));
  absl::StrAppend(&page,
                  "</dl>\n<table>\n<thead><tr><th>Sequence</th><th>Time (UTC)</th><th>Kind</th>"
                  "<th>Reference</th><th class=\"number\">Amount</th>"
                  "<th class=\"number\">Owned</th></tr></thead>\n<tbody>\n");
  return page;
}

// Its id; below it, where there is one, the note, and what it moved back or posted.
std::string ReferenceCell(const EntryRow& entry) {
  std::vector<std::string> more;
  if (!entry.target_transaction_id.empty())
    more.push_back(absl::StrCat("of ", entry.target_transaction_id));
  if (!entry.reference.empty()) more.push_back(entry.reference);
  std::string cell = Escaped(Reference(entry));
  if (!more.empty()) {
    absl::StrAppend(&cell, "<br><span class=\"note\">", Escaped(absl::StrJoin(more, ": ")),
                    "</span>");
  }
  return cell;
}

std::string EntryRowHtml(const EntryRow& entry) {
  return absl::StrCat("<tr><td>", entry.sequence.value(), "</td><td>",
                      ShortTime(entry.timestamp_ns), "</td><td>", KindName(entry.kind), "</td><td>",
                      ReferenceCell(entry)) +
         absl::StrCat("</td><td class=\"number\">", Grouped(entry.amount, entry.asset),
                      "</td><td class=\"number\">", Grouped(entry.owned, entry.asset),
                      "</td></tr>\n");
}

std::string EntryLineCsv(const EntryRow& entry) {
  return absl::StrCat(entry.sequence.value(), ",", entry.leg, ",", FormatTime(entry.timestamp_ns),
                      ",", KindName(entry.kind), ",", Quoted(Reference(entry)), ",") +
         absl::StrCat(Format(entry.amount, entry.asset), ",", Format(entry.owned, entry.asset), ",",
                      Quoted(entry.reference), ",", Quoted(entry.target_transaction_id), "\r\n");
}

}  // namespace

std::string StatementHeadText(StatementLayout layout, const StatementFrame& frame) {
  if (layout == StatementLayout::kCsv) {
    return absl::StrCat("sequence,leg,time,kind,reference,amount,owned,note,target\r\n",
                        frame.opening_sequence.value(), ",,,opening,,,",
                        Format(frame.opening, frame.asset), ",,\r\n");
  }
  return PageHead(frame) +
         Row("opening", frame.opening_sequence, Grouped(frame.opening, frame.asset));
}

std::string StatementEntriesText(StatementLayout layout, absl::Span<const EntryRow> entries) {
  std::string text;
  for (const EntryRow& entry : entries) {
    text += layout == StatementLayout::kCsv ? EntryLineCsv(entry) : EntryRowHtml(entry);
  }
  return text;
}

std::string StatementFootText(StatementLayout layout, const StatementFrame& frame) {
  if (layout == StatementLayout::kCsv) {
    return absl::StrCat(frame.closing_sequence.value(), ",,,closing,,,",
                        Format(frame.closing, frame.asset), ",,\r\n");
  }
  return Row("closing", frame.closing_sequence, Grouped(frame.closing, frame.asset)) +
         "</tbody>\n</table>\n</body>\n</html>\n";
}

}  // namespace rialto::ledger
