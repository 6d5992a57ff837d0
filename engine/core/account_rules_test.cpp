// What an account may do: trading states, caps on orders and positions, duplicates, rates.
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
  open alice bob
  deposit alice USD 100000
  deposit bob   BTC 1000
)";

// --- Trading states ---

TEST(AccountRulesTest, AHaltedAccountMayOnlyCancel) {
  Check(kMarket + R"(
    place  alice B1 BTC-USD buy 1 @ 90           -> accepted, rests 1
    place  alice B2 BTC-USD buy 1 @ 90           -> accepted, rests 1
    trading-state alice halted
    place  alice B3 BTC-USD buy 1 @ 90           -> TRADING_HALTED
    place  alice B4 BTC-USD sell 1 @ 90          -> TRADING_HALTED
    replace alice B1 with B5 BTC-USD buy 1 @ 91  -> TRADING_HALTED
    place  bob   S1 BTC-USD sell 0.5 @ 90        -> accepted, trade B1 0.5 @ 90
    cancel alice B1                              -> accepted, canceled 0.5 REQUESTED, executed 0.5 for 45
    masscancel of alice                          -> ok, B2 canceled 1 MASS_CANCELED, 1 order
    trading-state alice active
    place  alice B6 BTC-USD buy 1 @ 90           -> accepted, rests 1
    deposit alice USD 1                          -> ok
    withdraw alice USD 1                         -> ok
  )");
}

TEST(AccountRulesTest, AReducingAccountMayOnlySell) {
  Check(kMarket + R"(
    trading-state bob reducing
    place bob S1 BTC-USD sell 1 @ 100            -> accepted, rests 1
    place bob B1 BTC-USD buy 1 @ 90              -> TRADING_REDUCING
    place bob B2 BTC-USD buy 1 market            -> TRADING_REDUCING
    oto bob BTC-USD S2 sell 1 @ 100 | B3 buy 1 @ 90 -> TRADING_REDUCING
  )");
}

TEST(AccountRulesTest, EveryoneIsAStateOfItsOwn) {
  Check(kMarket + R"(
    trading-state everyone reducing
    place alice B1 BTC-USD buy 1 @ 90            -> TRADING_REDUCING
    trading-state bob halted
    place bob   S1 BTC-USD sell 1 @ 90           -> TRADING_HALTED
    trading-state everyone halted
    place alice B2 BTC-USD buy 1 @ 90            -> TRADING_HALTED
    trading-state everyone active
    place alice B3 BTC-USD buy 1 @ 90            -> accepted, rests 1
    place bob   S2 BTC-USD sell 1 @ 100          -> TRADING_HALTED
    trading-state bob active
    place bob   S3 BTC-USD sell 1 @ 100          -> accepted, rests 1
    trading-state nobody 9                       -> UNKNOWN_ACCOUNT
    trading-state fees halted                    -> UNKNOWN_ACCOUNT
    trading-state alice 0                        -> INVALID_DEFINITION
    trading-state alice 4                        -> INVALID_DEFINITION
  )");
}

// --- Position and exposure ---

TEST(AccountRulesTest, APositionIsWhatIsOwnedAndWhatIsOnOrder) {
  Check(kMarket + R"(
    limits  alice BTC-USD position 10
    deposit alice BTC 3
    place   alice B1 BTC-USD buy 4 @ 100         -> accepted, rests 4
    place   alice B2 BTC-USD buy 3.01 @ 100      -> MAX_POSITION need 10 have 10.01
    place   alice S1 BTC-USD sell 1 @ 200        -> accepted, rests 1
    // What is held for a sale is owned still.
    place   alice B3 BTC-USD buy 3.01 @ 100      -> MAX_POSITION need 10 have 10.01
    place   alice B4 BTC-USD buy 3 @ 100         -> accepted, rests 3
    place   bob   S2 BTC-USD sell 4 @ 100        -> accepted, trade B1 4 @ 100
    place   alice B5 BTC-USD buy 0.01 @ 100      -> MAX_POSITION need 10 have 10.01
    // Another instrument, another limit.
    place   alice B6 BTC-EUR buy 5 @ 100         -> accepted, rests 5
    cancel  alice B4                             -> accepted, canceled 3 REQUESTED
    place   alice B7 BTC-USD buy 3 @ 100 ioc     -> accepted, canceled 3 UNFILLED_IOC
  )");
}

TEST(AccountRulesTest, WholeLotsAreAPosition) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.05
    open alice
    deposit alice USD 1000
    deposit alice BTC 0.99
    limits alice BTC-USD position 1
    place alice B1 BTC-USD buy 0.1 @ 10          -> MAX_POSITION need 1 have 1.05
    place alice B2 BTC-USD buy 0.05 @ 10         -> accepted, rests 0.05
  )");
}

TEST(AccountRulesTest, ExposureIsWhatOpenOrdersAreWorth) {
  Check(kMarket + R"(
    limits bob BTC-USD exposure 1000
    place  bob S1 BTC-USD sell 4 @ 150           -> accepted, rests 4
    place  bob B9 BTC-USD buy 1 @ 1              -> INSUFFICIENT_FUNDS need 1 have 0
    place  bob S2 BTC-USD sell 4 @ 101           -> MAX_EXPOSURE need 1000 have 1004
    place  bob S3 BTC-USD sell 4 @ 100           -> accepted, rests 4
    place  alice B1 BTC-USD buy 2 @ 100          -> accepted, trade S3 2 @ 100
    place  bob S4 BTC-USD sell 2 @ 100 ioc       -> accepted, canceled 2 UNFILLED_IOC
    place  bob S5 BTC-USD sell 2 @ 101 ioc       -> MAX_EXPOSURE need 1000 have 1002
    // Without a limit an order is worth nothing yet.
    place  bob S6 BTC-USD sell 9 market          -> accepted, canceled 9 INSUFFICIENT_LIQUIDITY
    place  bob S7 BTC-USD sell 9 trail 5% last   -> pending
    // A stop is worth what its collar allows: 100 - 10 at least.
    place  bob S8 BTC-USD sell 2.23 stop 100 mark -> MAX_EXPOSURE need 1000 have 1000.7
    place  bob S9 BTC-USD sell 2.22 stop 100 mark -> pending
  )");
}

TEST(AccountRulesTest, ChildrenAndSecondLegsDoNotCountTwice) {
  Check(kMarket + R"(
    limits alice BTC-USD position 2 exposure 300
    oco alice BTC-USD L1 buy 2 @ 90 | S1 buy 2 stop 110 mark -> accepted, rests 2
    place alice B1 BTC-USD buy 0.01 @ 50         -> MAX_POSITION need 2 have 2.01
    cancel alice L1                              -> accepted, canceled 2 REQUESTED, S1 canceled 2 LIST_SIBLING
    bracket alice BTC-USD E1 buy 2 @ 100 | T1 sell 2 @ 140 | S2 sell 2 stop 95 mark -> accepted, rests 2
    place bob X1 BTC-USD sell 2 @ 100            -> accepted, trade E1 2 @ 100, T1 active 2, T1 rests 2, S2 active 2
    // The guards are active: one of them is worth 280.
    place alice S3 BTC-USD sell 0.5 @ 41         -> MAX_EXPOSURE need 300 have 300.5
  )");
}

TEST(AccountRulesTest, LimitsAreNotNegative) {
  Check(kMarket + R"(
    limits alice BTC-USD position -1             -> INVALID_DEFINITION
    limits alice BTC-USD exposure -1             -> INVALID_DEFINITION
    limits alice BTC-USD quantity 0 notional 0 position 0 exposure 0 -> ok
  )");
}

// --- Duplicates, rates ---

TEST(AccountRulesTest, TheSameOrderTwiceInAShortTimeIsRefused) {
  Check(kMarket + R"(
    settings alice duplicates 1s
    at 12:00:00 place alice B1 BTC-USD buy 1 @ 90 -> accepted, rests 1
    at 12:00:01 place alice B2 BTC-USD buy 1 @ 90 -> DUPLICATE_ORDER need 1s have 1s
    // Only what was taken counts.
    at 12:00:01.5 tick                           -> ok
    at 12:00:02 place alice B3 BTC-USD buy 1 @ 90 -> accepted, rests 1
    place alice B4 BTC-USD buy 1 @ 91            -> accepted, rests 1
    place alice B5 BTC-USD buy 2 @ 90            -> accepted, rests 2
    place alice B6 BTC-EUR buy 1 @ 90            -> accepted, rests 1
    place alice B7 BTC-USD buy 1 @ 90 ioc        -> DUPLICATE_ORDER need 1s have 4ns
    place alice B8 BTC-USD buy 1 stop 99 mark @ 90 -> pending
  )");
}

TEST(AccountRulesTest, OnlySoManyOrdersInAWindow) {
  // Windows begin at whole multiples of their length.
  Check(kMarket + R"(
    settings alice rate 2 10s
    at 12:00:08 place alice B1 BTC-USD buy 1 @ 90 -> accepted, rests 1
    place alice B2 BTC-USD buy 0 @ 90            -> QUANTITY_BELOW_MINIMUM need 0.01 have 0
    place alice B3 BTC-USD buy 1 @ 90            -> accepted, rests 1
    place alice B4 BTC-USD buy 1 @ 90            -> ORDER_RATE need 2 have 2
    cancel alice B1                              -> accepted, canceled 1 REQUESTED
    amend alice B3 to 0.5                        -> accepted, reduced to 0.5
    at 12:00:09 place alice B5 BTC-USD buy 1 @ 90 -> ORDER_RATE need 2 have 2
    at 12:00:10 oto alice BTC-USD B6 buy 1 @ 90 | B7 buy 1 @ 80 -> accepted, rests 1
    place alice B8 BTC-USD buy 1 @ 90            -> ORDER_RATE need 2 have 2
    settings alice
    place alice B9 BTC-USD buy 1 @ 90            -> accepted, rests 1
  )");
}

TEST(AccountRulesTest, SettingsHaveBounds) {
  Check(kMarket + R"(
    settings nobody tier 101                     -> UNKNOWN_ACCOUNT
    settings fees tier 1                         -> UNKNOWN_ACCOUNT
    settings alice rate 2 0s                     -> INVALID_DEFINITION
    settings alice rate 0 2s                     -> INVALID_DEFINITION
    settings alice rate 2 -1s                    -> INVALID_DEFINITION
    settings alice rate 2 31622400000000001ns    -> INVALID_DEFINITION
    settings alice rate 2 366d                   -> ok
    settings alice duplicates -1s                -> INVALID_DEFINITION
    settings alice duplicates 31622400000000001ns -> INVALID_DEFINITION
    settings alice duplicates 366d               -> ok
  )");
}

// --- Open and pending orders ---

TEST(AccountRulesTest, OpenOrdersAreCappedByAccountAndByInstrument) {
  Check(kMarket + R"(
    settings alice open-orders 3
    change BTC-USD open-orders 2
    place  alice B1 BTC-USD buy 1 @ 90           -> accepted, rests 1
    place  alice B2 BTC-USD buy 1 stop 99 mark   -> pending
    place  alice B3 BTC-USD buy 1 @ 90           -> TOO_MANY_OPEN_ORDERS need 2 have 2
    place  alice B4 BTC-USD buy 1 @ 90 ioc       -> accepted, canceled 1 UNFILLED_IOC
    place  alice B5 BTC-USD buy 1 market         -> accepted, canceled 1 INSUFFICIENT_LIQUIDITY
    place  alice B6 BTC-EUR buy 1 @ 90           -> accepted, rests 1
    place  alice B7 BTC-EUR buy 1 @ 90           -> TOO_MANY_OPEN_ORDERS need 3 have 3
    // Each account counts alone.
    place  bob   S1 BTC-USD sell 1 @ 100         -> accepted, rests 1
    cancel alice B1                              -> accepted, canceled 1 REQUESTED
    place  alice B8 BTC-USD buy 1 stop 99 mark @ 90 ioc -> pending
    place  alice B9 BTC-USD buy 1 stop 99 mark @ 90 fok -> TOO_MANY_OPEN_ORDERS need 3 have 3
  )");
}

TEST(AccountRulesTest, OrdersThatWaitForATriggerAreCapped) {
  Check(kMarket + R"(
    change BTC-USD pending-orders 2
    mark   BTC-USD 90
    place  alice B1 BTC-USD buy 1 stop 99 mark @ 99 -> pending
    place  alice B2 BTC-USD buy 1 trail 5% mark @ 99 -> pending
    place  alice B3 BTC-USD buy 1 take 80 mark   -> TOO_MANY_PENDING_ORDERS need 2 have 2
    place  alice B4 BTC-EUR buy 1 stop 99 mark   -> pending
    place  bob   S1 BTC-USD sell 1 stop 80 mark  -> pending
    mark   BTC-USD 99                            -> ok, B2 triggered at 99, B2 canceled 1 INSUFFICIENT_LIQUIDITY, B1 triggered at 99, B1 rests 1
    place  alice B5 BTC-USD buy 1 take 80 mark   -> pending
    place  alice B6 BTC-USD buy 1 take 81 mark   -> pending
    place  alice B7 BTC-USD buy 1 take 82 mark   -> TOO_MANY_PENDING_ORDERS need 2 have 2
  )");
}

TEST(AccountRulesTest, AnInstrumentHasAThousandTrailingStops) {
  Check(kMarket + R"(
    repeat 1000 place bob S* BTC-USD sell 0.01 trail 5% last -> pending
    place alice B1 BTC-USD buy 0.01 trail 5% last @ 99 -> TOO_MANY_PENDING_ORDERS need 1000 have 1000
    place alice B2 BTC-EUR buy 0.01 trail 5% last @ 99 -> pending
    place alice B3 BTC-USD buy 0.01 stop 99 last  -> pending
    cancel bob S500                               -> accepted, canceled 0.01 REQUESTED
    place alice B4 BTC-USD buy 0.01 trail 5% last @ 99 -> pending
  )");
}

}  // namespace
}  // namespace rialto::engine
