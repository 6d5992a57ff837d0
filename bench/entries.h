// The workloads by the names that rows have.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/book_command.h"

namespace rialto::bench {

// A workload by name, made when its turn comes: the large ones take seconds and gigabytes.
struct Entry {
  std::string name;
  std::function<Workload()> make;
};

// exchange_core_1k, exchange_core_1m, static, normal, swing_25, swing_40, flash_crash,
// ten_instruments. Short ones have a tenth of the commands, and none a million of orders.
enum class Length { kFull, kShort };
std::vector<Entry> Entries(Length length);

// Workload C: the flow of A on ten instruments at once, 1,000 orders at rest on each, owned by
// 10,000 accounts.
Workload MakeTenInstruments(uint32_t commands);

// --describe: one line per workload of one instrument.
void PrintFacts();

}  // namespace rialto::bench
