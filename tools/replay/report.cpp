#include "tools/replay/report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace rialto::replay {
namespace {

double Microseconds(int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1000; }

double Throughput(const Report& report) {
  if (report.elapsed_seconds <= 0) return 0;
  return static_cast<double>(report.desk.commands()) / report.elapsed_seconds;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", c);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Row(const std::string& name, const std::string& value) {
  return absl::StrFormat("  %-28s %s\n", name, value);
}

std::string Row(const std::string& name, int64_t value) { return Row(name, absl::StrCat(value)); }

std::string OutOf(int64_t part, int64_t whole) { return absl::StrCat(part, " of ", whole); }

}  // namespace

LatencyPercentiles Percentiles(std::vector<int64_t> latencies_ns) {
  if (latencies_ns.empty()) return {};
  std::sort(latencies_ns.begin(), latencies_ns.end());
  const auto at = [&](size_t thousandths) {
    const size_t rank = (latencies_ns.size() * thousandths + 999) / 1000;
    return latencies_ns[std::max<size_t>(rank, 1) - 1];
  };
  return {at(500), at(990), at(999)};
}

Sample TakeSample(const std::vector<bool>& row_equal, size_t skipped, size_t count) {
  Sample sample;
  const size_t rest = row_equal.size() - std::min(skipped, row_equal.size());
  count = std::min(count, rest);
  for (size_t i = 0; i < count; ++i) {
    ++sample.checked;
    sample.equal += row_equal[skipped + i * rest / count] ? 1 : 0;
  }
  return sample;
}

std::string ToTable(const Report& report) {
  const DeskCounts& desk = report.desk;
  const LatencyPercentiles latency = Percentiles(desk.latencies_ns);
  std::string table =
      absl::StrCat(report.recording, " (", report.format, ") as ", report.instrument, "\n");
  absl::StrAppend(&table, Row("orders", desk.orders), Row("  immediate or cancel", desk.immediate),
                  Row("reductions", desk.amends), Row("cancels", desk.cancels),
                  Row("trades", report.trades));
  if (desk.repeated > 0) absl::StrAppend(&table, Row("placed by an earlier run", desk.repeated));
  if (desk.resent > 0) absl::StrAppend(&table, Row("sent again after a loss", desk.resent));
  absl::StrAppend(&table, Row("rejects", desk.rejects.empty() ? "none" : ""));
  for (const auto& [reason, count] : desk.rejects)
    absl::StrAppend(&table, Row("  " + reason, count));
  absl::StrAppend(
      &table, Row("commands per second", absl::StrFormat("%.0f", Throughput(report))),
      Row("latency p50 / p99 / p99.9",
          absl::StrFormat("%.0f / %.0f / %.0f us", Microseconds(latency.p50_ns),
                          Microseconds(latency.p99_ns), Microseconds(latency.p999_ns))),
      Row("executions as recorded", OutOf(report.executions_matched, report.executions_recorded)),
      Row("book rows as recorded", OutOf(report.audit.rows_equal, report.audit.rows_checked)),
      Row("final book of the gateway",
          report.final_book_equal ? "equals the engine's" : "DIFFERS from the engine's"));
  for (const auto& [name, quantity] : report.quantities)
    absl::StrAppend(&table, Row(absl::StrReplaceAll(name, {{"_", " "}}), quantity));
  for (const auto& [name, count] : report.counts)
    absl::StrAppend(&table, Row(absl::StrReplaceAll(name, {{"_", " "}}), count));
  for (const std::string& difference : report.differences)
    absl::StrAppend(&table, "  differs: ", difference, "\n");
  return table;
}

std::string ToJson(const Report& report) {
  const DeskCounts& desk = report.desk;
  const LatencyPercentiles latency = Percentiles(desk.latencies_ns);
  const auto reject = [](std::string* out, const auto& entry) {
    absl::StrAppend(out, Quoted(entry.first), ": ", entry.second);
  };
  const auto text = [](std::string* out, const std::string& line) {
    absl::StrAppend(out, Quoted(line));
  };
  std::string json = absl::StrCat(
      "{\"recording\": ", Quoted(report.recording), ", \"format\": ", Quoted(report.format),
      ", \"instrument\": ", Quoted(report.instrument), ", \"orders\": ", desk.orders,
      ", \"immediate_orders\": ", desk.immediate, ", \"reductions\": ", desk.amends,
      ", \"cancels\": ", desk.cancels, ", \"trades\": ", report.trades,
      ", \"repeated\": ", desk.repeated, ", \"resent\": ", desk.resent, ", \"rejects\": {",
      absl::StrJoin(desk.rejects, ", ", reject), "}");
  absl::StrAppendFormat(
      &json,
      ", \"elapsed_seconds\": %.3f, \"throughput_per_second\": %.1f, \"latency_us\": "
      "{\"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f}",
      report.elapsed_seconds, Throughput(report), Microseconds(latency.p50_ns),
      Microseconds(latency.p99_ns), Microseconds(latency.p999_ns));
  absl::StrAppend(&json, ", \"executions_recorded\": ", report.executions_recorded,
                  ", \"executions_matched\": ", report.executions_matched,
                  ", \"book_rows_checked\": ", report.audit.rows_checked,
                  ", \"book_rows_equal\": ", report.audit.rows_equal,
                  ", \"book_rows_explained\": ", report.audit.rows_explained,
                  ", \"final_book_equal\": ", report.final_book_equal ? "true" : "false");
  for (const auto& [name, quantity] : report.quantities)
    absl::StrAppend(&json, ", ", Quoted(name), ": ", Quoted(quantity));
  for (const auto& [name, count] : report.counts)
    absl::StrAppend(&json, ", ", Quoted(name), ": ", count);
  absl::StrAppend(&json, ", \"differences\": [", absl::StrJoin(report.differences, ", ", text),
                  "]}\n");
  return json;
}

}  // namespace rialto::replay
