#include "bench/results.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace rialto::bench {
namespace {

std::string Format(const char* format, double value) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), format, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Millions with two digits, small numbers with one or two.
std::string Readable(double value) {
  if (value >= 1e5) return Format("%.2f M", value / 1e6);
  if (value < 10) return Format("%.2f", value);
  return Format(value >= 100 ? "%.0f" : "%.1f", value);
}

std::string Padded(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string Line(const std::string& name, std::size_t width, const std::vector<std::string>& cells,
                 const std::string& unit) {
  std::string line = name + std::string(width - std::min(width, name.size()), ' ');
  for (const std::string& cell : cells) line += Padded(cell, 12);
  return line + "  " + unit + "\n";
}

bool IsLatency(const Row& row) { return row.unit == kNanoseconds; }

}  // namespace

double Row::Median() const {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
double Row::Min() const { return *std::min_element(values.begin(), values.end()); }
double Row::Max() const { return *std::max_element(values.begin(), values.end()); }

void Results::Add(std::string_view name, std::string_view unit, double value) {
  for (Row& row : rows_) {
    if (row.name == name) return row.values.push_back(value);
  }
  rows_.push_back({std::string(name), std::string(unit), {value}});
}

const Row* Results::Find(std::string_view name) const {
  for (const Row& row : rows_) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string Results::Ratio(const Row& row) const {
  const std::size_t slash = row.name.find('/');
  if (slash == std::string::npos) return "";
  const Row* yardstick = Find(std::string(yardstick_.contender) + row.name.substr(slash));
  if (yardstick == nullptr || yardstick->Median() == 0) return "";
  return Format("%.2f", row.Median() / yardstick->Median());
}

std::string Results::Table() const {
  std::size_t width = 4;
  for (const Row& row : rows_) width = std::max(width, row.name.size());
  std::string text =
      Line("name", width, {"median", "min", "max", std::string(yardstick_.column)}, "unit");
  for (const Row& row : rows_) {
    if (IsLatency(row)) continue;
    text += Line(row.name, width,
                 {Readable(row.Median()), Readable(row.Min()), Readable(row.Max()), Ratio(row)},
                 row.unit);
  }
  return text + LatencyTable(width);
}

// One line for each contender and workload, one column for each share; medians.
std::string Results::LatencyTable(std::size_t width) const {
  std::string text;
  std::vector<std::string> cells;
  for (const Row& row : rows_) {
    if (!IsLatency(row)) continue;
    const std::size_t slash = row.name.rfind('/');
    cells.push_back(Readable(row.Median()));
    if (row.name.substr(slash + 1) != kLatencyShares.back().name) continue;
    text += Line(row.name.substr(0, slash), width, cells, "ns");
    cells.clear();
  }
  if (text.empty()) return text;
  for (const LatencyShare& share : kLatencyShares) cells.emplace_back(share.name);
  return "\n" + Line("latency per command", width, cells, "unit") + text;
}

std::string Results::Json() const {
  std::string text = "{\"rows\": [";
  for (const Row& row : rows_) {
    if (&row != rows_.data()) text += ",";
    text += "\n  {\"name\": \"" + row.name + "\", \"median\": " + Format("%.10g", row.Median()) +
            ", \"min\": " + Format("%.10g", row.Min()) +
            ", \"max\": " + Format("%.10g", row.Max()) + ", \"unit\": \"" + row.unit + "\"}";
  }
  return text + "\n]}\n";
}

}  // namespace rialto::bench
