#include "common/base/decimal.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rialto {
namespace {

std::string Outcome(std::string_view text, int scale) {
  absl::StatusOr<int64_t> value = ParseDecimal(text, scale);
  return value.ok() ? std::to_string(*value) : std::string(value.status().message());
}

TEST(DecimalTest, ParsesWhatTheGrammarAllows) {
  EXPECT_EQ(Outcome("101.25", 2), "10125");
  EXPECT_EQ(Outcome("101", 2), "10100");
  EXPECT_EQ(Outcome("-0.5", 2), "-50");
  EXPECT_EQ(Outcome("0", 0), "0");
  EXPECT_EQ(Outcome("007.10", 1), "71");
  EXPECT_EQ(Outcome("9223372036854775807", 0), "9223372036854775807");
  EXPECT_EQ(Outcome("-9223372036854775808", 0), "-9223372036854775808");
}

TEST(DecimalTest, RefusesEverythingElse) {
  for (std::string_view text : {"", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1 ", "1,0", "0x1",
                                "--1", "1.2.3", "nan", "٣"}) {
    EXPECT_THAT(Outcome(text, 2), testing::StartsWith("BAD_DECIMAL: ")) << text;
  }
}

TEST(DecimalTest, NeverRounds) {
  EXPECT_EQ(Outcome("1.005", 2), "BAD_PRECISION: need at most 2 decimals, have 3 in \"1.005\"");
  EXPECT_EQ(Outcome("1.500", 1), "15");
}

TEST(DecimalTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(Outcome("9223372036854775808", 0), testing::StartsWith("OUT_OF_RANGE: "));
  EXPECT_THAT(Outcome("92233720368547758.08", 2), testing::StartsWith("OUT_OF_RANGE: "));
  EXPECT_THAT(Outcome(std::string(1000, '9'), 2), testing::StartsWith("OUT_OF_RANGE: "));
  EXPECT_LT(Outcome(std::string(1000, 'x'), 2).size(), 120u);
}

TEST(DecimalTest, FormatsWithExactlyTheScale) {
  EXPECT_EQ(FormatDecimal(int64_t{10125}, 2), "101.25");
  EXPECT_EQ(FormatDecimal(int64_t{-5}, 2), "-0.05");
  EXPECT_EQ(FormatDecimal(int64_t{0}, 3), "0.000");
  EXPECT_EQ(FormatDecimal(int64_t{42}, 0), "42");
  EXPECT_EQ(FormatDecimal(std::numeric_limits<int64_t>::min(), 2), "-92233720368547758.08");
}

TEST(DecimalTest, RoundTripsAtEveryScale) {
  for (int scale = 0; scale <= kScaleMax; ++scale) {
    for (int64_t value :
         {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1234567890123},
          std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
      EXPECT_EQ(ParseDecimal(FormatDecimal(value, scale), scale).value(), value);
    }
  }
}

}  // namespace
}  // namespace rialto
