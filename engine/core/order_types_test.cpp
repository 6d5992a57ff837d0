// Order types and times in force: what each asks for, how far it goes, how long it stays; see
// engine/sim/scenario.h for the words.
#include "engine/core/order_types.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

// A lot at a tick is worth a cent. Market orders go 10 % from the best price: the default.
const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob carol
  deposit alice USD 10000
  deposit bob   BTC 100
  deposit carol BTC 100
)";

// --- ICEBERG ---

TEST(OrderTypesTest, AnIcebergShowsAPartAndGoesToTheEndWithTheNext) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    place carol S2 BTC-USD sell 1 @ 100          -> accepted, rests 1
    book  BTC-USD                                -> ask 2 @ 100
    balance bob BTC                              -> available 97 held 3
    place alice B1 BTC-USD buy 1.5 @ 100         -> accepted, trade S1 1 @ 100, S1 replenished 1, trade S2 0.5 @ 100
    place alice B2 BTC-USD buy 0.5 @ 100         -> accepted, trade S2 0.5 @ 100
    book  BTC-USD                                -> ask 1 @ 100
  )");
}

TEST(OrderTypesTest, ALargeTakerGetsTheHiddenPartToo) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 2.5 @ 100 show 1 -> accepted, rests 2.5 (shows 1)
    place carol S2 BTC-USD sell 1 @ 101          -> accepted, rests 1
    place alice B1 BTC-USD buy 3 @ 101           -> accepted, trade S1 1 @ 100, S1 replenished 1, trade S1 1 @ 100, S1 replenished 0.5, trade S1 0.5 @ 100, trade S2 0.5 @ 101
    balance bob BTC                              -> available 97.5 held 0
    book  BTC-USD                                -> ask 0.5 @ 101
  )");
}

TEST(OrderTypesTest, APartlyTakenPartIsNotReplenished) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    place alice B1 BTC-USD buy 0.4 @ 100         -> accepted, trade S1 0.4 @ 100
    book  BTC-USD                                -> ask 0.6 @ 100
    place alice B2 BTC-USD buy 0.6 @ 100         -> accepted, trade S1 0.6 @ 100, S1 replenished 1
    book  BTC-USD                                -> ask 1 @ 100
  )");
}

TEST(OrderTypesTest, AnIcebergTakesWholeAndHidesTheRest) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 2 @ 100          -> accepted, rests 2
    place alice B1 BTC-USD buy 5 @ 100 show 1    -> accepted, trade S1 2 @ 100, rests 3 (shows 1)
    place bob   S2 BTC-USD sell 2.5 @ 100        -> accepted, trade B1 1 @ 100, B1 replenished 1, trade B1 1 @ 100, B1 replenished 1, trade B1 0.5 @ 100
    book  BTC-USD                                -> bid 0.5 @ 100
    balance alice USD                            -> available 9500 held 50
  )");
}

TEST(OrderTypesTest, AnIcebergThatShowsAllIsALimitOrder) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 2 @ 100 show 2   -> accepted, rests 2
    place bob   S2 BTC-USD sell 2 @ 100 show 2.01 -> INVALID_ORDER
    place bob   S3 BTC-USD sell 2 @ 100 show 1 day -> INVALID_ORDER
    place bob   S4 BTC-USD sell 2 @ 100 show 1 gtd +60s -> INVALID_ORDER
    place bob   S5 BTC-USD sell 2 @ 100 show 1 ioc -> INVALID_ORDER
    place bob   S6 BTC-USD sell 2 @ 100 show -1  -> INVALID_ORDER
  )");
}

TEST(OrderTypesTest, ReducingAnIcebergTakesTheHiddenPartFirst) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    amend bob   S1 to 2                          -> accepted, reduced to 2
    book  BTC-USD                                -> ask 1 @ 100
    amend bob   S1 to 0.4                        -> accepted, reduced to 0.4
    book  BTC-USD                                -> ask 0.4 @ 100
    balance bob BTC                              -> available 99.6 held 0.4
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, trade S1 0.4 @ 100, rests 0.6
  )");
}

TEST(OrderTypesTest, CancelingAnIcebergReleasesWhatItHidTo) {
  Check(kMarket + R"(
    place  bob  S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    cancel bob  S1                               -> accepted, canceled 3 REQUESTED
    book   BTC-USD                               -> empty
    balance bob BTC                              -> available 100 held 0
  )");
}

TEST(OrderTypesTest, IcebergPartsHaveABound) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01 iceberg-parts 3
    open bob
    deposit bob BTC 100
    place bob S1 BTC-USD sell 3 @ 100 show 1     -> accepted, rests 3 (shows 1)
    place bob S2 BTC-USD sell 3.01 @ 100 show 1  -> TOO_MANY_ICEBERG_PARTS need 3 have 4
    change BTC-USD iceberg-parts 0
    place bob S3 BTC-USD sell 10 @ 100 show 0.01 -> accepted, rests 10 (shows 0.01)
    place bob S4 BTC-USD sell 10.01 @ 100 show 0.01 -> TOO_MANY_ICEBERG_PARTS need 1000 have 1001
  )");
}

// --- MARKET and its collar ---

TEST(OrderTypesTest, AMarketOrderStopsTenPercentFromTheBestPrice) {
  Check(kMarket + R"(
    place   bob   S1 BTC-USD sell 1 @ 101        -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 111        -> accepted, rests 1
    place   bob   S3 BTC-USD sell 1 @ 112        -> accepted, rests 1
    place   alice B1 BTC-USD buy 3 market        -> accepted, trade S1 1 @ 101, trade S2 1 @ 111, canceled 1 COLLAR
    balance alice USD                            -> available 9788 held 0
    book    BTC-USD                              -> ask 1 @ 112
    place   alice B2 BTC-USD buy 2 market        -> accepted, trade S3 1 @ 112, canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(OrderTypesTest, AMarketSellStopsTenPercentBelow) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 1 @ 101         -> accepted, rests 1
    place   alice B2 BTC-USD buy 1 @ 91          -> accepted, rests 1
    place   alice B3 BTC-USD buy 1 @ 90          -> accepted, rests 1
    place   bob   S1 BTC-USD sell 3 market       -> accepted, trade B1 1 @ 101, trade B2 1 @ 91, canceled 1 COLLAR
    book    BTC-USD                              -> bid 1 @ 90
  )");
}

TEST(OrderTypesTest, AnInstrumentSaysHowFarMarketOrdersGo) {
  Check(kMarket + R"(
    change  BTC-USD collar 2%
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 102        -> accepted, rests 1
    place   bob   S3 BTC-USD sell 1 @ 103        -> accepted, rests 1
    place   alice B1 BTC-USD buy 3 market fok    -> accepted, canceled 3 UNFILLED_FOK
    place   alice B2 BTC-USD buy 2 market fok    -> accepted, trade S1 1 @ 100, trade S2 1 @ 102
  )");
}

TEST(OrderTypesTest, AMarketOrderByAmountStopsAtTheCollarToo) {
  Check(kMarket + R"(
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 110        -> accepted, rests 1
    place   bob   S3 BTC-USD sell 1 @ 111        -> accepted, rests 1
    place   alice B0 BTC-USD buy for 300 market fok -> accepted 2, canceled 2 UNFILLED_FOK
    place   alice B1 BTC-USD buy for 300 market  -> accepted 2, trade S1 1 @ 100, trade S2 1 @ 110, canceled 0 COLLAR
    balance alice USD                            -> available 9790 held 0
  )");
}

TEST(OrderTypesTest, OnlyWhatTheCollarLetsThroughIsHeld) {
  Check(kMarket + R"(
    deposit bob USD 100
    place   carol S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   carol S2 BTC-USD sell 9 @ 111        -> accepted, rests 9
    place   bob   B1 BTC-USD buy 10 market       -> accepted, trade S1 1 @ 100, canceled 9 COLLAR
    balance bob   USD                            -> available 0 held 0
  )");
}

// --- Collar of limits, band of executions ---

TEST(OrderTypesTest, ALimitFarFromTheReferencePriceIsRefused) {
  Check(kMarket + R"(
    change BTC-USD limit-collar 10%
    place  alice B0 BTC-USD buy 1 @ 1            -> accepted, rests 1
    mark   BTC-USD 101
    place  alice B1 BTC-USD buy 1 @ 112          -> PRICE_COLLAR need 111 have 112
    place  alice B2 BTC-USD buy 1 @ 90           -> PRICE_COLLAR need 91 have 90
    place  alice B3 BTC-USD buy 1 @ 91           -> accepted, rests 1
    place  bob   S1 BTC-USD sell 1 @ 90          -> PRICE_COLLAR need 91 have 90
    place  bob   S2 BTC-USD sell 1 @ 112         -> PRICE_COLLAR need 111 have 112
    place  bob   S3 BTC-USD sell 1 @ 111         -> accepted, rests 1
    // Of stops only what they were asked for counts: where they trade, the band decides.
    place  bob   S4 BTC-USD sell 1 stop 50 last  -> pending
  )");
}

TEST(OrderTypesTest, TheReferencePriceIsTheMarkElseTheLastTrade) {
  Check(kMarket + R"(
    place  bob   S1 BTC-USD sell 1 @ 200         -> accepted, rests 1
    place  alice B1 BTC-USD buy 1 @ 200          -> accepted, trade S1 1 @ 200
    change BTC-USD limit-collar 10%
    place  alice B2 BTC-USD buy 1 @ 179          -> PRICE_COLLAR need 180 have 179
    mark   BTC-USD 100
    place  alice B3 BTC-USD buy 1 @ 180          -> PRICE_COLLAR need 110 have 180
    mark   BTC-USD 0
    place  alice B4 BTC-USD buy 1 @ 180          -> accepted, rests 1
  )");
}

TEST(OrderTypesTest, NothingTradesOutsideTheBand) {
  Check(kMarket + R"(
    change BTC-USD band 5%
    mark   BTC-USD 100
    place  bob   S1 BTC-USD sell 1 @ 104         -> accepted, rests 1
    place  bob   S2 BTC-USD sell 1 @ 105         -> accepted, rests 1
    place  bob   S3 BTC-USD sell 1 @ 106         -> accepted, rests 1
    place  alice B1 BTC-USD buy 3 @ 106 fok      -> accepted, canceled 3 UNFILLED_FOK
    place  alice B2 BTC-USD buy 3 @ 106          -> accepted, trade S1 1 @ 104, trade S2 1 @ 105, canceled 1 PRICE_BAND
    book   BTC-USD                               -> ask 1 @ 106
    // Where its own limit stops it, it rests.
    place  alice B3 BTC-USD buy 1 @ 105          -> accepted, rests 1
    place  alice B4 BTC-USD buy 1 @ 106 ioc      -> accepted, canceled 1 PRICE_BAND
    place  alice B5 BTC-USD buy 1 market         -> accepted, canceled 1 PRICE_BAND
    mark   BTC-USD 101
    place  alice B6 BTC-USD buy 1 @ 106          -> accepted, trade S3 1 @ 106
  )");
}

TEST(OrderTypesTest, WithoutAReferencePriceThereIsNoBand) {
  Check(kMarket + R"(
    change BTC-USD band 5%
    place  bob   S1 BTC-USD sell 1 @ 100         -> accepted, rests 1
    place  bob   S2 BTC-USD sell 1 @ 200         -> accepted, rests 1
    // It goes by the reference as the order arrives, not by its own trades.
    place  alice B1 BTC-USD buy 2 @ 200          -> accepted, trade S1 1 @ 100, trade S2 1 @ 200
    place  bob   S3 BTC-USD sell 1 @ 211         -> accepted, rests 1
    place  alice B2 BTC-USD buy 1 @ 211          -> accepted, canceled 1 PRICE_BAND
    // A band keeps a buyer from paying too much, not from paying little.
    place  bob   S4 BTC-USD sell 1 @ 100         -> accepted, rests 1
    place  alice B3 BTC-USD buy 1 @ 211          -> accepted, trade S4 1 @ 100
  )");
}

TEST(OrderTypesTest, TheTightestBoundIsTheReason) {
  Check(kMarket + R"(
    change BTC-USD band 10% collar 5%
    mark   BTC-USD 100
    place  bob   S1 BTC-USD sell 1 @ 100         -> accepted, rests 1
    place  bob   S2 BTC-USD sell 1 @ 120         -> accepted, rests 1
    place  alice B1 BTC-USD buy 2 market         -> accepted, trade S1 1 @ 100, canceled 1 COLLAR
    place  alice B2 BTC-USD buy 1 market         -> accepted, canceled 1 PRICE_BAND
    // Both at 110: the collar is named first.
    change BTC-USD band 10% collar 10%
    place  bob   S3 BTC-USD sell 1 @ 100         -> accepted, rests 1
    place  alice B3 BTC-USD buy 2 market         -> accepted, trade S3 1 @ 100, canceled 1 COLLAR
  )");
}

// --- Prices an instrument takes ---

TEST(OrderTypesTest, PricesLieWithinTheInstrumentsRange) {
  Check(kMarket + R"(
    change BTC-USD price 10 200
    place  alice B1 BTC-USD buy 1 @ 9            -> PRICE_OUT_OF_RANGE need 10 have 9
    place  alice B2 BTC-USD buy 1 @ 10           -> accepted, rests 1
    place  bob   S1 BTC-USD sell 1 @ 201         -> PRICE_OUT_OF_RANGE need 200 have 201
    place  bob   S2 BTC-USD sell 1 @ 200         -> accepted, rests 1
    place  bob   S3 BTC-USD sell 1 stop 9 last   -> PRICE_OUT_OF_RANGE need 10 have 9
    place  bob   S4 BTC-USD sell 1 stop 50 last @ 9 -> PRICE_OUT_OF_RANGE need 10 have 9
    place  bob   S5 BTC-USD sell 1 stop 9 last @ 201 -> PRICE_OUT_OF_RANGE need 200 have 201
    place  bob   S6 BTC-USD sell 1 trail 5% last from 201 -> PRICE_OUT_OF_RANGE need 200 have 201
    place  alice P1 BTC-USD buy 1 peg bid @ 201  -> PRICE_OUT_OF_RANGE need 200 have 201
  )");
}

// --- Times in force ---

TEST(OrderTypesTest, GoodTillDateExpiresOnTheEnginesTime) {
  Check(kMarket + R"(
    at 12:00:00 place alice B1 BTC-USD buy 1 @ 100 gtd 12:01:00 -> accepted, rests 1
    due                                          -> 12:01:00
    at 12:00:59 tick                             -> ok
    // What is due happens first: the seller meets nobody.
    at 12:01:00 place bob S1 BTC-USD sell 1 @ 100 -> accepted, B1 canceled 1 EXPIRED, rests 1
    due                                          -> never
    balance alice USD                            -> available 10000 held 0
    book    BTC-USD                              -> ask 1 @ 100
  )");
}

TEST(OrderTypesTest, GoodTillDateLiesAhead) {
  Check(kMarket + R"(
    at 12:00:00 place alice B1 BTC-USD buy 1 @ 100 gtd 12:00:00 -> EXPIRE_TIME_PASSED need 12:00:00 have 12:00:00
    at 12:00:01 place alice B2 BTC-USD buy 1 @ 100 gtd 11:00:00 -> EXPIRE_TIME_PASSED need 12:00:01 have 11:00:00
    at 12:00:02 place alice B3 BTC-USD buy 1 @ 100 gtd +1ns -> accepted, rests 1
    tick                                         -> ok, B3 canceled 1 EXPIRED
  )");
}

TEST(OrderTypesTest, DayOrdersEndAtMidnightWhenThereIsNoSchedule) {
  Check(kMarket + R"(
    at 12:00:00 place alice B1 BTC-USD buy 1 @ 100 day -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    due                                          -> 1d00:00:00
    at 23:59:59 tick                             -> ok
    at 1d00:00 tick                              -> ok, B1 canceled 1 DAY_END
    book  BTC-USD                                -> bid 1 @ 100
  )");
}

TEST(OrderTypesTest, DayOrdersEndWithTheSessionWhenThereIsASchedule) {
  Check(kMarket + R"(
    at 12:00:00 schedule BTC-USD closed@1d17:30 trading@2d09:00
    place alice B1 BTC-USD buy 1 @ 100 day       -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 stop 90 last day -> pending
    at 1d12:00 tick                              -> ok
    at 1d17:30 tick                              -> ok, BTC-USD CLOSED by SCHEDULE, B1 canceled 1 DAY_END, S1 canceled 1 DAY_END
    book  BTC-USD                                -> bid 1 @ 100
  )");
}

TEST(OrderTypesTest, AnOrderTakenUpTooLateIsRefused) {
  Check(kMarket + R"(
    at 12:00:00 place alice B1 BTC-USD buy 1 @ 100 by 12:00:00 -> accepted, rests 1
    at 12:00:01 place alice B2 BTC-USD buy 1 @ 100 by 12:00:00 -> REQUEST_EXPIRED need 12:00:00 have 12:00:01
    // The content of an order is not when it may come: a repeat, not a new order.
    place alice B1 BTC-USD buy 1 @ 100 by 13:00:00 -> repeated accepted
    place alice B2 BTC-USD buy 1 @ 100 by 13:00:00 -> repeated REQUEST_EXPIRED need 12:00:00 have 12:00:01
  )");
}

// --- The table of types: nothing a type does not know is ignored ---

TEST(OrderTypesTest, LimitOrdersTakeNoOtherFields) {
  Check(kMarket + R"(
    place alice A1 BTC-USD buy 1 @ 80 amount=1      -> INVALID_ORDER
    place alice A2 BTC-USD buy 1 @ 80 source=1      -> INVALID_ORDER
    place alice A3 BTC-USD buy 1 @ 80 trigger=90    -> INVALID_ORDER
    place alice A4 BTC-USD buy 1 @ 80 trail-ppm=100 -> INVALID_ORDER
    place alice A5 BTC-USD buy 1 @ 80 trail-ticks=1 -> INVALID_ORDER
    place alice A6 BTC-USD buy 1 @ 80 peg=1         -> INVALID_ORDER
    place alice A7 BTC-USD buy 1 @ 80 offset=1      -> INVALID_ORDER
    place alice A8 BTC-USD buy 1 @ 80 expire=99     -> INVALID_ORDER
    place alice A9 BTC-USD buy 1 @ 80 expire=-1     -> INVALID_ORDER
    place alice C1 BTC-USD buy 1 @ 80 tif=4         -> INVALID_ORDER
    place alice C2 BTC-USD buy 1 @ 80 tif=4 expire=-1 -> INVALID_ORDER
    place alice C3 BTC-USD buy 1 @ 80 not-after=-1  -> INVALID_ORDER
    place alice C4 BTC-USD buy 1 @ 80 ioc post-only -> INVALID_ORDER
    place alice C5 BTC-USD buy 1 @ 80 fok post-only -> INVALID_ORDER
    place alice C6 BTC-USD buy 1 @ 80 day post-only -> accepted, rests 1
    place alice C7 BTC-USD buy 1 @ 80 gtd 1h post-only -> accepted, rests 1
    place alice C8 BTC-USD buy 1 @ 80 tag T session 7 by 1h expire-both -> accepted, rests 1
  )");
}

TEST(OrderTypesTest, MarketOrdersTakeNoOtherFields) {
  Check(kMarket + R"(
    place alice A1 BTC-USD buy 1 market price=1     -> INVALID_ORDER
    place alice A2 BTC-USD buy 1 for 5 market       -> INVALID_ORDER
    place alice A3 BTC-USD buy market               -> INVALID_ORDER
    place alice A4 BTC-USD buy 1 market gtc         -> INVALID_ORDER
    place alice A5 BTC-USD buy 1 market day         -> INVALID_ORDER
    place alice A6 BTC-USD buy 1 market gtd 1h      -> INVALID_ORDER
    place alice A7 BTC-USD buy 1 market post-only   -> INVALID_ORDER
    place alice A8 BTC-USD buy 1 market show 1      -> INVALID_ORDER
    place alice A9 BTC-USD buy 1 market source=1    -> INVALID_ORDER
    place alice C1 BTC-USD buy 1 market trigger=1   -> INVALID_ORDER
    place alice C2 BTC-USD buy 1 market trail-ppm=100 -> INVALID_ORDER
    place alice C3 BTC-USD buy 1 market trail-ticks=1 -> INVALID_ORDER
    place alice C4 BTC-USD buy 1 market peg=1       -> INVALID_ORDER
    place alice C5 BTC-USD buy 1 market offset=1    -> INVALID_ORDER
    place alice C6 BTC-USD buy 1 market expire=99   -> INVALID_ORDER
    place alice C7 BTC-USD buy 1 market tag T session 7 by 1h decrement -> accepted, canceled 1 INSUFFICIENT_LIQUIDITY
  )");
}

TEST(OrderTypesTest, StopsTakeNoOtherFields) {
  Check(kMarket + R"(
    place alice A1 BTC-USD buy 1 stop 90 last price=1     -> INVALID_ORDER
    place alice A2 BTC-USD buy 1 stop 90 last amount=1    -> INVALID_ORDER
    place alice A3 BTC-USD buy 1 stop 90 last ioc         -> INVALID_ORDER
    place alice A4 BTC-USD buy 1 take 90 last fok         -> INVALID_ORDER
    place alice A5 BTC-USD buy 1 stop 90 last source=0    -> INVALID_ORDER
    place alice A6 BTC-USD buy 1 stop 90 last source=5    -> INVALID_ORDER
    place alice A7 BTC-USD buy 1 stop 90 last post-only   -> INVALID_ORDER
    place alice A8 BTC-USD buy 1 stop 90 last show 1      -> INVALID_ORDER
    place alice A9 BTC-USD buy 1 stop 90 last trail-ppm=100 -> INVALID_ORDER
    place alice C1 BTC-USD buy 1 take 90 last trail-ticks=1 -> INVALID_ORDER
    place alice C2 BTC-USD buy 1 stop 90 last peg=1       -> INVALID_ORDER
    place alice C3 BTC-USD buy 1 stop 90 last offset=1    -> INVALID_ORDER
    place alice C4 BTC-USD buy 1 stop 0 last              -> PRICE_OUT_OF_RANGE need 1 have 0
    place alice C5 BTC-USD buy 0 stop 90 last             -> QUANTITY_BELOW_MINIMUM need 0.01 have 0
    place alice C6 BTC-USD buy 1 stop 90 last @ 0         -> PRICE_OUT_OF_RANGE need 1 have 0
    place alice C7 BTC-USD buy 1 stop 90 last @ 80 show 1 -> INVALID_ORDER
    place alice C8 BTC-USD buy 1 stop 90 last @ 80 post-only -> INVALID_ORDER
    place alice C9 BTC-USD buy 1 take 90 last @ 80 amount=1 -> INVALID_ORDER
    place alice D1 BTC-USD buy 1 stop 90 last day         -> pending
    place alice D2 BTC-USD buy 1 stop 90 last @ 80 ioc    -> pending
    place alice D3 BTC-USD buy 1 take 90 last @ 80 fok    -> pending
    place alice D4 BTC-USD buy 1 take 90 mark gtd 1h      -> pending
  )");
}

TEST(OrderTypesTest, TrailingStopsTakeOneDistance) {
  Check(kMarket + R"(
    place bob   A1 BTC-USD sell 1 trail 5% last trail-ticks=1 -> INVALID_ORDER
    place bob   A2 BTC-USD sell 1 trail 5% last trail-ppm=0   -> INVALID_ORDER
    place bob   A3 BTC-USD sell 1 trail 5% last trail-ppm=99  -> INVALID_ORDER
    place bob   A4 BTC-USD sell 1 trail 5% last trail-ppm=100 -> pending
    place bob   A5 BTC-USD sell 1 trail 5% last trail-ppm=990000 -> pending
    place bob   A6 BTC-USD sell 1 trail 5% last trail-ppm=990001 -> INVALID_ORDER
    place bob   A7 BTC-USD sell 1 trail 1 last                -> pending
    place bob   A8 BTC-USD sell 1 trail 1 last trail-ticks=-1 -> INVALID_ORDER
    place bob   A9 BTC-USD sell 1 trail 1 last trail-ticks=1000000000000 -> pending
    place bob   C1 BTC-USD sell 1 trail 1 last trail-ticks=1000000000001 -> INVALID_ORDER
    place bob   C2 BTC-USD sell 1 trail 5% last source=0      -> INVALID_ORDER
    place bob   C3 BTC-USD sell 1 trail 5% last ioc           -> INVALID_ORDER
    place bob   C4 BTC-USD sell 1 trail 5% last post-only     -> INVALID_ORDER
    place bob   C5 BTC-USD sell 1 trail 5% last show 1        -> INVALID_ORDER
    place bob   C6 BTC-USD sell 1 trail 5% last peg=1         -> INVALID_ORDER
    place bob   C7 BTC-USD sell 1 trail 5% last amount=1      -> INVALID_ORDER
    place bob   C8 BTC-USD sell 1 trail 5% last trigger=-1    -> PRICE_OUT_OF_RANGE need 1 have -1
    place bob   C9 BTC-USD sell 1 trail 5% last @ -1          -> PRICE_OUT_OF_RANGE need 1 have -1
    place alice D1 BTC-USD buy 1 trail 5% last                -> PRICE_OUT_OF_RANGE need 1 have 0
    place alice D2 BTC-USD buy 1 trail 5% last @ 100          -> pending
    place bob   D3 BTC-USD sell 1 trail 5% last @ 90          -> pending
  )");
}

TEST(OrderTypesTest, PeggedOrdersTakeNoOtherFields) {
  Check(kMarket + R"(
    place alice A1 BTC-USD buy 1 peg bid @ 80 peg=0       -> INVALID_ORDER
    place alice A2 BTC-USD buy 1 peg bid @ 80 peg=4       -> INVALID_ORDER
    place alice A3 BTC-USD buy 1 peg bid @ 80 offset=1000000000001  -> INVALID_ORDER
    place alice A4 BTC-USD buy 1 peg bid @ 80 offset=-1000000000001 -> INVALID_ORDER
    place alice A5 BTC-USD buy 1 peg bid @ 80 offset=-1000000000000 -> pending
    place alice A6 BTC-USD buy 1 peg bid                  -> PRICE_OUT_OF_RANGE need 1 have 0
    place alice A7 BTC-USD buy 1 peg bid @ 80 ioc         -> INVALID_ORDER
    place alice A8 BTC-USD buy 1 peg bid @ 80 post-only   -> INVALID_ORDER
    place alice A9 BTC-USD buy 1 peg bid @ 80 show 1      -> INVALID_ORDER
    place alice C1 BTC-USD buy 1 peg bid @ 80 trigger=1   -> INVALID_ORDER
    place alice C2 BTC-USD buy 1 peg bid @ 80 source=1    -> INVALID_ORDER
    place alice C3 BTC-USD buy 1 peg bid @ 80 trail-ppm=100 -> INVALID_ORDER
    place alice C4 BTC-USD buy 1 peg bid @ 80 amount=1    -> INVALID_ORDER
    place alice C5 BTC-USD buy 1 peg mid @ 80 day         -> pending
  )");
}

TEST(OrderTypesTest, EnumsOutOfRangeAreInvalid) {
  Check(kMarket + R"(
    place alice A1 BTC-USD buy 1 @ 80 side=0        -> INVALID_ORDER
    place alice A2 BTC-USD buy 1 @ 80 side=3        -> INVALID_ORDER
    place alice A3 BTC-USD buy 1 @ 80 type=0        -> INVALID_ORDER
    place alice A4 BTC-USD buy 1 @ 80 type=9        -> INVALID_ORDER
    place alice A5 BTC-USD buy 1 @ 80 tif=0         -> INVALID_ORDER
    place alice A6 BTC-USD buy 1 @ 80 tif=6         -> INVALID_ORDER
    place alice A7 BTC-USD buy 1 @ 80 post-only=2   -> INVALID_ORDER
    place alice A8 BTC-USD buy 1 @ 80 self-trade=6  -> INVALID_ORDER
    place alice A9 BTC-USD buy 1 stop 90 last source=6 -> INVALID_ORDER
  )");
}

}  // namespace
}  // namespace rialto::engine
