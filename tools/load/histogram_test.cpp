#include "tools/load/histogram.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace rialto::load {
namespace {

TEST(HistogramTest, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_EQ(histogram.Quantile(0.99), 0);
  EXPECT_EQ(histogram.max(), 0);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (int64_t value = 1; value <= 100; ++value) histogram.Record(value);
  EXPECT_EQ(histogram.Quantile(0.5), 50);
  EXPECT_EQ(histogram.Quantile(0.99), 99);
  EXPECT_EQ(histogram.Quantile(1), 100);
  EXPECT_EQ(histogram.max(), 100);
}

TEST(HistogramTest, QuantilesAreNeverTooLowAndAtMost1Point6PercentTooHigh) {
  std::mt19937_64 random(7);
  std::vector<int64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<int64_t>(random() >> (random() % 60 + 2)));
    histogram.Record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const size_t percent : {1u, 50u, 90u, 99u, 100u}) {
    const int64_t exact = values[values.size() * percent / 100 - 1];
    const int64_t shown = histogram.Quantile(static_cast<double>(percent) / 100);
    EXPECT_GE(shown, exact);
    EXPECT_LE(static_cast<double>(shown), static_cast<double>(exact) * 1.016 + 1);
  }
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(HistogramTest, ClearForgetsEverything) {
  Histogram histogram;
  histogram.Record(5);
  histogram.Clear();
  EXPECT_EQ(histogram.total(), 0u);
  EXPECT_EQ(histogram.max(), 0);
}

}  // namespace
}  // namespace rialto::load
