// Every metric of the gateway.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace rialto::gateway {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // Commands per message of the order stream.
  prometheus::Histogram& stream_batch_commands;
  // Orders sent to the engine and not answered.
  prometheus::Gauge& orders_in_flight;
  // Questions and transfers passed on to the engine and not answered.
  prometheus::Gauge& questions_in_flight;
  // 1 while orders can be sent.
  prometheus::Gauge& engine_stream_connected;
  // Times the order stream was lost.
  prometheus::Counter& engine_stream_breaks;
  // 1 while events arrive.
  prometheus::Gauge& feed_connected;
  // The last sequence followed.
  prometheus::Gauge& feed_sequence;
  // Open market streams.
  prometheus::Gauge& subscribers;
  // Market streams closed because their reader was too slow.
  prometheus::Counter& slow_consumers;
};

}  // namespace rialto::gateway
