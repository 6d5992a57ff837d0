// How much room the disks of the engine's folders have:
//
//   engine_disk_free_bytes{folder}, engine_disk_size_bytes{folder}
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "prometheus/collectable.h"

namespace rialto::engine {

struct DiskFolder {
  std::string name;       // The label.
  std::string directory;  // Empty: there is none, and nothing is said of it.
};

// Asks the file systems when scraped. A folder that is not there yet stands for its nearest parent
// that is; one that can not be asked about is left out. A disk that does not answer holds up
// /metrics and the orderly end of the process, not the writer.
class DiskMetrics : public prometheus::Collectable {
 public:
  explicit DiskMetrics(std::vector<DiskFolder> folders) : folders_(std::move(folders)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::vector<DiskFolder> folders_;
};

}  // namespace rialto::engine
