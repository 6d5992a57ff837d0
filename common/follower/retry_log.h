// The log of something that fails and is tried again for ever: the first failure at once, then one
// line per 10 s, then one line when it works again; and how long to wait before the next try.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace rialto {

class RetryLog {
 public:
  static constexpr absl::Duration kWaitMin = absl::Milliseconds(50);
  static constexpr absl::Duration kWaitMax = absl::Seconds(2);
  static constexpr absl::Duration kLineInterval = absl::Seconds(10);

  // `what` names the thing in the log: "database".
  explicit RetryLog(std::string what) : what_(std::move(what)) {}

  // Notes a failure; returns how long to wait before the next try: doubling from kWaitMin to
  // kWaitMax.
  absl::Duration Failed(const absl::Status& status, absl::Time now);
  void Worked();

 private:
  const std::string what_;
  int64_t failures_ = 0;  // In a row.
  absl::Time last_line_ = absl::InfinitePast();
  absl::Duration wait_ = kWaitMin;
};

}  // namespace rialto
