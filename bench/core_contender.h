// The whole engine core as a contender: balances, holds, fees, idempotency, every check, events.
#pragma once

#include <string>
#include <vector>

#include "bench/book_command.h"
#include "bench/contest.h"
#include "bench/memory.h"

namespace rialto::bench {

// "core", and "core_journal": the same with every command encoded as its journal record before it
// is decided.
std::vector<Contender> CoreContenders();

// Beyond what the accounts take: the orders, the books, and what is remembered of each order.
MemorySubject CoreMemory();

// Runs the engine beside a textbook book. Where they first differ: which order traded with which,
// how much at what price, and what each had left; empty when they never do.
std::string CompareCoreWithTextbook(const Workload& workload);

}  // namespace rialto::bench
