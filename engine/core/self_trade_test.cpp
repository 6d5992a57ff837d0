// Self-trade prevention: each mode, groups, icebergs, FOK and MARKET, holds.
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
  deposit alice USD 10000
  deposit alice BTC 100
  deposit bob   BTC 100
  deposit bob   USD 10000
)";

// Alice's own order stands before bob's.
const std::string kOwnFirst = kMarket + R"(
  place alice S1 BTC-USD sell 1 @ 100            -> accepted, rests 1
  place bob   S2 BTC-USD sell 1 @ 100            -> accepted, rests 1
)";

TEST(SelfTradeTest, ByDefaultItTrades) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100           -> accepted, trade S1 1 @ 100, trade S2 1 @ 100, rests 1
  )");
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100 allow     -> accepted, trade S1 1 @ 100, trade S2 1 @ 100, rests 1
  )");
}

TEST(SelfTradeTest, ExpireTakerEndsTheTaker) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100 expire-taker -> accepted, prevented S1 taker 3 maker 0 @ 100, canceled 0 SELF_TRADE_PREVENTED
    balance alice USD                            -> available 10000 held 0
    book BTC-USD                                 -> ask 2 @ 100
  )");
}

TEST(SelfTradeTest, WhatATakerTradedBeforeStays) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 1 @ 99           -> accepted, rests 1
    place alice S2 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 3 @ 100 expire-taker -> accepted, trade S1 1 @ 99, prevented S2 taker 2 maker 0 @ 100, canceled 0 SELF_TRADE_PREVENTED
    balance alice USD                            -> available 9901 held 0
  )");
}

TEST(SelfTradeTest, ExpireMakerEndsTheMakerAndGoesOn) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100 expire-maker -> accepted, prevented S1 taker 0 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 1 @ 100, rests 2
    balance alice BTC                            -> available 101 held 0
    balance alice USD                            -> available 9700 held 200
  )");
}

TEST(SelfTradeTest, ExpireBothEndsBoth) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100 expire-both -> accepted, prevented S1 taker 3 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, canceled 0 SELF_TRADE_PREVENTED
    balance alice BTC                            -> available 100 held 0
    balance alice USD                            -> available 10000 held 0
    book BTC-USD                                 -> ask 1 @ 100
  )");
}

TEST(SelfTradeTest, DecrementTakesTheSmallerFromBoth) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 3 @ 100 decrement -> accepted, prevented S1 taker 1 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 1 @ 100, rests 1
    balance alice USD                            -> available 9800 held 100
  )");
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 0.4 @ 100 decrement -> accepted, prevented S1 taker 0.4 maker 0.4 @ 100, canceled 0 SELF_TRADE_PREVENTED
    balance alice BTC                            -> available 99.4 held 0.6
    // The maker keeps its place.
    place bob   B2 BTC-USD buy 1 @ 100           -> accepted, trade S1 0.6 @ 100, trade S2 0.4 @ 100
  )");
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 1 @ 100 decrement -> accepted, prevented S1 taker 1 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, canceled 0 SELF_TRADE_PREVENTED
  )");
}

TEST(SelfTradeTest, TheHoldOfABuyerAtRestShrinks) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 3 @ 100           -> accepted, rests 3
    place alice S1 BTC-USD sell 1 @ 90 decrement -> accepted, prevented B1 taker 1 maker 1 @ 100, canceled 0 SELF_TRADE_PREVENTED
    balance alice USD                            -> available 9800 held 200
    balance alice BTC                            -> available 100 held 0
    amend alice B1 to 3                          -> accepted
    amend alice B1 to 2                          -> accepted, reduced to 1
    // All of it that is not prevented is gone: nothing is left to keep.
    amend alice B1 to 1                          -> accepted, canceled 1 AMENDED
  )");
}

TEST(SelfTradeTest, TheTakersModeDecides) {
  Check(kMarket + R"(
    place alice S1 BTC-USD sell 1 @ 100 expire-maker -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100 expire-taker -> accepted, prevented S1 taker 1 maker 0 @ 100, canceled 0 SELF_TRADE_PREVENTED
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, trade S1 1 @ 100
  )");
}

TEST(SelfTradeTest, TheInstrumentHasADefault) {
  Check(kMarket + R"(
    change BTC-USD self-trade expire-maker
    place alice S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, prevented S1 taker 0 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, rests 1
    place alice S2 BTC-USD sell 1 @ 100 allow    -> accepted, trade B1 1 @ 100
  )");
}

TEST(SelfTradeTest, AnInstrumentMayListItsModes) {
  Check(kMarket + R"(
    change BTC-USD self-trade decrement modes allow,expire-taker
    place alice S1 BTC-USD sell 1 @ 100 expire-maker -> SELF_TRADE_NOT_ALLOWED EXPIRE_MAKER
    place alice S2 BTC-USD sell 1 @ 100 decrement -> SELF_TRADE_NOT_ALLOWED DECREMENT
    place alice S3 BTC-USD sell 1 @ 100 expire-taker -> accepted, rests 1
    // The default is not asked for.
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, prevented S3 taker 1 maker 1 @ 100, S3 canceled 0 SELF_TRADE_PREVENTED, canceled 0 SELF_TRADE_PREVENTED
  )");
}

TEST(SelfTradeTest, AccountsOfOneGroupAreOneOwner) {
  Check(kMarket + R"(
    settings alice group 7
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 0.5 @ 100 expire-taker -> accepted, trade S1 0.5 @ 100
    // Orders at rest follow at once.
    settings bob group 7
    place alice B2 BTC-USD buy 0.5 @ 100 expire-taker -> accepted, prevented S1 taker 0.5 maker 0 @ 100, canceled 0 SELF_TRADE_PREVENTED
    settings bob group 8
    place alice B3 BTC-USD buy 0.5 @ 100 expire-taker -> accepted, trade S1 0.5 @ 100
  )");
}

TEST(SelfTradeTest, WithoutAGroupEveryoneIsAlone) {
  Check(kMarket + R"(
    settings alice group 0
    settings bob   group 0
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100 expire-both -> accepted, trade S1 1 @ 100
  )");
}

// --- Icebergs ---

TEST(SelfTradeTest, ExpireMakerEndsTheHiddenPartToo) {
  Check(kMarket + R"(
    place alice S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    place alice B1 BTC-USD buy 1 @ 100 expire-maker -> accepted, prevented S1 taker 0 maker 3 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, rests 1
    balance alice BTC                            -> available 100 held 0
    book BTC-USD                                 -> bid 1 @ 100
  )");
}

TEST(SelfTradeTest, DecrementTakesWhatIsShownAndTheIcebergShowsMore) {
  Check(kMarket + R"(
    place alice S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    place bob   S2 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 3 @ 100 decrement -> accepted, prevented S1 taker 1 maker 1 @ 100, S1 replenished 1, trade S2 1 @ 100, prevented S1 taker 1 maker 1 @ 100, S1 replenished 1, canceled 0 SELF_TRADE_PREVENTED
    balance alice BTC                            -> available 100 held 1
    book BTC-USD                                 -> ask 1 @ 100
  )");
}

// --- FOK and MARKET: what prevention takes is not there to be filled with ---

TEST(SelfTradeTest, FillOrKillDoesNotCountItsOwnOrders) {
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 1.01 @ 100 fok expire-maker -> accepted, canceled 1.01 UNFILLED_FOK
    book  BTC-USD                                -> ask 2 @ 100
    place alice B2 BTC-USD buy 1 @ 100 fok expire-maker -> accepted, prevented S1 taker 0 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 1 @ 100
  )");
  Check(kOwnFirst + R"(
    place alice B1 BTC-USD buy 1 @ 100 fok expire-taker -> accepted, canceled 1 UNFILLED_FOK
    place alice B2 BTC-USD buy 1 @ 100 fok expire-both  -> accepted, canceled 1 UNFILLED_FOK
    place alice B3 BTC-USD buy 2 @ 100 fok decrement    -> accepted, canceled 2 UNFILLED_FOK
    place alice B4 BTC-USD buy 2 @ 100 fok allow        -> accepted, trade S1 1 @ 100, trade S2 1 @ 100
  )");
}

TEST(SelfTradeTest, FillOrKillFillsBeforeItMeetsItsOwn) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 1 @ 99           -> accepted, rests 1
    place alice S2 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100 fok expire-taker -> accepted, trade S1 1 @ 99
  )");
}

TEST(SelfTradeTest, AMarketOrderHoldsOnlyWhatItCanTrade) {
  Check(kMarket + R"(
    deposit  carol USD 101
    deposit  carol BTC 1
    place    carol S1 BTC-USD sell 1 @ 100       -> accepted, rests 1
    place    bob   S2 BTC-USD sell 1 @ 101       -> accepted, rests 1
    place    carol B1 BTC-USD buy 1 market expire-maker -> accepted, prevented S1 taker 0 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 1 @ 101
    balance  carol USD                           -> available 0 held 0
    balance  carol BTC                           -> available 2 held 0
  )");
  Check(kMarket + R"(
    deposit  carol USD 101
    deposit  carol BTC 1
    place    carol S1 BTC-USD sell 1 @ 100       -> accepted, rests 1
    place    bob   S2 BTC-USD sell 1 @ 101       -> accepted, rests 1
    place    carol B1 BTC-USD buy 2 market decrement -> accepted, prevented S1 taker 1 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 1 @ 101
    balance  carol USD                           -> available 0 held 0
    balance  carol BTC                           -> available 2 held 0
  )");
}

TEST(SelfTradeTest, AMarketOrderWithNobodyElseFindsNoLiquidity) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place alice S1 BTC-USD sell 1 market expire-maker -> accepted, prevented B1 taker 0 maker 1 @ 100, B1 canceled 0 SELF_TRADE_PREVENTED, canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

// What it could buy for its amount is known before it meets its own.
TEST(SelfTradeTest, ByAmountTheTakerStopsBeforeItsOwn) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice S2 BTC-USD sell 1 @ 101          -> accepted, rests 1
    place alice B1 BTC-USD buy for 300 market decrement -> accepted 1, trade S1 1 @ 100, canceled 0 INSUFFICIENT_LIQUIDITY
    balance alice USD                            -> available 9900 held 0
    book BTC-USD                                 -> ask 1 @ 101
  )");
}

TEST(SelfTradeTest, ByAmountExpireMakerGoesOn) {
  Check(kMarket + R"(
    place alice S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place bob   S2 BTC-USD sell 3 @ 101          -> accepted, rests 3
    place alice B1 BTC-USD buy for 202 market expire-maker -> accepted 2, prevented S1 taker 0 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, trade S2 2 @ 101
    balance alice USD                            -> available 9798 held 0
  )");
}

TEST(SelfTradeTest, AStopKeepsItsMode) {
  Check(kMarket + R"(
    mark  BTC-USD 100
    place alice B1 BTC-USD buy 1 @ 94            -> accepted, rests 1
    place alice S1 BTC-USD sell 1 stop 95 mark expire-both -> pending
    mark  BTC-USD 95                             -> ok, S1 triggered at 95, S1 prevented B1 taker 1 maker 1 @ 94, B1 canceled 0 SELF_TRADE_PREVENTED, S1 canceled 0 SELF_TRADE_PREVENTED
    balance alice BTC                            -> available 100 held 0
    balance alice USD                            -> available 10000 held 0
  )");
}

}  // namespace
}  // namespace rialto::engine
