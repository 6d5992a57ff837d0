// What each stage of an order's way through the engine costs, alone.
#pragma once

#include "bench/results.h"
#include "bench/road/road_options.h"

namespace rialto::bench {

// Rows stage/NAME in nanoseconds of processor time per command, for stream messages of 64 commands:
// everything the engine does with them but gRPC, the threads' waking and the device. The last,
// stage/all, is their sum.
void MeasureStages(const RoadOptions& options, Results& results);

}  // namespace rialto::bench
