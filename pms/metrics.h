// The pms's own metrics; the follower and gRPC bring theirs.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace rialto::pms {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // A batch that was rolled back and applied again counts twice.
  prometheus::Counter& fills_total;
};

}  // namespace rialto::pms
