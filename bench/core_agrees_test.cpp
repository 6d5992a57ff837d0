// The engine trades as the textbook book does, through accounts, holds and fees.
#include "bench/challenge_workload.h"
#include "bench/core_contender.h"
#include "bench/entries.h"
#include "bench/exchange_core_workload.h"
#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

TEST(CoreAgreesTest, OnExchangeCoresFlow) {
  EXPECT_EQ(CompareCoreWithTextbook(MakeExchangeCoreWorkload({.commands = 20'000})), "");
}

TEST(CoreAgreesTest, OnEveryScenarioOfTheChallenge) {
  for (const ChallengeScenario& scenario : ChallengeScenarios()) {
    EXPECT_EQ(CompareCoreWithTextbook(MakeChallengeWorkload(scenario, 10'000)), "");
  }
}

TEST(CoreAgreesTest, OnTenInstruments) {
  Workload workload = MakeTenInstruments(20'000);
  EXPECT_EQ(CompareCoreWithTextbook(workload), "");
}

TEST(CoreAgreesTest, SaysWhereTheyDiffer) {
  // The engine knows whose order it is, the bare book does not.
  Workload workload;
  workload.accounts = 2;
  workload.order_id_max = 1;
  BookCommand command{.order_id = 1, .price = 100, .quantity = 5, .account = 0};
  workload.prefill.push_back(command);
  command.kind = CommandKind::kCancel;
  command.account = 1;
  workload.measured.push_back(command);
  EXPECT_NE(CompareCoreWithTextbook(workload), "");
}

}  // namespace
}  // namespace rialto::bench
