// Workload A: exchange-core's own test of one symbol, as its generator makes it (commit 2f85487).
//
// After a fill of resting orders seven in ten commands move one of the 512 oldest orders one
// percent of its distance towards the last trade; the rest place, reduce and cancel so that the
// number of orders stays where it is. What comes next depends on what the book did with what came
// before, so the generator runs a book of its own.
#pragma once

#include <cstdint>

#include "bench/book_command.h"

namespace rialto::bench {

struct ExchangeCoreShape {
  uint32_t resting_orders = 1'000;
  uint32_t commands = 3'000'000;  // After the fill.
  uint32_t accounts = 1'000;
  int32_t symbol = 0;
  // Another symbol or seed is another price to start from, and so another width of the book. This
  // one starts at 31,222: 490 levels with 1,000 orders, 2,400 with a million.
  int32_t seed = 39;
};

Workload MakeExchangeCoreWorkload(const ExchangeCoreShape& shape);

}  // namespace rialto::bench
