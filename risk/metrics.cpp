#include "risk/metrics.h"

namespace rialto::risk {

Metrics::Metrics(prometheus::Registry& registry)
    : limit_changes_total(prometheus::BuildCounter()
                              .Name("risk_limit_changes_total")
                              .Help("Requests to set limits, by what became of them.")
                              .Register(registry)) {}

}  // namespace rialto::risk
