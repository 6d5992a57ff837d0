// A book as a contender: the workload's instruments, one book each, one digest of all reports.
#pragma once

#include <vector>

#include "bench/contest.h"
#include "bench/memory.h"
#include "engine/core/limit_order_book.h"

namespace rialto::bench {

template <typename Sink>
using RialtoBook = engine::LimitOrderBook<Sink>;

// The yardstick and "book": compiled in one file, with the flags of the engine's core.
std::vector<Contender> BookContenders();
std::vector<MemorySubject> BookMemories();

}  // namespace rialto::bench
