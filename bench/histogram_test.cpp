#include "bench/histogram.h"

#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

TEST(HistogramTest, GivesSmallValuesExactly) {
  Histogram histogram;
  for (uint64_t value = 1; value <= 100; ++value) histogram.Record(value);
  EXPECT_EQ(histogram.total(), 100U);
  EXPECT_EQ(histogram.Quantile(0.5), 50U);
  EXPECT_EQ(histogram.Quantile(0.99), 99U);
  EXPECT_EQ(histogram.Quantile(1), 100U);
}

TEST(HistogramTest, GivesLargeValuesWithinTwoPercentAbove) {
  for (uint64_t value = 100; value < uint64_t{1} << 60; value = value * 7 / 3) {
    Histogram histogram;
    histogram.Record(value);
    histogram.Record(UINT64_MAX);
    const uint64_t median = histogram.Quantile(0.5);
    EXPECT_GE(median, value);
    EXPECT_LE(median, value + value / 50);
    EXPECT_EQ(histogram.max(), UINT64_MAX);
    EXPECT_EQ(histogram.Quantile(1), UINT64_MAX);
  }
}

}  // namespace
}  // namespace rialto::bench
