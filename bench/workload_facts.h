// What a workload is like: its mix, how full it keeps the book, how much it trades.
#pragma once

#include <cstdint>
#include <string>

#include "bench/book_command.h"

namespace rialto::bench {

// Shares are of the measured commands; averages are over the book after each of them.
struct WorkloadFacts {
  uint64_t commands = 0;
  double resting_placed = 0;
  double immediate_placed = 0;
  double canceled = 0;
  double moved = 0;
  double reduced = 0;
  double that_trade = 0;
  uint64_t trades = 0;
  double refused = 0;
  double orders_average = 0;
  uint64_t orders_peak = 0;
  double levels_average = 0;
  uint64_t levels_peak = 0;
};

// Of one instrument's workload.
WorkloadFacts FactsOf(const Workload& workload);

// In one line, for people.
std::string Describe(const WorkloadFacts& facts);

}  // namespace rialto::bench
