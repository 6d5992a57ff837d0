#include "custody/metrics.h"

namespace rialto::custody {
namespace {

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : events_total(Counters(registry, "custody_events_total", "Provider's events, decided.")),
      moves_total(Counters(registry, "custody_withdrawal_moves_total",
                           "Withdrawals that came to a state.")),
      webhooks_total(
          Counters(registry, "custody_webhooks_total", "Answers to providers, by HTTP status.")),
      open_events(Gauge(registry, "custody_open_events", "Events without a decision.")),
      open_withdrawals(Gauge(registry, "custody_open_withdrawals",
                             "Withdrawals whose next step is the venue's.")) {
  // What alerts watch is there from the start: Prometheus does not see the step from none to one.
  events_total.Add({{"state", "refused"}});
  moves_total.Add({{"state", "stuck"}});
  webhooks_total.Add({{"status", "401"}});
}

}  // namespace rialto::custody
