#include "engine/core/outcome_memory.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/core/accounts.h"

namespace rialto::engine {
namespace {

const OrderPool kNothingOpen;

PlaceOrder Order(uint64_t number) {
  PlaceOrder order;
  order.account_id = AccountId(1001);
  order.client_order_id = *CallerId::Parse("o" + std::to_string(number));
  order.instrument_id = InstrumentId(1);
  order.price = Price(7);
  order.quantity = Quantity(5);
  return order;
}

Outcome OutcomeOf(uint64_t sequence) {
  Outcome outcome;
  outcome.sequence = Sequence(sequence);
  outcome.order_id = OrderId(sequence);
  outcome.instrument_id = InstrumentId(1);
  outcome.status = OrderStatus::kOpen;
  outcome.executed = Quantity(2);
  outcome.executed_quote = Amount(14);
  outcome.remaining = Quantity(3);
  return outcome;
}

bool Remembers(const OutcomeMemory& memory, uint64_t number) {
  const PlaceOrder order = Order(number);
  return memory.FindOrder(order.account_id, order.client_order_id) != nullptr;
}

TEST(OutcomeMemoryTest, GivesTheFirstOutcomeAgain) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kNothingOpen);
  memory.Remember(Order(1), OutcomeOf(9), Timestamp(100));
  const RememberedOrder* remembered = memory.FindOrder(AccountId(1001), Order(1).client_order_id);
  ASSERT_NE(remembered, nullptr);
  EXPECT_TRUE(remembered->SameContent(Order(1)));
  Outcome expected = OutcomeOf(9);
  expected.repeated = true;
  EXPECT_EQ(remembered->ToOutcome(), expected);
}

TEST(OutcomeMemoryTest, ARefusalHasNoOrder) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kNothingOpen);
  Outcome refused;
  refused.sequence = Sequence(9);
  refused.reason = RejectReason::kInsufficientFunds;
  refused.need = 5;
  refused.have = 4;
  refused.instrument_id = InstrumentId(1);
  memory.Remember(Order(1), refused, Timestamp(100));
  refused.repeated = true;
  EXPECT_EQ(memory.FindOrder(AccountId(1001), Order(1).client_order_id)->ToOutcome(), refused);
}

TEST(OutcomeMemoryTest, EveryFieldIsContent) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kNothingOpen);
  memory.Remember(Order(1), OutcomeOf(9), Timestamp(100));
  const RememberedOrder& remembered = *memory.FindOrder(AccountId(1001), Order(1).client_order_id);
  const auto differs = [&](auto change) {
    PlaceOrder order = Order(1);
    change(order);
    return !remembered.SameContent(order);
  };
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.instrument_id = InstrumentId(2); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.side = Side::kSell; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.type = OrderType::kMarket; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.time_in_force = TimeInForce::kFillOrKill; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.post_only = PostOnly::kYes; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.price = Price(8); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.quantity = Quantity(6); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.quote_amount = Amount(1); }));
}

TEST(OutcomeMemoryTest, KeysAreOfOneAccount) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kNothingOpen);
  memory.Remember(Order(1), OutcomeOf(9), Timestamp(100));
  EXPECT_EQ(memory.FindOrder(AccountId(1002), Order(1).client_order_id), nullptr);
}

TEST(OutcomeMemoryTest, ForgetsOnlyWhatIsBeyondBothBounds) {
  OutcomeMemory memory({.orders_min = 3, .age_ns_min = 1'000}, kNothingOpen);
  for (uint64_t i = 1; i <= 5; ++i) memory.Remember(Order(i), OutcomeOf(i), Timestamp(100));
  EXPECT_EQ(memory.order_count(), 5u) << "more than the number, but all young";
  memory.Remember(Order(6), OutcomeOf(6), Timestamp(1'099));
  EXPECT_TRUE(Remembers(memory, 1));
  // Old enough now, but the youngest three stay.
  for (uint64_t i = 7; i <= 12; ++i) memory.Remember(Order(i), OutcomeOf(i), Timestamp(5'000));
  EXPECT_FALSE(Remembers(memory, 1));
  EXPECT_FALSE(Remembers(memory, 6));
  for (uint64_t i = 7; i <= 12; ++i) EXPECT_TRUE(Remembers(memory, i)) << i;
}

TEST(OutcomeMemoryTest, AQuietVenueRemembersTheLastOrdersForEver) {
  OutcomeMemory memory({.orders_min = 3, .age_ns_min = 1'000}, kNothingOpen);
  for (uint64_t i = 1; i <= 3; ++i) memory.Remember(Order(i), OutcomeOf(i), Timestamp(100));
  memory.Remember(Order(4), OutcomeOf(4), Timestamp(1'000'000'000'000));
  for (uint64_t i = 2; i <= 4; ++i) EXPECT_TRUE(Remembers(memory, i)) << i;
}

TEST(OutcomeMemoryTest, ForgetsInOrderThroughManyTurnsOfTheRing) {
  OutcomeMemory memory({.orders_min = 2'500, .age_ns_min = 0}, kNothingOpen);
  for (uint64_t i = 1; i <= 20'000; ++i) {
    memory.Remember(Order(i), OutcomeOf(i), Timestamp(static_cast<int64_t>(i)));
    ASSERT_LE(memory.order_count(), 2'501u);
    if (i > 2'500) {
      ASSERT_TRUE(Remembers(memory, i - 2'499)) << i;
      ASSERT_FALSE(Remembers(memory, i - 2'501)) << i;
    }
  }
}

TEST(OutcomeMemoryTest, AnOpenOrderIsNeverForgotten) {
  OrderPool open;
  Account owner;
  const OrderIndex index = open.Add(engine::Order{.id = OrderId(1)}, owner);
  OutcomeMemory memory({.orders_min = 2, .age_ns_min = 0}, open);
  for (uint64_t i = 1; i <= 20; ++i) {
    memory.Remember(Order(i), OutcomeOf(i), Timestamp(static_cast<int64_t>(i)));
    EXPECT_TRUE(Remembers(memory, 1)) << i;
  }
  EXPECT_FALSE(Remembers(memory, 2));
  EXPECT_TRUE(Remembers(memory, 20));
  open.Remove(index, owner);
  for (uint64_t i = 21; i <= 30; ++i) {
    memory.Remember(Order(i), OutcomeOf(i), Timestamp(static_cast<int64_t>(i)));
  }
  EXPECT_FALSE(Remembers(memory, 1));
}

TEST(OutcomeMemoryTest, TransfersAreRememberedForEver) {
  OutcomeMemory memory({.orders_min = 0, .age_ns_min = 0}, kNothingOpen);
  const TransactionId id = *CallerId::Parse("T1");
  EXPECT_EQ(memory.FindTransfer(id), nullptr);
  RememberedTransfer transfer;
  transfer.is_deposit = true;
  transfer.amount = Amount(5);
  memory.Remember(id, transfer);
  for (uint64_t i = 1; i <= 100; ++i) {
    memory.Remember(Order(i), OutcomeOf(i), Timestamp(static_cast<int64_t>(i)));
  }
  ASSERT_NE(memory.FindTransfer(id), nullptr);
  EXPECT_EQ(memory.FindTransfer(id)->amount, Amount(5));
}

}  // namespace
}  // namespace rialto::engine
