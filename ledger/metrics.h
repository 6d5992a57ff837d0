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
};

}  // namespace rialto::ledger
