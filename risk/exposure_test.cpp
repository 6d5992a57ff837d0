#include "risk/exposure.h"

#include <map>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace rialto::risk {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;

struct WorkingOrder {
  uint64_t order_id, account_id;
  common::v1::OrderSide side;
  int64_t price, lots;
};

// A book of order events as the engine sends them, and the exposures they add up to.
class ExposureTest : public testing::Test {
 protected:
  void Rest(uint64_t order_id, uint64_t account_id, common::v1::OrderSide side, int64_t lots,
            int64_t price) {
    engine::v1::CommandEvents command;
    Accept(command, order_id, account_id);
    Rest(command, {order_id, account_id, side, price, lots});
    Take(command);
  }

  void Accept(engine::v1::CommandEvents& command, uint64_t order_id, uint64_t account_id) {
    auto* accepted = command.add_events()->mutable_order_accepted();
    accepted->set_order_id(order_id);
    accepted->set_account_id(account_id);
  }

  void Rest(engine::v1::CommandEvents& command, const WorkingOrder& order) {
    auto* rested = command.add_events()->mutable_order_rested();
    rested->set_order_id(order.order_id);
    rested->set_instrument_id(1);
    rested->set_side(order.side);
    rested->set_price_ticks(order.price);
    rested->set_remaining_lots(order.lots);
    orders_[order.order_id] = order;
  }

  // `taker` trades with the resting `order_id`.
  void Trade(engine::v1::CommandEvents& command, uint64_t taker, uint64_t order_id, int64_t lots) {
    WorkingOrder& maker = orders_.at(order_id);
    maker.lots -= lots;
    auto* trade = command.add_events()->mutable_trade();
    trade->set_instrument_id(1);
    trade->set_price_ticks(maker.price);
    trade->set_quantity_lots(lots);
    trade->set_taker_side(maker.side == ORDER_SIDE_BUY ? ORDER_SIDE_SELL : ORDER_SIDE_BUY);
    trade->set_taker_account_id(taker);
    trade->set_maker_order_id(order_id);
    trade->set_maker_account_id(maker.account_id);
    trade->set_maker_remaining_lots(maker.lots);
  }

  void Cancel(uint64_t order_id, bool was_resting) {
    const WorkingOrder& order = orders_.at(order_id);
    engine::v1::CommandEvents command;
    auto* canceled = command.add_events()->mutable_order_canceled();
    canceled->set_order_id(order_id);
    canceled->set_account_id(order.account_id);
    canceled->set_instrument_id(1);
    canceled->set_side(order.side);
    canceled->set_price_ticks(order.price);
    canceled->set_canceled_lots(order.lots);
    canceled->set_was_resting(was_resting);
    Take(command);
  }

  void Reduce(uint64_t order_id, int64_t lots) {
    WorkingOrder& order = orders_.at(order_id);
    order.lots -= lots;
    engine::v1::CommandEvents command;
    auto* reduced = command.add_events()->mutable_order_reduced();
    reduced->set_order_id(order_id);
    reduced->set_account_id(order.account_id);
    reduced->set_instrument_id(1);
    reduced->set_side(order.side);
    reduced->set_price_ticks(order.price);
    reduced->set_reduced_lots(lots);
    reduced->set_remaining_lots(order.lots);
    Take(command);
  }

  void Take(const engine::v1::CommandEvents& command) {
    for (const ExposureChange& change : ChangesOf(command)) Apply(change, exposures_[change.key]);
  }

  // "buy COUNT orders LOTS lots TICK-LOTS, sell ..." of an account.
  std::string Of(uint64_t account_id) {
    const Exposure& exposure = exposures_[{AccountId(account_id), InstrumentId(1)}];
    std::ostringstream out;
    out << "buy " << exposure.buy.order_count << "x " << exposure.buy.quantity_lots << " = "
        << exposure.buy.notional_tick_lots << ", sell " << exposure.sell.order_count << "x "
        << exposure.sell.quantity_lots << " = " << exposure.sell.notional_tick_lots;
    return out.str();
  }

  std::map<uint64_t, WorkingOrder> orders_;
  std::map<ExposureKey, Exposure> exposures_;
};

TEST_F(ExposureTest, RestingOrdersCount) {
  Rest(1, 1001, ORDER_SIDE_BUY, 3, 100);
  Rest(2, 1001, ORDER_SIDE_BUY, 2, 90);
  Rest(3, 1001, ORDER_SIDE_SELL, 5, 120);
  Rest(4, 1002, ORDER_SIDE_SELL, 7, 130);
  EXPECT_EQ(Of(1001), "buy 2x 5 = 480, sell 1x 5 = 600");
  EXPECT_EQ(Of(1002), "buy 0x 0 = 0, sell 1x 7 = 910");
}

TEST_F(ExposureTest, TradesTakeDownTheMakersOnly) {
  Rest(1, 1001, ORDER_SIDE_SELL, 3, 100);
  Rest(2, 1002, ORDER_SIDE_SELL, 4, 101);
  engine::v1::CommandEvents command;
  Accept(command, 5, 1003);
  Trade(command, 1003, 1, 3);
  Trade(command, 1003, 2, 1);
  Take(command);
  EXPECT_EQ(Of(1001), "buy 0x 0 = 0, sell 0x 0 = 0");
  EXPECT_EQ(Of(1002), "buy 0x 0 = 0, sell 1x 3 = 303");
  EXPECT_EQ(Of(1003), "buy 0x 0 = 0, sell 0x 0 = 0");
}

TEST_F(ExposureTest, WhatIsLeftOfATakerRests) {
  Rest(1, 1001, ORDER_SIDE_SELL, 3, 100);
  engine::v1::CommandEvents command;
  Accept(command, 5, 1003);
  Trade(command, 1003, 1, 3);
  Rest(command, {5, 1003, ORDER_SIDE_BUY, 105, 2});
  Take(command);
  EXPECT_EQ(Of(1003), "buy 1x 2 = 210, sell 0x 0 = 0");
}

TEST_F(ExposureTest, ATradeWithOneselfTakesDownItsRestingSide) {
  Rest(1, 1001, ORDER_SIDE_SELL, 3, 100);
  engine::v1::CommandEvents command;
  Accept(command, 2, 1001);
  Trade(command, 1001, 1, 2);
  Take(command);
  EXPECT_EQ(Of(1001), "buy 0x 0 = 0, sell 1x 1 = 100");
}

TEST_F(ExposureTest, CancelsAndReductionsLeave) {
  Rest(1, 1001, ORDER_SIDE_BUY, 10, 100);
  Reduce(1, 4);
  EXPECT_EQ(Of(1001), "buy 1x 6 = 600, sell 0x 0 = 0");
  Cancel(1, /*was_resting=*/true);
  EXPECT_EQ(Of(1001), "buy 0x 0 = 0, sell 0x 0 = 0");
}

TEST_F(ExposureTest, AnOrderThatNeverRestedDoesNotLeave) {
  Rest(1, 1001, ORDER_SIDE_BUY, 10, 100);
  orders_[9] = {9, 1001, ORDER_SIDE_BUY, 100, 5};
  Cancel(9, /*was_resting=*/false);
  EXPECT_EQ(Of(1001), "buy 1x 10 = 1000, sell 0x 0 = 0");
}

TEST_F(ExposureTest, NotionalGoesBeyond64Bits) {
  Rest(1, 1001, ORDER_SIDE_SELL, INT64_MAX, 1'000);
  EXPECT_EQ(Of(1001), "buy 0x 0 = 0, sell 1x 9223372036854775807 = 9223372036854775807000");
}

TEST_F(ExposureTest, NotionalBecomesQuoteUnitsRoundedUp) {
  // Tick 0.01 USD (scale 2), lot 0.0001 BTC (scale 8): one tick-lot is 0.0001 cents.
  const NotionalScale scale{10'000'000'000, 10'000, 8, 2};
  EXPECT_EQ(NotionalUnits({.notional_tick_lots = 10'000}, scale), absl::int128(1));
  EXPECT_EQ(NotionalUnits({.notional_tick_lots = 10'001}, scale), absl::int128(2));
  EXPECT_EQ(NotionalUnits({}, scale), absl::int128(0));
}

using ExposureDeathTest = ExposureTest;

TEST_F(ExposureDeathTest, LeavingOrdersThatNeverCameAreAFault) {
  orders_[9] = {9, 1001, ORDER_SIDE_BUY, 100, 5};
  EXPECT_DEATH(Cancel(9, /*was_resting=*/true), "order_count");
}

TEST_F(ExposureDeathTest, ARestingOrderWithoutAnOwnerIsAFault) {
  engine::v1::CommandEvents command;
  Rest(command, {9, 1001, ORDER_SIDE_BUY, 100, 5});
  EXPECT_DEATH(Take(command), "owner");
}

}  // namespace
}  // namespace rialto::risk
