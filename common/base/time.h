// Time as the venue counts it: nanoseconds since the Unix epoch, UTC.
#pragma once

#include <cstdint>

#include "common/base/strong_int.h"

namespace rialto {

// Nanoseconds since 1970-01-01T00:00:00Z.
using Timestamp = StrongInt<struct TimestampTag, int64_t>;

// The only source of time. NextTimestamp() is strictly increasing, whatever the wall clock does.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual Timestamp Now() = 0;

  // max(previous + 1, now), where now is what Now() said not long ago: what came together needs to
  // ask only once. Thread: one.
  Timestamp NextTimestamp(Timestamp now);
  // Makes the next NextTimestamp() later than `last`: recovery calls it with the last journaled
  // time.
  void AdvancePast(Timestamp last);

 private:
  Timestamp last_;
};

class SystemClock : public Clock {
 public:
  Timestamp Now() override;
};

// Stands where it is put.
class SimClock : public Clock {
 public:
  Timestamp Now() override { return now_; }
  void Set(Timestamp now) { now_ = now; }

 private:
  Timestamp now_;
};

}  // namespace rialto
