// What a load ends with: a table for people, one JSON object for programs.
#pragma once

#include <cstdint>
#include <string>

#include "tools/load/tally.h"

namespace rialto::load {

struct Report {
  std::string target;
  std::string tag;
  uint64_t seed = 0;
  double rate_per_second = 0;  // 0: closed loop.
  uint64_t in_flight_max = 0;
  double seconds = 0;    // Of sending.
  uint64_t decided = 0;  // Before the end of `seconds`.
  uint64_t unresolved = 0;
  uint64_t not_sent = 0;
  const Tally* tally = nullptr;
  const Histogram* late_ns = nullptr;  // Of an open loop: how long after it was due it was sent.
};

std::string ToTable(const Report& report);
std::string ToJson(const Report& report);

}  // namespace rialto::load
