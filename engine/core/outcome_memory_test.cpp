#include "engine/core/outcome_memory.h"

#include <gtest/gtest.h>

#include <string>

namespace rialto::engine {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint64_t kHashSeed = 7;
constexpr uint64_t kPlainFingerprint = 16911528661178407747u;
constexpr uint64_t kStopFingerprint = 13712673152379525246u;

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

uint32_t Find(const OutcomeMemory& memory, uint64_t number) {
  const PlaceOrder order = Order(number);
  return memory.Find(memory.KeyOf(order.account_id, order.client_order_id));
}

bool Remembers(const OutcomeMemory& memory, uint64_t number) { return Find(memory, number) != 0; }

uint32_t Remember(OutcomeMemory& memory, uint64_t number, const Outcome& outcome, int64_t second) {
  const PlaceOrder order = Order(number);
  const uint32_t position = memory.Remember(memory.KeyOf(order.account_id, order.client_order_id),
                                            Fingerprint(order), Timestamp(second * kSecond));
  memory.SetOutcome(position, outcome);
  return position;
}

TEST(OutcomeMemoryTest, GivesTheFirstOutcomeAgain) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kHashSeed);
  Remember(memory, 1, OutcomeOf(9), 100);
  ASSERT_TRUE(Remembers(memory, 1));
  const RememberedOrder& remembered = memory[Find(memory, 1)];
  EXPECT_EQ(remembered.fingerprint, Fingerprint(Order(1)));
  Outcome expected = OutcomeOf(9);
  expected.repeated = true;
  EXPECT_EQ(remembered.ToOutcome(), expected);
}

TEST(OutcomeMemoryTest, ARefusalHasNoOrder) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kHashSeed);
  Outcome refused;
  refused.sequence = Sequence(9);
  refused.reason = RejectReason::kInsufficientFunds;
  refused.need = 5;
  refused.have = 4;
  refused.instrument_id = InstrumentId(1);
  Remember(memory, 1, refused, 100);
  refused.repeated = true;
  EXPECT_EQ(memory[Find(memory, 1)].ToOutcome(), refused);
}

// Journals are replayed by later releases: what was the same content stays the same content.
TEST(FingerprintTest, IsTheSameForEver) {
  EXPECT_EQ(Fingerprint(Order(1)), kPlainFingerprint);
  PlaceOrder stop = Order(1);
  stop.type = OrderType::kStop;
  stop.terms.trigger_source = TriggerSource::kMark;
  stop.terms.trigger_price = Price(6);
  stop.terms.tag = *CallerId::Parse("tag");
  EXPECT_EQ(Fingerprint(stop), kStopFingerprint);
}

TEST(FingerprintTest, EveryFieldIsContentButTheKeyAndWhatARetryMayChange) {
  const auto differs = [&](auto change) {
    PlaceOrder order = Order(1);
    change(order);
    return Fingerprint(order) != Fingerprint(Order(1));
  };
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.instrument_id = InstrumentId(2); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.side = Side::kSell; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.type = OrderType::kMarket; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.time_in_force = TimeInForce::kFillOrKill; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.post_only = PostOnly::kYes; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.self_trade = SelfTrade::kExpireBoth; }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.price = Price(8); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.quantity = Quantity(6); }));
  EXPECT_TRUE(differs([](PlaceOrder& order) { order.quote_amount = Amount(1); }));
  using Terms = OrderTerms;
  const auto terms_differ = [&](auto change) {
    return differs([&](PlaceOrder& order) { change(order.terms); });
  };
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.display_quantity = Quantity(1); }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.trigger_source = TriggerSource::kLast; }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.trigger_price = Price(1); }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.trail_ppm = 1; }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.trail_ticks = 1; }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.peg = PegReference::kMid; }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.peg_offset_ticks = 1; }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.expire_time = Timestamp(1); }));
  EXPECT_TRUE(terms_differ([](Terms& terms) { terms.tag = *CallerId::Parse("t"); }));
  EXPECT_FALSE(terms_differ([](Terms& terms) { terms.session = 1; }));
  EXPECT_FALSE(terms_differ([](Terms& terms) { terms.not_after = Timestamp(1); }));
}

TEST(FingerprintTest, AnOrderAReplacementAndAListAreNeverTheSame) {
  ReplaceOrder replace;
  replace.replacement = Order(1);
  PlaceOrderList list;
  list.orders = {Order(1)};
  EXPECT_NE(Fingerprint(replace), Fingerprint(Order(1)));
  EXPECT_NE(Fingerprint(list), Fingerprint(Order(1)));
  EXPECT_NE(Fingerprint(list), Fingerprint(replace));
}

TEST(OutcomeMemoryTest, KeysAreOfOneAccount) {
  OutcomeMemory memory({.orders_min = 10, .age_ns_min = 0}, kHashSeed);
  Remember(memory, 1, OutcomeOf(9), 100);
  EXPECT_EQ(memory.Find(memory.KeyOf(AccountId(1002), Order(1).client_order_id)), 0u);
}

TEST(OutcomeMemoryTest, ForgetsOnlyWhatIsBeyondBothBounds) {
  OutcomeMemory memory({.orders_min = 3, .age_ns_min = 1'000 * kSecond}, kHashSeed);
  for (uint64_t i = 1; i <= 5; ++i) Remember(memory, i, OutcomeOf(i), 100);
  EXPECT_EQ(memory.order_count(), 5u) << "more than the number, but all young";
  Remember(memory, 6, OutcomeOf(6), 1'099);
  EXPECT_TRUE(Remembers(memory, 1));
  // Old enough now, but the youngest three stay.
  for (uint64_t i = 7; i <= 12; ++i) Remember(memory, i, OutcomeOf(i), 5'000);
  EXPECT_FALSE(Remembers(memory, 1));
  EXPECT_FALSE(Remembers(memory, 6));
  for (uint64_t i = 7; i <= 12; ++i) EXPECT_TRUE(Remembers(memory, i)) << i;
}

TEST(OutcomeMemoryTest, AQuietVenueRemembersTheLastOrdersForEver) {
  OutcomeMemory memory({.orders_min = 3, .age_ns_min = 1'000 * kSecond}, kHashSeed);
  for (uint64_t i = 1; i <= 3; ++i) Remember(memory, i, OutcomeOf(i), 100);
  Remember(memory, 4, OutcomeOf(4), 1'000'000);
  for (uint64_t i = 2; i <= 4; ++i) EXPECT_TRUE(Remembers(memory, i)) << i;
}

TEST(OutcomeMemoryTest, ForgetsInOrderThroughManyTurnsOfTheRing) {
  OutcomeMemory memory({.orders_min = 2'500, .age_ns_min = 0}, kHashSeed);
  for (uint64_t i = 1; i <= 20'000; ++i) {
    Remember(memory, i, OutcomeOf(i), static_cast<int64_t>(i));
    ASSERT_LE(memory.order_count(), 2'501u);
    if (i > 2'500) {
      ASSERT_TRUE(Remembers(memory, i - 2'499)) << i;
      ASSERT_FALSE(Remembers(memory, i - 2'501)) << i;
    }
  }
}

TEST(OutcomeMemoryTest, AnOpenOrderIsNeverForgotten) {
  OutcomeMemory memory({.orders_min = 2, .age_ns_min = 0}, kHashSeed);
  const uint32_t open = Remember(memory, 1, OutcomeOf(1), 1);
  memory.SetOpen(open);
  for (uint64_t i = 2; i <= 20; ++i) {
    Remember(memory, i, OutcomeOf(i), static_cast<int64_t>(i));
    EXPECT_TRUE(Remembers(memory, 1)) << i;
  }
  EXPECT_FALSE(Remembers(memory, 2));
  EXPECT_TRUE(Remembers(memory, 20));
  memory.SetOver(open);
  for (uint64_t i = 21; i <= 30; ++i) {
    Remember(memory, i, OutcomeOf(i), static_cast<int64_t>(i));
  }
  EXPECT_FALSE(Remembers(memory, 1));
}

TEST(OutcomeMemoryTest, TransfersAreRememberedForEver) {
  OutcomeMemory memory({.orders_min = 0, .age_ns_min = 0}, kHashSeed);
  const TransactionId id = *CallerId::Parse("T1");
  EXPECT_EQ(memory.FindTransfer(id), nullptr);
  RememberedTransfer transfer;
  transfer.kind = {TransferKind::kDeposit};
  transfer.amount = Amount(5);
  memory.Remember(id, transfer);
  for (uint64_t i = 1; i <= 100; ++i) {
    Remember(memory, i, OutcomeOf(i), static_cast<int64_t>(i));
  }
  ASSERT_NE(memory.FindTransfer(id), nullptr);
  EXPECT_EQ(memory.FindTransfer(id)->amount, Amount(5));
}

}  // namespace
}  // namespace rialto::engine
