#include "common/base/money.h"

#include <limits>

#include <gtest/gtest.h>

namespace rialto {
namespace {

TEST(MoneyTest, AmountsAddAndSubtract) {
  EXPECT_EQ(Amount(3) + Amount(4), Amount(7));
  EXPECT_EQ(Amount(3) - Amount(4), Amount(-1));
  EXPECT_EQ(Min(Quantity(3), Quantity(4)), Quantity(3));
}

TEST(MoneyDeathTest, OverflowEndsTheProcess) {
  EXPECT_DEATH((void)(Amount(std::numeric_limits<int64_t>::max()) + Amount(1)), "CHECK failed");
  EXPECT_DEATH((void)(Amount(std::numeric_limits<int64_t>::min()) - Amount(1)), "CHECK failed");
}

TEST(MoneyTest, DivisionSaysItsDirection) {
  EXPECT_EQ(DivFloor(7, 2), 3);
  EXPECT_EQ(DivCeil(7, 2), 4);
  EXPECT_EQ(DivCeil(8, 2), 4);
  EXPECT_EQ(DivCeil(0, 2), 0);
}

}  // namespace
}  // namespace rialto
