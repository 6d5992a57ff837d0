// Custody's own metrics; gRPC brings its own.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace rialto::custody {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // custody_events_total{state}: provider's events that were decided; `refused` needs a person.
  prometheus::Family<prometheus::Counter>& events_total;
  // custody_withdrawal_moves_total{state}: withdrawals that came to a state; `stuck` needs a
  // person.
  prometheus::Family<prometheus::Counter>& moves_total;
  // custody_webhooks_total{status}: what providers were answered, by HTTP status.
  prometheus::Family<prometheus::Counter>& webhooks_total;
  // Events without a decision; withdrawals whose next step is ours.
  prometheus::Gauge& open_events;
  prometheus::Gauge& open_withdrawals;
};

}  // namespace rialto::custody
