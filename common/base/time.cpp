#include "common/base/time.h"

#include <algorithm>
#include <chrono>

namespace rialto {

Timestamp Clock::NextTimestamp(Timestamp now) { return last_ = std::max(last_.Next(), now); }

void Clock::AdvancePast(Timestamp last) { last_ = std::max(last_, last); }

Timestamp SystemClock::Now() {
  return Timestamp(std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count());
}

}  // namespace rialto
