#include "engine/server/disk_metrics.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

#include "prometheus/metric_family.h"

namespace rialto::engine {
namespace {

using std::filesystem::path;
using std::filesystem::space_info;

std::optional<space_info> SpaceOf(const std::string& directory) {
  std::error_code error;
  path folder = std::filesystem::absolute(directory, error);
  while (!error) {
    const space_info space = std::filesystem::space(folder, error);
    if (!error) return space;
    const bool is_missing = error == std::errc::no_such_file_or_directory;
    if (!is_missing || folder == folder.parent_path()) break;
    error.clear();
    folder = folder.parent_path();
  }
  return std::nullopt;
}

prometheus::MetricFamily Family(const char* name, const char* help) {
  return {name, help, prometheus::MetricType::Gauge, {}};
}

void Add(prometheus::MetricFamily& family, const std::string& folder, std::uintmax_t bytes) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label.push_back({"folder", folder});
  metric.gauge.value = static_cast<double>(bytes);
}

}  // namespace

std::vector<prometheus::MetricFamily> DiskMetrics::Collect() const {
  prometheus::MetricFamily free_bytes =
      Family("engine_disk_free_bytes", "What may still be written on a folder's disk.");
  prometheus::MetricFamily size_bytes = Family("engine_disk_size_bytes", "How large that disk is.");
  for (const DiskFolder& folder : folders_) {
    if (folder.directory.empty()) continue;
    const std::optional<space_info> space = SpaceOf(folder.directory);
    if (!space.has_value()) continue;
    Add(free_bytes, folder.name, space->available);
    Add(size_bytes, folder.name, space->capacity);
  }
  return {free_bytes, size_bytes};
}

}  // namespace rialto::engine
