#include "gateway/order_service.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"
#include "gateway/gateway_under_test.h"
#include "grpcpp/generic/generic_stub.h"

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
  malformed = "DISK_FULL: cancels still pass";
  EXPECT_EQ(Place(LimitBuy("b1")).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  malformed = "NOT_SERVING: stopping";
  EXPECT_EQ(Place(LimitBuy("b1")).error_code(), grpc::StatusCode::UNAVAILABLE);
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
  amend.set_quantity("0");  // For the engine: as it is.
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_message(), "INVALID_ORDER: quantity must be above 0; or cancel it");
  amend.set_quantity("-0.25");
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  amend.set_instrument("DOGE-USD");
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_message(), "UNKNOWN_INSTRUMENT: no instrument \"DOGE-USD\"");
}

TEST_F(OrderServiceTest, AmendTakesAQuantityAPriceOrBoth) {
  engine::v1::AmendOrderCommand seen;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen = command.amend();
    return engine::v1::OrderOutcome();
  });
  v1::AmendOrderRequest amend;
  v1::AmendOrderResponse amended;
  amend.set_account_id(1001);
  amend.set_order_id(7);
  amend.set_instrument("BTC-USD");
  auto status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_message(), "INVALID_ORDER: quantity or price is needed");
  amend.set_price("102.50");
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended).ok());
  EXPECT_EQ(seen.price_ticks(), 10'250);
  EXPECT_EQ(seen.quantity_lots(), 0);
  amend.set_price("0");
  status = Ask(*gateway_.orders, &v1::OrderService::Stub::AmendOrder, amend, &amended);
  EXPECT_EQ(status.error_message(), "INVALID_ORDER: price must be above 0");
}

TEST_F(OrderServiceTest, CancelCanDependOnWhatHasTraded) {
  common::v1::CancelOnlyIf seen{};
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen = command.cancel().only_if();
    return engine::v1::OrderOutcome();
  });
  v1::CancelOrderRequest cancel;
  v1::CancelOrderResponse canceled;
  cancel.set_account_id(1001);
  cancel.set_order_id(7);
  cancel.set_only_if(common::v1::CANCEL_ONLY_IF_UNTRADED);
  ASSERT_TRUE(Ask(*gateway_.orders, &v1::OrderService::Stub::CancelOrder, cancel, &canceled).ok());
  EXPECT_EQ(seen, common::v1::CANCEL_ONLY_IF_UNTRADED);
  cancel.set_only_if(common::v1::CancelOnlyIf(9));
  EXPECT_EQ(
      Ask(*gateway_.orders, &v1::OrderService::Stub::CancelOrder, cancel, &canceled).error_code(),
      grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(OrderServiceTest, ValidationAsksTheEngineAndRecordsNothing) {
  v1::PlaceOrderRequest request;
  *request.mutable_order() = LimitBuy("v1");
  request.set_validate_only(true);
  v1::PlaceOrderResponse response;
  const auto place = &v1::OrderService::Stub::PlaceOrder;
  ASSERT_TRUE(Ask(*gateway_.orders, place, request, &response).ok());
  EXPECT_TRUE(response.validated_only());
  EXPECT_EQ(response.accepted().remaining_quantity(), "0.5");
  EXPECT_EQ(response.sequence(), 70u);
  request.mutable_order()->set_quantity("1000");
  response.Clear();
  ASSERT_TRUE(Ask(*gateway_.orders, place, request, &response).ok());
  EXPECT_EQ(response.rejected().message(), "INSUFFICIENT_FUNDS: need 2, available 1");
  EXPECT_TRUE(engine_.batch_sizes().empty());
}

TEST_F(OrderServiceTest, AListIsOneCommandAndNamesItsOrders) {
  engine::v1::PlaceOrderListCommand seen;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen = command.place_list();
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(42);
    outcome.set_order_id(42);
    outcome.set_instrument_id(1);
    outcome.set_repeated_request(true);
    return outcome;
  });
  v1::PlaceOrderListRequest request;
  request.set_kind(common::v1::LIST_KIND_OCO);
  *request.add_orders() = LimitBuy("take");
  OrderForm& stop = *request.add_orders();
  stop = LimitBuy("stop");
  stop.set_type(common::v1::ORDER_TYPE_STOP);
  stop.clear_price();
  stop.set_trigger_price("105");
  v1::PlaceOrderListResponse response;
  const auto place = &v1::OrderService::Stub::PlaceOrderList;
  ASSERT_TRUE(Ask(*gateway_.orders, place, request, &response).ok());
  ASSERT_EQ(seen.orders_size(), 2);
  EXPECT_EQ(seen.kind(), common::v1::LIST_KIND_OCO);
  EXPECT_EQ(seen.orders(1).terms().trigger_price_ticks(), 10'500);
  EXPECT_EQ(response.accepted().order_id(), 42u);
  EXPECT_TRUE(response.repeated_request());
  ASSERT_EQ(response.order_ids_size(), 2);
  EXPECT_EQ(response.order_ids(1), 42u | 1ULL << 56);

  stop.clear_trigger_price();
  EXPECT_EQ(Ask(*gateway_.orders, place, request, &response).error_message(),
            "INVALID_ORDER: orders[1]: STOP needs trigger_price");
  request.mutable_orders()->RemoveLast();
  EXPECT_EQ(Ask(*gateway_.orders, place, request, &response).error_message(),
            "INVALID_ORDER: OCO and OTO take two orders, BRACKET three");
  request.clear_kind();
  EXPECT_EQ(Ask(*gateway_.orders, place, request, &response).error_message(),
            "INVALID_ORDER: kind must be OCO, OTO or BRACKET");
}

TEST_F(OrderServiceTest, ABatchHasOneDecisionPerOrderInOrder) {
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(100 + command.correlation_id());
    outcome.set_instrument_id(1);
    if (command.place().quantity_lots() == 2) {
      outcome.set_reject_reason(common::v1::REJECT_REASON_TRADING_HALTED);
    }
    outcome.set_remaining_lots(command.place().quantity_lots());
    return outcome;
  });
  v1::BatchPlaceOrdersRequest request;
  for (int i = 1; i <= 1'024; ++i) {
    *request.add_orders() = LimitBuy("b" + std::to_string(i));
    request.mutable_orders(i - 1)->set_quantity(i == 1 ? "0.0001" : i == 2 ? "0.0002" : "0.0003");
  }
  v1::BatchPlaceOrdersResponse response;
  const auto place = &v1::OrderService::Stub::BatchPlaceOrders;
  ASSERT_TRUE(Ask(*gateway_.orders, place, request, &response).ok());
  ASSERT_EQ(response.decisions_size(), 1'024);
  EXPECT_EQ(response.decisions(0).accepted().remaining_quantity(), "0.0001");
  EXPECT_EQ(response.decisions(1).rejected().message(), "TRADING_HALTED");
  EXPECT_EQ(response.decisions(2).accepted().remaining_quantity(), "0.0003");
  EXPECT_EQ(response.decisions(1'023).sequence(), response.decisions(0).sequence() + 1'023);

  const size_t batches = engine_.batch_sizes().size();
  request.mutable_orders(4)->set_price("x");
  EXPECT_TRUE(absl::StartsWith(Ask(*gateway_.orders, place, request, &response).error_message(),
                               "BAD_DECIMAL: orders[4]: "));
  *request.add_orders() = LimitBuy("one-too-many");
  EXPECT_EQ(Ask(*gateway_.orders, place, request, &response).error_message(),
            "BATCH_SIZE: need 1 to 1024 orders, have 1025");
  EXPECT_EQ(engine_.batch_sizes().size(), batches);

  v1::BatchCancelOrdersRequest cancel;
  v1::BatchCancelOrdersResponse canceled;
  const auto cancel_all = &v1::OrderService::Stub::BatchCancelOrders;
  EXPECT_EQ(Ask(*gateway_.orders, cancel_all, cancel, &canceled).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  cancel.add_orders()->set_order_id(7);
  cancel.add_orders()->set_client_order_id("b1");
  cancel.mutable_orders(0)->set_account_id(1001);
  cancel.mutable_orders(1)->set_account_id(1001);
  ASSERT_TRUE(Ask(*gateway_.orders, cancel_all, cancel, &canceled).ok());
  EXPECT_EQ(canceled.decisions_size(), 2);
  cancel.mutable_orders(1)->clear_order();
  EXPECT_EQ(Ask(*gateway_.orders, cancel_all, cancel, &canceled).error_message(),
            "INVALID_ORDER: orders[1]: order_id or client_order_id is needed");
}

TEST_F(OrderServiceTest, ABatchThatWasTakenInPartIsToComeAgain) {
  int64_t lots_taken_max = 1;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    engine::v1::OrderOutcome outcome;
    if (command.place().quantity_lots() > lots_taken_max) {
      outcome.set_malformed("INBOX_FULL: retry later");
    }
    return outcome;
  });
  v1::BatchPlaceOrdersRequest request;
  v1::BatchPlaceOrdersResponse response;
  for (const char* quantity : {"0.0001", "0.0002", "0.0003"}) {
    *request.add_orders() = LimitBuy(std::string("b") + quantity[5]);
    request.mutable_orders()->rbegin()->set_quantity(quantity);
  }
  const auto place = &v1::OrderService::Stub::BatchPlaceOrders;
  auto status = Ask(*gateway_.orders, place, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(),
            "OUTCOME_UNKNOWN: 2 of 3 orders were not taken (INBOX_FULL: retry later); send all of "
            "them again");
  lots_taken_max = 0;
  status = Ask(*gateway_.orders, place, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// A batch as bytes, whatever they say.
grpc::Status SendBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& bytes) {
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel);
  grpc::ClientContext context;
  grpc::ByteBuffer response;
  absl::Notification answered;
  grpc::Status status;
  stub.UnaryCall(&context, "/rialto.gateway.v1.OrderService/BatchPlaceOrders", {}, &request,
                 &response, [&](grpc::Status answer) {
                   status = std::move(answer);
                   answered.Notify();
                 });
  answered.WaitForNotification();
  return status;
}

TEST(OrderAdmissionTest, WithoutRoomABatchIsRefusedUnparsedAndCancelsGoThrough) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine, {}, 1);
  const std::string no_batch = "\x0f";
  EXPECT_EQ(SendBytes(gateway.channel, no_batch).error_message(), "BAD_REQUEST: does not parse");

  engine.Hold();
  std::thread taken([&] {
    v1::BatchPlaceOrdersRequest request;
    v1::BatchPlaceOrdersResponse response;
    *request.add_orders() = LimitBuy("b1");
    *request.add_orders() = LimitBuy("b2");
    const auto place = &v1::OrderService::Stub::BatchPlaceOrders;
    EXPECT_TRUE(Ask(*gateway.orders, place, request, &response).ok());
    EXPECT_EQ(response.decisions_size(), 2);
  });
  EXPECT_TRUE(Eventually([&] { return gateway.metrics.orders_in_flight.Value() == 2; }));
  const grpc::Status refused = SendBytes(gateway.channel, no_batch);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.error_message(),
            "TOO_MANY_ORDERS_IN_FLIGHT: have 2 of 1; nothing was sent, retry later");

  std::thread canceled([&] {
    v1::CancelOrderRequest request;
    v1::CancelOrderResponse response;
    request.set_account_id(1001);
    request.set_order_id(7);
    const auto cancel = &v1::OrderService::Stub::CancelOrder;
    EXPECT_TRUE(Ask(*gateway.orders, cancel, request, &response).ok());
  });
  EXPECT_TRUE(Eventually([&] { return gateway.metrics.orders_in_flight.Value() == 3; }));
  engine.Release();
  taken.join();
  canceled.join();
}

// What it does not know yet may exist, and an order that names it may have been decided before this
// gateway started: "no such instrument" would be a lie.
TEST(OrderAdmissionTest, NothingIsTakenBeforeTheMarketsAreKnown) {
  ScriptedEngine engine;
  ServiceContext context(FlagsForTest());
  Metrics metrics(context.registry());
  const std::shared_ptr<grpc::Channel> engine_channel = OpenChannel(engine.address());
  EngineClient engine_client(engine_channel, 10, metrics);
  EngineQueries queries(engine_channel, metrics);
  Markets markets(metrics);
  OrderService service(engine_client, queries, markets);
  std::thread serving([&] { EXPECT_TRUE(context.Serve({&service}, {&engine_client}).ok()); });
  EXPECT_TRUE(Eventually([&] { return context.port() != 0 && engine_client.connected(); }));
  const auto orders =
      v1::OrderService::NewStub(OpenChannel(absl::StrCat("127.0.0.1:", context.port())));

  v1::PlaceOrderRequest request;
  v1::PlaceOrderResponse response;
  *request.mutable_order() = LimitBuy("b1");
  const auto place = &v1::OrderService::Stub::PlaceOrder;
  const grpc::Status before = Ask(*orders, place, request, &response);
  EXPECT_EQ(before.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(absl::StartsWith(before.error_message(), "NOT_CONNECTED")) << before.error_message();
  markets.Load(MarketsImage());  // Of a history that is still to be read.
  EXPECT_EQ(Ask(*orders, place, request, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
  markets.SetFeedLive(true);
  EXPECT_EQ(Ask(*orders, place, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  markets.SetFeedLive(false);
  EXPECT_EQ(Ask(*orders, place, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  context.RequestStop(absl::OkStatus());
  serving.join();
}

TEST_F(OrderServiceTest, AMassCancelGoesOnUntilNothingIsLeft) {
  std::vector<engine::v1::MassCancelCommand> seen;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen.push_back(command.mass_cancel());
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(100 + seen.size());
    outcome.set_canceled_orders(seen.size() < 3 ? 10'000 : 5);
    outcome.set_more(seen.size() < 3);
    return outcome;
  });
  v1::MassCancelOrdersRequest request;
  request.set_account_id(1001);
  request.set_instrument("BTC-USD");
  request.set_side(common::v1::ORDER_SIDE_SELL);
  request.set_tag("grid");
  v1::MassCancelOrdersResponse response;
  const auto cancel = &v1::OrderService::Stub::MassCancelOrders;
  ASSERT_TRUE(Ask(*gateway_.orders, cancel, request, &response).ok());
  EXPECT_EQ(response.canceled_orders(), 20'005u);
  EXPECT_EQ(response.sequence(), 103u);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[2].instrument_id(), 1u);
  EXPECT_EQ(seen[2].side(), common::v1::ORDER_SIDE_SELL);
  EXPECT_EQ(seen[2].tag(), "grid");

  seen.clear();
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen.push_back(command.mass_cancel());
    engine::v1::OrderOutcome outcome;
    outcome.set_canceled_orders(10'000);
    outcome.set_more(true);
    if (seen.size() == 3) outcome.set_malformed("INBOX_FULL: retry later");
    return outcome;
  });
  const grpc::Status half_way = Ask(*gateway_.orders, cancel, request, &response);
  EXPECT_EQ(half_way.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(half_way.error_message(),
            "OUTCOME_UNKNOWN: 20000 orders are canceled, not all (INBOX_FULL: retry later); send "
            "it again");

  engine_.SetDecide([](const engine::v1::OrderCommand&) {
    engine::v1::OrderOutcome outcome;
    outcome.set_reject_reason(common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
    return outcome;
  });
  response.Clear();
  ASSERT_TRUE(Ask(*gateway_.orders, cancel, request, &response).ok());
  EXPECT_EQ(response.rejected().message(), "UNKNOWN_ACCOUNT");
  request.set_account_id(0);
  EXPECT_EQ(Ask(*gateway_.orders, cancel, request, &response).error_message(),
            "BAD_ID: need an account_id");
}

TEST_F(OrderServiceTest, ADeadMansSwitchSaysWhenItFires) {
  int64_t timeout_ns = 0;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    timeout_ns = command.cancel_all_after().timeout_ns();
    engine::v1::OrderOutcome outcome;
    outcome.set_sequence(42);
    if (timeout_ns > 0) outcome.set_due_ns(1'700'000'000'000'000'005);
    return outcome;
  });
  v1::CancelAllAfterRequest request;
  v1::CancelAllAfterResponse response;
  request.set_account_id(1001);
  request.set_timeout_ms(60'000);
  const auto arm = &v1::OrderService::Stub::CancelAllAfter;
  ASSERT_TRUE(Ask(*gateway_.orders, arm, request, &response).ok());
  EXPECT_EQ(timeout_ns, 60'000'000'000);
  EXPECT_EQ(response.fires_at().seconds(), 1'700'000'000);
  EXPECT_EQ(response.fires_at().nanos(), 5);
  request.set_timeout_ms(0);
  response.Clear();
  ASSERT_TRUE(Ask(*gateway_.orders, arm, request, &response).ok());
  EXPECT_FALSE(response.has_fires_at());
  EXPECT_EQ(response.sequence(), 42u);
  request.set_timeout_ms(-1);
  EXPECT_EQ(Ask(*gateway_.orders, arm, request, &response).error_message(),
            "BAD_DURATION: timeout_ms: need milliseconds of 0 or above, have -1");
}

TEST_F(OrderServiceTest, AReplacementGoesInOneCommand) {
  engine::v1::ReplaceOrderCommand seen;
  engine_.SetDecide([&](const engine::v1::OrderCommand& command) {
    seen = command.replace();
    engine::v1::OrderOutcome outcome;
    outcome.set_order_id(43);
    outcome.set_instrument_id(1);
    outcome.set_repeated_request(true);
    return outcome;
  });
  v1::ReplaceOrderRequest request;
  v1::ReplaceOrderResponse response;
  request.set_account_id(1001);
  request.set_client_order_id("old");
  *request.mutable_replacement() = LimitBuy("new");
  ASSERT_TRUE(
      Ask(*gateway_.orders, &v1::OrderService::Stub::ReplaceOrder, request, &response).ok());
  EXPECT_EQ(seen.client_order_id(), "old");
  EXPECT_EQ(seen.replacement().client_order_id(), "new");
  EXPECT_EQ(response.accepted().order_id(), 43u);
  EXPECT_TRUE(response.repeated_request());
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
