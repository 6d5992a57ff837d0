// The ledger's own metrics; the follower and gRPC bring theirs.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace rialto::ledger {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // Accounts whose entries and balances once disagreed. Must be 0; anything else is a page.
  prometheus::Gauge& drift_accounts;
  prometheus::Counter& entries_total;
  // Checkpoints of the engine that were compared; and those where the mirror was another one.
  prometheus::Counter& checkpoints_total;
  prometheus::Counter& checkpoint_mismatches_total;
  // Comparisons of all balances with the engine's that came to an end; when the last one did; and
  // the balances that it found different. Must be 0; anything else is a page.
  prometheus::Counter& comparisons_total;
  prometheus::Gauge& compared_time_seconds;
  prometheus::Gauge& different_balances;
};

}  // namespace rialto::ledger
