#include "gateway/order_requests.h"

#include "gtest/gtest.h"

namespace rialto::gateway {
namespace {

// What a request that names its order by an id of 0 is refused with.
template <typename Request>
absl::Status RefusalOfZero(Request request) {
  request.set_account_id(1001);
  request.set_order_id(0);
  return ToCommand(Catalog(), request).status();
}

TEST(OrderRequestsTest, NobodyNamesAnOrderByZero) {
  const absl::Status bad_id = absl::InvalidArgumentError("BAD_ID: order_id must be above 0");
  EXPECT_EQ(RefusalOfZero(v1::CancelOrderRequest()), bad_id);
  EXPECT_EQ(RefusalOfZero(v1::AmendOrderRequest()), bad_id);
  EXPECT_EQ(RefusalOfZero(v1::ReplaceOrderRequest()), bad_id);
  v1::GetOrderRequest question;
  question.set_order_id(0);
  EXPECT_EQ(ToQuestion(question).status(), bad_id);
}

// What the engine would call malformed refuses the batch here, whole: sent, it would come back as
// OUTCOME_UNKNOWN on every retry, with the other orders canceled.
TEST(OrderRequestsTest, ABatchOfCancelsHasNoEntryThatTheEngineCallsMalformed) {
  v1::BatchCancelOrdersRequest batch;
  batch.add_orders()->set_order_id(7);
  batch.add_orders()->set_order_id(8);
  ASSERT_TRUE(ToCommands(Catalog(), batch).ok());
  const auto refusal = [&] { return std::string(ToCommands(Catalog(), batch).status().message()); };

  batch.mutable_orders(1)->set_order_id(0);
  EXPECT_EQ(refusal(), "BAD_ID: orders[1]: order_id must be above 0");
  batch.mutable_orders(1)->set_client_order_id("");
  EXPECT_EQ(refusal(), "BAD_ID: orders[1]: need 1 to 36 characters of [A-Za-z0-9_-], have 0");
  batch.mutable_orders(1)->clear_order();
  EXPECT_EQ(refusal(), "INVALID_ORDER: orders[1]: order_id or client_order_id is needed");
  batch.mutable_orders(1)->set_order_id(8);
  batch.set_only_if(common::v1::CancelOnlyIf(9));
  EXPECT_EQ(refusal(), "INVALID_ORDER: only_if must be UNTRADED or PARTIALLY_TRADED");
}

}  // namespace
}  // namespace rialto::gateway
