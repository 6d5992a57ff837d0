#include "bench/options.h"

#include <regex>

namespace rialto::bench {

void Options::AddTo(CLI::App& app) {
  app.add_option("--rounds", rounds, "Rounds per workload, after one that does not count")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--duration", duration_seconds,
                 "Seconds to go on with each workload, when its rounds take less")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--filter", filter, "Only rows whose name the regular expression is found in")
      ->check([](const std::string& text) {
        try {
          const std::regex checked(text);
          return std::string();
        } catch (const std::regex_error& error) {
          return std::string("not a regular expression: ") + error.what();
        }
      });
  app.add_flag("--json", json, "Print {\"rows\": [{name, median, min, max, unit}]}");
  app.add_flag("!--no-latency", latency, "Leave out the pass that times every command");
  app.add_flag("!--no-memory", memory, "Leave out the memory per resting order");
  app.add_flag("--long", long_memory, "Memory with 10 million resting orders, too");
  app.add_flag("--describe", describe, "Say what the workloads are like; measure nothing");
  app.add_flag("--list", list, "Print the rows that --instructions takes");
  app.add_option("--instructions", instructions,
                 "Run one row once on a short workload, for callgrind")
      ->type_name("ROW");
}

bool Options::Wants(const std::string& row) const {
  return filter.empty() || std::regex_search(row, std::regex(filter));
}

}  // namespace rialto::bench
