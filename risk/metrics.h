// Risk's own metrics; the follower and gRPC bring theirs.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/registry.h"

namespace rialto::risk {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // risk_limit_changes_total{result}: requests to set limits, by what became of them; the results
  // are those of risk.limit_changes.outcome.
  prometheus::Family<prometheus::Counter>& limit_changes_total;
};

}  // namespace rialto::risk
