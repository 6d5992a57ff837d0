// Workload A has the mix and the book that exchange-core's generator makes.
#include "bench/exchange_core_workload.h"

#include "bench/java_random.h"
#include "bench/workload_facts.h"
#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

TEST(JavaRandomTest, DrawsWhatJavaDraws) {
  JavaRandom integers(42);
  for (const int32_t expected : {30, 63, 48, 84, 70}) EXPECT_EQ(integers.NextInt(100), expected);
  JavaRandom reals(42);
  EXPECT_DOUBLE_EQ(reals.NextDouble(), 0.7275636800328681);
}

TEST(ExchangeCoreWorkloadTest, HasTheMixOfTheOriginal) {
  const WorkloadFacts facts = FactsOf(MakeExchangeCoreWorkload({.commands = 500'000}));
  EXPECT_NEAR(facts.resting_placed, 0.127, 0.004);
  EXPECT_NEAR(facts.immediate_placed, 0.018, 0.002);
  EXPECT_NEAR(facts.canceled, 0.072, 0.003);
  EXPECT_NEAR(facts.moved, 0.71, 0.01);
  EXPECT_NEAR(facts.reduced, 0.072, 0.003);
  EXPECT_NEAR(facts.that_trade, 0.02, 0.004);
  EXPECT_EQ(facts.refused, 0);
}

TEST(ExchangeCoreWorkloadTest, KeepsTheBookAsFullAsItBegan) {
  const WorkloadFacts facts = FactsOf(MakeExchangeCoreWorkload({.commands = 500'000}));
  EXPECT_NEAR(facts.orders_average, 1'000, 50);
  EXPECT_NEAR(facts.levels_average, 490, 25);
}

TEST(ExchangeCoreWorkloadTest, FillsTwentyFourHundredLevelsWithAMillionOrders) {
  const Workload workload =
      MakeExchangeCoreWorkload({.resting_orders = 1'000'000, .commands = 10'000});
  EXPECT_EQ(workload.prefill.size(), 1'000'000U);
  const WorkloadFacts facts = FactsOf(workload);
  EXPECT_NEAR(facts.orders_average, 1'000'000, 25'000);
  EXPECT_NEAR(facts.levels_average, 2'400, 100);
}

TEST(ExchangeCoreWorkloadTest, IsTheSameEveryTime) {
  const Workload one = MakeExchangeCoreWorkload({.commands = 1'000});
  const Workload two = MakeExchangeCoreWorkload({.commands = 1'000});
  ASSERT_EQ(one.measured.size(), 1'000U);
  for (std::size_t index = 0; index < one.measured.size(); ++index) {
    EXPECT_EQ(one.measured[index].order_id, two.measured[index].order_id);
    EXPECT_EQ(one.measured[index].price, two.measured[index].price);
  }
}

}  // namespace
}  // namespace rialto::bench
