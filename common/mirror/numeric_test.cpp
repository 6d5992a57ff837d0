#include "common/mirror/numeric.h"

#include "gtest/gtest.h"

namespace rialto {
namespace {

TEST(NumericTest, ReadsBackWhatItWrote) {
  for (const absl::int128 value : {absl::int128(0), absl::int128(-1), absl::int128(INT64_MAX) + 1,
                                   absl::Int128Max(), -absl::Int128Max()}) {
    EXPECT_EQ(FromNumeric(ToNumeric(value)), value);
  }
  EXPECT_EQ(ToNumeric(absl::Int128Max()), "170141183460469231731687303715884105727");
}

TEST(NumericDeathTest, RefusesWhatIsNoIntegerOf127Bits) {
  EXPECT_DEATH(FromNumeric(""), "empty");
  EXPECT_DEATH(FromNumeric("1.5"), "character");
  EXPECT_DEATH(FromNumeric("170141183460469231731687303715884105728"), "value <=");
}

}  // namespace
}  // namespace rialto
