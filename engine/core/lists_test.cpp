// Orders that depend on each other: one cancels the other, one triggers the other, bracket.
#include <gtest/gtest.h>

#include <string>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  instrument BTC-EUR base BTC quote USD tick 1 lot 0.01
  open alice bob carol dave
  deposit alice BTC 2
  deposit bob   USD 100000
  deposit bob   BTC 1000
  deposit carol USD 100000
  deposit carol BTC 1000
  mark BTC-USD 100
)";

// Alice sells her 2 BTC at 110, or at the market when the mark falls to 95.
const std::string kOco = kMarket + R"(
  oco alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> accepted, rests 2
)";

// --- One cancels the other ---

// One mark fires carol's order, which trades L1, and S1, which L1's trade has ended by then. She
// has 20, and was to sell 10.
TEST(ListsTest, NotBothLegsOfAnOcoTradeWhenOneMarkFiresTheOther) {
  const std::string set = kMarket + R"(
    deposit alice BTC 18
    oco alice BTC-USD L1 sell 10 @ 110 | S1 sell 10 stop 90 mark -> accepted, rests 10
    place carol C1 BTC-USD buy 10 take 90 mark @ 110 -> pending
    place bob B1 BTC-USD buy 10 @ 85             -> accepted, rests 10
)";
  const std::string fires = "    mark BTC-USD 90 -> ok, C1 triggered at 90, C1 trade L1 10 @ 110, ";
  Check("rule-set 4 -> ok\n" + set + fires + R"(S1 canceled 10 LIST_SIBLING
    balance alice BTC                            -> available 10 held 0)");
  Check(set + fires + R"(S1 triggered at 90, S1 trade B1 10 @ 85
    balance alice BTC                            -> available 0 held 0)");
}

TEST(ListsTest, BothLegsOfAnOcoShareAHold) {
  Check(kOco + R"(
    balance alice BTC                            -> available 0 held 2
    book  BTC-USD                                -> ask 2 @ 110
    cancel alice L1                              -> accepted, canceled 2 REQUESTED, S1 canceled 2 LIST_SIBLING
    balance alice BTC                            -> available 2 held 0
  )");
}

TEST(ListsTest, TheDearerLegHoldsTheDifference) {
  // The stop may cost 121 + 121, the limit order 180.
  Check(kMarket + R"(
    deposit dave USD 241.99
    oco dave BTC-USD L1 buy 2 @ 90 | S1 buy 2 stop 110 mark -> INSUFFICIENT_FUNDS need 62 have 61.99
    deposit dave USD 0.01
    oco dave BTC-USD L2 buy 2 @ 90 | S2 buy 2 stop 110 mark -> accepted, rests 2
    balance dave USD                             -> available 0 held 242
    place   bob A1 BTC-USD sell 2 @ 115          -> accepted, rests 2
    mark    BTC-USD 110                          -> ok, L2 canceled 2 LIST_SIBLING, S2 triggered at 110, S2 trade A1 2 @ 115
    balance dave USD                             -> available 12 held 0
  )");
}

TEST(ListsTest, ATradeOfTheLimitLegEndsTheStop) {
  Check(kOco + R"(
    place bob B1 BTC-USD buy 0.5 @ 110           -> accepted, trade L1 0.5 @ 110, S1 canceled 2 LIST_SIBLING
    mark  BTC-USD 95                             -> ok
    book  BTC-USD                                -> ask 1.5 @ 110
    balance alice BTC                            -> available 0 held 1.5
  )");
}

TEST(ListsTest, TheStopEndsTheLimitLegBeforeItTrades) {
  Check(kOco + R"(
    place bob B1 BTC-USD buy 1 @ 94              -> accepted, rests 1
    mark  BTC-USD 95                             -> ok, L1 canceled 2 LIST_SIBLING, S1 triggered at 95, S1 trade B1 1 @ 94, S1 canceled 1 INSUFFICIENT_LIQUIDITY
    book  BTC-USD                                -> empty
    balance alice BTC                            -> available 1 held 0
  )");
}

TEST(ListsTest, CancelingTheStopEndsTheLimitLeg) {
  Check(kOco + R"(
    cancel alice S1                              -> accepted, canceled 2 REQUESTED, L1 canceled 2 LIST_SIBLING
    book  BTC-USD                                -> empty
    balance alice BTC                            -> available 2 held 0
  )");
}

TEST(ListsTest, WhenALegExpiresTheOtherIsOver) {
  Check(kMarket + R"(
    at 12:00 oco alice BTC-USD L1 sell 2 @ 110 gtd 12:01 | S1 sell 2 stop 95 mark -> accepted, rests 2
    at 12:01 tick                                -> ok, L1 canceled 2 EXPIRED, S1 canceled 2 LIST_SIBLING
    balance alice BTC                            -> available 2 held 0
  )");
}

TEST(ListsTest, TheStopLegMayRestOnceFired) {
  Check(kMarket + R"(
    oco alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 95 mark @ 94 -> accepted, rests 2
    mark  BTC-USD 95                             -> ok, L1 canceled 2 LIST_SIBLING, S1 triggered at 95, S1 rests 2
    book  BTC-USD                                -> ask 2 @ 94
    cancel alice S1                              -> accepted, canceled 2 REQUESTED
  )");
}

TEST(ListsTest, TheLimitLegMustNotTake) {
  Check(kMarket + R"(
    place bob B1 BTC-USD buy 1 @ 109             -> accepted, rests 1
    oco alice BTC-USD L1 sell 2 @ 109 | S1 sell 2 stop 95 mark -> WOULD_TAKE need 109 have 109
    oco alice BTC-USD L2 sell 2 @ 110 | S2 sell 2 stop 100 mark -> WOULD_TRIGGER need 100 have 100
    oco alice BTC-USD L3 sell 2 @ 110 | S3 sell 2 stop 99 mark -> accepted, rests 2
  )");
}

TEST(ListsTest, ATrailingStopMayBeALeg) {
  Check(kMarket + R"(
    oco alice BTC-USD L1 sell 2 @ 120 | S1 sell 2 trail 5% mark -> accepted, rests 2
    mark BTC-USD 110                             -> ok
    mark BTC-USD 104                             -> ok, L1 canceled 2 LIST_SIBLING, S1 triggered at 104, S1 canceled 2 INSUFFICIENT_LIQUIDITY
  )");
}

// --- One triggers the other ---

TEST(ListsTest, TheChildWaitsForTheParentToFill) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, rests 2
    balance dave BTC                             -> available 0 held 0
    place   bob X1 BTC-USD sell 1 @ 100          -> accepted, trade B1 1 @ 100
    book    BTC-USD                              -> bid 1 @ 100
    place   bob X2 BTC-USD sell 1 @ 100          -> accepted, trade B1 1 @ 100, S1 active 2, S1 rests 2
    balance dave BTC                             -> available 0 held 2
    book    BTC-USD                              -> ask 2 @ 110
  )");
}

TEST(ListsTest, AChildIsNoLargerThanWhatItsParentTraded) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, rests 2
    place   bob X1 BTC-USD sell 0.75 @ 100       -> accepted, trade B1 0.75 @ 100
    cancel  dave B1                              -> accepted, canceled 1.25 REQUESTED, S1 active 0.75, S1 rests 0.75, executed 0.75 for 75
    balance dave BTC                             -> available 0 held 0.75
    balance dave USD                             -> available 125 held 0
  )");
  // And no larger than it was asked for.
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 0.5 @ 110 -> accepted, rests 2
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 active 0.5, S1 rests 0.5
  )");
}

TEST(ListsTest, AChildDiesWithAParentThatTradedNothing) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, rests 2
    cancel  dave B1                              -> accepted, canceled 2 REQUESTED, S1 canceled 2 LIST_PARENT
    balance dave USD                             -> available 200 held 0
  )");
}

TEST(ListsTest, AParentThatTradesOnArrivalWakesItsChildAtOnce) {
  Check(kMarket + R"(
    deposit dave USD 200
    place   bob X1 BTC-USD sell 2 @ 99           -> accepted, rests 2
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, trade X1 2 @ 99, S1 active 2, S1 rests 2
    balance dave USD                             -> available 2 held 0
  )");
}

TEST(ListsTest, AChildThatMayTradeTradesAsANewOrder) {
  Check(kMarket + R"(
    deposit dave USD 200
    place   bob B9 BTC-USD buy 1 @ 95            -> accepted, rests 1
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 90 -> accepted, rests 2
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 active 2, S1 trade B9 1 @ 95, S1 rests 1
  )");
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 90 ioc -> accepted, rests 2
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 active 2, S1 canceled 2 UNFILLED_IOC
  )");
}

TEST(ListsTest, AChildWithATriggerWaitsOn) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 stop 95 mark -> accepted, rests 2
    mark    BTC-USD 96                           -> ok
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 active 2
    balance dave BTC                             -> available 0 held 2
    mark    BTC-USD 95                           -> ok, S1 triggered at 95, S1 canceled 2 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(ListsTest, AChildWithoutFundsIsRefused) {
  Check(kMarket + R"(
    oto   alice BTC-USD S1 sell 2 @ 110 | B1 buy 2 @ 120 -> accepted, rests 2
    place bob X1 BTC-USD buy 2 @ 110             -> accepted, trade S1 2 @ 110, B1 canceled 2 ACTIVATION_REFUSED
    balance alice USD                            -> available 220 held 0
  )");
}

TEST(ListsTest, APostOnlyChildThatWouldTakeIsRefused) {
  Check(kMarket + R"(
    deposit dave USD 200
    place   bob B9 BTC-USD buy 1 @ 95            -> accepted, rests 1
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 95 post-only -> accepted, rests 2
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 canceled 2 ACTIVATION_REFUSED
  )");
}

TEST(ListsTest, AChildOfAnAccountThatMayNotTradeIsRefused) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, rests 2
    trading-state dave halted
    place   bob X1 BTC-USD sell 2 @ 100          -> accepted, trade B1 2 @ 100, S1 canceled 2 ACTIVATION_REFUSED
  )");
}

TEST(ListsTest, WhileTradingIsInterruptedAChildWaits) {
  Check(kMarket + R"(
    deposit dave USD 200
    oto     dave BTC-USD B1 buy 2 @ 100 | S1 sell 2 @ 110 -> accepted, rests 2
    place   bob X1 BTC-USD sell 1 @ 100          -> accepted, trade B1 1 @ 100
    state   BTC-USD cancel-only                  -> ok, BTC-USD CANCEL_ONLY
    cancel  dave B1                              -> accepted, canceled 1 REQUESTED, executed 1 for 100
    state   BTC-USD trading                      -> ok, BTC-USD TRADING, S1 active 1, S1 rests 1
  )");
}

// --- Bracket ---

// Dave buys 2 at 100, takes profit at 110, stops at 95.
const std::string kBracket = kMarket + R"(
  deposit dave USD 200
  bracket dave BTC-USD B1 buy 2 @ 100 | T1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> accepted, rests 2
)";
const std::string kEntered = kBracket + R"(
  place bob X1 BTC-USD sell 2 @ 100              -> accepted, trade B1 2 @ 100, T1 active 2, T1 rests 2, S1 active 2
)";

TEST(ListsTest, ABracketEntersThenGuards) {
  Check(kEntered + R"(
    balance dave BTC                             -> available 0 held 2
    balance dave USD                             -> available 0 held 0
    book    BTC-USD                              -> ask 2 @ 110
  )");
}

TEST(ListsTest, WhatTheProfitTradesTheStopNeedNotSell) {
  Check(kEntered + R"(
    place bob B2 BTC-USD buy 0.5 @ 110           -> accepted, trade T1 0.5 @ 110, S1 reduced to 1.5
    place bob B3 BTC-USD buy 1 @ 94              -> accepted, rests 1
    mark  BTC-USD 95                             -> ok, T1 canceled 1.5 LIST_SIBLING, S1 triggered at 95, S1 trade B3 1 @ 94, S1 canceled 0.5 INSUFFICIENT_LIQUIDITY
    balance dave BTC                             -> available 0.5 held 0
    balance dave USD                             -> available 149 held 0
  )");
}

TEST(ListsTest, AProfitTakenInFullEndsTheStop) {
  Check(kEntered + R"(
    place bob B2 BTC-USD buy 2 @ 110             -> accepted, trade T1 2 @ 110, S1 canceled 2 LIST_SIBLING
    balance dave USD                             -> available 220 held 0
    balance dave BTC                             -> available 0 held 0
  )");
}

TEST(ListsTest, CancelingOneGuardEndsTheOther) {
  Check(kEntered + R"(
    cancel dave T1                               -> accepted, canceled 2 REQUESTED, S1 canceled 2 LIST_SIBLING
    balance dave BTC                             -> available 2 held 0
  )");
  Check(kEntered + R"(
    cancel dave S1                               -> accepted, canceled 2 REQUESTED, T1 canceled 2 LIST_SIBLING
    balance dave BTC                             -> available 2 held 0
  )");
}

TEST(ListsTest, GuardsAreAsLargeAsTheEntry) {
  Check(kBracket + R"(
    place  bob X1 BTC-USD sell 1.5 @ 100         -> accepted, trade B1 1.5 @ 100
    cancel dave B1                               -> accepted, canceled 0.5 REQUESTED, T1 active 1.5, T1 rests 1.5, S1 active 1.5, executed 1.5 for 150
    balance dave BTC                             -> available 0 held 1.5
  )");
}

TEST(ListsTest, ABracketWithoutAnEntryIsOver) {
  Check(kBracket + R"(
    cancel dave B1                               -> accepted, canceled 2 REQUESTED, T1 canceled 2 LIST_PARENT, S1 canceled 2 LIST_PARENT
    balance dave USD                             -> available 200 held 0
  )");
}

TEST(ListsTest, AGuardCanceledBeforeTheEntryTakesTheOtherAlong) {
  Check(kBracket + R"(
    cancel dave S1                               -> accepted, canceled 2 REQUESTED, T1 canceled 2 LIST_SIBLING
    place bob X1 BTC-USD sell 2 @ 100            -> accepted, trade B1 2 @ 100
    balance dave BTC                             -> available 2 held 0
  )");
}

// Dave meets his own profit: what that loses, the stop loses, too, since rule set 3.
const std::string kMeetsHimself = R"(
  deposit dave USD 55
  place dave X2 BTC-USD buy 0.5 @ 110 decrement  -> accepted, prevented T1 taker 0.5 maker 0.5 @ 110, canceled 0 SELF_TRADE_PREVENTED)";

TEST(ListsTest, WhatPreventionTakesFromAGuardTheOtherLoses) {
  const std::string stopped = R"(
  deposit bob USD 300
  place bob B3 BTC-USD buy 3 @ 94                -> accepted, rests 3
  mark BTC-USD 95                                -> ok, T1 canceled 1.5 LIST_SIBLING, S1 triggered at 95, S1 trade B3 )";
  Check("rule-set 3 -> ok\n" + kEntered + kMeetsHimself + ", S1 reduced to 1.5" + stopped +
        "1.5 @ 94");
  Check(kEntered + kMeetsHimself + stopped + "2 @ 94");
}

// The entry executed 5 of 9. Its profit trades 4 and is interrupted before the stop is active: then
// the stop guards what is left.
TEST(ListsTest, AGuardThatIsNotActiveYetIsReducedToo) {
  Check(kMarket + R"(
    change  BTC-USD volatility 5% 1h 5m
    deposit dave USD 1000
    deposit bob USD 1000
    deposit alice BTC 5
    place   alice A1 BTC-USD sell 5 @ 100
    bracket dave BTC-USD B1 buy 9 @ 100 | T1 sell 9 @ 90 | S1 sell 9 stop 50 mark -> accepted, trade A1 5 @ 100, rests 4
    place   bob X1 BTC-USD buy 4 @ 98
    place   bob X2 BTC-USD buy 3 @ 94
    cancel  dave B1                              -> accepted, canceled 4 REQUESTED, T1 active 5, T1 trade X1 4 @ 98, BTC-USD AUCTION until 00:05:00.000000023 by VOLATILITY, T1 rests 1, S1 reduced to 5, executed 5 for 500
    cancel  bob X2                               -> accepted, canceled 3 REQUESTED
    state   BTC-USD trading                      -> ok, uncrossed nothing, BTC-USD TRADING, S1 active 1
  )");
}

TEST(ListsTest, ABracketMaySellFirst) {
  // It sells 2 at 110, buys back at 100, or at the market when the mark reaches 120.
  Check(kMarket + R"(
    bracket alice BTC-USD S1 sell 2 @ 110 | T1 buy 2 @ 100 | B1 buy 2 stop 120 mark @ 120 -> accepted, rests 2
    deposit alice USD 20
    place bob X1 BTC-USD buy 2 @ 110             -> accepted, trade S1 2 @ 110, T1 active 2, T1 rests 2, B1 active 2
    balance alice USD                            -> available 0 held 240
    place bob X2 BTC-USD sell 1 @ 100            -> accepted, trade T1 1 @ 100, B1 reduced to 1
    // Of its own 40 it needs 20 beside the 100 of the other guard.
    balance alice USD                            -> available 20 held 120
    mark BTC-USD 120                             -> ok, T1 canceled 1 LIST_SIBLING, B1 triggered at 120, B1 rests 1
    balance alice USD                            -> available 20 held 120
  )");
}

// --- What is refused ---

TEST(ListsTest, ListsHaveShapes) {
  Check(kMarket + R"(
    oco alice BTC-USD A1 sell 1 @ 110                                     -> INVALID_ORDER
    oco alice BTC-USD A2 sell 1 @ 110 | A3 sell 1 stop 95 mark | A4 sell 1 stop 94 mark -> INVALID_ORDER
    oco alice BTC-USD A5 sell 1 @ 110 | A5 sell 1 stop 95 mark            -> INVALID_ORDER
    oco alice BTC-USD A6 sell 1 @ 110 | A7 sell 0.5 stop 95 mark          -> INVALID_ORDER
    oco alice BTC-USD A8 sell 1 @ 110 | A9 buy 1 stop 115 mark            -> INVALID_ORDER
    oco alice BTC-USD C1 sell 1 @ 110 | C2 sell 1 @ 120                   -> INVALID_ORDER
    oco alice BTC-USD C3 sell 1 @ 110 ioc | C4 sell 1 stop 95 mark        -> INVALID_ORDER
    oco alice BTC-USD C5 sell 1 stop 95 mark | C6 sell 1 stop 95 mark     -> INVALID_ORDER
    oco alice BTC-USD C7 sell 1 @ 110 | C8 sell 1 stop 95 mark account=1002 -> INVALID_ORDER
    oco alice BTC-USD C9 sell 1 @ 110 | D1 sell 1 stop 95 mark instrument=2 -> INVALID_ORDER
    oto alice BTC-USD D2 sell 1 @ 110 ioc | D3 buy 1 @ 100                -> INVALID_ORDER
    oto alice BTC-USD D4 sell 1 market | D5 buy 1 @ 100                   -> INVALID_ORDER
    oto alice BTC-USD D6 sell 1 @ 110 | D7 buy 1 market                   -> INVALID_ORDER
    oto alice BTC-USD D8 sell 1 @ 110 | D9 buy 1 peg bid @ 100            -> INVALID_ORDER
    bracket alice BTC-USD E1 sell 1 @ 110 | E2 buy 1 @ 100                -> INVALID_ORDER
    bracket alice BTC-USD E3 sell 1 @ 110 | E4 sell 1 @ 120 | E5 sell 1 stop 95 mark -> INVALID_ORDER
    bracket alice BTC-USD E6 sell 1 @ 110 | E7 buy 2 @ 100 | E8 buy 2 stop 120 mark -> INVALID_ORDER
    bracket alice BTC-USD E9 sell 1 @ 110 | F1 buy 1 @ 100 | F2 buy 2 stop 120 mark -> INVALID_ORDER
    bracket alice BTC-USD F3 sell 1 @ 110 | F4 buy 1 @ 100 | F5 sell 1 stop 95 mark -> INVALID_ORDER
    bracket alice BTC-USD F6 sell 1 @ 110 | F7 buy 1 @ 100 ioc | F8 buy 1 stop 120 mark -> INVALID_ORDER
    strange-list alice BTC-USD F9 sell 1 @ 110 | G1 sell 1 stop 95 mark   -> INVALID_ORDER
    balance alice BTC                                                     -> available 2 held 0
  )");
}

TEST(ListsTest, OneRefusalRefusesAll) {
  Check(kMarket + R"(
    oco alice BTC-USD L1 sell 3 @ 110 | S1 sell 3 stop 95 mark -> INSUFFICIENT_FUNDS need 3 have 2
    oco alice BTC-USD L2 sell 2 @ 110 | S2 sell 2 stop 0 mark -> PRICE_OUT_OF_RANGE need 1 have 0
    balance alice BTC                            -> available 2 held 0
    book BTC-USD                                 -> empty
  )");
}

TEST(ListsTest, ARepeatedListHearsItsFirstOutcome) {
  Check(kOco + R"(
    oco   alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> repeated accepted
    oco   alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 94 mark -> CLIENT_ORDER_ID_REUSED
    oto   alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> CLIENT_ORDER_ID_REUSED
    oco   alice BTC-USD N1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> CLIENT_ORDER_ID_REUSED
    place alice L1 BTC-USD sell 2 @ 110          -> CLIENT_ORDER_ID_REUSED
    place alice S1 BTC-USD sell 2 stop 95 mark   -> CLIENT_ORDER_ID_REUSED
    book  BTC-USD                                -> ask 2 @ 110
  )");
}

TEST(ListsTest, ARefusedListIsRememberedUnderItsFirstId) {
  Check(kMarket + R"(
    oco   alice BTC-USD L1 sell 3 @ 110 | S1 sell 3 stop 95 mark -> INSUFFICIENT_FUNDS need 3 have 2
    deposit alice BTC 1
    oco   alice BTC-USD L1 sell 3 @ 110 | S1 sell 3 stop 95 mark -> repeated INSUFFICIENT_FUNDS need 3 have 2
    place alice L1 BTC-USD sell 1 @ 110          -> CLIENT_ORDER_ID_REUSED
    place alice S1 BTC-USD sell 1 @ 110          -> accepted, rests 1
  )");
}

TEST(ListsTest, OrdersOfAListAreNeitherAmendedNorReplaced) {
  Check(kOco + R"(
    amend   alice L1 to 1                        -> ORDER_STATE
    amend   alice S1 to 1                        -> ORDER_STATE
    replace alice L1 with N1 BTC-USD sell 2 @ 111 -> ORDER_STATE
    replace alice S1 with N2 BTC-USD sell 2 @ 111 -> ORDER_STATE
  )");
}

TEST(ListsTest, EachOrderOfAListCountsAsAnOpenOrder) {
  Check(kMarket + R"(
    settings alice open-orders 1
    oco alice BTC-USD L1 sell 2 @ 110 | S1 sell 2 stop 95 mark -> TOO_MANY_OPEN_ORDERS need 1 have 1
    settings alice open-orders 2
    oco alice BTC-USD L2 sell 2 @ 110 | S2 sell 2 stop 95 mark -> accepted, rests 2
    place alice S3 BTC-USD sell 0.01 @ 110       -> TOO_MANY_OPEN_ORDERS need 2 have 2
  )");
}

TEST(ListsTest, AChildCountsForNothingButAsAnOpenOrder) {
  // It is no position, no exposure and no duplicate yet, and needs no funds.
  Check(kMarket + R"(
    limits   alice BTC-USD position 3 exposure 250
    settings alice duplicates 1h open-orders 2
    change   BTC-USD pending-orders 1
    oto alice BTC-USD S1 sell 2 @ 110 | B1 buy 9 @ 200 -> accepted, rests 2
    place alice S2 BTC-USD sell 0.01 @ 120       -> TOO_MANY_OPEN_ORDERS need 2 have 2
    cancel alice S1                              -> accepted, canceled 2 REQUESTED, B1 canceled 9 LIST_PARENT
    oto alice BTC-USD S3 sell 2 @ 111 | B2 buy 9 stop 200 mark -> accepted, rests 2
    settings alice
    place alice B3 BTC-USD buy 0.01 stop 200 mark -> TOO_MANY_PENDING_ORDERS need 1 have 1
  )");
}

TEST(ListsTest, AListIsCheckedOrderByOrder) {
  Check(kMarket + R"(
    oco alice BTC-USD L1 sell 2 @ 0 | S1 sell 2 stop 95 mark by 1ns -> PRICE_OUT_OF_RANGE need 1 have 0
    oco alice BTC-USD L2 sell 2 @ 110 | S2 sell 2 stop 95 mark by 1ns -> REQUEST_EXPIRED need 1ns have 16ns
    // As new, its stop would fire at once; as a child it may.
    oto alice BTC-USD S3 sell 2 @ 110 | S4 sell 1 stop 100 mark -> accepted, rests 2
  )");
}

TEST(ListsTest, AMassCancelEndsAListOnce) {
  Check(kOco + R"(
    masscancel of alice                          -> ok, L1 canceled 2 MASS_CANCELED, S1 canceled 2 MASS_CANCELED, 2 orders
    balance alice BTC                            -> available 2 held 0
  )");
}

}  // namespace
}  // namespace rialto::engine
