#include "gateway/depth.h"

#include <sstream>

#include "gateway/scripted_engine.h"
#include "gtest/gtest.h"

namespace rialto::gateway {
namespace {

constexpr auto kBuy = common::v1::ORDER_SIDE_BUY;
constexpr auto kSell = common::v1::ORDER_SIDE_SELL;

// "bids 99:5x2 asks 101:7x1": price:lotsxorders, best first.
std::string Show(const Depth& depth) {
  std::ostringstream out;
  out << "bids";
  for (const auto& [price, level] : depth.bids()) {
    out << " " << price.value() << ":" << level.lots << "x" << level.orders;
  }
  out << " asks";
  for (const auto& [price, level] : depth.asks()) {
    out << " " << price.value() << ":" << level.lots << "x" << level.orders;
  }
  return out.str();
}

TEST(DepthTest, AddsUpEveryEventOfTheBook) {
  Depth depth;
  TouchedPrices touched;
  BookOrder one{1, 1, kBuy, 99, 5};
  BookOrder two{2, 1, kBuy, 99, 4};
  BookOrder three{3, 1, kSell, 101, 7};
  BookOrder four{4, 1, kBuy, 98, 1};
  depth.Apply(Rested(one), touched);
  depth.Apply(Rested(two), touched);
  depth.Apply(Rested(three), touched);
  depth.Apply(Rested(four), touched);
  EXPECT_EQ(Show(depth), "bids 99:9x2 98:1x1 asks 101:7x1");
  depth.Apply(Traded(one, 2), touched);
  EXPECT_EQ(Show(depth), "bids 99:7x2 98:1x1 asks 101:7x1");
  depth.Apply(Traded(one, 3), touched);  // Filled.
  EXPECT_EQ(Show(depth), "bids 99:4x1 98:1x1 asks 101:7x1");
  depth.Apply(Reduced(three, 6), touched);
  EXPECT_EQ(Show(depth), "bids 99:4x1 98:1x1 asks 101:1x1");
  depth.Apply(Canceled(two), touched);
  depth.Apply(Canceled(three), touched);
  EXPECT_EQ(Show(depth), "bids 98:1x1 asks");
  EXPECT_EQ(touched.bids.size(), 2u);
  EXPECT_EQ(*touched.bids.begin(), Price(99));
  EXPECT_EQ(touched.asks.size(), 1u);
}

TEST(DepthTest, IgnoresWhatNeverRested) {
  Depth depth;
  TouchedPrices touched;
  engine::v1::Event event = Canceled({1, 1, kBuy, 99, 5});
  event.mutable_order_canceled()->set_was_resting(false);
  depth.Apply(event, touched);
  depth.Apply(engine::v1::Event(), touched);
  EXPECT_EQ(Show(depth), "bids asks");
  EXPECT_TRUE(touched.bids.empty());
}

TEST(DepthTest, LevelsBeyondInt64Add) {
  Depth depth;
  TouchedPrices touched;
  const BookOrder huge{1, 1, kSell, 101, INT64_MAX};
  depth.Apply(Rested(huge), touched);
  depth.Apply(Rested(huge), touched);
  EXPECT_EQ(Show(depth), "bids asks 101:18446744073709551614x2");
}

TEST(DepthDeathTest, MoreLeavingThanThereIsEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Depth depth;
  TouchedPrices touched;
  const BookOrder order{1, 1, kBuy, 99, 5};
  EXPECT_DEATH(depth.Apply(Canceled(order), touched), "");
}

}  // namespace
}  // namespace rialto::gateway
