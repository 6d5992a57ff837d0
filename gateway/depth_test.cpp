#include "gateway/depth.h"

#include <sstream>

#include "gateway/scripted_events.h"
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

class DepthTest : public testing::Test {
 protected:
  void Apply(const engine::v1::Event& event) {
    for (const BookChange& change : BookChangesOf(event)) depth_.Apply(change, touched_);
  }
  std::string Shown() const { return Show(depth_); }

  Depth depth_;
  TouchedPrices touched_;
};

TEST_F(DepthTest, AddsUpEveryEventOfTheBook) {
  BookOrder one{1, 1, kBuy, 99, 5};
  BookOrder two{2, 1, kBuy, 99, 4};
  BookOrder three{3, 1, kSell, 101, 7};
  BookOrder four{4, 1, kBuy, 98, 1};
  for (const BookOrder& order : {one, two, three, four}) Apply(Rested(order));
  EXPECT_EQ(Shown(), "bids 99:9x2 98:1x1 asks 101:7x1");
  Apply(Traded(one, 2));
  EXPECT_EQ(Shown(), "bids 99:7x2 98:1x1 asks 101:7x1");
  Apply(Traded(one, 3));  // Filled.
  EXPECT_EQ(Shown(), "bids 99:4x1 98:1x1 asks 101:7x1");
  Apply(Reduced(three, 6));
  EXPECT_EQ(Shown(), "bids 99:4x1 98:1x1 asks 101:1x1");
  Apply(Canceled(two));
  Apply(Canceled(three));
  EXPECT_EQ(Shown(), "bids 98:1x1 asks");
  EXPECT_EQ(touched_.bids.size(), 2u);
  EXPECT_EQ(*touched_.bids.begin(), Price(99));
  EXPECT_EQ(touched_.asks.size(), 1u);
}

TEST_F(DepthTest, AnIcebergShowsPartAfterPart) {
  BookOrder iceberg{1, 1, kSell, 101, 3, 4};
  Apply(Rested(iceberg));
  EXPECT_EQ(Shown(), "bids asks 101:3x1");
  Apply(Traded(iceberg, 3));
  EXPECT_EQ(depth_.hollow_levels(), 1);  // In the middle of a command only.
  Apply(Replenished(iceberg, 3));
  EXPECT_EQ(depth_.hollow_levels(), 0);
  EXPECT_EQ(Shown(), "bids asks 101:3x1");
  Apply(Reduced(iceberg, 1));  // Hidden.
  EXPECT_EQ(Shown(), "bids asks 101:3x1");
  Apply(Reduced(iceberg, 1));
  EXPECT_EQ(Shown(), "bids asks 101:2x1");
  Apply(Canceled(iceberg));
  EXPECT_EQ(Shown(), "bids asks");
}

TEST_F(DepthTest, CancelingAnIcebergTakesWhatItShowed) {
  const BookOrder iceberg{1, 1, kBuy, 99, 3, 40};
  Apply(Rested(iceberg));
  Apply(Canceled(iceberg));
  EXPECT_EQ(Shown(), "bids asks");
}

TEST_F(DepthTest, AnAuctionTakesFromBothSides) {
  BookOrder bid{1, 1, kBuy, 105, 5};
  BookOrder ask{2, 1, kSell, 95, 8};
  Apply(Rested(bid));
  Apply(Rested(ask));
  EXPECT_EQ(Shown(), "bids 105:5x1 asks 95:8x1");
  Apply(TradedInAuction(bid, ask, 5));
  EXPECT_EQ(Shown(), "bids asks 95:3x1");
}

TEST_F(DepthTest, AMovedOrderLeavesOneLevelForAnother) {
  BookOrder order{1, 1, kBuy, 99, 5};
  Apply(Rested(order));
  Apply(Moved(order));
  EXPECT_EQ(Shown(), "bids asks");
  order.price_ticks = 100;
  Apply(Rested(order));
  EXPECT_EQ(Shown(), "bids 100:5x1 asks");
}

TEST_F(DepthTest, WhatWasPreventedLeavesItsLevel) {
  BookOrder part{1, 1, kSell, 101, 5};
  BookOrder whole{2, 1, kSell, 101, 4};
  Apply(Rested(part));
  Apply(Rested(whole));
  Apply(Prevented(part, 2));
  EXPECT_EQ(Shown(), "bids asks 101:7x2");
  Apply(Prevented(whole, 4));
  Apply(Canceled(whole));
  EXPECT_EQ(Shown(), "bids asks 101:3x1");
  EXPECT_EQ(depth_.hollow_levels(), 0);
}

TEST_F(DepthTest, IgnoresWhatNeverRested) {
  engine::v1::Event event = Canceled({1, 1, kBuy, 99, 5});
  event.mutable_order_canceled()->set_was_resting(false);
  Apply(event);
  Apply(engine::v1::Event());
  EXPECT_EQ(Shown(), "bids asks");
  EXPECT_TRUE(touched_.bids.empty());
}

TEST_F(DepthTest, LevelsBeyondInt64Add) {
  const BookOrder huge{1, 1, kSell, 101, INT64_MAX};
  Apply(Rested(huge));
  Apply(Rested(huge));
  EXPECT_EQ(Shown(), "bids asks 101:18446744073709551614x2");
}

using DepthDeathTest = DepthTest;

TEST_F(DepthDeathTest, MoreLeavingThanThereIsEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(Apply(Canceled({1, 1, kBuy, 99, 5})), "");
}

}  // namespace
}  // namespace rialto::gateway
