// What a replay ends with: a table for people, one JSON object for programs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/replay/book_audit.h"
#include "tools/replay/order_desk.h"

namespace rialto::replay {

struct LatencyPercentiles {
  int64_t p50_ns = 0;
  int64_t p99_ns = 0;
  int64_t p999_ns = 0;
};

// Nearest rank; zeros when there are none.
LatencyPercentiles Percentiles(std::vector<int64_t> latencies_ns);

// How many of `count` rows spread evenly over those after the first `skipped` are equal; all of the
// rest if there are fewer.
struct Sample {
  int64_t checked = 0;
  int64_t equal = 0;
};
Sample TakeSample(const std::vector<bool>& row_equal, size_t skipped, size_t count);

struct Report {
  std::string recording;
  std::string format;
  std::string instrument;
  DeskCounts desk;
  int64_t trades = 0;
  double elapsed_seconds = 0;
  int64_t executions_recorded = 0;
  int64_t executions_matched = 0;
  AuditResult audit;
  bool final_book_equal = false;  // The gateway's and the engine's, all levels.
  // What the format adds, by JSON name: decimals, and counts.
  std::vector<std::pair<std::string, std::string>> quantities;
  std::vector<std::pair<std::string, int64_t>> counts;
  // One line per row that differs.
  std::vector<std::string> differences;
};

std::string ToTable(const Report& report);
std::string ToJson(const Report& report);

}  // namespace rialto::replay
