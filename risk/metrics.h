// Risk's own metrics; the follower and gRPC bring theirs.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/registry.h"

namespace rialto::risk {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // risk_changes_total{kind, result}: requests to change something, by what became of them; kinds
  // and results are those of the table risk.changes.
  prometheus::Family<prometheus::Counter>& changes_total;
};

}  // namespace rialto::risk
