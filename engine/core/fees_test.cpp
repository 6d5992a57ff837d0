// Fees by tier, rebates, and whom rounding favours.
#include <gtest/gtest.h>

#include <string>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01 fees 0.1% 0.2%
  instrument BTC-EUR base BTC quote USD tick 1 lot 0.01 fees 0.1% 0.2%
  open alice bob
  deposit alice USD 10000
  deposit bob   BTC 100
)";

TEST(FeesTest, AnAccountPaysAsItsTierSays) {
  Check(kMarket + R"(
    tier BTC-USD 3 0.05% 0.1%
    settings alice tier 3
    place   bob   S1 BTC-USD sell 2 @ 100        -> accepted, rests 2
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.1 seller fee 0.1
    settings bob tier 3
    // What rests keeps its rates.
    place   alice B2 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.1 seller fee 0.1
    place   bob   S2 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B3 BTC-USD buy 1 @ 100         -> accepted, trade S2 1 @ 100 buyer fee 0.1 seller fee 0.05
    // A tier that is not set on an instrument is the instrument's own.
    place   bob   S3 BTC-EUR sell 1 @ 100        -> accepted, rests 1
    place   alice B4 BTC-EUR buy 1 @ 100         -> accepted, trade S3 1 @ 100 buyer fee 0.2 seller fee 0.1
  )");
}

TEST(FeesTest, AHoldIsForTheFeesOfTheTier) {
  Check(kMarket + R"(
    tier BTC-USD 1 1% 3%
    settings alice tier 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    balance alice USD                            -> available 9897 held 103
    tier BTC-USD 1 0% 0%
    settings alice
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100 buyer fee 1 seller fee 0.2
    balance alice USD                            -> available 9899 held 0
  )");
}

TEST(FeesTest, AMakersRebateComesOutOfTheTakersFee) {
  Check(kMarket + R"(
    tier BTC-USD 1 -0.05% 0.2%
    settings alice tier 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    // A rebate is not counted on beforehand: the taker's fee is held.
    balance alice USD                            -> available 9899.8 held 100.2
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100 buyer fee -0.05 seller fee 0.2
    balance alice USD                            -> available 9900.05 held 0
    balance bob   USD                            -> available 99.8 held 0
    balance fees  USD                            -> available 0.15 held 0
  )");
}

TEST(FeesTest, ASellersRebateToo) {
  Check(kMarket + R"(
    tier BTC-USD 1 -0.05% 0.2%
    settings bob tier 1
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.2 seller fee -0.05
    balance bob   USD                            -> available 100.05 held 0
    balance fees  USD                            -> available 0.15 held 0
  )");
}

TEST(FeesTest, ARebateIsNeverMoreThanTheOtherSidePays) {
  Check(kMarket + R"(
    tier BTC-USD 1 -1% 0.2%
    tier BTC-USD 2 0% 0.3%
    settings bob tier 1
    settings alice tier 2
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.3 seller fee -0.3
    balance fees  USD                            -> available 0 held 0
    balance bob   USD                            -> available 100.3 held 0
  )");
}

TEST(FeesTest, FeesRoundUpAndRebatesDown) {
  // 1 @ 1 is a cent less than 1.01: 0.1 % of 1.01 is a tenth of a cent.
  Check(kMarket + R"(
    tier BTC-USD 1 -0.15% 0.2%
    settings bob tier 1
    place   bob   S1 BTC-USD sell 1.01 @ 10      -> accepted, rests 1.01
    // 10.10: the buyer's 0.0202 is 0.03, the seller's 0.01515 is 0.01.
    place   alice B1 BTC-USD buy 1.01 @ 10       -> accepted, trade S1 1.01 @ 10 buyer fee 0.03 seller fee -0.01
    balance fees  USD                            -> available 0.02 held 0
  )");
}

// Both fills together cost a fee of 0.004, rounded up to a cent, and no more than that is held: the
// first fill's fee is what the second leaves of it.
TEST(FeesTest, AllFillsTogetherCostNoMoreThanOneFill) {
  Check(kMarket + R"(
    place   bob   S1 BTC-USD sell 0.01 @ 100     -> accepted, rests 0.01
    place   bob   S2 BTC-USD sell 0.01 @ 100     -> accepted, rests 0.01
    place   alice B1 BTC-USD buy 0.02 @ 100      -> accepted, trade S1 0.01 @ 100 buyer fee 0 seller fee 0.01, trade S2 0.01 @ 100 buyer fee 0.01 seller fee 0.01
    balance fees  USD                            -> available 0.03 held 0
    balance alice USD                            -> available 9997.99 held 0
  )");
}

TEST(FeesTest, TiersAreBetweenOneAndAHundred) {
  Check(kMarket + R"(
    tier BTC-USD 0 0% 0%                         -> INVALID_DEFINITION
    tier BTC-USD 101 0% 0%                       -> INVALID_DEFINITION
    tier BTC-USD 100 10% 10%                     -> ok
    tier BTC-USD 100 -10% 10%                    -> ok
    tier BTC-USD 100 10.0001% 0%                 -> INVALID_DEFINITION
    tier BTC-USD 100 -10.0001% 0%                -> INVALID_DEFINITION
    tier BTC-USD 100 0% 10.0001%                 -> INVALID_DEFINITION
    tier DOGE-USD 0 0% 0%                        -> UNKNOWN_INSTRUMENT
    settings alice tier 100                      -> ok
    settings alice tier 101                      -> INVALID_DEFINITION
  )");
}

TEST(FeesTest, AnInstrumentMayPayRebatesOfItsOwn) {
  Check(kMarket + R"(
    change BTC-USD fees -0.1% 0.2%
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.2 seller fee -0.1
    change BTC-USD fees -10% 10%                 -> ok
    change BTC-USD fees -10.0001% 10%            -> INVALID_DEFINITION
  )");
}

}  // namespace
}  // namespace rialto::engine
