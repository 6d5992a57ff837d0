#include "common/follower/follower_metrics.h"

namespace rialto {
namespace {

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const std::string& name,
                            const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Counter& AddRetries(prometheus::Registry& registry, const std::string& service,
                                const std::string& cause) {
  return prometheus::BuildCounter()
      .Name(service + "_mirror_retries_total")
      .Help("Failures of the mirror that were tried again, by what failed.")
      .Register(registry)
      .Add({{"cause", cause}});
}

}  // namespace

FollowerMetrics::FollowerMetrics(prometheus::Registry& registry, const std::string& service)
    : mirror_lag_events(AddGauge(registry, service + "_mirror_lag_events",
                                 "Commands the engine is ahead of the mirror, as last heard.")),
      mirror_lag_seconds(AddGauge(registry, service + "_mirror_lag_seconds",
                                  "Seconds since the mirror was last level with the engine.")),
      applied_sequence(AddGauge(registry, service + "_applied_sequence",
                                "The last sequence applied and committed.")),
      batches_total(prometheus::BuildCounter()
                        .Name(service + "_mirror_batches_total")
                        .Help("Transactions of the mirror that were committed.")
                        .Register(registry)
                        .Add({})),
      batch_seconds(
          prometheus::BuildHistogram()
              .Name(service + "_mirror_batch_seconds")
              .Help("Time to write and commit one batch.")
              .Register(registry)
              .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025,
                                                               0.05, 0.1, 0.25, 0.5, 1, 5})),
      engine_retries_total(AddRetries(registry, service, "engine")),
      database_retries_total(AddRetries(registry, service, "database")) {}

}  // namespace rialto
