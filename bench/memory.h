// Memory per resting order: what malloc has handed out once a book is full, divided by its orders.
#pragma once

#include <malloc.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/book_command.h"
#include "bench/options.h"
#include "bench/results.h"

namespace rialto::bench {

// Bytes that this process holds from malloc, large blocks of their own included.
inline int64_t BytesInUse() {
  const struct mallinfo2 counts = mallinfo2();
  return static_cast<int64_t>(counts.uordblks) + static_cast<int64_t>(counts.hblkhd);
}

struct MemorySubject {
  std::string name;
  // Fills an empty book with the workload's prefill; the bytes that it holds then.
  std::function<int64_t(const Workload& workload)> fill;
};

// Rows NAME/memory_1m and, if asked for, NAME/memory_10m: one that is twice the other is not
// linear.
void MeasureMemory(const Options& options, const std::vector<MemorySubject>& subjects,
                   Results& results);

}  // namespace rialto::bench
