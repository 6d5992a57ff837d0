#include "common/base/time.h"

#include <gtest/gtest.h>

namespace rialto {
namespace {

TEST(ClockTest, NextTimestampNeverRepeatsOrGoesBack) {
  SimClock clock;
  clock.Set(Timestamp(100));
  EXPECT_EQ(clock.NextTimestamp(clock.Now()), Timestamp(100));
  EXPECT_EQ(clock.NextTimestamp(clock.Now()), Timestamp(101));
  clock.Set(Timestamp(50));
  EXPECT_EQ(clock.NextTimestamp(clock.Now()), Timestamp(102));
  clock.AdvancePast(Timestamp(1000));
  EXPECT_EQ(clock.NextTimestamp(clock.Now()), Timestamp(1001));
}

}  // namespace
}  // namespace rialto
