#include "risk/metrics.h"

namespace rialto::risk {

Metrics::Metrics(prometheus::Registry& registry)
    : changes_total(prometheus::BuildCounter()
                        .Name("risk_changes_total")
                        .Help("Requests to change something, by what became of them.")
                        .Register(registry)) {}

}  // namespace rialto::risk
