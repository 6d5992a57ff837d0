// The charts' own metrics; the follower and gRPC bring theirs. Batches that were rolled back and
// applied again count twice.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace rialto::charts {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  prometheus::Counter& trades_total;
  prometheus::Counter& candles_traded_total;  // candles_closed_total{interval="1m",fill="traded"}
  prometheus::Counter& candles_quiet_total;  // candles_closed_total{interval="1m",fill="no_trades"}
};

}  // namespace rialto::charts
