#include "risk/exposure.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace rialto::risk {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;
using engine::v1::Event;

// Orders as the engine tells of them; instrument 1, account 1001 unless said otherwise.
class ExposureTest : public testing::Test {
 protected:
  Event Accepted(uint64_t order_id, int64_t lots,
                 common::v1::OrderType type = common::v1::ORDER_TYPE_LIMIT) {
    Event event;
    auto& accepted = *event.mutable_order_accepted();
    accepted.set_order_id(order_id);
    accepted.set_account_id(1001);
    accepted.set_instrument_id(1);
    accepted.set_side(ORDER_SIDE_BUY);
    accepted.set_type(type);
    accepted.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
    accepted.set_quantity_lots(lots);
    return event;
  }

  void Accept(uint64_t order_id, int64_t lots,
              common::v1::OrderType type = common::v1::ORDER_TYPE_LIMIT) {
    Apply(Accepted(order_id, lots, type), orders_);
  }

  void Rest(uint64_t order_id, int64_t lots, int64_t price) {
    Event event;
    auto& rested = *event.mutable_order_rested();
    rested.set_order_id(order_id);
    rested.set_remaining_lots(lots);
    rested.set_displayed_lots(1);  // The hidden part is at stake, too.
    rested.set_price_ticks(price);
    Apply(event, orders_);
  }

  // What is left of maker and taker.
  void Trade(uint64_t maker, int64_t maker_lots, uint64_t taker, int64_t taker_lots) {
    Event event;
    auto& trade = *event.mutable_trade();
    trade.set_maker_order_id(maker);
    trade.set_maker_remaining_lots(maker_lots);
    trade.set_taker_order_id(taker);
    trade.set_taker_remaining_lots(taker_lots);
    Apply(event, orders_);
  }

  void Prevent(uint64_t maker, int64_t maker_lots, uint64_t taker, int64_t taker_lots) {
    Event event;
    auto& prevented = *event.mutable_self_trade_prevented();
    prevented.set_maker_order_id(maker);
    prevented.set_maker_remaining_lots(maker_lots);
    prevented.set_taker_order_id(taker);
    prevented.set_taker_remaining_lots(taker_lots);
    Apply(event, orders_);
  }

  void Cancel(uint64_t order_id) {
    Event event;
    event.mutable_order_canceled()->set_order_id(order_id);
    Apply(event, orders_);
  }

  void Move(uint64_t order_id) {
    Event event;
    event.mutable_order_moved()->set_order_id(order_id);
    event.mutable_order_moved()->set_price_ticks(120);  // Its limit, not its place.
    Apply(event, orders_);
  }

  // "1: 5@100, 2: 3 pending".
  std::string Open() const {
    std::ostringstream out;
    for (const auto& [id, order] : orders_) {
      out << (out.tellp() > 0 ? ", " : "") << id.value() << ": " << order.remaining.value();
      if (order.price == Price(0)) {
        out << " pending";
      } else {
        out << "@" << order.price.value();
      }
    }
    return out.str();
  }

  OpenOrders orders_;
};

TEST_F(ExposureTest, AnOrderIsOpenFromItsAcceptanceToItsEnd) {
  Accept(1, 5);
  Rest(1, 5, 100);
  EXPECT_EQ(Open(), "1: 5@100");
  EXPECT_EQ(orders_.at(OrderId(1)).account_id, AccountId(1001));
  EXPECT_EQ(orders_.at(OrderId(1)).side, ORDER_SIDE_BUY);
  Trade(1, 2, 9, 0);
  EXPECT_EQ(Open(), "1: 2@100");
  Trade(1, 0, 9, 3);
  EXPECT_EQ(Open(), "");
}

TEST_F(ExposureTest, WhatIsLeftOfATakerRests) {
  Accept(1, 5);
  Rest(1, 5, 100);
  Accept(2, 8);
  Trade(1, 0, 2, 3);
  Rest(2, 3, 101);
  EXPECT_EQ(Open(), "2: 3@101");
}

TEST_F(ExposureTest, InAnAuctionBothSidesTrade) {
  Accept(1, 5);
  Rest(1, 5, 105);
  Accept(2, 8);
  Rest(2, 8, 95);
  Trade(1, 0, 2, 3);
  EXPECT_EQ(Open(), "2: 3@95");
}

TEST_F(ExposureTest, WhatWaitsIsPendingUntilItRestsOrEnds) {
  Accept(1, 5, common::v1::ORDER_TYPE_STOP_LIMIT);
  Accept(2, 4, common::v1::ORDER_TYPE_STOP);
  EXPECT_EQ(Open(), "1: 5 pending, 2: 4 pending");
  Event event;
  event.mutable_order_triggered()->set_order_id(1);
  event.mutable_order_triggered()->set_quantity_lots(3);  // A child, sized by its parent.
  Apply(event, orders_);
  EXPECT_EQ(Open(), "1: 3 pending, 2: 4 pending");
  Rest(1, 3, 100);
  EXPECT_EQ(Open(), "1: 3@100, 2: 4 pending");
  Trade(1, 1, 2, 2);  // The stop fired and took.
  Cancel(2);          // Nothing more to take.
  EXPECT_EQ(Open(), "1: 1@100");
}

TEST_F(ExposureTest, MovedOrdersArePendingUntilTheyRestAgain) {
  Accept(1, 5, common::v1::ORDER_TYPE_PEGGED);
  Rest(1, 5, 100);
  Move(1);
  EXPECT_EQ(Open(), "1: 5 pending");
  Rest(1, 5, 101);
  EXPECT_EQ(Open(), "1: 5@101");
}

TEST_F(ExposureTest, ReductionsAndPreventedTradesSayWhatIsLeft) {
  Accept(1, 9);
  Rest(1, 9, 100);
  Event event;
  event.mutable_order_reduced()->set_order_id(1);
  event.mutable_order_reduced()->set_remaining_lots(6);
  Apply(event, orders_);
  EXPECT_EQ(Open(), "1: 6@100");
  Accept(2, 4);
  Prevent(1, 2, 2, 0);
  Cancel(2);
  EXPECT_EQ(Open(), "1: 2@100");
  Prevent(1, 0, 9, 0);
  Cancel(1);
  EXPECT_EQ(Open(), "");
}

TEST_F(ExposureTest, OrdersThatEndWithTheirCommandAreNeverOpen) {
  Accept(1, 5);
  Rest(1, 5, 100);
  Accept(2, 5, common::v1::ORDER_TYPE_MARKET);
  Event immediate = Accepted(3, 5);
  immediate.mutable_order_accepted()->set_time_in_force(common::v1::TIME_IN_FORCE_IOC);
  Apply(immediate, orders_);
  EXPECT_EQ(OrderCreatedBy(immediate), std::nullopt);
  EXPECT_EQ(Open(), "1: 5@100");
  Trade(1, 4, 2, 4);
  Prevent(1, 3, 3, 4);
  Cancel(2);
  Cancel(3);
  EXPECT_EQ(Open(), "1: 3@100");
}

TEST_F(ExposureTest, AChildWaitsWhateverItsTimeInForce) {
  Event child = Accepted(3, 5);
  child.mutable_order_accepted()->set_time_in_force(common::v1::TIME_IN_FORCE_IOC);
  child.mutable_order_accepted()->set_list_id(2);
  Apply(child, orders_);
  EXPECT_EQ(Open(), "3: 5 pending");
  EXPECT_EQ(OrderCreatedBy(child), OrderId(3));
}

TEST_F(ExposureTest, EveryEventNamesTheOrdersItChanges) {
  Event event;
  event.mutable_trade()->set_maker_order_id(1);
  event.mutable_trade()->set_taker_order_id(2);
  EXPECT_EQ(OrdersChangedBy(event), (std::vector<OrderId>{OrderId(1), OrderId(2)}));
  event.mutable_self_trade_prevented()->set_maker_order_id(3);
  event.mutable_self_trade_prevented()->set_taker_order_id(4);
  EXPECT_EQ(OrdersChangedBy(event), (std::vector<OrderId>{OrderId(3), OrderId(4)}));
  event.mutable_order_moved()->set_order_id(5);
  EXPECT_EQ(OrdersChangedBy(event), std::vector<OrderId>{OrderId(5)});
  event.mutable_order_replenished()->set_order_id(6);
  EXPECT_TRUE(OrdersChangedBy(event).empty());  // It only shows more.
  EXPECT_TRUE(OrdersChangedBy(Accepted(7, 1)).empty());
}

TEST_F(ExposureTest, NotionalBecomesQuoteUnitsRoundedUp) {
  // Tick 0.01 USD (scale 2), lot 0.0001 BTC (scale 8): one tick-lot is 0.0001 cents.
  const NotionalScale scale{10'000'000'000, 10'000, 8, 2};
  EXPECT_EQ(NotionalUnits({.notional_tick_lots = 10'000}, scale), absl::int128(1));
  EXPECT_EQ(NotionalUnits({.notional_tick_lots = 10'001}, scale), absl::int128(2));
  EXPECT_EQ(NotionalUnits({}, scale), absl::int128(0));
}

using ExposureDeathTest = ExposureTest;

TEST_F(ExposureDeathTest, ABookOrderThatNeverCameIsAFault) {
  EXPECT_DEATH(Rest(9, 5, 100), "found");
  EXPECT_DEATH(Trade(9, 5, 1, 5), "found");
  EXPECT_DEATH(Move(9), "found");
}

}  // namespace
}  // namespace rialto::risk
