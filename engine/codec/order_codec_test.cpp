#include "engine/codec/order_codec.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rialto::engine {
namespace {

using testing::StartsWith;

v1::OrderCommand PlaceCommand() {
  v1::OrderCommand command;
  v1::PlaceOrderCommand& place = *command.mutable_place();
  place.set_account_id(1001);
  place.set_client_order_id("o-1");
  place.set_instrument_id(1);
  place.set_side(common::v1::ORDER_SIDE_SELL);
  place.set_type(common::v1::ORDER_TYPE_LIMIT);
  place.set_time_in_force(common::v1::TIME_IN_FORCE_IOC);
  place.set_price_ticks(10);
  place.set_quantity_lots(20);
  return command;
}

TEST(OrderCodecTest, DecodesAnOrder) {
  const PlaceOrder order = std::get<PlaceOrder>(DecodeCommand(PlaceCommand()).value());
  EXPECT_EQ(order.side, Side::kSell);
  EXPECT_EQ(order.time_in_force, TimeInForce::kImmediateOrCancel);
  EXPECT_EQ(order.price, Price(10));
  EXPECT_EQ(order.quantity, Quantity(20));
}

TEST(OrderCodecTest, RefusesWhatIsMalformed) {
  const auto with = [](auto change) {
    v1::OrderCommand command = PlaceCommand();
    change(command);
    return std::string(DecodeCommand(command).status().message());
  };
  EXPECT_THAT(with([](auto& c) { c.clear_place(); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_client_order_id(); }),
              StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_side(); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->set_type(common::v1::OrderType(77)); }),
              StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_time_in_force(); }),
              StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_cancel()->set_account_id(1); }), StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_amend()->set_client_order_id("ä"); }),
              StartsWith("BAD_ID"));
}

TEST(OrderCodecTest, EncodesAnOutcome) {
  Outcome outcome;
  outcome.sequence = Sequence(9);
  outcome.reason = RejectReason::kInsufficientFunds;
  outcome.need = 3;
  outcome.have = 2;
  outcome.side = Side::kBuy;
  v1::OrderOutcome message;
  EncodeOutcome(outcome, message);
  EXPECT_EQ(message.sequence(), 9u);
  EXPECT_EQ(message.reject_reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(message.need(), 3);
  EXPECT_EQ(message.have(), 2);
}

}  // namespace
}  // namespace rialto::engine
