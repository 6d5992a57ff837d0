#include "tools/verify/comparison.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::verify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr uint32_t kUsd = 1;
constexpr uint32_t kBtc = 2;

Verdict Judge(const Holdings& engine, const Holdings& ledger,
              const std::map<std::string, std::string>& report = {}) {
  Verdict verdict;
  verdict.engine_sequence = verdict.ledger_sequence = 9;
  verdict.assets = {{kUsd, {"USD", 2}}, {kBtc, {"BTC", 8}}};
  verdict.comparison = Compare(engine, ledger);
  AddConservation(engine, ledger, report, verdict);
  return verdict;
}

TEST(ComparisonTest, EqualHoldingsAreEqual) {
  const Holdings holdings = {{{1, kUsd}, {-500, 0}}, {{1001, kUsd}, {400, 100}}};
  const Verdict verdict = Judge(holdings, holdings, {{"USD", "0.00"}});
  EXPECT_TRUE(verdict.is_equal());
  EXPECT_EQ(verdict.comparison.accounts_compared, 2);
  EXPECT_EQ(verdict.comparison.accounts_different, 0);
  EXPECT_THAT(verdict.conservation, ElementsAre(Pair("BTC", "0.00000000"), Pair("USD", "0.00")));
  EXPECT_EQ(ToJson(verdict),
            "{\"engine_sequence\": 9, \"ledger_sequence\": 9, \"accounts_compared\": 2, "
            "\"accounts_different\": 0, \"conservation\": {\"BTC\": \"0.00000000\", \"USD\": "
            "\"0.00\"}}\n");
}

TEST(ComparisonTest, AbsentHoldingIsAHoldingOfNothing) {
  const Holdings with_zero = {{{1001, kUsd}, {0, 0}}};
  EXPECT_TRUE(Judge(with_zero, {}).is_equal());
  EXPECT_EQ(Judge(with_zero, {}).comparison.accounts_compared, 1);
}

TEST(ComparisonTest, HeldInsteadOfAvailableIsADifference) {
  const Holdings engine = {{{1, kUsd}, {-500, 0}}, {{1001, kUsd}, {400, 100}}};
  const Holdings ledger = {{{1, kUsd}, {-500, 0}}, {{1001, kUsd}, {500, 0}}};
  const Verdict verdict = Judge(engine, ledger);
  EXPECT_FALSE(verdict.is_equal());
  EXPECT_EQ(verdict.comparison.accounts_different, 1);
  EXPECT_THAT(ToTable(verdict),
              HasSubstr("account 1001 USD: engine available 4.00 held 1.00, ledger available 5.00 "
                        "held 0.00"));
  EXPECT_THAT(ToTable(verdict), HasSubstr("NOT EQUAL"));
}

TEST(ComparisonTest, NamesTheFirstTwentyDifferencesAndCountsAll) {
  Holdings engine;
  for (uint64_t account = 1001; account < 1041; ++account) engine[{account, kUsd}] = {1, 0};
  engine[{1, kUsd}] = {-40, 0};
  const Comparison comparison = Compare(engine, {{{1, kUsd}, {-40, 0}}});
  EXPECT_EQ(comparison.accounts_compared, 41);
  EXPECT_EQ(comparison.accounts_different, 40);
  EXPECT_EQ(comparison.differences.size(), 20u);
}

TEST(ComparisonTest, MoneyFromNowhereIsFoundInEitherPictureAndInTheReport) {
  const Holdings fair = {{{1, kUsd}, {-500, 0}}, {{1001, kUsd}, {500, 0}}};
  const Holdings forged = {{{1, kUsd}, {-500, 0}}, {{1001, kUsd}, {500, 1}}};
  EXPECT_EQ(Judge(forged, fair).conservation["USD"], "0.01");
  EXPECT_EQ(Judge(fair, forged).conservation["USD"], "0.01");
  EXPECT_EQ(Judge(forged, forged).conservation["USD"], "0.01");
  EXPECT_FALSE(Judge(forged, forged).is_equal());
  EXPECT_FALSE(Judge(fair, fair, {{"USD", "-3.00"}}).is_equal());
  EXPECT_EQ(Judge(fair, fair, {{"USD", "-3.00"}}).conservation["USD"], "-3.00");
}

TEST(ComparisonTest, SumsGoBeyondOneBalance) {
  const Holdings rich = {{{1001, kUsd}, {INT64_MAX, INT64_MAX}}, {{1002, kUsd}, {INT64_MAX, 0}}};
  EXPECT_EQ(Sums(rich)[kUsd], absl::int128(INT64_MAX) * 3);
  EXPECT_THAT(Sums({}), IsEmpty());
}

}  // namespace
}  // namespace rialto::verify
