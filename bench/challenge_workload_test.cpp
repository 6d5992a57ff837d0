// Workload B has the mix and the standing book that the challenge publishes.
#include "bench/challenge_workload.h"

#include "bench/workload_facts.h"
#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

const ChallengeScenario& Scenario(std::string_view name) {
  for (const ChallengeScenario& scenario : ChallengeScenarios()) {
    if (scenario.name == name) return scenario;
  }
  ADD_FAILURE() << name;
  return ChallengeScenarios().front();
}

TEST(ChallengeWorkloadTest, HasTheMixOfTheChallenge) {
  const WorkloadFacts facts = FactsOf(MakeChallengeWorkload(Scenario("normal"), 50'000));
  EXPECT_NEAR(static_cast<double>(facts.commands), 100'000, 1'000);
  EXPECT_NEAR(facts.immediate_placed / (facts.immediate_placed + facts.resting_placed), 0.15, 0.01);
  EXPECT_NEAR(facts.moved / facts.resting_placed, 0.20, 0.01);
  EXPECT_NEAR(facts.canceled / facts.resting_placed, 0.95 * 1.02, 0.01);
}

// The published table, by the publisher's seed: 2,700 and 5,500 orders, 290 and 330 levels, 62,000
// fills.
TEST(ChallengeWorkloadTest, KeepsTheBookOfThePublishedTable) {
  const WorkloadFacts facts = FactsOf(MakeChallengeWorkload(Scenario("normal")));
  EXPECT_NEAR(static_cast<double>(facts.trades), 62'000, 1'000);
  EXPECT_NEAR(facts.orders_average, 2'700, 100);
  EXPECT_NEAR(static_cast<double>(facts.orders_peak), 5'500, 100);
  EXPECT_NEAR(facts.levels_average, 290, 10);
  EXPECT_NEAR(static_cast<double>(facts.levels_peak), 330, 10);
}

TEST(ChallengeWorkloadTest, MovesTheMidFurtherInWilderScenarios) {
  int64_t width_before = 0;
  for (const ChallengeScenario& scenario : ChallengeScenarios()) {
    int64_t low = INT64_MAX;
    int64_t high = 0;
    for (const BookCommand& command : MakeChallengeWorkload(scenario, 20'000).measured) {
      low = std::min(low, command.price);
      high = std::max(high, command.price);
    }
    EXPECT_GT(high - low, width_before) << scenario.name;
    width_before = high - low;
  }
}

}  // namespace
}  // namespace rialto::bench
