#include "common/follower/retry_log.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace rialto {

absl::Duration RetryLog::Failed(const absl::Status& status, absl::Time now) {
  ++failures_;
  if (now - last_line_ >= kLineInterval) {
    LOG_ERROR("{}_unavailable failures={} error=\"{}\"", what_, failures_, status.ToString());
    last_line_ = now;
  }
  return std::exchange(wait_, std::min(wait_ * 2, kWaitMax));
}

void RetryLog::Worked() {
  if (failures_ > 0) LOG_INFO("{}_available after_failures={}", what_, failures_);
  failures_ = 0;
  last_line_ = absl::InfinitePast();
  wait_ = kWaitMin;
}

}  // namespace rialto
