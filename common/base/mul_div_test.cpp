#include "common/base/mul_div.h"

#include <cstdint>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace rialto {
namespace {

using absl::int128;

TEST(MulDivTest, RoundsHalfToEven) {
  EXPECT_EQ(MulDivHalfEven(1, 1, 2), int128(0));
  EXPECT_EQ(MulDivHalfEven(3, 1, 2), int128(2));
  EXPECT_EQ(MulDivHalfEven(5, 1, 2), int128(2));
  EXPECT_EQ(MulDivHalfEven(-3, 1, 2), int128(-2));
  EXPECT_EQ(MulDivHalfEven(5, -1, 2), int128(-2));
  EXPECT_EQ(MulDivHalfEven(7, 1, 3), int128(2));
  EXPECT_EQ(MulDivHalfEven(8, 1, 3), int128(3));
}

TEST(MulDivTest, RoundsUp) {
  EXPECT_EQ(MulDivCeil(7, 1, 3), int128(3));
  EXPECT_EQ(MulDivCeil(6, 1, 3), int128(2));
  EXPECT_EQ(MulDivCeil(-7, 1, 3), int128(-2));
  EXPECT_EQ(MulDivCeil(0, 5, 3), int128(0));
}

TEST(MulDivTest, KeepsAllBitsOfTheProduct) {
  const int128 large = absl::Int128Max();
  EXPECT_EQ(MulDivHalfEven(large, large, large), large);
  EXPECT_EQ(MulDivHalfEven(large, large - 1, large), large - 1);
  EXPECT_EQ(MulDivCeil(large, 3, large - 1), int128(4));
  EXPECT_EQ(MulDivHalfEven(-large, large, large), -large);
}

TEST(MulDivTest, SaysWhenTheQuotientDoesNotFit) {
  const int128 large = absl::Int128Max();
  EXPECT_EQ(MulDivHalfEven(large, 2, 1), std::nullopt);
  EXPECT_EQ(MulDivHalfEven(large, large, 1), std::nullopt);
  EXPECT_EQ(MulDivCeil(large, large, large - 1), std::nullopt);
}

TEST(MulDivTest, UndoesAMultiplicationAtAnySize) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const int128 a =
        absl::MakeInt128(static_cast<int64_t>(random() >> (1 + random() % 63)), random());
    const int128 divisor =
        absl::MakeInt128(static_cast<int64_t>(random() >> (1 + random() % 63)), random()) + 1;
    EXPECT_EQ(MulDivHalfEven(a, divisor, divisor), a);
    EXPECT_EQ(MulDivCeil(-a, divisor, divisor), -a);
  }
}

TEST(MulDivTest, AgreesWithPlainArithmeticOnSmallNumbers) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const int128 a = static_cast<int64_t>(random()), b = static_cast<int64_t>(random());
    const int128 divisor = static_cast<int64_t>(random() >> 1) + 1;
    const int128 floor = a * b / divisor - ((a * b % divisor < 0) ? 1 : 0);
    const bool exact = a * b % divisor == 0;
    EXPECT_EQ(MulDivCeil(a, b, divisor), exact ? floor : floor + 1);
    const int128 twice_rest = 2 * (a * b - floor * divisor);
    const bool up = twice_rest > divisor || (twice_rest == divisor && floor % 2 != 0);
    EXPECT_EQ(MulDivHalfEven(a, b, divisor), up ? floor + 1 : floor);
  }
}

}  // namespace
}  // namespace rialto
