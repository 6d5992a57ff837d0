// How the rows of the roads are called.
#pragma once

#include <string>

#include "bench/results.h"
#include "tools/load/histogram.h"

namespace rialto::bench {

inline constexpr std::string_view kCommandsPerSecond = "commands per second";

// NAME/p50 to NAME/max, in nanoseconds.
inline void AddLatencies(Results& results, const std::string& name,
                         const load::Histogram& latencies) {
  for (const LatencyShare& share : kLatencyShares) {
    results.Add(name + "/" + share.name, kNanoseconds,
                static_cast<double>(latencies.Quantile(share.share)));
  }
}

}  // namespace rialto::bench
