// What a run measured: a few values per row, one for each round; as a table or as JSON.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::bench {

struct Row {
  std::string name;  // contender/workload, or contender/workload/what.
  std::string unit;
  std::vector<double> values;

  double Median() const;
  double Min() const;
  double Max() const;
};

inline constexpr std::string_view kOperationsPerSecond = "operations per second";
inline constexpr std::string_view kNanoseconds = "ns";
inline constexpr std::string_view kBytesPerOrder = "bytes per resting order";
// Latency rows are contender/workload/share; the last is the longest of all.
struct LatencyShare {
  const char* name;
  double share;
};
inline constexpr std::array<LatencyShare, 5> kLatencyShares = {
    {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}, {"max", 1}}};
// The yardstick of the books.
inline constexpr std::string_view kYardstick = "textbook_book";
// The contender that rows are compared with, and the name of the column that says so.
struct Yardstick {
  std::string_view contender = kYardstick;
  std::string_view column = "to textbook";
};

class Results {
 public:
  explicit Results(const Yardstick& yardstick = {}) : yardstick_(yardstick) {}

  // Adds a value to the row of that name, which comes after those there are.
  void Add(std::string_view name, std::string_view unit, double value);

  // For people: with the ratio of each row to the yardstick's row of the same workload; latencies
  // in a table of their own.
  std::string Table() const;
  // {"rows": [{"name", "median", "min", "max", "unit"}]}
  std::string Json() const;

 private:
  const Row* Find(std::string_view name) const;
  std::string Ratio(const Row& row) const;
  std::string LatencyTable(std::size_t width) const;

  Yardstick yardstick_;
  std::vector<Row> rows_;
};

}  // namespace rialto::bench
