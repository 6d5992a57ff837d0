#include "ledger/comparison.h"

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::ledger {
namespace {

BalanceKey Key(uint64_t account) { return {AccountId(account), AssetId(1)}; }

struct Row {
  uint64_t account;
  int64_t available;
  int64_t held = 0;
  uint64_t changed = 1;
};

// The engine is at 10, the ledger at 12.
std::string Check(std::initializer_list<Row> engine, std::initializer_list<Row> ledger) {
  EnginePage theirs{.sequence = Sequence(10)};
  for (const Row& row : engine) {
    theirs.rows.push_back({Key(row.account), {Amount(row.available), Amount(row.held)}});
  }
  LedgerPage ours{.position = Sequence(12)};
  for (const Row& row : ledger) {
    ours.rows.push_back(
        {Key(row.account), {Amount(row.available), Amount(row.held)}, Sequence(row.changed)});
  }
  const PageComparison found = Compare(theirs, ours);
  std::string text = absl::StrCat(found.compared, " compared");
  for (const BalanceDifference& difference : found.differences) {
    absl::StrAppend(&text, ", ", difference.key.account_id.value(), " engine ",
                    difference.engine.available.value(), "+", difference.engine.held.value(),
                    " ledger ", difference.ledger.available.value());
    absl::StrAppend(&text, "+", difference.ledger.held.value());
  }
  for (const BalanceKey& key : found.undecided) {
    absl::StrAppend(&text, ", ", key.account_id.value(), " undecided");
  }
  return text;
}

TEST(ComparisonTest, EqualIsEqual) {
  EXPECT_EQ(Check({{1, -5}, {2, 3, 2}}, {{1, -5}, {2, 3, 2}}), "2 compared");
}

TEST(ComparisonTest, NamesWhatDiffers) {
  EXPECT_EQ(Check({{1, -5}, {2, 3, 2}}, {{1, -5}, {2, 2, 3}}),
            "2 compared, 2 engine 3+2 ledger 2+3");
}

TEST(ComparisonTest, WhatIsMissingOnOneSideIsNothingThere) {
  EXPECT_EQ(
      Check({{1, 5}, {3, 0}}, {{2, 7}, {4, 0}, {5, 1}}),
      "5 compared, 1 engine 5+0 ledger 0+0, 2 engine 0+0 ledger 7+0, 5 engine 0+0 ledger 1+0");
}

TEST(ComparisonTest, WhatChangedAfterTheEngineWasAskedIsUndecided) {
  EXPECT_EQ(Check({{1, 5}, {2, 6}}, {{1, 9, 0, 11}, {2, 6, 0, 10}, {3, 1, 0, 12}}),
            "1 compared, 1 undecided, 3 undecided");
}

}  // namespace
}  // namespace rialto::ledger
