// OrderService over real gRPC: every kind of order and every way to place, change and end it.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// alice (1001) buys, bob (1002) sells; each has 1,000.00 USD and 10 BTC.
std::string Form(const std::string& id, const std::string& fields) {
  return absl::StrCat("client_order_id: \"", id, "\" instrument: \"BTC-USD\" ", fields, " ");
}
std::string Buy(const std::string& id, const std::string& price, const std::string& quantity,
                const std::string& more = "") {
  return Form(id,
              absl::StrCat("account_id: 1001 side: ORDER_SIDE_BUY type: ORDER_TYPE_LIMIT price: \"",
                           price, "\" quantity: \"", quantity, "\" ", more));
}
std::string Sell(const std::string& id, const std::string& price, const std::string& quantity,
                 const std::string& more = "") {
  return Form(
      id, absl::StrCat("account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_LIMIT price: \"",
                       price, "\" quantity: \"", quantity, "\" ", more));
}

class OrderServicesTest : public ServicesTest {
 protected:
  v1::PlaceOrderResponse PlaceForm(const std::string& form) {
    return Orders(&OrderRpcs::PlaceOrder, "order { " + form + " }");
  }
  // Empty when it is not open.
  common::v1::OrderView Open(uint64_t account_id, const std::string& id) {
    return Orders(&OrderRpcs::GetOrder,
                  absl::StrCat("account_id: ", account_id, " client_order_id: \"", id, "\""))
        .order();
  }
};

TEST_F(OrderServicesTest, ValidateOnlyRunsEveryCheckAndChangesNothing) {
  const uint64_t before = LastSequence();
  const auto good = Orders(&OrderRpcs::PlaceOrder,
                           "validate_only: true order { " + Sell("s-1", "100", "1") + " }");
  EXPECT_TRUE(good.has_accepted());
  EXPECT_TRUE(good.validated_only());
  EXPECT_EQ(good.accepted().order_id(), 0u);
  EXPECT_EQ(good.sequence(), before);

  const auto poor = Orders(&OrderRpcs::PlaceOrder,
                           "validate_only: true order { " + Sell("s-1", "100", "11") + " }");
  EXPECT_TRUE(poor.validated_only());
  EXPECT_EQ(poor.rejected().reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(poor.rejected().need(), "11.00000000");
  EXPECT_EQ(poor.rejected().have(), "10.00000000");

  Orders(&OrderRpcs::PlaceOrder,
         "validate_only: true order { " + Sell("s-1", "100.001", "1") + " }");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_PRECISION"));

  EXPECT_EQ(LastSequence(), before);  // Not even journaled.
  Open(1002, "s-1");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  // The id is still free; once it is taken, a validation hears the decision like any repeat.
  const auto placed = PlaceForm(Sell("s-1", "100", "1"));
  EXPECT_FALSE(placed.repeated_request());
  EXPECT_FALSE(placed.validated_only());
  const auto repeated = Orders(&OrderRpcs::PlaceOrder,
                               "validate_only: true order { " + Sell("s-1", "100", "1") + " }");
  EXPECT_TRUE(repeated.repeated_request());
  EXPECT_EQ(repeated.accepted().order_id(), placed.accepted().order_id());
}

TEST_F(OrderServicesTest, WhatIsAskedOfAnOrderIsShown) {
  PlaceForm(Sell("ice", "120", "5", R"(display_quantity: "2" tag: "t-1"
                                       self_trade_mode: SELF_TRADE_MODE_EXPIRE_MAKER)"));
  const auto iceberg = Open(1002, "ice");
  EXPECT_EQ(iceberg.type(), common::v1::ORDER_TYPE_LIMIT);
  EXPECT_EQ(iceberg.time_in_force(), common::v1::TIME_IN_FORCE_GTC);
  EXPECT_EQ(iceberg.status(), common::v1::ORDER_STATUS_OPEN);
  EXPECT_EQ(iceberg.book_price(), "120.00");
  EXPECT_EQ(iceberg.displayed_quantity(), "2.000");
  EXPECT_EQ(iceberg.display_quantity(), "2.000");
  EXPECT_EQ(iceberg.remaining_quantity(), "5.000");
  EXPECT_EQ(iceberg.held_amount(), "5.00000000");
  EXPECT_EQ(iceberg.tag(), "t-1");
  EXPECT_EQ(iceberg.self_trade_mode(), common::v1::SELF_TRADE_MODE_EXPIRE_MAKER);
  const auto depth = Market(&MarketRpcs::GetDepth, R"(instrument: "BTC-USD")");
  EXPECT_EQ(depth.asks(0).quantity(), "2.000");  // Nobody sees the rest.

  PlaceForm(Form("stop", R"(account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_STOP_LIMIT
                            time_in_force: TIME_IN_FORCE_GTD expire_time { seconds: 4000000000 }
                            price: "90" quantity: "1" trigger_price: "95")"));
  const auto stop = Open(1002, "stop");
  EXPECT_EQ(stop.status(), common::v1::ORDER_STATUS_PENDING);
  EXPECT_EQ(stop.trigger_source(), common::v1::TRIGGER_SOURCE_LAST);  // The default, said.
  EXPECT_EQ(stop.trigger_price(), "95.00");
  EXPECT_EQ(stop.price(), "90.00");
  EXPECT_EQ(stop.book_price(), "");
  EXPECT_EQ(stop.expire_time().seconds(), 4000000000);

  PlaceForm(Form("trail", R"(account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_TRAILING_STOP
                             quantity: "1" trail_bips: "12.5" trigger_source: TRIGGER_SOURCE_MID)"));
  const auto trail = Open(1002, "trail");
  EXPECT_EQ(trail.trail_bips(), "12.5");
  EXPECT_EQ(trail.trail_distance(), "");
  EXPECT_EQ(trail.trigger_source(), common::v1::TRIGGER_SOURCE_MID);

  PlaceForm(Form("peg", R"(account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_PEGGED
                           price: "50" quantity: "1" peg_reference: PEG_REFERENCE_BEST_ASK
                           peg_offset: "0.5")"));
  const auto peg = Open(1002, "peg");
  EXPECT_EQ(peg.peg_reference(), common::v1::PEG_REFERENCE_BEST_ASK);
  EXPECT_EQ(peg.peg_offset(), "0.50");
  EXPECT_EQ(peg.book_price(), "120.50");
}

TEST_F(OrderServicesTest, AnAmendMovesTheOrder) {
  PlaceForm(Sell("s-1", "120", "2"));
  const auto amended = Orders(&OrderRpcs::AmendOrder,
                              R"(account_id: 1002 client_order_id: "s-1" instrument: "BTC-USD"
                                 quantity: "3" price: "110")");
  EXPECT_EQ(amended.amended().remaining_quantity(), "3.000");
  EXPECT_EQ(Open(1002, "s-1").book_price(), "110.00");
  const auto refused = Orders(&OrderRpcs::AmendOrder,
                              R"(account_id: 1002 client_order_id: "s-1" instrument: "BTC-USD"
                                 quantity: "30")");
  EXPECT_EQ(refused.rejected().reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  for (const char* nothing : {"", R"(quantity: "0")", R"(price: "0")"}) {
    Orders(
        &OrderRpcs::AmendOrder,
        absl::StrCat(R"(account_id: 1002 client_order_id: "s-1" instrument: "BTC-USD" )", nothing));
    EXPECT_THAT(status_.error_message(), StartsWith("INVALID_ORDER")) << nothing;
  }
}

TEST_F(OrderServicesTest, ACancelIsOnlyForTheOrderItMeans) {
  PlaceForm(Sell("s-1", "120", "2"));
  const auto refused = Orders(&OrderRpcs::CancelOrder,
                              R"(account_id: 1002 client_order_id: "s-1"
                                 only_if: CANCEL_ONLY_IF_PARTIALLY_TRADED)");
  EXPECT_EQ(refused.rejected().reason(), common::v1::REJECT_REASON_ORDER_STATE);
  const auto canceled = Orders(&OrderRpcs::CancelOrder, R"(account_id: 1002 client_order_id: "s-1"
                                                           only_if: CANCEL_ONLY_IF_UNTRADED)");
  EXPECT_EQ(canceled.canceled().status(), common::v1::ORDER_STATUS_CANCELED);
}

TEST_F(OrderServicesTest, AReplaceIsBothOrNeither) {
  PlaceForm(Sell("s-1", "120", "6"));
  const auto refused =
      Orders(&OrderRpcs::ReplaceOrder, R"(account_id: 1002 client_order_id: "s-1" replacement { )" +
                                           Sell("s-2", "110", "11") + "}");
  EXPECT_EQ(refused.rejected().reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(Open(1002, "s-1").status(), common::v1::ORDER_STATUS_OPEN);

  // 8 BTC are there only because the 6 of the old order become free.
  const std::string replace =
      R"(account_id: 1002 client_order_id: "s-1" replacement { )" + Sell("s-3", "110", "8") + "}";
  const auto replaced = Orders(&OrderRpcs::ReplaceOrder, replace);
  EXPECT_EQ(replaced.accepted().status(), common::v1::ORDER_STATUS_OPEN);
  EXPECT_TRUE(Orders(&OrderRpcs::ReplaceOrder, replace).repeated_request());
  Open(1002, "s-1");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Open(1002, "s-3").book_price(), "110.00");

  Orders(&OrderRpcs::ReplaceOrder, "account_id: 1002 replacement { " + Sell("s-4", "1", "1") + "}");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_ID"));
  Orders(&OrderRpcs::ReplaceOrder,
         R"(account_id: 1002 order_id: 1 replacement { account_id: 1002 })");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(OrderServicesTest, OneOfAListCancelsTheOther) {
  const std::string stop =
      Form("stop", R"(account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_STOP
                      quantity: "2" trigger_price: "90")");
  const std::string list =
      "kind: LIST_KIND_OCO orders { " + Sell("limit", "120", "2") + "} orders { " + stop + "}";
  const auto placed = Orders(&OrderRpcs::PlaceOrderList, list);
  ASSERT_TRUE(placed.has_accepted()) << placed.DebugString() << status_.error_message();
  ASSERT_EQ(placed.order_ids_size(), 2);
  EXPECT_EQ(placed.order_ids(0), placed.accepted().order_id());
  EXPECT_EQ(Open(1002, "stop").order_id(), placed.order_ids(1));
  EXPECT_EQ(Open(1002, "stop").list_id(), placed.order_ids(0));
  EXPECT_TRUE(Orders(&OrderRpcs::PlaceOrderList, list).repeated_request());

  PlaceForm(Buy("b-1", "120", "0.5"));
  const auto [sequence, event] = WaitForCancel(placed.order_ids(1));
  EXPECT_EQ(event.order_canceled().reason(), common::v1::CANCEL_REASON_LIST_SIBLING);

  // An order by amount is no part of a list; a lone order is none.
  const auto refused = Orders(&OrderRpcs::PlaceOrderList,
                              "kind: LIST_KIND_OTO orders { " +
                                  Sell("l-1", "120", "1", "time_in_force: TIME_IN_FORCE_IOC") +
                                  "} orders { " + Sell("l-2", "120", "1") + "}");
  EXPECT_EQ(refused.rejected().reason(), common::v1::REJECT_REASON_INVALID_ORDER);
  EXPECT_EQ(refused.order_ids_size(), 0);
  Orders(&OrderRpcs::PlaceOrderList,
         "kind: LIST_KIND_OCO orders { " + Sell("l-3", "120", "1") + "}");
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_ORDER: a list"));
  Orders(&OrderRpcs::PlaceOrderList, "kind: LIST_KIND_OCO orders { " + Sell("l-3", "120", "1") +
                                         "} orders { " + Sell("l-4", "x", "1") + "}");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_DECIMAL: orders[1]: "));
}

TEST_F(OrderServicesTest, ABatchIsOneDecisionPerOrder) {
  const auto placed =
      Orders(&OrderRpcs::BatchPlaceOrders, "orders { " + Sell("s-1", "120", "1") + "} orders { " +
                                               Sell("s-2", "120", "11") + "} orders { " +
                                               Sell("s-3", "121", "1") + "}");
  ASSERT_EQ(placed.decisions_size(), 3);
  EXPECT_TRUE(placed.decisions(0).has_accepted());
  EXPECT_EQ(placed.decisions(1).rejected().reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_TRUE(placed.decisions(2).has_accepted());
  EXPECT_EQ(placed.decisions(2).sequence(), placed.decisions(0).sequence() + 2);

  const auto canceled = Orders(&OrderRpcs::BatchCancelOrders,
                               R"(orders { account_id: 1002 client_order_id: "s-1" }
                                  orders { account_id: 1002 client_order_id: "s-2" }
                                  orders { account_id: 1002 client_order_id: "s-3" }
                                  only_if: CANCEL_ONLY_IF_UNTRADED)");
  ASSERT_EQ(canceled.decisions_size(), 3);
  EXPECT_EQ(canceled.decisions(0).accepted().status(), common::v1::ORDER_STATUS_CANCELED);
  EXPECT_EQ(canceled.decisions(1).rejected().reason(), common::v1::REJECT_REASON_UNKNOWN_ORDER);
  EXPECT_TRUE(canceled.decisions(2).has_accepted());
}

TEST_F(OrderServicesTest, AMalformedEntryRefusesTheWholeBatch) {
  const uint64_t before = LastSequence();
  Orders(&OrderRpcs::BatchPlaceOrders,
         "orders { " + Sell("s-1", "120", "1") + "} orders { " + Sell("s-2", "120.001", "1") + "}");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_PRECISION: orders[1]: "));
  Orders(&OrderRpcs::BatchCancelOrders, "orders { account_id: 1002 }");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_ID: orders[0]: "));
  Orders(&OrderRpcs::BatchPlaceOrders, "");
  EXPECT_THAT(status_.error_message(), StartsWith("BATCH_SIZE"));
  std::string many;
  for (int i = 0; i < 1'025; ++i) absl::StrAppend(&many, "orders { ", Sell("s-1", "1", "1"), "} ");
  Orders(&OrderRpcs::BatchPlaceOrders, many);
  EXPECT_THAT(status_.error_message(), StartsWith("BATCH_SIZE"));
  EXPECT_EQ(LastSequence(), before);
}

TEST_F(OrderServicesTest, AMassCancelEndsWhatFits) {
  PlaceForm(Sell("s-1", "120", "1", R"(tag: "a")"));
  PlaceForm(Sell("s-2", "121", "1", R"(tag: "b")"));
  PlaceForm(Sell("s-3", "122", "1", R"(tag: "a")"));
  PlaceForm(Buy("b-1", "1", "1", R"(tag: "a")"));
  EXPECT_EQ(Orders(&OrderRpcs::MassCancelOrders, R"(account_id: 1002 tag: "a")").canceled_orders(),
            2u);
  EXPECT_EQ(Orders(&OrderRpcs::MassCancelOrders,
                   R"(account_id: 1002 instrument: "BTC-USD" side: ORDER_SIDE_BUY)")
                .canceled_orders(),
            0u);
  EXPECT_EQ(Open(1002, "s-2").status(), common::v1::ORDER_STATUS_OPEN);
  EXPECT_EQ(Open(1001, "b-1").status(), common::v1::ORDER_STATUS_OPEN);
  EXPECT_EQ(Orders(&OrderRpcs::MassCancelOrders, "account_id: 1002").canceled_orders(), 1u);

  EXPECT_EQ(Orders(&OrderRpcs::MassCancelOrders, "account_id: 7").rejected().reason(),
            common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  Orders(&OrderRpcs::MassCancelOrders, "");  // Not everyone's.
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_ID"));
  Orders(&OrderRpcs::MassCancelOrders, R"(account_id: 1002 instrument: "X")");
  EXPECT_THAT(status_.error_message(), StartsWith("UNKNOWN_INSTRUMENT"));
  Orders(&OrderRpcs::MassCancelOrders, R"(account_id: 1002 tag: "a b")");
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_ID"));
}

// More than one command cancels: the call goes on until nothing is left.
TEST_F(OrderServicesTest, AMassCancelGoesOnToTheEnd) {
  constexpr int kOrders = 10'001;
  absl::InlinedVector<Command, 1> commands;
  for (int i = 0; i < kOrders; ++i) {
    commands.push_back(LimitOrder(absl::StrCat("b-", i), Side::kBuy, 1, 1));
    if (commands.size() < 1'000 && i + 1 < kOrders) continue;
    ASSERT_TRUE(
        engine_.sequencer.Submit(std::move(commands), [](absl::Span<const Outcome>) {}).ok());
    commands.clear();
  }
  const uint64_t before = LastSequence();
  const auto canceled = Orders(&OrderRpcs::MassCancelOrders, "account_id: 1001");
  EXPECT_EQ(canceled.canceled_orders(), 10'001u);
  EXPECT_EQ(canceled.sequence(), before + 2);
}

TEST_F(OrderServicesTest, OpenOrdersOfAListComeInOrder) {
  PlaceForm(Buy("b-0", "1", "1"));
  const std::string children =
      "orders { " + Sell("c-1", "120", "1") + "} orders { " +
      Form("c-2", R"(account_id: 1002 side: ORDER_SIDE_SELL type: ORDER_TYPE_STOP quantity: "1"
                     trigger_price: "90")") +
      "}";
  ASSERT_TRUE(Orders(&OrderRpcs::PlaceOrderList, "kind: LIST_KIND_OCO " + children).has_accepted());
  PlaceForm(Sell("s-1", "130", "1"));
  std::vector<std::string> ids;
  std::string token;
  do {
    const auto page =
        Orders(&OrderRpcs::ListOpenOrders,
               absl::StrCat("account_id: 1002 page_size: 1 page_token: \"", token, "\""));
    ASSERT_TRUE(status_.ok()) << status_.error_message();
    for (const auto& order : page.orders()) ids.push_back(order.client_order_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(ids, ElementsAre("c-1", "c-2", "s-1"));
}

}  // namespace
}  // namespace rialto::engine
