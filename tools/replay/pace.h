// How fast a recording is replayed: as fast as possible, or a multiple of the recorded speed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace rialto::replay {

class Pace {
 public:
  // Nothing: as fast as possible. REQUIRES: a factor is above 0.
  explicit Pace(std::optional<double> speed_factor) : speed_factor_(speed_factor) {}

  // Waits until something recorded at this time is due; the first call is due at once.
  void WaitFor(int64_t recorded_ns);

 private:
  const std::optional<double> speed_factor_;
  std::optional<int64_t> recorded_start_ns_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace rialto::replay
