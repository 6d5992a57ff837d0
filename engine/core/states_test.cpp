// States of an instrument, schedules, the volatility rule, and changes while it trades.
#include <gtest/gtest.h>

#include <string>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob
  deposit alice USD 100000
  deposit bob   BTC 1000
)";
const std::string kQuoted = kMarket + R"(
  place alice B1 BTC-USD buy 2 @ 100             -> accepted, rests 2
  place bob   A1 BTC-USD sell 2 @ 110            -> accepted, rests 2
)";

TEST(StatesTest, AHaltTakesNoOrderButEveryCancel) {
  Check(kQuoted + R"(
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    place alice B2 BTC-USD buy 1 @ 50            -> INSTRUMENT_STATE HALTED
    place alice B3 BTC-USD buy 1 market          -> INSTRUMENT_STATE HALTED
    place alice B4 BTC-USD buy 1 stop 120 last   -> INSTRUMENT_STATE HALTED
    place alice B5 BTC-USD buy 1 peg bid @ 100   -> INSTRUMENT_STATE HALTED
    replace alice B1 with B6 BTC-USD buy 1 @ 100 -> INSTRUMENT_STATE HALTED
    amend alice B1 to 3                          -> INSTRUMENT_STATE HALTED
    amend alice B1 @ 99                          -> INSTRUMENT_STATE HALTED
    amend alice B1 to 1                          -> accepted, reduced to 1
    cancel alice B1                              -> accepted, canceled 1 REQUESTED
    masscancel of bob                            -> ok, A1 canceled 2 MASS_CANCELED, 1 order
  )");
}

TEST(StatesTest, CancelOnlyAndClosedTakeNoOrderEither) {
  Check(kQuoted + R"(
    state BTC-USD cancel-only                    -> ok, BTC-USD CANCEL_ONLY
    place alice B2 BTC-USD buy 1 @ 50            -> INSTRUMENT_STATE CANCEL_ONLY
    cancel alice B1                              -> accepted, canceled 2 REQUESTED
    state BTC-USD closed                         -> ok, BTC-USD CLOSED
    place alice B3 BTC-USD buy 1 @ 50            -> INSTRUMENT_STATE CLOSED
    cancel bob A1                                -> accepted, canceled 2 REQUESTED
  )");
}

TEST(StatesTest, PostOnlyTakesWhatRestsAndDoesNotTake) {
  Check(kQuoted + R"(
    state BTC-USD post-only                      -> ok, BTC-USD POST_ONLY
    place alice B2 BTC-USD buy 1 @ 110           -> WOULD_TAKE need 110 have 110
    place alice B3 BTC-USD buy 1 @ 109           -> accepted, rests 1
    place alice B4 BTC-USD buy 1 @ 109 ioc       -> INSTRUMENT_STATE POST_ONLY
    place alice B5 BTC-USD buy 1 @ 109 fok       -> INSTRUMENT_STATE POST_ONLY
    place alice B6 BTC-USD buy 1 market          -> INSTRUMENT_STATE POST_ONLY
    place alice B7 BTC-USD buy 1 stop 120 last   -> pending
    place alice B8 BTC-USD buy 1 peg bid @ 105   -> accepted, rests 1 @ 105
    amend alice B3 @ 110                         -> WOULD_TAKE need 110 have 110
    amend alice B3 @ 108                         -> accepted, moved to 1 @ 108, rests 1
  )");
}

TEST(StatesTest, OrdersStayThroughAHalt) {
  Check(kQuoted + R"(
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    state BTC-USD trading                        -> ok, BTC-USD TRADING
    place bob S1 BTC-USD sell 3 @ 100            -> accepted, trade B1 2 @ 100, rests 1
  )");
}

TEST(StatesTest, ClosingEndsDayOrders) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 1 @ 99 day        -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100 day       -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   T1 BTC-USD sell 1 stop 50 last day -> pending
    place bob   A1 BTC-USD sell 1 @ 111 day      -> accepted, rests 1
    place bob   A2 BTC-USD sell 1 @ 110 day      -> accepted, rests 1
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    // Bids, asks, each best first; then what waits.
    state BTC-USD closed                         -> ok, BTC-USD CLOSED, B2 canceled 1 DAY_END, B1 canceled 1 DAY_END, A2 canceled 1 DAY_END, A1 canceled 1 DAY_END, T1 canceled 1 DAY_END
    book  BTC-USD                                -> bid 1 @ 100
    balance bob BTC                              -> available 1000 held 0
  )");
}

// --- Schedules ---

TEST(StatesTest, AScheduleIsFollowed) {
  Check(kMarket + R"(
    at 08:00 state BTC-USD closed                -> ok, BTC-USD CLOSED
    schedule BTC-USD auction@09:00 trading@09:30 auction@17:30 closed@17:35 calendar XFRA
    due                                          -> 09:00:00
    at 09:00 place alice B1 BTC-USD buy 1 @ 100  -> accepted, BTC-USD AUCTION by SCHEDULE, rests 1
    place bob S1 BTC-USD sell 1 @ 100            -> accepted, rests 1
    at 09:30 tick                                -> ok, uncrossed 1 @ 100, S1 trade B1 1 @ 100, BTC-USD TRADING by SCHEDULE
    // Two are due: one after the other.
    at 18:00 tick                                -> ok, BTC-USD AUCTION by SCHEDULE, uncrossed nothing, BTC-USD CLOSED by SCHEDULE
    due                                          -> never
  )");
}

TEST(StatesTest, ANewScheduleReplacesWhatWasToCome) {
  Check(kMarket + R"(
    at 08:00 schedule BTC-USD halted@09:00 trading@10:00
    schedule BTC-USD halted@09:30
    at 09:15 tick                                -> ok
    at 10:00 tick                                -> ok, BTC-USD HALTED by SCHEDULE
    schedule BTC-USD
    due                                          -> never
  )");
}

TEST(StatesTest, SchedulesLieAheadInOrder) {
  Check(kMarket + R"(
    at 08:00 schedule BTC-USD halted@08:00       -> INVALID_DEFINITION
    at 08:01 schedule BTC-USD halted@09:00 trading@09:00 -> INVALID_DEFINITION
    at 08:02 schedule BTC-USD halted@09:00 trading@08:59 -> INVALID_DEFINITION
    at 08:03 schedule BTC-USD halted@09:00 7@10:00 -> INVALID_DEFINITION
    at 08:04 schedule BTC-USD 0@09:00            -> INVALID_DEFINITION
    at 08:05 schedule DOGE-USD 0@09:00           -> UNKNOWN_INSTRUMENT
    at 08:06 schedule BTC-USD long-calendar 65536 -> ok
    at 08:07 schedule BTC-USD long-calendar 65537 -> INVALID_DEFINITION
  )");
}

// --- Volatility ---

// A trade at 100 sets the anchor.
const std::string kVolatile = kMarket + R"(
  change BTC-USD volatility 5% 60s 120s
  at 12:00 place bob A1 BTC-USD sell 1 @ 100     -> accepted, rests 1
  place alice B1 BTC-USD buy 1 @ 100             -> accepted, trade A1 1 @ 100
  place bob A2 BTC-USD sell 1 @ 105              -> accepted, rests 1
  place bob A3 BTC-USD sell 1 @ 106              -> accepted, rests 1
)";

TEST(StatesTest, ATradeFarFromTheAnchorInterruptsTrading) {
  Check(kVolatile + R"(
    at 12:00:10 place alice B2 BTC-USD buy 2 @ 110 -> accepted, trade A2 1 @ 105, BTC-USD AUCTION until 12:02:10 by VOLATILITY, rests 1
    book  BTC-USD                                -> ask 1 @ 106, bid 1 @ 110
    place alice B3 BTC-USD buy 1 market          -> INSTRUMENT_STATE AUCTION
    at 12:02:10 tick                             -> ok, uncrossed 1 @ 106, B2 trade A3 1 @ 106, BTC-USD TRADING by AUCTION_END
    // The auction's price is the new anchor.
    place bob A4 BTC-USD sell 1 @ 111            -> accepted, rests 1
    place bob A5 BTC-USD sell 1 @ 112            -> accepted, rests 1
    place alice B4 BTC-USD buy 1 @ 111           -> accepted, trade A4 1 @ 111
    place alice B5 BTC-USD buy 1 @ 112           -> accepted, BTC-USD AUCTION until 12:04:10.000000004 by VOLATILITY, rests 1
  )");
}

TEST(StatesTest, WhatDoesNotRestIsCanceledByVolatility) {
  Check(kVolatile + R"(
    at 12:00:10 place alice B2 BTC-USD buy 2 @ 110 ioc -> accepted, trade A2 1 @ 105, BTC-USD AUCTION until 12:02:10 by VOLATILITY, canceled 1 VOLATILITY
  )");
  Check(kVolatile + R"(
    at 12:00:10 place alice B2 BTC-USD buy 2 market -> accepted, trade A2 1 @ 105, BTC-USD AUCTION until 12:02:10 by VOLATILITY, canceled 1 VOLATILITY
  )");
}

TEST(StatesTest, AKilledOrderInterruptsNothing) {
  Check(kVolatile + R"(
    at 12:00:10 place alice B2 BTC-USD buy 2 @ 110 fok -> accepted, canceled 2 UNFILLED_FOK
    place alice B3 BTC-USD buy 1 @ 105           -> accepted, trade A2 1 @ 105
  )");
}

TEST(StatesTest, VolatilityMayHaltInstead) {
  Check(kVolatile + R"(
    change BTC-USD volatility 5% 60s 0s
    at 12:00:10 place alice B2 BTC-USD buy 2 @ 110 -> accepted, trade A2 1 @ 105, BTC-USD HALTED by VOLATILITY, canceled 1 VOLATILITY
    book  BTC-USD                                -> ask 1 @ 106
  )");
}

TEST(StatesTest, AfterTheWindowTheLastTradeIsTheAnchor) {
  // Set anew with the last price when an order arrives after the window; 105 then allows 110.
  Check(kVolatile + R"(
    at 12:00:30 place alice B2 BTC-USD buy 1 @ 105 -> accepted, trade A2 1 @ 105
    at 12:01:01 place alice B3 BTC-USD buy 1 @ 106 -> accepted, trade A3 1 @ 106
  )");
  Check(kVolatile + R"(
    at 12:00:30 place alice B2 BTC-USD buy 1 @ 105 -> accepted, trade A2 1 @ 105
    at 12:00:59 place alice B3 BTC-USD buy 1 @ 106 -> accepted, BTC-USD AUCTION until 12:02:59 by VOLATILITY, rests 1
  )");
}

TEST(StatesTest, AStopThatMovesThePriceTooFarInterruptsToo) {
  Check(kVolatile + R"(
    mark BTC-USD 100
    place alice T1 BTC-USD buy 2 stop 101 mark   -> pending
    place alice T2 BTC-USD buy 1 stop 102 mark   -> pending
    at 12:00:10 mark BTC-USD 102                 -> ok, T1 triggered at 102, T1 trade A2 1 @ 105, BTC-USD AUCTION until 12:02:10 by VOLATILITY, T1 canceled 1 VOLATILITY
    // The second waits until trading goes on.
    at 12:02:10 tick                             -> ok, uncrossed nothing, BTC-USD TRADING by AUCTION_END, T2 triggered at 102, T2 trade A3 1 @ 106
  )");
}

// --- Changing an instrument ---

TEST(StatesTest, WhatRestsIsNotLookedAtAgain) {
  Check(kQuoted + R"(
    change BTC-USD min 5 max 9 notional 600 0 price 105 108
    place alice B2 BTC-USD buy 4.99 @ 106        -> QUANTITY_BELOW_MINIMUM need 5 have 4.99
    place alice B3 BTC-USD buy 5 @ 105           -> NOTIONAL_BELOW_MINIMUM need 600 have 525
    place alice B4 BTC-USD buy 6 @ 105           -> accepted, rests 6
    place bob   S1 BTC-USD sell 6 @ 105          -> accepted, trade B4 6 @ 105
    book  BTC-USD                                -> ask 2 @ 110, bid 2 @ 100
    cancel alice B1                              -> accepted, canceled 2 REQUESTED
  )");
}

TEST(StatesTest, TickAndLotStayOnceTheyMatter) {
  Check(kMarket + R"(
    change BTC-USD tick 0.5 lot 0.02
    change BTC-USD tick 1 lot 0.01
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    change BTC-USD tick 2                        -> INSTRUMENT_IN_USE
    change BTC-USD lot 0.02                      -> INSTRUMENT_IN_USE
    change BTC-USD max 5
    cancel alice B1                              -> accepted, canceled 1 REQUESTED
    change BTC-USD tick 2
    change BTC-USD tick 1
    mark   BTC-USD 100
    change BTC-USD tick 2                        -> INSTRUMENT_IN_USE
    mark   BTC-USD 0
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, trade B2 1 @ 100
    change BTC-USD tick 2                        -> INSTRUMENT_IN_USE
  )");
}

TEST(StatesTest, ADefinitionIsComparedAsLastSet) {
  Check(kMarket + R"(
    change BTC-USD max 5
    instrument BTC-USD tick 1 lot 0.01           -> NAME_TAKEN
    instrument BTC-USD tick 1 lot 0.01 max 5     -> repeated ok
    change DOGE-USD max 5                        -> UNKNOWN_INSTRUMENT
    change BTC-USD symbol BTC-EUR                -> INVALID_DEFINITION
    change BTC-USD base USD quote BTC            -> INVALID_DEFINITION
    change BTC-USD max 0lots                     -> INVALID_DEFINITION
  )");
}

}  // namespace
}  // namespace rialto::engine
