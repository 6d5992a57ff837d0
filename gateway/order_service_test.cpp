#include "gateway/order_service.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gateway/gateway_under_test.h"

namespace rialto::gateway {
namespace {

using common::v1::OrderForm;
using testing::Test;

OrderForm LimitBuy(const std::string& client_order_id) {
  OrderForm form;
  form.set_account_id(1001);
  form.set_client_order_id(client_order_id);
  form.set_instrument("BTC-USD");
  form.set_side(common::v1::ORDER_SIDE_BUY);
  form.set_type(common::v1::ORDER_TYPE_LIMIT);
  form.set_price("101.25");
  form.set_quantity("0.5");
  return form;
}

class OrderServiceTest : public Test {
 protected:
  grpc::Status Place(const OrderForm& form) {
    v1::PlaceOrderRequest request;
    *request.mutable_order() = form;
    placed_.Clear();
    return Ask(*gateway_.orders, &v1::OrderService::Stub::PlaceOrder, request, &placed_);
  }
  // What a form that is like LimitBuy but for one field is refused with.
  std::string Refusal(const std::function<void(OrderForm&)>& spoil) {
    OrderForm form = LimitBuy("refused");
    spoil(form);
    const grpc::Status status = Place(form);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    return status.error_message().substr(0, status.error_message().find(':'));
  }

  ScriptedEngine engine_;
  GatewayUnderTest gateway_{engine_};
  v1::PlaceOrderResponse placed_;
};

TEST_F(OrderServiceTest, OrdersGoInTicksAndLotsAndComeBackInDecimals) {
  engine::v1::OrderCommand seen;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen = command;
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(42);
    outcome.set_order_id(42);
    outcome.set_status(common::v1::ORDER_STATUS_OPEN);
    outcome.set_instrument_id(1);
    outcome.set_executed_lots(1'000);
    outcome.set_executed_quote_units(1'012);
    outcome.set_remaining_lots(4'000);
    outcome.set_repeated_request(true);
    return outcome;
  });
  ASSERT_TRUE(Place(LimitBuy("b1")).ok());
  EXPECT_EQ(seen.place().price_ticks(), 10'125);
  EXPECT_EQ(seen.place().quantity_lots(), 5'000);
  EXPECT_EQ(seen.place().time_in_force(), common::v1::TIME_IN_FORCE_GTC);
  EXPECT_EQ(placed_.sequence(), 42u);
  EXPECT_EQ(placed_.accepted().executed_quantity(), "0.1000");
  EXPECT_EQ(placed_.accepted().executed_quote_amount(), "10.12");
  EXPECT_EQ(placed_.accepted().remaining_quantity(), "0.4000");
  EXPECT_TRUE(placed_.repeated_request());
}

TEST_F(OrderServiceTest, RefusalsOfTheEngineAreNormalResponses) {
  engine_.SetDecide([](const engine::v1::OrderCommand& command) {
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(43);
    outcome.set_reject_reason(common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
    outcome.set_need(5'063);
    outcome.set_have(10);
    outcome.set_instrument_id(1);
    outcome.set_side(command.place().side());
    return outcome;
  });
  ASSERT_TRUE(Place(LimitBuy("b1")).ok());
  EXPECT_EQ(placed_.rejected().reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(placed_.rejected().message(), "INSUFFICIENT_FUNDS: need 50.63 USD, available 0.10 USD");
}

TEST_F(OrderServiceTest, MalformedFormsNeverReachTheEngine) {
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_instrument("DOGE-USD"); }),
            "UNKNOWN_INSTRUMENT");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_price("1e3"); }), "BAD_DECIMAL");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_price("101.255"); }), "BAD_PRECISION");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_price("99999999999999999999"); }),
            "OUT_OF_RANGE");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_quantity("0.00001"); }), "BAD_PRECISION");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_quantity("0"); }), "INVALID_ORDER");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_quantity("-1"); }), "INVALID_ORDER");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.clear_side(); }), "INVALID_ORDER");
  EXPECT_EQ(Refusal([](OrderForm& form) { form.set_client_order_id("a b"); }), "BAD_ID");
  EXPECT_TRUE(engine_.batch_sizes().empty());
}

TEST_F(OrderServiceTest, OversizedMessagesAreRefusedBeforeAnyCode) {
  const grpc::Status status = Place(LimitBuy(std::string(size_t{Config::kReceiveBytesMax}, 'x')));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(engine_.batch_sizes().empty());
}

TEST_F(OrderServiceTest, WhatTheEngineDidNotTakeIsAnError) {
  std::string malformed = "INBOX_FULL: retry later";
  engine_.SetDecide([&](const engine::v1::OrderCommand&) {
    engine::v1::OrderOutcome outcome;
    outcome.set_malformed(malformed);
    return outcome;
  });
  EXPECT_EQ(Place(LimitBuy("b1")).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  malformed = "BAD_ID: empty";
  EXPECT_EQ(Place(LimitBuy("b1")).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(OrderServiceTest, CancelAndAmendNameTheirOrder) {
  v1::CancelOrderRequest cancel;
  v1::CancelOrderResponse canceled;
  cancel.set_account_id(1001);
  auto status = Ask(*gateway_.orders, &v1::OrderService::Stub::CancelOrder, cancel, &canceled);
  EXPECT_EQ(status.error_message(), "INVALID_ORDER: order_id or client_order_id is needed");
  cancel.set_client_order_id("b1");
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::CancelOrder, cancel, &canceled).ok());
  EXPECT_TRUE(canceled.has_canceled());

  v1::AmendOrderRequest amend;
  v1::AmendOrderResponse amended;
  amend.set_account_id(1001);
  amend.set_order_id(7);
  amend.set_instrument("BTC-USD");
  amend.set_quantity("0.25");
  int64_t lots = 0;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    lots = command.amend().quantity_lots();
    return engine::v1::OrderOutcome();
  });
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended).ok());
  EXPECT_TRUE(amended.has_amended());
  EXPECT_EQ(lots, 2'500);
  amend.set_quantity("-0.25");
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  amend.set_instrument("DOGE-USD");
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_message(), "UNKNOWN_INSTRUMENT: no instrument \"DOGE-USD\"");
}

TEST_F(OrderServiceTest, QuestionsGoThroughWithTheEnginesAnswerOrError) {
  v1::GetOrderRequest get;
  v1::GetOrderResponse got;
  get.set_account_id(1001);
  get.set_order_id(7);
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::GetOrder, get, &got).ok());
  EXPECT_EQ(got.order().account_id(), 1001u);
  EXPECT_EQ(got.sequence(), 70u);
  get.set_order_id(8);
  const auto status = Ask(*gateway_.orders, &v1::OrderService::Stub::GetOrder, get, &got);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "UNKNOWN_ORDER: it is not open");

  v1::ListOpenOrdersRequest list;
  v1::ListOpenOrdersResponse listed;
  list.set_page_size(3);
  list.set_page_token("t");
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::ListOpenOrders, list, &listed).ok());
  EXPECT_EQ(listed.orders_size(), 3);
  EXPECT_EQ(listed.next_page_token(), "t+");

  v1::ListBalancesRequest balances;
  v1::ListBalancesResponse balance;
  balances.set_account_id(1001);
  ASSERT_TRUE(
      Ask(*gateway_.accounts, &v1::AccountService::Stub::ListBalances, balances, &balance).ok());
  EXPECT_EQ(balance.balances(0).available(), "12.50");
}

}  // namespace
}  // namespace rialto::gateway
