#include "custody/rules.h"

#include "common/base/reserved_ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::StartsWith;

TEST(RulesTest, AnAmountIsDigitsWithAtMostOneDot) {
  for (const char* good : {"0", "1", "10000", "0.5", "007.250", "1.000000000001"}) {
    EXPECT_TRUE(IsAmount(good)) << good;
  }
  for (const char* bad : {"", ".", "1.", ".5", "-1", "1e5", "1.2.3", " 1", "1,5", "+1"}) {
    EXPECT_FALSE(IsAmount(bad)) << bad;
  }
  EXPECT_FALSE(IsAmount(std::string(65, '1')));
}

TEST(RulesTest, AmountsAreComparedByValue) {
  EXPECT_FALSE(IsAbove("10000", "10000.00"));
  EXPECT_FALSE(IsAbove("00010000.000", "10000"));
  EXPECT_TRUE(IsAbove("10000.000000000001", "10000"));
  EXPECT_TRUE(IsAbove("9999999999999999999999", "9223372036854775807"));
  EXPECT_FALSE(IsAbove("9", "10"));
  EXPECT_TRUE(IsAbove("0.2", "0.19"));
  EXPECT_FALSE(IsAbove("0.19", "0.2"));
  EXPECT_FALSE(IsAbove("0", "0.00"));
}

TEST(RulesTest, AboveItsLimitAnAssetTakesTwoOperatorsAndAnUnknownOneAlways) {
  OperatorLimits limits;
  ASSERT_TRUE(AddOperatorLimit("USD=10000", limits).ok());
  ASSERT_TRUE(AddOperatorLimit("BTC=0.5", limits).ok());
  EXPECT_EQ(OperatorsNeeded(limits, "USD", "10000.00"), 1);
  EXPECT_EQ(OperatorsNeeded(limits, "USD", "10000.01"), 2);
  EXPECT_EQ(OperatorsNeeded(limits, "BTC", "0.5"), 1);
  EXPECT_EQ(OperatorsNeeded(limits, "BTC", "0.50000001"), 2);
  EXPECT_EQ(OperatorsNeeded(limits, "ETH", "0.00000001"), 2);
  for (const char* bad : {"USD", "=5", "USD=", "USD=many", "USD=-1"}) {
    EXPECT_FALSE(AddOperatorLimit(bad, limits).ok()) << bad;
  }
}

TEST(RulesTest, MoneyLeavesOnlyWhenTheLedgerHasTheHoldAndNoDriftIsOpen) {
  EXPECT_EQ(ExitBlockedBy({Sequence(7), 0}, Sequence(7)), "");
  EXPECT_THAT(ExitBlockedBy({Sequence(6), 0}, Sequence(7)),
              StartsWith("LEDGER_BEHIND: the ledger is at 6, the hold at 7"));
  EXPECT_THAT(ExitBlockedBy({Sequence(9), 1}, Sequence(7)), StartsWith("DRIFT_OPEN"));
}

TEST(RulesTest, TransactionIdsAreTheSameAtEveryTryAndFitTheEngine) {
  const std::string longest(32, 'w');
  for (const Purpose purpose : {Purpose::kHold, Purpose::kSettle, Purpose::kRelease}) {
    EXPECT_EQ(TransactionIdOf(purpose, longest), TransactionIdOf(purpose, longest));
    EXPECT_TRUE(TransactionId::Parse(TransactionIdOf(purpose, longest)).ok());
    EXPECT_NE(ReservedPrefixOf(TransactionIdOf(purpose, longest)), "");
  }
  EXPECT_NE(TransactionIdOf(Purpose::kSettle, "a"), TransactionIdOf(Purpose::kRelease, "a"));
  const std::string deposit = TransactionIdOf(Purpose::kDeposit, "0xabc/7 of any length and kind");
  EXPECT_TRUE(TransactionId::Parse(deposit).ok());
  EXPECT_NE(ReservedPrefixOf(deposit), "");
  EXPECT_NE(deposit, TransactionIdOf(Purpose::kDeposit, "0xabc/8 of any length and kind"));
}

}  // namespace
}  // namespace rialto::custody
