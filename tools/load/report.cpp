#include "tools/load/report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "tools/load/status_name.h"

namespace rialto::load {
namespace {

double Microseconds(int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1000; }

double PerSecond(const Report& report) {
  if (report.seconds <= 0) return 0;
  return static_cast<double>(report.decided) / report.seconds;
}

std::string ReasonName(int reason) {
  return std::string(absl::StripPrefix(
      common::v1::RejectReason_Name(static_cast<common::v1::RejectReason>(reason)),
      "REJECT_REASON_"));
}

std::string Row(const std::string& name, const std::string& value) {
  return absl::StrFormat("  %-26s %s\n", name, value);
}

std::string LatencyRow(const std::string& name, const Histogram& histogram) {
  if (histogram.total() == 0) return "";
  return Row(
      name,
      absl::StrFormat("%.0f / %.0f / %.0f / %.0f / %.0f us", Microseconds(histogram.Quantile(0.5)),
                      Microseconds(histogram.Quantile(0.9)), Microseconds(histogram.Quantile(0.99)),
                      Microseconds(histogram.Quantile(0.999)), Microseconds(histogram.max())));
}

std::string KindTable(const std::string& name, const KindTally& tally) {
  std::string table = Row(name, absl::StrCat(tally.sent));
  for (int code = 0; code < kStatusCodes; ++code) {
    const uint64_t count = tally.statuses[static_cast<size_t>(code)];
    if (count > 0) table += Row(absl::StrCat("  ", StatusName(code)), absl::StrCat(count));
  }
  table += Row("  accepted", absl::StrCat(tally.accepted));
  for (const auto& [reason, count] : tally.rejected)
    table += Row("  " + ReasonName(reason), absl::StrCat(count));
  if (tally.repeated > 0) table += Row("  repeated", absl::StrCat(tally.repeated));
  for (int code = 0; code < kStatusCodes; ++code) {
    const uint64_t count = tally.unknown_attempts[static_cast<size_t>(code)];
    if (count > 0)
      table += Row(absl::StrCat("  again after ", StatusName(code)), absl::StrCat(count));
  }
  if (tally.refused_ns.total() > 0)
    table += Row("  refused attempts", absl::StrCat(tally.refused_ns.total()));
  table += LatencyRow("  p50/p90/p99/p99.9/max", tally.decided_ns);
  table += LatencyRow("  of refused attempts", tally.refused_ns);
  return table;
}

std::string LatencyJson(const Histogram& histogram) {
  return absl::StrFormat(
      "{\"count\": %u, \"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"max\": %.1f}",
      histogram.total(), Microseconds(histogram.Quantile(0.5)),
      Microseconds(histogram.Quantile(0.9)), Microseconds(histogram.Quantile(0.99)),
      Microseconds(histogram.Quantile(0.999)), Microseconds(histogram.max()));
}

std::string StatusesJson(const std::array<uint64_t, kStatusCodes>& counts) {
  std::string json = "{";
  const char* comma = "";
  for (int code = 0; code < kStatusCodes; ++code) {
    const uint64_t count = counts[static_cast<size_t>(code)];
    if (count == 0) continue;
    absl::StrAppend(&json, comma, "\"", StatusName(code), "\": ", count);
    comma = ", ";
  }
  return json + "}";
}

std::string KindJson(const KindTally& tally) {
  std::string json =
      absl::StrCat("{\"sent\": ", tally.sent, ", \"statuses\": ", StatusesJson(tally.statuses),
                   ", \"accepted\": ", tally.accepted, ", \"rejected\": {");
  const char* comma = "";
  for (const auto& [reason, count] : tally.rejected) {
    absl::StrAppend(&json, comma, "\"", ReasonName(reason), "\": ", count);
    comma = ", ";
  }
  absl::StrAppend(&json, "}, \"repeated\": ", tally.repeated,
                  ", \"unknown_attempts\": ", tally.unknown_total(),
                  ", \"unknown_statuses\": ", StatusesJson(tally.unknown_attempts),
                  ", \"refused_attempts\": ", tally.refused_ns.total(),
                  ", \"latency_us\": ", LatencyJson(tally.decided_ns),
                  ", \"refused_latency_us\": ", LatencyJson(tally.refused_ns), "}");
  return json;
}

}  // namespace

std::string ToTable(const Report& report) {
  const std::string pace = report.rate_per_second > 0
                               ? absl::StrFormat("open loop, %.0f/s", report.rate_per_second)
                               : "closed loop";
  std::string table = absl::StrFormat(
      "%s, at most %u in flight, %.1f s at the %s, seed %u, orders %s-0 and on\n", pace,
      report.in_flight_max, report.seconds, report.target, report.seed, report.tag);
  table += Row("decided per second", absl::StrFormat("%.0f", PerSecond(report)));
  if (report.rate_per_second > 0) table += LatencyRow("sent after it was due", *report.late_ns);
  table += KindTable("orders", report.tally->place());
  table += KindTable("cancels", report.tally->cancel());
  if (report.not_sent > 0) table += Row("due and never sent", absl::StrCat(report.not_sent));
  if (report.unresolved > 0) table += Row("WITHOUT AN ANSWER", absl::StrCat(report.unresolved));
  return table;
}

std::string ToJson(const Report& report) {
  std::string json = absl::StrFormat(
      "{\"target\": \"%s\", \"tag\": \"%s\", \"seed\": %u, \"rate_per_second\": %.3f, "
      "\"in_flight_max\": %u, \"seconds\": %.3f, \"decided_per_second\": %.1f, ",
      report.target, report.tag, report.seed, report.rate_per_second, report.in_flight_max,
      report.seconds, PerSecond(report));
  absl::StrAppend(&json, "\"unresolved\": ", report.unresolved, ", \"not_sent\": ", report.not_sent,
                  ", \"late_us\": ", LatencyJson(*report.late_ns),
                  ", \"place\": ", KindJson(report.tally->place()),
                  ", \"cancel\": ", KindJson(report.tally->cancel()), ", \"by_second\": [");
  const char* comma = "";
  for (const SecondTally& second : report.tally->seconds()) {
    absl::StrAppendFormat(&json,
                          "%s{\"sent\": %u, \"decided\": %u, \"refused\": %u, \"failed\": %u, "
                          "\"unknown_attempts\": %u, \"p50_us\": %.1f, \"p99_us\": %.1f, "
                          "\"refused_p99_us\": %.1f}",
                          comma, second.sent, second.decided, second.refused, second.failed,
                          second.unknown_attempts, Microseconds(second.p50_ns),
                          Microseconds(second.p99_ns), Microseconds(second.refused_p99_ns));
    comma = ", ";
  }
  return json + "]}\n";
}

}  // namespace rialto::load
