// Commands into the engine's journal, beside as many bytes written bare.
#pragma once

#include "bench/results.h"
#include "bench/road/road_options.h"

namespace rialto::bench {

// Rows journal/batch_N and bare/batch_N in commands per second, their latencies of one batch, and
// the ratio of the two; N is 1, 64, 1024.
void MeasureJournal(const RoadOptions& options, Results& results);

}  // namespace rialto::bench
