// Every bound, exactly at it and one beyond; numbers as large as the engine takes.
#include "engine/core/limits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01 min 0.1 max 50 notional 10 4000 collar 100%
  open alice bob
  deposit alice USD 1000000
  deposit bob   BTC 1000
)";

TEST(LimitsTest, QuantityAtItsBounds) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 0.09 @ 200        -> QUANTITY_BELOW_MINIMUM need 0.1 have 0.09
    place alice B2 BTC-USD buy 0.1 @ 200         -> accepted, rests 0.1
    place alice B3 BTC-USD buy 50 @ 10           -> accepted, rests 50
    place alice B4 BTC-USD buy 50.01 @ 10        -> QUANTITY_ABOVE_MAXIMUM need 50 have 50.01
    place alice B5 BTC-USD buy 50.01 market      -> QUANTITY_ABOVE_MAXIMUM need 50 have 50.01
    place alice B6 BTC-USD buy 0.09 market       -> QUANTITY_BELOW_MINIMUM need 0.1 have 0.09
    place alice B7 BTC-USD buy -1 market         -> QUANTITY_BELOW_MINIMUM need 0.1 have -1
  )");
}

TEST(LimitsTest, NotionalAtItsBounds) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 0.99 @ 10         -> NOTIONAL_BELOW_MINIMUM need 10 have 9.9
    place alice B2 BTC-USD buy 1 @ 10            -> accepted, rests 1
    place alice B3 BTC-USD buy 40 @ 100          -> accepted, rests 40
    place alice B4 BTC-USD buy 40.01 @ 100       -> NOTIONAL_ABOVE_MAXIMUM need 4000 have 4001
    place bob   S1 BTC-USD sell for 9.99 market  -> NOTIONAL_BELOW_MINIMUM need 10 have 9.99
    place bob   S2 BTC-USD sell for 4000.01 market -> NOTIONAL_ABOVE_MAXIMUM need 4000 have 4000.01
    // By quantity there is no minimum, and only what would trade counts against the maximum.
    place bob   S3 BTC-USD sell 40.1 market      -> NOTIONAL_ABOVE_MAXIMUM need 4000 have 4001
    place bob   S4 BTC-USD sell 40 market        -> accepted, trade B3 40 @ 100
    place bob   S5 BTC-USD sell 0.1 market       -> accepted, trade B2 0.1 @ 10
  )");
}

TEST(LimitsTest, AnOrderByAmountAsksForAtLeastOneUnit) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01
    open alice
    place alice B1 BTC-USD buy for -1 market     -> NOTIONAL_BELOW_MINIMUM need 0.01 have -1
  )");
}

TEST(LimitsTest, AccountLimitsAtTheirBounds) {
  Check(kMarket + R"(
    limits alice BTC-USD quantity 5 notional 100
    place alice B1 BTC-USD buy 5.01 @ 10         -> MAX_ORDER_QUANTITY need 5 have 5.01
    place alice B2 BTC-USD buy 5 @ 21            -> MAX_ORDER_NOTIONAL need 100 have 105
    place alice B3 BTC-USD buy 5 @ 20            -> accepted, rests 5
    place bob   S1 BTC-USD sell 5.01 @ 20        -> accepted, trade B3 5 @ 20, rests 0.01
    limits bob BTC-USD quantity 1
    place alice B4 BTC-USD buy 2 @ 5             -> accepted, rests 2
    place bob   S2 BTC-USD sell 1.01 market      -> MAX_ORDER_QUANTITY need 1 have 1.01
    place bob   S3 BTC-USD sell for 10 market    -> MAX_ORDER_QUANTITY need 1 have 2
    limits bob BTC-USD
    place bob   S4 BTC-USD sell for 10 market    -> accepted 2, trade B4 2 @ 5
  )");
}

TEST(LimitsTest, PriceAtItsBounds) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 0.000001 lot 0.01
    open alice
    deposit alice USD 1000000
    place alice B1 BTC-USD buy 1 @ 0                  -> PRICE_OUT_OF_RANGE need 0.000001 have 0
    place alice B2 BTC-USD buy 1 @ -1                 -> PRICE_OUT_OF_RANGE need 0.000001 have -1
    place alice B3 BTC-USD buy 0.5 @ 1ticks           -> accepted, rests 0.5
    place alice B4 BTC-USD buy 0.5 @ 1000000          -> accepted, rests 0.5
    place alice B5 BTC-USD buy 0.5 @ 1000000000001ticks -> PRICE_OUT_OF_RANGE need 1000000 have 1000000.000001
  )");
}

TEST(LimitsTest, OpenOrdersPerAccount) {
  Check(kMarket + R"(
    deposit alice USD 3000000
    repeat 200000 place alice B* BTC-USD buy 0.1 @ 100 post-only -> accepted, rests 0.1
    place  alice C1 BTC-USD buy 0.1 @ 100        -> TOO_MANY_OPEN_ORDERS need 200000 have 200000
    place  alice C2 BTC-USD buy 0.1 @ 100 ioc    -> accepted, canceled 0.1 UNFILLED_IOC
    place  bob   S1 BTC-USD sell 0.1 @ 101       -> accepted, rests 0.1
    // It would trade in full, but might have rested; and the bound comes before WOULD_TAKE.
    place  alice C3 BTC-USD buy 0.1 @ 101        -> TOO_MANY_OPEN_ORDERS need 200000 have 200000
    place  alice C4 BTC-USD buy 0.1 @ 101 post-only -> TOO_MANY_OPEN_ORDERS need 200000 have 200000
    cancel alice B77777                          -> accepted, canceled 0.1 REQUESTED
    place  alice C5 BTC-USD buy 0.1 @ 100        -> accepted, rests 0.1
    place  alice C6 BTC-USD buy 0.1 @ 100        -> TOO_MANY_OPEN_ORDERS need 200000 have 200000
  )");
}

const std::string kDeepBook = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob
  deposit alice USD 1000000
  deposit bob   BTC 1000
  repeat 10001 place bob S* BTC-USD sell 0.01 @ 100 -> accepted, rests 0.01
)";

TEST(LimitsTest, ACommandFillsAtMostTenThousandOrders) {
  Check(kDeepBook + R"(
    place alice B1 BTC-USD buy 100.01 @ 100 fok  -> accepted, canceled 100.01 UNFILLED_FOK
    place alice B2 BTC-USD buy 100.01 @ 100      -> accepted, 10000 trades of 100, canceled 0.01 FILL_LIMIT
    book  BTC-USD                                -> ask 0.01 @ 100
    balance alice USD                            -> available 990000 held 0
  )");
}

TEST(LimitsTest, AnOrderThatEndsAtTheFillLimitIsNotCutShort) {
  Check(kDeepBook + R"(
    place alice B1 BTC-USD buy 100 @ 100 fok     -> accepted, 10000 trades of 100
    book  BTC-USD                                -> ask 0.01 @ 100
  )");
  // Nothing more to trade with: the rest is not over, it rests.
  Check(kDeepBook + R"(
    cancel bob S500                              -> accepted, canceled 0.01 REQUESTED
    place alice B1 BTC-USD buy 100.5 @ 100       -> accepted, 10000 trades of 100, rests 0.5
    book  BTC-USD                                -> bid 0.5 @ 100
  )");
}

TEST(LimitsTest, MarketOrdersMeetTheFillLimitToo) {
  Check(kDeepBook + R"(
    place alice B1 BTC-USD buy 100.01 market fok -> accepted, canceled 100.01 UNFILLED_FOK
    place alice B2 BTC-USD buy 100.01 market     -> accepted, 10000 trades of 100, canceled 0.01 FILL_LIMIT
  )");
}

TEST(LimitsTest, MarketOrdersByAmountMeetTheFillLimitToo) {
  Check(kDeepBook + R"(
    place alice B1 BTC-USD buy for 10001 market fok -> accepted 100, canceled 100 UNFILLED_FOK
    place alice B2 BTC-USD buy for 10001 market  -> accepted 100, 10000 trades of 100, canceled 0 FILL_LIMIT
  )");
  // The amount is spent with the last order that may trade: nothing is left to want.
  Check(kDeepBook + R"(
    place alice B1 BTC-USD buy for 10000 market fok -> accepted 100, 10000 trades of 100
  )");
}

TEST(LimitsTest, PreventedMatchesCountAsFills) {
  Check(kDeepBook + R"(
    deposit bob USD 20000
    place bob B1 BTC-USD buy 100.01 @ 100 expire-maker fok -> accepted, canceled 100.01 UNFILLED_FOK
    place bob B2 BTC-USD buy 100.01 @ 100 expire-maker -> accepted, 10000 prevented, 10001 cancels
    order bob B2                                 -> canceled FILL_LIMIT 0, executed 0, prevented 0
    book  BTC-USD                                -> ask 0.01 @ 100
  )");
}

TEST(LimitsTest, AfterTenThousandFillsWhatWaitsGoesOnWithTheNextCommand) {
  Check(kDeepBook + R"(
    open carol
    deposit carol BTC 1
    place carol T1 BTC-USD sell 1 take 100 last  -> pending
    place alice B1 BTC-USD buy 100 @ 100         -> accepted, 10000 trades of 100
    due                                          -> now
    tick                                         -> ok, T1 triggered at 100, T1 canceled 1 INSUFFICIENT_LIQUIDITY
    due                                          -> never
  )");
}

TEST(LimitsTest, AfterTenThousandFillsNoTimerRuns) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01
    instrument BTC-EUR base BTC quote USD tick 1 lot 0.01
    open alice bob
    deposit alice USD 1000000
    deposit bob   BTC 1000
    state BTC-USD auction until 1:00
    state BTC-EUR auction until 1:00
    repeat 10001 place bob S* BTC-USD sell 0.01 @ 100 -> accepted, rests 0.01
    place alice B1 BTC-USD buy 100.01 @ 100      -> accepted, rests 100.01
    at 1:00 tick                                 -> ok, uncrossed 100.01 @ 100, 10000 trades of 100
    due                                          -> now
    tick                                         -> ok, B1 trade S10001 0.01 @ 100, BTC-USD TRADING by AUCTION_END, uncrossed nothing, BTC-EUR TRADING by AUCTION_END
    due                                          -> never
  )");
}

// --- Large numbers ---

// One lot at one tick is one unit of USD: the notional is ticks times lots.
const std::string kHugeMarket = R"(
  asset BIG 0
  asset USD 0
  instrument BIG-USD tick 1 lot 1 max 1000000000000000
  open alice bob
)";

TEST(LimitsTest, WhatAllOwnTogetherHasABound) {
  Check(kHugeMarket + R"(
    deposit  alice USD 9223372036854775806
    deposit  bob   USD 2                         -> AMOUNT_OVERFLOW need 2 have 1
    deposit  bob   USD 1
    deposit  bob   USD 1                         -> AMOUNT_OVERFLOW need 1 have 0
    withdraw alice USD 9223372036854775806
    deposit  bob   USD 9223372036854775806
    balance  external USD                        -> available -9223372036854775807 held 0
  )");
}

TEST(LimitsTest, ANotionalFitsWithTheLargestFeeOrNotAtAll) {
  // 48306 x 173578513432451, and a tenth of it rounded up, is 2^63 - 1.
  Check(kHugeMarket + R"(
    deposit alice USD 9223372036854775807
    deposit bob   BIG 1000000000000000
    place alice B1 BIG-USD buy 173578513432452 @ 48306 -> AMOUNT_OVERFLOW
    place alice B2 BIG-USD buy 173578513432451 @ 48307 -> AMOUNT_OVERFLOW
    place bob   S1 BIG-USD sell 173578513432452 @ 48306 -> AMOUNT_OVERFLOW
    place alice B3 BIG-USD buy 173578513432451 @ 48306 -> accepted, rests 173578513432451
    amend alice B3 to 173578513432452            -> AMOUNT_OVERFLOW
    place bob   S2 BIG-USD sell 173578513432451 @ 48306 -> accepted, trade B3 173578513432451 @ 48306
    balance bob USD                              -> available 8384883669867978006 held 0
  )");
}

TEST(LimitsTest, TheLargestPriceAndQuantityOverflowWithoutHarm) {
  Check(kHugeMarket + R"(
    deposit bob BIG 1000000000000000
    place bob S1 BIG-USD sell 1000000000000000 @ 1000000000000 -> AMOUNT_OVERFLOW
    place bob S2 BIG-USD sell 1000000000000000 @ 1000000000000 ioc -> AMOUNT_OVERFLOW
    place bob S3 BIG-USD sell 9223372036854775807lots @ 1000000000000 fok -> QUANTITY_ABOVE_MAXIMUM need 1000000000000000 have 9223372036854775807
    place bob S4 BIG-USD sell -9223372036854775808lots @ 1000000000000 -> QUANTITY_BELOW_MINIMUM need 1 have -9223372036854775808
    place bob S5 BIG-USD sell for -9223372036854775808 market -> NOTIONAL_BELOW_MINIMUM need 1 have -9223372036854775808
    place bob S6 BIG-USD sell for 9223372036854775807 market -> accepted 0, canceled 0 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(LimitsTest, AMarketHoldBeyondTheLargestAmountIsRefused) {
  Check(kHugeMarket + R"(
    deposit bob   BIG 1000000000000000
    place bob   S1 BIG-USD sell 8000000 @ 1000000000000 -> accepted, rests 8000000
    place bob   S2 BIG-USD sell 8000000 @ 1000000000000 -> accepted, rests 8000000
    place alice B1 BIG-USD buy 16000000 market   -> AMOUNT_OVERFLOW
    place alice B2 BIG-USD buy 8000000 market    -> INSUFFICIENT_FUNDS need 8000000000000000000 have 0
  )");
}

TEST(LimitsTest, WhatAnOrderHasReceivedCountsUpToTheLargestAmount) {
  // S1 takes at 8 x 10^18 and later makes at 3.6 x 10^18: more than an amount can say.
  Check(R"(
    asset BIG 0
    asset USD 0
    instrument BIG-USD tick 8000000 lot 1
    open alice bob
    deposit  alice BIG 3
    deposit  bob   USD 9000000000000000000
    place    bob   B1 BIG-USD buy 1 @ 8000000000000000000 -> accepted, rests 1
    place    alice S1 BIG-USD sell 2 @ 3600000000000000000 -> accepted, trade B1 1 @ 8000000000000000000, rests 1
    withdraw alice USD 8000000000000000000
    deposit  bob   USD 8000000000000000000
    amend    alice S1 to 2                       -> accepted, executed 1 for 8000000000000000000
    place    bob   B2 BIG-USD buy 1 @ 3600000000000000000 -> accepted, trade S1 1 @ 3600000000000000000
    balance  alice USD                           -> available 3600000000000000000 held 0
  )");
}

// --- What an account and an instrument remember ---

TEST(LimitsTest, AThousandOrdersAreLookedAtForDuplicates) {
  const std::string first = kDeepBook + R"(
    open carol
    deposit carol USD 1000000
    settings carol duplicates 1h
    place carol X1 BTC-USD buy 1 @ 50            -> accepted, rests 1
  )";
  Check(first + R"(
    repeat 999 place carol Y* BTC-USD buy *lots @ 1
    place carol X2 BTC-USD buy 1 @ 50            -> DUPLICATE_ORDER need 3600s have 1000ns
  )");
  Check(first + R"(
    repeat 1000 place carol Y* BTC-USD buy *lots @ 1
    place carol X2 BTC-USD buy 1 @ 50            -> accepted, rests 1
  )");
}

TEST(LimitsTest, TransitionsPerSchedule) {
  std::string schedule = "schedule BTC-USD";
  for (uint32_t i = 1; i <= limits::kTransitionsMax; ++i) {
    absl::StrAppend(&schedule, i % 2 == 0 ? " trading@" : " halted@", i, "s");
  }
  Check(absl::StrCat(kMarket, schedule, " -> ok\n", schedule,
                     " closed@9999s -> INVALID_DEFINITION\n", "at 1:00 tick -> ok, ...\n"));
}

TEST(LimitsTest, DistancesInADefinition) {
  Check(kMarket + R"(
    change BTC-USD collar 100% limit-collar 100% band 100% volatility 100% 366d 366d -> ok
    change BTC-USD collar 100.0001%              -> INVALID_DEFINITION
    change BTC-USD limit-collar 100.0001%        -> INVALID_DEFINITION
    change BTC-USD band 100.0001%                -> INVALID_DEFINITION
    change BTC-USD volatility 100.0001% 1s 1s    -> INVALID_DEFINITION
    change BTC-USD volatility 1% 31622400000000001ns 1s -> INVALID_DEFINITION
    change BTC-USD volatility 1% 1s 31622400000000001ns -> INVALID_DEFINITION
    change BTC-USD iceberg-parts 1000            -> ok
    change BTC-USD iceberg-parts 1001            -> INVALID_DEFINITION
    change BTC-USD price 0 1000000000000         -> ok
    change BTC-USD price 0 1000000000001         -> INVALID_DEFINITION
  )");
}

// --- The venue's own tables ---

TEST(LimitsTest, AssetsPerVenue) {
  Check(R"(
    repeat 10000 asset A* 2                      -> ok
    asset ONE-MORE 2                             -> VENUE_FULL need 10000 have 10000
    asset A17 2                                  -> repeated ok
    asset A17 3                                  -> NAME_TAKEN
    asset ONE-MORE 13                            -> INVALID_DEFINITION need 12 have 13
  )");
}

TEST(LimitsTest, InstrumentsPerVenue) {
  Check(R"(
    asset BTC 2
    asset USD 2
    repeat 10000 instrument I* base BTC quote USD tick 1 lot 0.01
    instrument ONE-MORE base BTC quote USD tick 1 lot 0.01 -> VENUE_FULL need 10000 have 10000
    instrument ONE-MORE base BTC quote EUR tick 1 lot 0.01 -> UNKNOWN_ASSET need 0 have 999
    instrument I17 base BTC quote USD tick 1 lot 0.01 -> repeated ok
  )");
}

}  // namespace
}  // namespace rialto::engine
