// Pegged orders: where they rest, when they move, when they wait.
#include <gtest/gtest.h>

#include <string>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob carol
  deposit alice USD 100000
  deposit alice BTC 1000
  deposit bob   USD 100000
  deposit bob   BTC 1000
)";
const std::string kQuoted = kMarket + R"(
  place bob B1 BTC-USD buy 1 @ 100               -> accepted, rests 1
  place bob A1 BTC-USD sell 1 @ 110              -> accepted, rests 1
)";

TEST(PegsTest, APegRestsAtItsReferenceAndFollowsIt) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> accepted, rests 2 @ 100
    balance alice USD                            -> available 99760 held 240
    place bob B2 BTC-USD buy 1 @ 103             -> accepted, rests 1, P1 moved from 100, P1 rests 2 @ 103
    book  BTC-USD                                -> ask 1 @ 110, bid 3 @ 103, bid 1 @ 100
    cancel bob B2                                -> accepted, canceled 1 REQUESTED, P1 moved from 103, P1 rests 2 @ 100
    book  BTC-USD                                -> ask 1 @ 110, bid 3 @ 100
  )");
}

TEST(PegsTest, APegIsBehindWhatItFollows) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> accepted, rests 2 @ 100
    place bob   B2 BTC-USD buy 1 @ 103           -> accepted, rests 1, P1 moved from 100, P1 rests 2 @ 103
    place bob   S1 BTC-USD sell 2 @ 103          -> accepted, trade B2 1 @ 103, trade P1 1 @ 103, P1 moved from 103, P1 rests 1 @ 100
    balance alice USD                            -> available 99777 held 120
  )");
}

TEST(PegsTest, AnOffsetIsInTicks) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg bid +2 @ 120  -> accepted, rests 1 @ 102
    place alice P2 BTC-USD buy 1 peg bid -3 @ 120  -> accepted, rests 1 @ 97
    place alice P3 BTC-USD sell 1 peg ask -2 @ 90  -> accepted, rests 1 @ 108
    place alice P4 BTC-USD sell 1 peg bid +15 @ 90 -> accepted, rests 1 @ 115
    book  BTC-USD                                  -> ask 1 @ 108, ask 1 @ 110, ask 1 @ 115, bid 1 @ 102, bid 1 @ 100, bid 1 @ 97
  )");
}

TEST(PegsTest, TheMiddleIsRoundedAwayFromTheOtherSide) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg mid @ 120   -> accepted, rests 1 @ 105
    cancel alice P1                              -> accepted, canceled 1 REQUESTED
    place bob   B2 BTC-USD buy 1 @ 101           -> accepted, rests 1
    place alice P2 BTC-USD buy 1 peg mid @ 120   -> accepted, rests 1 @ 105
    place alice P3 BTC-USD sell 1 peg mid @ 90   -> accepted, rests 1 @ 106
  )");
}

TEST(PegsTest, APegGoesNoFurtherThanItsPrice) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg bid @ 99    -> accepted, rests 1 @ 99
    place alice P2 BTC-USD sell 1 peg ask @ 112  -> accepted, rests 1 @ 112
    place bob   B2 BTC-USD buy 1 @ 105           -> accepted, rests 1
    cancel bob  B2                               -> accepted, canceled 1 REQUESTED
    cancel bob  B1                               -> accepted, canceled 1 REQUESTED, P1 moved from 99
    place bob   B3 BTC-USD buy 1 @ 98            -> accepted, rests 1, P1 moved, P1 rests 1 @ 98
  )");
}

TEST(PegsTest, APegNeverTakes) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg ask @ 120   -> accepted, rests 1 @ 109
    // The best ask as it is has another peg's order in it.
    place alice P2 BTC-USD sell 1 peg bid @ 90   -> accepted, rests 1 @ 110
    place alice P3 BTC-USD sell 1 peg ask -20 @ 90 -> accepted, rests 1 @ 110
    cancel alice P1                              -> accepted, canceled 1 REQUESTED
    book  BTC-USD                                -> ask 3 @ 110, bid 1 @ 100
  )");
}

TEST(PegsTest, PegsDoNotFollowPegs) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg bid +5 @ 120 -> accepted, rests 1 @ 105
    place alice P2 BTC-USD buy 1 peg bid +1 @ 120 -> accepted, rests 1 @ 101
    tick                                         -> ok
    book  BTC-USD                                -> ask 1 @ 110, bid 1 @ 105, bid 1 @ 101, bid 1 @ 100
  )");
}

TEST(PegsTest, WithoutItsReferenceAPegWaits) {
  Check(kMarket + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> pending
    place alice P2 BTC-USD buy 2 peg mid @ 120   -> pending
    balance alice USD                            -> available 99520 held 480
    place bob B1 BTC-USD buy 1 @ 100             -> accepted, rests 1, P1 moved, P1 rests 2 @ 100
    place bob A1 BTC-USD sell 1 @ 110            -> accepted, rests 1, P2 moved, P2 rests 2 @ 105
    cancel bob B1                                -> accepted, canceled 1 REQUESTED, P1 moved from 100, P2 moved from 105
    book  BTC-USD                                -> ask 1 @ 110
    cancel alice P1                              -> accepted, canceled 2 REQUESTED
    balance alice USD                            -> available 99760 held 240
  )");
}

TEST(PegsTest, ATargetOutsideAllPricesWaits) {
  Check(kMarket + R"(
    place bob   B1 BTC-USD buy 1 @ 2             -> accepted, rests 1
    place alice P1 BTC-USD buy 1 peg bid -2 @ 120 -> pending
    place alice P2 BTC-USD buy 1 peg bid -1 @ 120 -> accepted, rests 1 @ 1
    place bob   A1 BTC-USD sell 1 @ 999999999999  -> accepted, rests 1
    place alice P3 BTC-USD sell 1 peg ask +2 @ 5  -> pending
    place alice P4 BTC-USD sell 1 peg ask +1 @ 5  -> accepted, rests 1 @ 1000000000000
    place bob   B2 BTC-USD buy 1 @ 3              -> accepted, rests 1, P1 moved, P1 rests 1 @ 1, P2 moved from 1, P2 rests 1 @ 2
  )");
}

// Its price times its quantity is then beyond any amount, and no one can buy it.
TEST(PegsTest, APegFarAboveItsLimitStopsNobody) {
  Check(R"(
    asset USD 0
    asset BIG 0
    instrument BIG-USD tick 1 lot 1 max 1000000000000000
    open alice bob
    deposit alice USD 100
    deposit bob BIG 10000000
    place alice B1 BIG-USD buy 1 @ 1                                    -> accepted, rests 1
    place bob P1 BIG-USD sell 10000000 peg bid +999999999998 @ 1        -> accepted, rests 10000000 @ 999999999999
    place alice B2 BIG-USD buy for 5 market                             -> accepted 0, canceled 0 INSUFFICIENT_LIQUIDITY
    place alice B3 BIG-USD buy 10000000 market                          -> AMOUNT_OVERFLOW
    place alice B4 BIG-USD buy 1000000000000000 @ 1000000000000 fok     -> AMOUNT_OVERFLOW
    place alice B5 BIG-USD buy 2 @ 1000000000000 fok                    -> INSUFFICIENT_FUNDS need 2000000000000 have 99
  )");
}

TEST(PegsTest, PegsMoveInTheOrderOfTheirAge) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg bid @ 120    -> accepted, rests 1 @ 100
    place alice P2 BTC-USD sell 1 peg bid +20 @ 5 -> accepted, rests 1 @ 120
    place alice P3 BTC-USD buy 1 peg bid @ 120    -> accepted, rests 1 @ 100
    place bob   B2 BTC-USD buy 1 @ 101            -> accepted, rests 1, P1 moved from 100, P1 rests 1 @ 101, P2 moved from 120, P2 rests 1 @ 121, P3 moved from 100, P3 rests 1 @ 101
    place bob   S1 BTC-USD sell 3 @ 101           -> accepted, trade B2 1 @ 101, trade P1 1 @ 101, trade P3 1 @ 101, P2 moved from 121, P2 rests 1 @ 120
  )");
}

TEST(PegsTest, APegThatStaysKeepsItsPlace) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 1 peg bid @ 120   -> accepted, rests 1 @ 100
    place bob   B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    cancel bob  B1                               -> accepted, canceled 1 REQUESTED
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, trade P1 1 @ 100
  )");
}

TEST(PegsTest, PegsMoveAfterTriggersHaveTraded) {
  Check(kQuoted + R"(
    mark  BTC-USD 100
    place alice P1 BTC-USD buy 1 peg bid -1 @ 120 -> accepted, rests 1 @ 99
    place bob   S1 BTC-USD sell 1.5 stop 95 mark -> pending
    mark  BTC-USD 95                             -> ok, S1 triggered at 95, S1 trade B1 1 @ 100, S1 trade P1 0.5 @ 99, P1 moved from 99
    book  BTC-USD                                -> ask 1 @ 110
  )");
}

TEST(PegsTest, AnAuctionTakesPegsOutAndTradingBringsThemBack) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> accepted, rests 2 @ 100
    state BTC-USD auction                        -> ok, BTC-USD AUCTION, P1 moved from 100
    book  BTC-USD                                -> ask 1 @ 110, bid 1 @ 100
    place alice P2 BTC-USD buy 1 peg bid @ 120   -> INSTRUMENT_STATE AUCTION
    place bob B2 BTC-USD buy 1 @ 101             -> accepted, rests 1
    state BTC-USD trading                        -> ok, uncrossed nothing, BTC-USD TRADING, P1 moved, P1 rests 2 @ 101
  )");
}

TEST(PegsTest, PegsFollowInPostOnlyAndStandStillInAHalt) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> accepted, rests 2 @ 100
    state BTC-USD post-only                      -> ok, BTC-USD POST_ONLY
    place bob B2 BTC-USD buy 1 @ 101             -> accepted, rests 1, P1 moved from 100, P1 rests 2 @ 101
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    cancel bob B2                                -> accepted, canceled 1 REQUESTED
    book  BTC-USD                                -> ask 1 @ 110, bid 2 @ 101, bid 1 @ 100
    state BTC-USD trading                        -> ok, BTC-USD TRADING, P1 moved from 101, P1 rests 2 @ 100
  )");
}

TEST(PegsTest, APegIsReducedButNotMovedByHand) {
  Check(kQuoted + R"(
    place alice P1 BTC-USD buy 2 peg bid @ 120   -> accepted, rests 2 @ 100
    amend alice P1 to 1                          -> accepted, reduced to 1
    balance alice USD                            -> available 99880 held 120
    amend alice P1 to 2                          -> QUANTITY_NOT_REDUCED need 1 have 2
    amend alice P1 @ 119                         -> ORDER_STATE
    book  BTC-USD                                -> ask 1 @ 110, bid 2 @ 100
  )");
}

TEST(PegsTest, AnInstrumentHasAThousandPegs) {
  Check(kQuoted + R"(
    repeat 1000 place alice P* BTC-USD buy 0.01 peg bid @ 120 -> accepted, rests 0.01 @ 100
    place alice X1 BTC-USD buy 0.01 peg bid @ 120 -> TOO_MANY_PENDING_ORDERS need 1000 have 1000
    cancel alice P7                              -> accepted, canceled 0.01 REQUESTED
    place alice X2 BTC-USD buy 0.01 peg bid @ 120 -> accepted, rests 0.01 @ 100
  )");
}

}  // namespace
}  // namespace rialto::engine
