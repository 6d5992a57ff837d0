// The metrics every follower has, named after its service: ledger_mirror_lag_events …
#pragma once

#include <string>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace rialto {

struct FollowerMetrics {
  FollowerMetrics(prometheus::Registry& registry, const std::string& service);

  prometheus::Gauge& mirror_lag_events;         // Commands the engine is ahead, as last heard.
  prometheus::Gauge& mirror_lag_seconds;        // Since the store was last level with the engine.
  prometheus::Gauge& applied_sequence;          // The last position committed.
  prometheus::Counter& batches_total;           // Transactions committed.
  prometheus::Histogram& batch_seconds;         // From taking a batch to its commit.
  prometheus::Counter& engine_retries_total;    // Subscriptions lost or refused.
  prometheus::Counter& database_retries_total;  // Transactions or connections lost or refused.
};

}  // namespace rialto
