// How long a road is measured, where its files go, and which rows are wanted.
#pragma once

#include <string>

namespace rialto::bench {

struct RoadOptions {
  int rounds = 5;      // After one that does not count.
  double seconds = 1;  // Of each contender in each round.
  double warm_up_seconds = 0.2;
  double rate = 0;        // Open loop: orders and cancels per second; 0: half of what was reached.
  std::string directory;  // Journals and logs: on the disk that is meant.
  std::string filter;     // Workloads whose name it is found in; empty: all.

  bool Wants(const std::string& workload) const;
};

}  // namespace rialto::bench
