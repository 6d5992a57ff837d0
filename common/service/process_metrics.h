// What every process says about itself:
//
//   build_info{version,commit,service} 1
//   process_resident_memory_bytes, process_cpu_seconds_total, process_start_time_seconds,
//   process_open_fds, process_threads
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/registry.h"

namespace rialto {

// Version and commit of this build.
const char* BuildVersion();
const char* BuildCommit();

void RegisterBuildInfo(prometheus::Registry& registry, const std::string& service);

// Reads /proc when scraped.
class ProcessMetrics : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const double start_time_seconds_ =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
};

}  // namespace rialto
