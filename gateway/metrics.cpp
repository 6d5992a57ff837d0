#include "gateway/metrics.h"

namespace rialto::gateway {
namespace {

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : stream_batch_commands(
          prometheus::BuildHistogram()
              .Name("gateway_stream_batch_commands")
              .Help("Commands per message of the order stream.")
              .Register(registry)
              .Add({}, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256,
                                                               512, 1024})),
      orders_in_flight(AddGauge(registry, "gateway_orders_in_flight",
                                "Orders sent to the engine and not answered.")),
      questions_in_flight(
          AddGauge(registry, "gateway_questions_in_flight",
                   "Questions and transfers passed on to the engine and not answered.")),
      engine_stream_connected(AddGauge(registry, "gateway_engine_stream_connected",
                                       "1 while orders can be sent to the engine.")),
      engine_stream_breaks(prometheus::BuildCounter()
                               .Name("gateway_engine_stream_breaks_total")
                               .Help("Times the order stream to the engine was lost.")
                               .Register(registry)
                               .Add({})),
      feed_connected(
          AddGauge(registry, "gateway_feed_connected", "1 while events arrive from the engine.")),
      feed_sequence(AddGauge(registry, "gateway_feed_sequence", "The last sequence followed.")),
      subscribers(prometheus::BuildGauge()
                      .Name("stream_subscribers")
                      .Help("Open streams.")
                      .Register(registry)
                      .Add({{"stream", "market"}})),
      slow_consumers(prometheus::BuildCounter()
                         .Name("stream_dropped_total")
                         .Help("Streams closed by us.")
                         .Register(registry)
                         .Add({{"reason", "SLOW_CONSUMER"}})) {}

}  // namespace rialto::gateway
