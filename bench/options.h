// Flags that every bench binary takes.
#pragma once

#include <string>

#include "CLI/CLI.hpp"

namespace rialto::bench {

struct Options {
  int rounds = 7;
  double duration_seconds = 0;  // Rounds of a workload go on until they took this long together.
  std::string filter;           // Rows whose name it does not match are not measured; empty: all.
  bool json = false;
  bool latency = true;
  bool memory = true;
  bool long_memory = false;  // With 10 million resting orders, too.
  bool describe = false;     // Say what the workloads are like, and measure nothing.
  bool list = false;         // Name the rows that `instructions` takes.
  std::string instructions;  // Run this row once for callgrind.

  void AddTo(CLI::App& app);
  bool Wants(const std::string& row) const;
};

}  // namespace rialto::bench
