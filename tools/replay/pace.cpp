#include "tools/replay/pace.h"

#include <thread>

namespace rialto::replay {

void Pace::WaitFor(int64_t recorded_ns) {
  if (!speed_factor_) return;
  if (!recorded_start_ns_) {
    recorded_start_ns_ = recorded_ns;
    start_ = std::chrono::steady_clock::now();
  }
  const double passed_ns = static_cast<double>(recorded_ns - *recorded_start_ns_);
  std::this_thread::sleep_until(
      start_ + std::chrono::nanoseconds(static_cast<int64_t>(passed_ns / *speed_factor_)));
}

}  // namespace rialto::replay
