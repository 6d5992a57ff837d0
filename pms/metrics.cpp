#include "pms/metrics.h"

namespace rialto::pms {

Metrics::Metrics(prometheus::Registry& registry)
    : fills_total(prometheus::BuildCounter()
                      .Name("pms_fills_total")
                      .Help("Fills added to positions, two per trade.")
                      .Register(registry)
                      .Add({})) {}

}  // namespace rialto::pms
