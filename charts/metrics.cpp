#include "charts/metrics.h"

namespace rialto::charts {
namespace {

prometheus::Counter& ClosedCounter(prometheus::Registry& registry, const char* fill) {
  return prometheus::BuildCounter()
      .Name("candles_closed_total")
      .Help("Candles that became final, by interval and by what they are made of.")
      .Register(registry)
      .Add({{"interval", "1m"}, {"fill", fill}});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : trades_total(prometheus::BuildCounter()
                       .Name("charts_trades_total")
                       .Help("Trades added to candles.")
                       .Register(registry)
                       .Add({})),
      candles_traded_total(ClosedCounter(registry, "traded")),
      candles_quiet_total(ClosedCounter(registry, "no_trades")) {}

}  // namespace rialto::charts
