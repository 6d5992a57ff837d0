#include "common/catalog/book_changes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using engine::v1::Event;

// "buy 99: -5 lots -1 orders", one per change.
std::string Show(const Event& event) {
  std::string text;
  for (const BookChange& change : BookChangesOf(event)) {
    EXPECT_EQ(change.instrument_id, InstrumentId(1));
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    change.side == ORDER_SIDE_BUY ? "buy " : "sell ", change.price.value(), ": ",
                    change.lots, " lots ", change.orders, " orders");
  }
  return text;
}

TEST(BookChangesTest, ATradeTakesFromTheMakersLevel) {
  Event event;
  engine::v1::Trade& trade = *event.mutable_trade();
  trade.set_instrument_id(1);
  trade.set_taker_side(ORDER_SIDE_BUY);
  trade.set_price_ticks(101);
  trade.set_quantity_lots(5);
  trade.set_maker_remaining_lots(2);
  EXPECT_EQ(Show(event), "sell 101: -5 lots 0 orders");  // Before levels were recorded.
  trade.set_maker_price_ticks(101);
  EXPECT_EQ(Show(event), "sell 101: -5 lots 0 orders");
  trade.set_maker_remaining_lots(0);
  EXPECT_EQ(Show(event), "sell 101: -5 lots -1 orders");
}

TEST(BookChangesTest, AnAuctionsTradeTakesFromBothLevels) {
  Event event;
  engine::v1::Trade& trade = *event.mutable_trade();
  trade.set_instrument_id(1);
  trade.set_taker_side(ORDER_SIDE_SELL);
  trade.set_price_ticks(100);
  trade.set_quantity_lots(5);
  trade.set_maker_price_ticks(105);
  trade.set_taker_price_ticks(95);
  trade.set_taker_remaining_lots(3);
  EXPECT_EQ(Show(event), "buy 105: -5 lots -1 orders, sell 95: -5 lots 0 orders");
}

TEST(BookChangesTest, WhatWasPreventedLeavesAndTheOrdersFollow) {
  Event event;
  engine::v1::SelfTradePrevented& prevented = *event.mutable_self_trade_prevented();
  prevented.set_instrument_id(1);
  prevented.set_taker_side(ORDER_SIDE_BUY);
  prevented.set_maker_prevented_lots(9);
  prevented.set_maker_price_ticks(101);
  prevented.set_maker_displayed_lots(4);
  EXPECT_EQ(Show(event), "sell 101: -4 lots 0 orders");
  prevented.set_taker_price_ticks(102);
  prevented.set_taker_displayed_lots(3);
  EXPECT_EQ(Show(event), "sell 101: -4 lots 0 orders, buy 102: -3 lots 0 orders");

  engine::v1::OrderCanceled& canceled = *event.mutable_order_canceled();
  canceled.set_instrument_id(1);
  canceled.set_side(ORDER_SIDE_SELL);
  canceled.set_price_ticks(101);
  canceled.set_was_resting(true);
  EXPECT_EQ(Show(event), "sell 101: 0 lots -1 orders");
}

TEST(BookChangesTest, AnIcebergShowsOnePartAtATime) {
  Event event;
  engine::v1::OrderRested& rested = *event.mutable_order_rested();
  rested.set_instrument_id(1);
  rested.set_side(ORDER_SIDE_BUY);
  rested.set_price_ticks(99);
  rested.set_remaining_lots(10);
  EXPECT_EQ(Show(event), "buy 99: 10 lots 1 orders");  // Before the part was recorded.
  rested.set_displayed_lots(3);
  EXPECT_EQ(Show(event), "buy 99: 3 lots 1 orders");

  engine::v1::OrderReplenished& replenished = *event.mutable_order_replenished();
  replenished.set_instrument_id(1);
  replenished.set_side(ORDER_SIDE_BUY);
  replenished.set_price_ticks(99);
  replenished.set_displayed_lots(3);
  EXPECT_EQ(Show(event), "buy 99: 3 lots 0 orders");

  engine::v1::OrderReduced& reduced = *event.mutable_order_reduced();
  reduced.set_instrument_id(1);
  reduced.set_side(ORDER_SIDE_BUY);
  reduced.set_price_ticks(99);
  reduced.set_reduced_lots(8);
  reduced.set_displayed_lots(1);
  EXPECT_EQ(Show(event), "buy 99: -1 lots 0 orders");

  engine::v1::OrderCanceled& canceled = *event.mutable_order_canceled();
  canceled.set_instrument_id(1);
  canceled.set_side(ORDER_SIDE_BUY);
  canceled.set_price_ticks(99);
  canceled.set_canceled_lots(10);
  canceled.set_was_resting(true);
  EXPECT_EQ(Show(event), "buy 99: -10 lots -1 orders");  // Before the part was recorded.
  canceled.set_displayed_lots(3);
  EXPECT_EQ(Show(event), "buy 99: -3 lots -1 orders");
}

TEST(BookChangesTest, AMoveLeavesTheLevelItWasIn) {
  Event event;
  engine::v1::OrderMoved& moved = *event.mutable_order_moved();
  moved.set_instrument_id(1);
  moved.set_side(ORDER_SIDE_SELL);
  moved.set_price_ticks(110);
  EXPECT_EQ(Show(event), "");  // It was in no book.
  moved.set_from_price_ticks(105);
  moved.set_from_displayed_lots(7);
  EXPECT_EQ(Show(event), "sell 105: -7 lots -1 orders");
}

TEST(BookChangesTest, WhatIsNotInABookChangesNone) {
  Event event;
  event.mutable_order_canceled()->set_canceled_lots(5);
  EXPECT_EQ(Show(event), "");
  event.mutable_order_reduced()->set_reduced_lots(5);
  EXPECT_EQ(Show(event), "");
  event.mutable_order_triggered()->set_quantity_lots(5);
  EXPECT_EQ(Show(event), "");
  event.mutable_order_accepted()->set_quantity_lots(5);
  EXPECT_EQ(Show(event), "");
}

}  // namespace
}  // namespace rialto
