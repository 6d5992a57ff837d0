#include "engine/codec/event_codec.h"

#include <gtest/gtest.h>

namespace rialto::engine {
namespace {

TEST(EventCodecTest, KeepsOrderAndNumbers) {
  Trade trade;
  trade.trade_id = MakeTradeId(Sequence(7), 1);
  trade.price = Price(100);
  trade.quantity = Quantity(2);
  trade.taker_side = Side::kSell;
  trade.buyer_cost = Amount(200);
  trade.seller_gross = Amount(199);
  const Events events{
      trade, OrderCanceled{.order_id = OrderId(7), .canceled = Quantity(3), .was_resting = true},
      BalanceChanged{AccountId(1001), AssetId(1), Amount(5), Amount(6)}};
  v1::CommandEvents message;
  EncodeEvents({Sequence(7), Timestamp(11)}, events, message);
  ASSERT_EQ(message.events_size(), 3);
  EXPECT_EQ(message.sequence(), 7u);
  EXPECT_EQ(message.timestamp_ns(), 11);
  EXPECT_EQ(message.events(0).trade().trade_id(), (7u << 16) + 1);
  EXPECT_EQ(message.events(0).trade().taker_side(), common::v1::ORDER_SIDE_SELL);
  EXPECT_EQ(message.events(0).trade().seller_gross_units(), 199);
  EXPECT_TRUE(message.events(1).order_canceled().was_resting());
  EXPECT_EQ(message.events(2).balance_changed().held_units(), 6);
}

TEST(EventCodecTest, EveryEventHasItsMessage) {
  const Events events{
      AssetCreated{}, InstrumentCreated{}, AccountOpened{}, AccountLimitsSet{}, Deposited{},
      Withdrawn{},    TransferRejected{},  OrderAccepted{}, OrderRejected{},    Trade{},
      OrderRested{},  OrderCanceled{},     OrderReduced{},  BalanceChanged{}};
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  v1::CommandEvents message;
  EncodeEvents({Sequence(1), Timestamp(1)}, events, message);
  for (int i = 0; i < message.events_size(); ++i) {
    EXPECT_EQ(static_cast<int>(message.events(i).event_case()), i + 1);
  }
}

}  // namespace
}  // namespace rialto::engine
