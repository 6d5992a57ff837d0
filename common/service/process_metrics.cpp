#include "common/service/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "prometheus/gauge.h"

namespace rialto {
namespace {

prometheus::MetricFamily Family(const char* name, const char* help, double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Untyped;
  prometheus::ClientMetric metric;
  metric.untyped.value = value;
  family.metric.push_back(metric);
  return family;
}

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  long size_pages = 0;
  long resident_pages = 0;
  file >> size_pages >> resident_pages;
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double EntriesOf(const char* directory) {
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  if (error) return 0;
  return static_cast<double>(std::distance(begin(entries), end(entries)));
}

}  // namespace

const char* BuildVersion() { return RIALTO_VERSION; }
const char* BuildCommit() { return RIALTO_COMMIT; }

void RegisterBuildInfo(prometheus::Registry& registry, const std::string& service) {
  prometheus::BuildGauge()
      .Name("build_info")
      .Help("What runs here; always 1.")
      .Register(registry)
      .Add({{"version", BuildVersion()}, {"commit", BuildCommit()}, {"service", service}})
      .Set(1);
}

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  return {
      Family("process_resident_memory_bytes", "Memory in use.", ResidentBytes()),
      Family("process_cpu_seconds_total", "User and system time.", CpuSeconds()),
      Family("process_start_time_seconds", "When it started, Unix time.", start_time_seconds_),
      Family("process_open_fds", "Open file descriptors.", EntriesOf("/proc/self/fd")),
      Family("process_threads", "Threads.", EntriesOf("/proc/self/task")),
  };
}

}  // namespace rialto
