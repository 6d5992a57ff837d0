#include "bench/road/road_options.h"

#include <regex>

namespace rialto::bench {

bool RoadOptions::Wants(const std::string& workload) const {
  return filter.empty() || std::regex_search(workload, std::regex(filter));
}

}  // namespace rialto::bench
