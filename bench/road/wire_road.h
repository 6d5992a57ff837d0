// Orders through a running venue, beside a bare echo that answers the same messages.
#pragma once

#include "bench/results.h"
#include "bench/road/road_options.h"

namespace rialto::bench {

// At the engine: rows CONTENDER/WORKLOAD for the contenders echo and engine, and the workloads
// unary_1 (one client), unary_64 (64 calls in flight), stream_64 (16 messages of 64 orders in
// flight) and open_loop: orders and cancels per second, latencies, processors in use. The rows
// ratio/... hold each round against what was asked of it. bare/commit is one order's bytes made
// durable.
void MeasureEngine(const RoadOptions& options, Results& results);

// The same through the gateway: unary_1 and unary_64 of the contenders echo and gateway.
void MeasureGateway(const RoadOptions& options, Results& results);

}  // namespace rialto::bench
