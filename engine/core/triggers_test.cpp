// Stops, take profits and trailing stops: what fires them, in which order, and what then happens.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob carol dave
  deposit alice USD 100000
  deposit alice BTC 1000
  deposit bob   USD 100000
  deposit bob   BTC 1000
  deposit carol USD 100000
  deposit carol BTC 1000
)";

// The last price is 100.
const std::string kTraded = kMarket + R"(
  place carol C1 BTC-USD sell 1 @ 100            -> accepted, rests 1
  place carol C2 BTC-USD buy 1 @ 100             -> accepted, trade C1 1 @ 100
)";

// --- LAST ---

TEST(TriggersTest, ASellStopFiresAtOrBelowItsPrice) {
  Check(kTraded + R"(
    place   alice S1 BTC-USD sell 2 stop 95 last -> pending
    balance alice BTC                            -> available 998 held 2
    place   bob   B1 BTC-USD buy 1 @ 96          -> accepted, rests 1
    place   bob   B2 BTC-USD buy 1 @ 95          -> accepted, rests 1
    place   bob   B3 BTC-USD buy 2 @ 94          -> accepted, rests 2
    place   carol X1 BTC-USD sell 1 @ 96         -> accepted, trade B1 1 @ 96
    place   carol X2 BTC-USD sell 1 @ 95         -> accepted, trade B2 1 @ 95, S1 triggered at 95, S1 trade B3 2 @ 94
    balance alice BTC                            -> available 998 held 0
    balance alice USD                            -> available 100188 held 0
  )");
}

TEST(TriggersTest, ABuyStopFiresAtOrAboveItsPrice) {
  // It holds what it may cost: 105 moved by the collar of 10 %.
  Check(kTraded + R"(
    place   alice S1 BTC-USD buy 2 stop 105 last -> pending
    balance alice USD                            -> available 99770 held 230
    place   bob   A1 BTC-USD sell 1 @ 104        -> accepted, rests 1
    place   bob   A2 BTC-USD sell 1 @ 106        -> accepted, rests 1
    place   bob   A3 BTC-USD sell 2 @ 107        -> accepted, rests 2
    place   carol X1 BTC-USD buy 1 @ 104         -> accepted, trade A1 1 @ 104
    place   carol X2 BTC-USD buy 1 @ 106         -> accepted, trade A2 1 @ 106, S1 triggered at 106, S1 trade A3 2 @ 107
    balance alice USD                            -> available 99786 held 0
  )");
}

TEST(TriggersTest, TakeProfitsFireTheOtherWay) {
  Check(kTraded + R"(
    place alice T1 BTC-USD sell 1 take 105 last  -> pending
    place alice T2 BTC-USD buy 1 take 95 last    -> pending
    place bob   A1 BTC-USD sell 1 @ 105          -> accepted, rests 1
    place bob   B1 BTC-USD buy 2 @ 95            -> accepted, rests 2
    place carol X1 BTC-USD buy 1 @ 105           -> accepted, trade A1 1 @ 105, T1 triggered at 105, T1 trade B1 1 @ 95, T2 triggered at 95, T2 canceled 1 INSUFFICIENT_LIQUIDITY
    balance alice USD                            -> available 100095 held 0
  )");
}

TEST(TriggersTest, AStopWithNothingToTradeWithIsOver) {
  Check(kTraded + R"(
    mark    BTC-USD 100
    place   alice S1 BTC-USD sell 2 stop 95 mark -> pending
    mark    BTC-USD 95                           -> ok, S1 triggered at 95, S1 canceled 2 INSUFFICIENT_LIQUIDITY
    balance alice BTC                            -> available 1000 held 0
  )");
}

TEST(TriggersTest, AStopTradesWithinItsCollar) {
  // Its limit is 95 - 9 = 86.
  Check(kTraded + R"(
    place alice S1 BTC-USD sell 3 stop 95 last   -> pending
    place bob   B1 BTC-USD buy 1 @ 95            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 86            -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 85            -> accepted, rests 1
    place carol X1 BTC-USD sell 1 @ 95           -> accepted, trade B1 1 @ 95, S1 triggered at 95, S1 trade B2 1 @ 86, S1 canceled 2 INSUFFICIENT_LIQUIDITY
    book  BTC-USD                                -> bid 1 @ 85
  )");
  // The best bid is far above the trigger: the collar from there is tighter.
  Check(kTraded + R"(
    mark  BTC-USD 100
    place alice S1 BTC-USD sell 3 stop 95 mark   -> pending
    place bob   B1 BTC-USD buy 1 @ 120           -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 108           -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 107           -> accepted, rests 1
    mark  BTC-USD 95                             -> ok, S1 triggered at 95, S1 trade B1 1 @ 120, S1 trade B2 1 @ 108, S1 canceled 1 COLLAR
  )");
}

TEST(TriggersTest, AStopLimitRestsAtItsLimit) {
  Check(kTraded + R"(
    place alice S1 BTC-USD sell 2 stop 95 last @ 93 -> pending
    place bob   B1 BTC-USD buy 1 @ 95            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 93            -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 92            -> accepted, rests 1
    place carol X1 BTC-USD sell 1 @ 95           -> accepted, trade B1 1 @ 95, S1 triggered at 95, S1 trade B2 1 @ 93, S1 rests 1
    book  BTC-USD                                -> ask 1 @ 93, bid 1 @ 92
  )");
}

TEST(TriggersTest, AStopLimitMayBeImmediateOrAllOrNothing) {
  Check(kTraded + R"(
    mark  BTC-USD 100
    place bob   B1 BTC-USD buy 1 @ 94            -> accepted, rests 1
    place alice S1 BTC-USD sell 2 stop 96 mark @ 90 fok -> pending
    place alice S2 BTC-USD sell 2 stop 95 mark @ 90 ioc -> pending
    mark  BTC-USD 95                             -> ok, S1 triggered at 95, S1 canceled 2 UNFILLED_FOK, S2 triggered at 95, S2 trade B1 1 @ 94, S2 canceled 1 UNFILLED_IOC
  )");
}

TEST(TriggersTest, ATakeProfitLimitRestsAtItsLimit) {
  Check(kTraded + R"(
    mark    BTC-USD 100
    place   alice T1 BTC-USD buy 2 take 95 mark @ 96 -> pending
    balance alice USD                            -> available 99808 held 192
    mark    BTC-USD 94                           -> ok, T1 triggered at 94, T1 rests 2
    book    BTC-USD                              -> bid 2 @ 96
  )");
}

// --- Sources ---

TEST(TriggersTest, AnOrderThatWouldFireNowIsRefused) {
  Check(kTraded + R"(
    place alice A1 BTC-USD sell 1 stop 100 last  -> WOULD_TRIGGER need 100 have 100
    place alice A2 BTC-USD sell 1 stop 101 last  -> WOULD_TRIGGER need 101 have 100
    place alice A3 BTC-USD sell 1 stop 99 last   -> pending
    place alice A4 BTC-USD buy 1 stop 100 last   -> WOULD_TRIGGER need 100 have 100
    place alice A5 BTC-USD buy 1 stop 101 last   -> pending
    place alice A6 BTC-USD sell 1 take 100 last  -> WOULD_TRIGGER need 100 have 100
    place alice A7 BTC-USD sell 1 take 101 last  -> pending
    place alice A8 BTC-USD buy 1 take 100 last   -> WOULD_TRIGGER need 100 have 100
    place alice A9 BTC-USD buy 1 take 99 last @ 90 -> pending
    place alice C1 BTC-USD buy 1 take 100 last @ 90 -> WOULD_TRIGGER need 100 have 100
  )");
}

TEST(TriggersTest, WithoutAReferenceNothingFires) {
  Check(kMarket + R"(
    place alice A1 BTC-USD sell 1 stop 100 last    -> pending
    place alice A2 BTC-USD sell 1 stop 100 mark    -> pending
    place alice A3 BTC-USD sell 1 stop 100 bid-ask -> pending
    place alice A4 BTC-USD sell 1 stop 100 mid     -> pending
    place bob   B1 BTC-USD sell 1 @ 90             -> accepted, rests 1
    tick                                           -> ok
  )");
}

TEST(TriggersTest, BidAskIsTheBestAskForABuyAndTheBestBidForASell) {
  Check(kMarket + R"(
    place bob   B1 BTC-USD buy 1 @ 98            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 94            -> accepted, rests 1
    place bob   A1 BTC-USD sell 1 @ 102          -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 105          -> accepted, rests 1
    place alice S1 BTC-USD sell 1 stop 98 bid-ask -> WOULD_TRIGGER need 98 have 98
    place alice S2 BTC-USD buy 1 stop 102 bid-ask -> WOULD_TRIGGER need 102 have 102
    place alice S3 BTC-USD sell 1 stop 95 bid-ask -> pending
    place alice S4 BTC-USD buy 1 stop 104 bid-ask -> pending
    cancel bob A1                                -> accepted, canceled 1 REQUESTED, S4 triggered at 105, S4 trade A2 1 @ 105
    cancel bob B1                                -> accepted, canceled 1 REQUESTED, S3 triggered at 94, S3 trade B2 1 @ 94
  )");
}

TEST(TriggersTest, MidIsExactlyHalfOfBidAndAsk) {
  Check(kMarket + R"(
    place bob   B1 BTC-USD buy 1 @ 97            -> accepted, rests 1
    place bob   A1 BTC-USD sell 1 @ 104          -> accepted, rests 1
    // 100.5: not at or below 100, not at or above 101.
    place alice S1 BTC-USD sell 1 stop 100 mid   -> pending
    place alice S2 BTC-USD buy 1 stop 101 mid    -> pending
    place alice S3 BTC-USD sell 1 stop 101 mid   -> WOULD_TRIGGER need 101 have 100
    place alice S4 BTC-USD buy 1 stop 100 mid    -> WOULD_TRIGGER need 100 have 100
    place bob   B2 BTC-USD buy 1 @ 99            -> accepted, rests 1, S2 triggered at 101, S2 trade A1 1 @ 104
    // No ask, no middle.
    cancel bob B2                                -> accepted, canceled 1 REQUESTED
    place bob   A2 BTC-USD sell 1 @ 104          -> accepted, rests 1
    place bob   A3 BTC-USD sell 1 @ 103          -> accepted, rests 1, S1 triggered at 100, S1 trade B1 1 @ 97
  )");
}

TEST(TriggersTest, MarkFiresWithTheMarkPrice) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place alice S1 BTC-USD sell 1 stop 95 mark   -> pending
    mark  BTC-USD 96                             -> ok
    mark  BTC-USD 0                              -> ok
    mark  BTC-USD 95                             -> ok, S1 triggered at 95, S1 canceled 1 INSUFFICIENT_LIQUIDITY
    mark  BTC-USD -1                             -> PRICE_OUT_OF_RANGE need 0 have -1
    mark  BTC-USD 1000000000000                  -> ok
    mark  BTC-USD 1000000000001                  -> PRICE_OUT_OF_RANGE need 1000000000000 have 1000000000001
  )");
}

// --- Order of firing ---

TEST(TriggersTest, BuysFireByAscendingTriggerThenSellsByDescendingThenByAge) {
  Check(kMarket + R"(
    place alice S1 BTC-USD buy 1 stop 103 mark   -> pending
    place alice S2 BTC-USD buy 1 stop 101 mark   -> pending
    place alice S3 BTC-USD buy 1 stop 101 mark   -> pending
    place alice T1 BTC-USD sell 1 take 102 mark  -> pending
    place alice T2 BTC-USD sell 1 take 104 mark  -> pending
    place alice T3 BTC-USD sell 1 take 104 mark  -> pending
    place bob   A1 BTC-USD sell 9 @ 103          -> accepted, rests 9
    place bob   B1 BTC-USD buy 9 @ 102           -> accepted, rests 9
    mark  BTC-USD 105                            -> ok, S2 triggered at 105, S2 trade A1 1 @ 103, S3 triggered at 105, S3 trade A1 1 @ 103, S1 triggered at 105, S1 trade A1 1 @ 103, T2 triggered at 105, T2 trade B1 1 @ 102, T3 triggered at 105, T3 trade B1 1 @ 102, T1 triggered at 105, T1 trade B1 1 @ 102
  )");
}

TEST(TriggersTest, TheTakerFinishesBeforeAnythingFires) {
  // The price that fires is the highest of the sweep.
  Check(kTraded + R"(
    place alice S1 BTC-USD buy 1 stop 101 last   -> pending
    place bob   A1 BTC-USD sell 1 @ 101          -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 103          -> accepted, rests 1
    place bob   A3 BTC-USD sell 1 @ 104          -> accepted, rests 1
    place carol X1 BTC-USD buy 2 @ 103           -> accepted, trade A1 1 @ 101, trade A2 1 @ 103, S1 triggered at 103, S1 trade A3 1 @ 104
  )");
}

TEST(TriggersTest, OneStopSetsOffTheNext) {
  Check(kTraded + R"(
    place alice S1 BTC-USD sell 1 stop 99 last   -> pending
    place alice S2 BTC-USD sell 1 stop 97 last   -> pending
    place alice S3 BTC-USD sell 1 stop 94 last   -> pending
    place bob   B1 BTC-USD buy 1 @ 99            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 97            -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 95            -> accepted, rests 1
    place carol X1 BTC-USD sell 1 @ 99           -> accepted, trade B1 1 @ 99, S1 triggered at 99, S1 trade B2 1 @ 97, S2 triggered at 97, S2 trade B3 1 @ 95
  )");
}

TEST(TriggersTest, WhatOneRoundFiresTradesBeforeTheNextRound) {
  // S1 and S2 fire together; what S1's trade sets off, T1, comes after S2.
  Check(kTraded + R"(
    place alice S1 BTC-USD sell 1 stop 99 last   -> pending
    place alice S2 BTC-USD sell 1 stop 99 last   -> pending
    place alice T1 BTC-USD sell 1 stop 97 last   -> pending
    place bob   B1 BTC-USD buy 1 @ 99            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 97            -> accepted, rests 1
    place bob   B3 BTC-USD buy 2 @ 96            -> accepted, rests 2
    place carol X1 BTC-USD sell 1 @ 99           -> accepted, trade B1 1 @ 99, S1 triggered at 99, S1 trade B2 1 @ 97, S2 triggered at 99, S2 trade B3 1 @ 96, T1 triggered at 96, T1 trade B3 1 @ 96
  )");
}

TEST(TriggersTest, AStopThatRestsMayBeTakenByTheNext) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place alice S1 BTC-USD buy 1 stop 101 mark @ 99 -> pending
    place bob   T1 BTC-USD sell 1 take 101 mark  -> pending
    mark  BTC-USD 101                            -> ok, S1 triggered at 101, S1 rests 1, T1 triggered at 101, T1 trade S1 1 @ 99
  )");
}

// --- While it waits ---

TEST(TriggersTest, APendingOrderIsCanceledAndReducedLikeAnyOther) {
  Check(kTraded + R"(
    place   alice S1 BTC-USD sell 3 stop 95 last -> pending
    amend   alice S1 to 2                        -> accepted, reduced to 2
    balance alice BTC                            -> available 998 held 2
    amend   alice S1 to 2.01                     -> QUANTITY_NOT_REDUCED need 2 have 2.01
    amend   alice S1 @ 94                        -> ORDER_STATE
    amend   alice S1 to 1 @ 94                   -> ORDER_STATE
    cancel  alice S1                             -> accepted, canceled 2 REQUESTED
    balance alice BTC                            -> available 1000 held 0
    book    BTC-USD                              -> empty
    place   alice S2 BTC-USD buy 3 stop 105 last -> pending
    amend   alice S2 to 1                        -> accepted, reduced to 1
    balance alice USD                            -> available 99885 held 115
  )");
}

TEST(TriggersTest, WhileTradingIsInterruptedNothingFires) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place bob   B1 BTC-USD buy 1 @ 94            -> accepted, rests 1
    place alice S1 BTC-USD sell 1 stop 95 mark   -> pending
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    mark  BTC-USD 90                             -> ok
    state BTC-USD post-only                      -> ok, BTC-USD POST_ONLY
    state BTC-USD trading                        -> ok, BTC-USD TRADING, S1 triggered at 90, S1 trade B1 1 @ 94
  )");
}

TEST(TriggersTest, WhatTradedBeforeAnOrderCameDoesNotFireIt) {
  // The trade at 105 interrupts trading, so nobody looks at it; T1 comes when the last is 90.
  Check(kTraded + R"(
    change BTC-USD volatility 5% 60s 60s
    place bob   A1 BTC-USD sell 1 @ 105          -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 106          -> accepted, rests 1
    at 12:00 place alice B1 BTC-USD buy 1 @ 100 ioc -> accepted, canceled 1 UNFILLED_IOC
    place alice B2 BTC-USD buy 2 @ 106 ioc       -> accepted, trade A1 1 @ 105, BTC-USD AUCTION until 12:01:00.000000001 by VOLATILITY, canceled 1 VOLATILITY
    place bob   A3 BTC-USD sell 1 @ 90           -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 90            -> accepted, rests 1
    at 12:02 tick                                -> ok, uncrossed 1 @ 90, B3 trade A3 1 @ 90, BTC-USD TRADING by AUCTION_END
    place bob   T1 BTC-USD sell 1 take 105 last  -> pending
    tick                                         -> ok
    order bob   T1                               -> pending 1, executed 0, prevented 0
  )");
}

// The same while another order is waiting, which has to see those trades.
TEST(TriggersTest, WhatTradedBeforeAnOrderCameFiresOnlyThoseThatWereThere) {
  const std::string interrupted = kTraded + R"(
    change BTC-USD volatility 5% 60s 60s
    place bob   A1 BTC-USD sell 1 @ 101          -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 104          -> accepted, rests 1
    place bob   A3 BTC-USD sell 1 @ 106          -> accepted, rests 1
    place carol D1 BTC-USD buy 1 stop 103 last   -> pending
    at 12:00 place alice B1 BTC-USD buy 1 @ 100 ioc -> accepted, canceled 1 UNFILLED_IOC
    place alice B2 BTC-USD buy 3 @ 106 ioc       -> accepted, trade A1 1 @ 101, trade A2 1 @ 104, BTC-USD AUCTION until 12:01:00.000000001 by VOLATILITY, canceled 1 VOLATILITY
    place bob   T1 BTC-USD sell 1 stop 102 last  -> pending
    place alice B3 BTC-USD buy 1 @ 95            -> accepted, rests 1
    at 12:02 tick                                -> ok, uncrossed nothing, BTC-USD TRADING by AUCTION_END, )";
  Check("rule-set 4 -> ok\n" + interrupted + "D1 triggered at 104, D1 trade A3 1 @ 106");
  Check(interrupted +
        "D1 triggered at 104, D1 trade A3 1 @ 106, T1 triggered at 101, BTC-USD AUCTION until "
        "12:03:00 by VOLATILITY, T1 canceled 1 VOLATILITY");
}

TEST(TriggersTest, AnAccountThatMayNotTradeIsRefusedWhenItsStopFires) {
  Check(kMarket + R"(
    mark    BTC-USD 100
    place   alice S1 BTC-USD sell 1 stop 95 mark -> pending
    place   alice S2 BTC-USD buy 1 take 95 mark  -> pending
    trading-state alice reducing
    mark    BTC-USD 95                           -> ok, S2 canceled 1 ACTIVATION_REFUSED, S1 triggered at 95, S1 canceled 1 INSUFFICIENT_LIQUIDITY
    mark    BTC-USD 100
    place   alice S3 BTC-USD sell 1 stop 95 mark -> pending
    trading-state everyone halted
    mark    BTC-USD 95                           -> ok, S3 canceled 1 ACTIVATION_REFUSED
    balance alice BTC                            -> available 1000 held 0
    balance alice USD                            -> available 100000 held 0
  )");
}

TEST(TriggersTest, AStopKeepsTheLimitItWasTakenWith) {
  // 100 and 10 %, whatever the collar is when it fires.
  Check(kMarket + R"(
    deposit dave USD 110
    place   dave S1 BTC-USD buy 1 stop 100 mark  -> pending
    balance dave USD                             -> available 0 held 110
    change  BTC-USD collar 20%
    place   bob  A1 BTC-USD sell 1 @ 111         -> accepted, rests 1
    mark    BTC-USD 100                          -> ok, S1 triggered at 100, S1 canceled 1 INSUFFICIENT_LIQUIDITY
    balance dave USD                             -> available 110 held 0
  )");
}

TEST(TriggersTest, AnExpiredStopIsOver) {
  Check(kTraded + R"(
    at 12:00:00 place alice S1 BTC-USD sell 1 stop 95 last gtd +60s -> pending
    +60s tick                                    -> ok, S1 canceled 1 EXPIRED
    balance alice BTC                            -> available 1000 held 0
  )");
}

TEST(TriggersTest, AtMostAThousandBecomeActiveInACommand) {
  Check(kMarket + R"(
    mark BTC-USD 100
    repeat 1001 place alice S* BTC-USD sell 0.01 stop 95 mark -> pending
    due                                          -> never
    mark BTC-USD 95                              -> ok, 1000 triggered, 1000 cancels
    due                                          -> now
    balance alice BTC                            -> available 999.99 held 0.01
    tick                                         -> ok, S1001 triggered at 95, S1001 canceled 0.01 INSUFFICIENT_LIQUIDITY
    due                                          -> never
  )");
}

// --- Trailing stops ---

TEST(TriggersTest, ATrailingSellFollowsHigherPrices) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place bob   B1 BTC-USD buy 9 @ 90            -> accepted, rests 9
    place alice T1 BTC-USD sell 1 trail 5% mark  -> pending
    mark  BTC-USD 110                            -> ok
    mark  BTC-USD 105                            -> ok
    // floor(110 x 0.95) = 104.
    mark  BTC-USD 104                            -> ok, T1 triggered at 104, T1 trade B1 1 @ 90
  )");
}

TEST(TriggersTest, ATrailingBuyFollowsLowerPrices) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place bob   A1 BTC-USD sell 9 @ 95           -> accepted, rests 9
    place alice T1 BTC-USD buy 1 trail 5% mark @ 96 -> pending
    mark  BTC-USD 91                             -> ok
    // ceil(91 x 1.05) = ceil(95.55) = 96.
    mark  BTC-USD 95                             -> ok
    mark  BTC-USD 96                             -> ok, T1 triggered at 96, T1 trade A1 1 @ 95
  )");
}

TEST(TriggersTest, ATrailingDistanceMayBeAPrice) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place alice T1 BTC-USD sell 1 trail 3 mark   -> pending
    place alice T2 BTC-USD buy 1 trail 4 mark @ 105 -> pending
    mark  BTC-USD 101                            -> ok
    mark  BTC-USD 99                             -> ok
    mark  BTC-USD 98                             -> ok, T1 triggered at 98, T1 canceled 1 INSUFFICIENT_LIQUIDITY
    mark  BTC-USD 101                            -> ok
    mark  BTC-USD 102                            -> ok, T2 triggered at 102, T2 canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(TriggersTest, TrackingMayStartAtAPrice) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place alice T1 BTC-USD sell 1 trail 5% mark from 110 -> pending
    mark  BTC-USD 80                             -> ok
    mark  BTC-USD 112                            -> ok
    mark  BTC-USD 107                            -> ok
    mark  BTC-USD 106                            -> ok, T1 triggered at 106, T1 canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(TriggersTest, ATrailingStopSeesEveryTradeInOrder) {
  // 100, then 110 within one sweep; the next trade at 104 is 5 % below 110.
  Check(kMarket + R"(
    place alice T1 BTC-USD sell 1 trail 5% last  -> pending
    place bob   A1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 110          -> accepted, rests 1
    place carol X1 BTC-USD buy 2 @ 110           -> accepted, trade A1 1 @ 100, trade A2 1 @ 110
    place bob   B1 BTC-USD buy 1 @ 105           -> accepted, rests 1
    place carol X2 BTC-USD sell 1 @ 105          -> accepted, trade B1 1 @ 105
    place bob   B2 BTC-USD buy 1 @ 104           -> accepted, rests 1
    place carol X3 BTC-USD sell 1 @ 104          -> accepted, trade B2 1 @ 104, T1 triggered at 104, T1 canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(TriggersTest, ATrailingStopFiresWithinOneSweep) {
  // A bid of 110 and one of 104 for one seller: the mark is set by the first and fires at the
  // second.
  Check(kMarket + R"(
    place alice T1 BTC-USD sell 1 trail 5% last  -> pending
    place bob   B1 BTC-USD buy 1 @ 110           -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 104           -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 103           -> accepted, rests 1
    place carol X1 BTC-USD sell 2 @ 104          -> accepted, trade B1 1 @ 110, trade B2 1 @ 104, T1 triggered at 104, T1 trade B3 1 @ 103
  )");
}

TEST(TriggersTest, ATrailingStopMayHaveALimit) {
  // Once fired it trades at once within its limit and never rests.
  Check(kMarket + R"(
    mark  BTC-USD 100
    place bob   B1 BTC-USD buy 1 @ 94            -> accepted, rests 1
    place bob   B2 BTC-USD buy 1 @ 92            -> accepted, rests 1
    place alice T1 BTC-USD sell 2 trail 5% mark @ 93 -> pending
    mark  BTC-USD 95                             -> ok, T1 triggered at 95, T1 trade B1 1 @ 94, T1 canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(TriggersTest, ATrailingStopOnTheBidFollowsTheBook) {
  Check(kMarket + R"(
    place bob   B1 BTC-USD buy 1 @ 95            -> accepted, rests 1
    place alice T1 BTC-USD sell 1 trail 5 bid-ask -> pending
    place bob   B2 BTC-USD buy 1 @ 101           -> accepted, rests 1
    place bob   B3 BTC-USD buy 1 @ 97            -> accepted, rests 1
    cancel bob  B3                               -> accepted, canceled 1 REQUESTED
    cancel bob  B2                               -> accepted, canceled 1 REQUESTED, T1 triggered at 95, T1 trade B1 1 @ 95
  )");
}

// --- The worked scenarios of Binance's trailing stop FAQ, in our words ---
//
// There a stop loss starts tracking where the price moves against it, which is not offered here: an
// order of A and B is placed just before the trade that starts it. Prices are in thousands there.

const std::string kBitcoin = R"(
  asset BTC 3
  asset USD 2
  instrument BTC-USD tick 0.5 lot 0.001
  open alice bob carol
  deposit alice USD 10000000
  deposit alice BTC 100
  deposit bob   USD 10000000
  deposit bob   BTC 100
  deposit carol USD 10000000
  deposit carol BTC 100
)";

// Trades at each price in turn, then one that fires T1.
std::string Prices(const std::vector<std::string>& prices, int& count) {
  std::string text;
  for (const std::string& price : prices) {
    const std::string id = std::to_string(++count);
    text +=
        "    place bob M" + id + " BTC-USD sell 0.001 @ " + price + " -> accepted, rests 0.001\n";
    text += "    place carol X" + id + " BTC-USD buy 0.001 @ " + price + " -> accepted, trade M" +
            id + " 0.001 @ " + price + "\n";
  }
  return text;
}

std::string Fires(const std::string& price, int& count) {
  const std::string id = std::to_string(++count);
  return "    place bob M" + id + " BTC-USD sell 0.001 @ " + price + " -> accepted, rests 0.001\n" +
         "    place carol X" + id + " BTC-USD buy 0.001 @ " + price + " -> accepted, trade M" + id +
         " 0.001 @ " + price + ", T1 triggered at " + price +
         ", T1 canceled 1 INSUFFICIENT_LIQUIDITY\n";
}

struct Faq {
  std::vector<std::string> before;
  std::string order;
  std::vector<std::string> after;
  std::string fires;
};

void CheckFaq(const Faq& faq) {
  int count = 0;
  std::string text = kBitcoin;
  text += Prices(faq.before, count);
  text += "    place alice T1 BTC-USD " + faq.order + " -> pending\n";
  text += Prices(faq.after, count);
  text += Fires(faq.fires, count);
  Check(text);
}

TEST(TriggersTest, FaqABuyThatFollowedTo42000FiresAt44100) {
  CheckFaq({{"40000", "37000", "43999.5"},
            "buy 1 trail 5% last @ 45000",
            {"44000", "45000", "46000", "42000", "44099.5"},
            "44100"});
}

TEST(TriggersTest, FaqBSellThatFollowedTo41000FiresAt36900) {
  CheckFaq({{"40000", "41500", "39000.5"},
            "sell 1 trail 10% last @ 38000",
            {"39000", "37000", "41000", "36900.5"},
            "36900"});
}

TEST(TriggersTest, FaqCBuyThatStartsAt38000FiresAt40145) {
  CheckFaq({{"40000"},
            "buy 1 trail 8.5% last from 38000 @ 38500",
            {"42000", "38000", "37000", "39000", "38000", "40144.5"},
            "40145"});
}

TEST(TriggersTest, FaqDSellThatStartsAt42000FiresAt43012_5) {
  CheckFaq({{"40000"},
            "sell 1 trail 7.5% last from 42000 @ 41000",
            {"41500", "39000", "42000", "45000", "44000", "46500", "43013"},
            "43012.5"});
}

TEST(TriggersTest, FaqESellWithoutAStartFiresAt42315) {
  CheckFaq(
      {{"40000"}, "sell 1 trail 7% last @ 39000", {"42000", "39500", "45500", "42315.5"}, "42315"});
}

}  // namespace
}  // namespace rialto::engine
