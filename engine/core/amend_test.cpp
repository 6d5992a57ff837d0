// Amend, replace, cancel with a condition, mass cancel.
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
  open alice bob carol
  deposit alice USD 1000
  deposit bob   BTC 100
  deposit carol BTC 100
)";

// --- Amend ---

TEST(AmendTest, ASmallerQuantityKeepsItsPlace) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 2 @ 100          -> accepted, rests 2
    place carol S2 BTC-USD sell 2 @ 100          -> accepted, rests 2
    amend bob   S1 to 1                          -> accepted, reduced to 1
    amend bob   S1 to 1 @ 100                    -> accepted
    place alice B1 BTC-USD buy 2 @ 100           -> accepted, trade S1 1 @ 100, trade S2 1 @ 100
  )");
}

TEST(AmendTest, ALargerQuantityGoesToTheEnd) {
  Check(kMarket + R"(
    place   bob   S1 BTC-USD sell 2 @ 100        -> accepted, rests 2
    place   carol S2 BTC-USD sell 2 @ 100        -> accepted, rests 2
    amend   bob   S1 to 2.5                      -> accepted, moved to 2.5 @ 100, rests 2.5
    balance bob   BTC                            -> available 97.5 held 2.5
    place   alice B1 BTC-USD buy 3 @ 100         -> accepted, trade S2 2 @ 100, trade S1 1 @ 100
    amend   bob   S1                             -> accepted, executed 1 for 100
  )");
}

TEST(AmendTest, AnotherPriceGoesToTheEndOfThatPrice) {
  Check(kMarket + R"(
    place   bob   S1 BTC-USD sell 2 @ 101        -> accepted, rests 2
    place   carol S2 BTC-USD sell 1 @ 100        -> accepted, rests 1
    amend   bob   S1 @ 100                       -> accepted, moved to 2 @ 100, rests 2
    book    BTC-USD                              -> ask 3 @ 100
    place   alice B1 BTC-USD buy 2 @ 100         -> accepted, trade S2 1 @ 100, trade S1 1 @ 100
    // To another price with less, and back.
    amend   bob   S1 to 1.5 @ 102                -> accepted, moved to 1.5 @ 102, rests 0.5, executed 1 for 100
    amend   bob   S1 to 2 @ 100                  -> accepted, moved to 2 @ 100, rests 1, executed 1 for 100
    balance bob   BTC                            -> available 98 held 1
  )");
}

TEST(AmendTest, AnOrderMovedAcrossTakesAtTheMakersPrice) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 3 @ 90          -> accepted, rests 3
    place   bob   S1 BTC-USD sell 1 @ 95         -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 97         -> accepted, rests 1
    amend   alice B1 @ 96                        -> accepted, moved to 3 @ 96, trade S1 1 @ 95, rests 2, executed 1 for 95
    balance alice USD                            -> available 713 held 192
    book    BTC-USD                              -> ask 1 @ 97, bid 2 @ 96
    amend   alice B1 to 2 @ 97                   -> accepted, moved to 2 @ 97, trade S2 1 @ 97, executed 2 for 192
    balance alice USD                            -> available 808 held 0
    amend   alice B1                             -> UNKNOWN_ORDER
  )");
}

TEST(AmendTest, AtOrBelowWhatIsExecutedTheRestIsCanceled) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 3 @ 100           -> accepted, rests 3
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, trade B1 1 @ 100
    amend alice B1 to 0.5 @ 101                  -> accepted, canceled 2 AMENDED, executed 1 for 100
    balance alice USD                            -> available 900 held 0
  )");
}

TEST(AmendTest, TheHoldFollowsTheAmend) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 3 @ 100         -> accepted, rests 3
    amend   alice B1 @ 300                       -> accepted, moved to 3 @ 300, rests 3
    balance alice USD                            -> available 100 held 900
    // Its own hold counts.
    amend   alice B1 to 3.34                     -> INSUFFICIENT_FUNDS need 1002 have 1000
    amend   alice B1 to 3.33                     -> accepted, moved to 3.33 @ 300, rests 3.33
    balance alice USD                            -> available 1 held 999
    amend   alice B1 @ 100                       -> accepted, moved to 3.33 @ 100, rests 3.33
    balance alice USD                            -> available 667 held 333
  )");
}

TEST(AmendTest, WhatIsRefusedChangesNothing) {
  Check(kMarket + R"(
    change  BTC-USD min 1 max 5 notional 0 900 price 10 500
    limits  alice BTC-USD quantity 4 notional 800
    place   alice B1 BTC-USD buy 3 @ 100         -> accepted, rests 3
    place   bob   S1 BTC-USD sell 1 @ 150        -> accepted, rests 1
    amend   alice B1 to -0.01                    -> QUANTITY_BELOW_MINIMUM need 0.01 have -0.01
    amend   alice B1 @ -1                        -> PRICE_OUT_OF_RANGE need 1 have -1
    amend   alice B1 @ 9                         -> PRICE_OUT_OF_RANGE need 10 have 9
    amend   alice B1 @ 501                       -> PRICE_OUT_OF_RANGE need 500 have 501
    amend   alice B1 to 5.01                     -> QUANTITY_ABOVE_MAXIMUM need 5 have 5.01
    amend   alice B1 @ 301                       -> NOTIONAL_ABOVE_MAXIMUM need 900 have 903
    amend   alice B1 to 4.01                     -> MAX_ORDER_QUANTITY need 4 have 4.01
    amend   alice B1 @ 267                       -> MAX_ORDER_NOTIONAL need 800 have 801
    book    BTC-USD                              -> ask 1 @ 150, bid 3 @ 100
    balance alice USD                            -> available 700 held 300
    // Down is always possible, below the minimum of a new order, too.
    amend   alice B1 to 0.5                      -> accepted, reduced to 0.5
    amend   alice B1 @ 99                        -> accepted, moved to 0.5 @ 99, rests 0.5
    mark    BTC-USD 100
    change  BTC-USD limit-collar 10%
    amend   bob   S1 @ 200                       -> PRICE_COLLAR need 110 have 200
  )");
}

TEST(AmendTest, APostOnlyOrderStaysOne) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 1 @ 110          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100 post-only -> accepted, rests 1
    amend alice B1 @ 110                         -> WOULD_TAKE need 110 have 110
    amend alice B1 @ 109                         -> accepted, moved to 1 @ 109, rests 1
  )");
}

TEST(AmendTest, AnIcebergShowsItsPartAgain) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 3 @ 100 show 1   -> accepted, rests 3 (shows 1)
    place alice B1 BTC-USD buy 0.5 @ 100         -> accepted, trade S1 0.5 @ 100
    amend bob   S1 to 4                          -> accepted, moved to 4 @ 100, rests 3.5 (shows 1), executed 0.5 for 50
    book  BTC-USD                                -> ask 1 @ 100
    change BTC-USD iceberg-parts 3
    amend bob   S1 @ 101                         -> TOO_MANY_ICEBERG_PARTS need 3 have 4
  )");
}

TEST(AmendTest, ExposureAndPositionCountTheOrderOnce) {
  Check(kMarket + R"(
    limits alice BTC-USD position 3 exposure 400
    place  alice B1 BTC-USD buy 2 @ 100          -> accepted, rests 2
    place  alice B2 BTC-USD buy 1 @ 100          -> accepted, rests 1
    amend  alice B1 to 2.01                      -> MAX_POSITION need 3 have 3.01
    amend  alice B1 @ 151                        -> MAX_EXPOSURE need 400 have 402
    amend  alice B1 @ 150                        -> accepted, moved to 2 @ 150, rests 2
  )");
}

TEST(AmendTest, AnAmendOfAHaltedAccountMayOnlyReduce) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 2 @ 100           -> accepted, rests 2
    trading-state alice halted
    amend alice B1 @ 99                          -> TRADING_HALTED
    trading-state alice reducing
    amend alice B1 to 3                          -> TRADING_REDUCING
    amend alice B1 to 1                          -> accepted, reduced to 1
  )");
}

TEST(AmendTest, ByTheVenuesIdOrTheOwners) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 2 @ 100           -> accepted, rests 2
    amend alice #B1 to 1                         -> accepted, reduced to 1
    amend bob   #B1 to 0.5                       -> UNKNOWN_ORDER
    amend nobody #B1 to 0.5                      -> UNKNOWN_ACCOUNT
    amend alice #B1 @ 101                        -> accepted, moved to 1 @ 101, rests 1
  )");
}

TEST(AmendTest, AnAmendKeepsTheSelfTradeModeAndTheFees) {
  Check(kMarket + R"(
    change  BTC-USD fees 0% 1%
    deposit alice BTC 1
    place   alice B1 BTC-USD buy 1 @ 90 expire-taker -> accepted, rests 1
    place   alice S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    amend   alice B1 @ 100                       -> accepted, moved to 1 @ 100, prevented S1 taker 1 maker 0 @ 100, canceled 0 SELF_TRADE_PREVENTED
    place   alice B2 BTC-USD buy 1 @ 90          -> accepted, rests 1
    cancel  alice S1                             -> accepted, canceled 1 REQUESTED
    change  BTC-USD fees 0% 2%
    place   bob   S2 BTC-USD sell 1 @ 100        -> accepted, rests 1
    amend   alice B2 @ 100                       -> accepted, moved to 1 @ 100, trade S2 1 @ 100 buyer fee 1 seller fee 0, executed 1 for 100
  )");
}

TEST(AmendTest, AMovedOrderThatStopsAtTheBandIsCanceled) {
  Check(kMarket + R"(
    change BTC-USD band 5%
    mark   BTC-USD 100
    place  bob   S1 BTC-USD sell 1 @ 106         -> accepted, rests 1
    place  alice B1 BTC-USD buy 1 @ 100          -> accepted, rests 1
    amend  alice B1 @ 106                        -> accepted, moved to 1 @ 106, canceled 1 PRICE_BAND
  )");
}

// --- Replace ---

TEST(AmendTest, ReplaceEndsOneAndPlacesAnother) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 5 @ 100         -> accepted, rests 5
    // 1,000 is all there is, and half of it is held by the old one.
    replace alice B1 with B2 BTC-USD buy 10 @ 100 -> accepted, B1 canceled 5 REPLACED, rests 10
    balance alice USD                            -> available 0 held 1000
    book    BTC-USD                              -> bid 10 @ 100
    cancel  alice B1                             -> UNKNOWN_ORDER
    replace alice #B2 with B3 BTC-USD buy 1 @ 90 ioc -> accepted, B2 canceled 10 REPLACED, canceled 1 UNFILLED_IOC
    balance alice USD                            -> available 1000 held 0
  )");
}

TEST(AmendTest, ReplaceDoesBothOrNeither) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 5 @ 100         -> accepted, rests 5
    replace alice B1 with B2 BTC-USD buy 10 @ 101 -> INSUFFICIENT_FUNDS need 1010 have 1000
    replace alice B1 with B3 BTC-USD buy 0 @ 100 -> QUANTITY_BELOW_MINIMUM need 0.01 have 0
    book    BTC-USD                              -> bid 5 @ 100
    balance alice USD                            -> available 500 held 500
    place   bob S1 BTC-USD sell 5 @ 100          -> accepted, trade B1 5 @ 100
  )");
}

TEST(AmendTest, TheOldOrderDoesNotCountAnywhere) {
  Check(kMarket + R"(
    settings alice open-orders 1
    limits  alice BTC-USD position 5 exposure 500
    place   alice B1 BTC-USD buy 5 @ 100         -> accepted, rests 5
    replace alice B1 with B2 BTC-USD buy 5 @ 100 -> accepted, B1 canceled 5 REPLACED, rests 5
    replace alice B2 with B3 BTC-USD buy 5 @ 101 -> MAX_EXPOSURE need 500 have 505
    replace alice B2 with B4 BTC-USD buy 5.01 @ 99 -> MAX_POSITION need 5 have 5.01
  )");
}

TEST(AmendTest, ReplaceAsksForTheSameAccountInstrumentAndSide) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    replace alice B1 with B2 BTC-USD buy 1 @ 100 account=1002 -> INVALID_ORDER
    replace alice B1 with B3 BTC-EUR buy 1 @ 100 -> INVALID_ORDER
    replace alice B1 with B4 BTC-USD sell 1 @ 100 -> INVALID_ORDER
    replace alice XX with B5 BTC-EUR sell 1 @ 100 -> UNKNOWN_ORDER
    replace bob  #B1 with B6 BTC-USD buy 1 @ 100 -> UNKNOWN_ORDER
    replace nobody B1 with B7 BTC-USD buy 1 @ 100 -> UNKNOWN_ACCOUNT
    at 12:00 replace alice XX with B8 BTC-USD buy 1 @ 100 by 11:00 -> REQUEST_EXPIRED need 11:00:00 have 12:00:00
    book    BTC-USD                              -> bid 1 @ 100
  )");
}

TEST(AmendTest, ARepeatedReplaceHearsItsFirstOutcome) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    replace alice B1 with B2 BTC-USD buy 1 @ 99  -> accepted, B1 canceled 1 REPLACED, rests 1
    replace alice B1 with B2 BTC-USD buy 1 @ 99  -> repeated accepted
    replace alice B1 with B2 BTC-USD buy 1 @ 98  -> CLIENT_ORDER_ID_REUSED
    replace alice XX with B2 BTC-USD buy 1 @ 99  -> CLIENT_ORDER_ID_REUSED
    place   alice B2 BTC-USD buy 1 @ 99          -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated accepted
    replace alice B2 with B1 BTC-USD buy 1 @ 100 -> CLIENT_ORDER_ID_REUSED
    book    BTC-USD                              -> bid 1 @ 99
  )");
}

TEST(AmendTest, APartlyTradedOrderIsReplacedWhereItStands) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 3 @ 100         -> accepted, rests 3
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100
    place   bob   S2 BTC-USD sell 1 @ 101        -> accepted, rests 1
    replace alice B1 with B2 BTC-USD buy 2 @ 101 -> accepted, B1 canceled 2 REPLACED, trade S2 1 @ 101, rests 1
    balance alice USD                            -> available 698 held 101
  )");
}

TEST(AmendTest, APendingOrderIsReplacedToo) {
  Check(kMarket + R"(
    place   bob S1 BTC-USD sell 1 stop 95 last   -> pending
    replace bob S1 with S2 BTC-USD sell 2 @ 100  -> accepted, S1 canceled 1 REPLACED, rests 2
    replace bob S2 with S3 BTC-USD sell 2 stop 90 last -> pending, S2 canceled 2 REPLACED
    balance bob BTC                              -> available 98 held 2
  )");
}

TEST(AmendTest, ASellsHoldIsItsReplacements) {
  Check(kMarket + R"(
    deposit alice BTC 1
    place   alice S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    replace alice S1 with S2 BTC-USD sell 1.01 @ 100 -> INSUFFICIENT_FUNDS need 1.01 have 1
    replace alice S1 with S3 BTC-USD sell 1 @ 99 -> accepted, S1 canceled 1 REPLACED, rests 1
  )");
}

// --- Cancel on a condition ---

TEST(AmendTest, ACancelMayBeMeantForAnUntouchedOrder) {
  Check(kMarket + R"(
    place  alice B1 BTC-USD buy 3 @ 100          -> accepted, rests 3
    cancel alice B1 if traded                    -> ORDER_STATE
    cancel alice B1 if 3                         -> ORDER_STATE
    place  bob   S1 BTC-USD sell 1 @ 100         -> accepted, trade B1 1 @ 100
    cancel alice B1 if untraded                  -> ORDER_STATE
    cancel alice B1 if traded                    -> accepted, canceled 2 REQUESTED, executed 1 for 100
    place  alice B2 BTC-USD buy 3 @ 100          -> accepted, rests 3
    cancel alice B2 if untraded                  -> accepted, canceled 3 REQUESTED
  )");
}

// --- Mass cancel ---

const std::string kMany = kMarket + R"(
  place alice B1 BTC-USD buy 1 @ 90 tag grid session 1   -> accepted, rests 1
  place alice B2 BTC-USD buy 1 @ 91 session 2            -> accepted, rests 1
  place alice B3 BTC-EUR buy 1 @ 90 tag grid             -> accepted, rests 1
  place bob   S1 BTC-USD sell 1 @ 110 tag grid session 1 -> accepted, rests 1
  place bob   S2 BTC-USD sell 1 @ 109                    -> accepted, rests 1
  place bob   S3 BTC-USD sell 1 stop 80 last session 2   -> pending
  place carol S4 BTC-EUR sell 1 @ 110                    -> accepted, rests 1
)";

TEST(AmendTest, AMassCancelOfAnAccountGoesByAge) {
  Check(kMany + R"(
    masscancel of bob                            -> ok, S1 canceled 1 MASS_CANCELED, S2 canceled 1 MASS_CANCELED, S3 canceled 1 MASS_CANCELED, 3 orders
    balance bob BTC                              -> available 100 held 0
    masscancel of bob                            -> ok, 0 orders
  )");
}

TEST(AmendTest, AMassCancelOfAnInstrumentGoesByBook) {
  Check(kMany + R"(
    masscancel on BTC-USD                        -> ok, B2 canceled 1 MASS_CANCELED, B1 canceled 1 MASS_CANCELED, S2 canceled 1 MASS_CANCELED, S1 canceled 1 MASS_CANCELED, S3 canceled 1 MASS_CANCELED, 5 orders
    book BTC-USD                                 -> empty
    book BTC-EUR                                 -> ask 1 @ 110, bid 1 @ 90
  )");
}

TEST(AmendTest, AMassCancelOfEveryone) {
  Check(kMany + R"(
    masscancel                                   -> ok, B2 canceled 1 MASS_CANCELED, B1 canceled 1 MASS_CANCELED, S2 canceled 1 MASS_CANCELED, S1 canceled 1 MASS_CANCELED, S3 canceled 1 MASS_CANCELED, B3 canceled 1 MASS_CANCELED, S4 canceled 1 MASS_CANCELED, 7 orders
  )");
}

TEST(AmendTest, AMassCancelMayBeNarrow) {
  Check(kMany + R"(
    masscancel of alice on BTC-EUR               -> ok, B3 canceled 1 MASS_CANCELED, 1 order
    masscancel of alice sell                     -> ok, 0 orders
    masscancel of bob on BTC-USD sell tag grid   -> ok, S1 canceled 1 MASS_CANCELED, 1 order
    masscancel on BTC-USD buy                    -> ok, B2 canceled 1 MASS_CANCELED, B1 canceled 1 MASS_CANCELED, 2 orders
  )");
  Check(kMany + R"(
    masscancel tag grid                          -> ok, B1 canceled 1 MASS_CANCELED, S1 canceled 1 MASS_CANCELED, B3 canceled 1 MASS_CANCELED, 3 orders
  )");
}

TEST(AmendTest, ABrokenStreamEndsItsOrders) {
  Check(kMany + R"(
    masscancel of bob session 2 reason disconnected -> ok, S3 canceled 1 DISCONNECTED, 1 order
    masscancel session 1 reason disconnected     -> ok, B1 canceled 1 DISCONNECTED, S1 canceled 1 DISCONNECTED, 2 orders
  )");
  Check(kMany + R"(
    // After a restart there are no streams.
    masscancel session any reason disconnected   -> ok, B2 canceled 1 DISCONNECTED, B1 canceled 1 DISCONNECTED, S1 canceled 1 DISCONNECTED, S3 canceled 1 DISCONNECTED, 4 orders
  )");
}

TEST(AmendTest, WhatAMassCancelIsRefusedFor) {
  Check(kMany + R"(
    masscancel of nobody on DOGE-USD side 3      -> UNKNOWN_ACCOUNT
    masscancel of fees                           -> UNKNOWN_ACCOUNT
    masscancel of alice on DOGE-USD side 3       -> UNKNOWN_INSTRUMENT
    masscancel of alice side 3                   -> INVALID_ORDER
    masscancel of alice reason 1                 -> INVALID_ORDER
    masscancel of alice reason 11                -> INVALID_ORDER
  )");
}

TEST(AmendTest, AMassCancelEndsTenThousandAtATime) {
  Check(kMarket + R"(
    deposit bob BTC 100
    repeat 10001 place bob S* BTC-USD sell 0.01 @ 100
    masscancel of bob                            -> ok, 10000 cancels, 10000 orders and more
    book BTC-USD                                 -> ask 0.01 @ 100
    masscancel of bob                            -> ok, S10001 canceled 0.01 MASS_CANCELED, 1 order
    repeat 10000 place bob T* BTC-USD sell 0.01 @ 100
    masscancel on BTC-USD                        -> ok, 10000 cancels, 10000 orders
  )");
}

}  // namespace
}  // namespace rialto::engine
