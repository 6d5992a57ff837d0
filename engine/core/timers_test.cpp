// What happens by itself: expiry, dead man's switches, the order of what is due at once, bounds.
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

TEST(TimersTest, ADeadMansSwitchEndsAllOrdersAndIsOff) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 1 @ 90            -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 110          -> accepted, rests 1
    at 12:00 deadman alice 60s                   -> ok, alice armed until 12:01:00
    due                                          -> 12:01:00
    place alice B2 BTC-USD buy 1 stop 120 last   -> pending
    at 12:00:59 tick                             -> ok
    at 12:01 tick                                -> ok, B1 canceled 1 DEAD_MAN, B2 canceled 1 DEAD_MAN, alice disarmed
    due                                          -> never
    balance alice USD                            -> available 100000 held 0
    book  BTC-USD                                -> ask 1 @ 110
    place alice B3 BTC-USD buy 1 @ 90            -> accepted, rests 1
    at 13:00 tick                                -> ok
  )");
}

TEST(TimersTest, ASignOfLifeMovesTheSwitch) {
  Check(kMarket + R"(
    place alice B1 BTC-USD buy 1 @ 90            -> accepted, rests 1
    at 12:00:00 deadman alice 60s                -> ok, alice armed until 12:01:00
    at 12:00:30 deadman alice 60s                -> ok, alice armed until 12:01:30
    at 12:01:00 tick                             -> ok
    at 12:01:10 deadman alice off                -> ok, alice disarmed
    due                                          -> never
    at 12:05:00 tick                             -> ok
    deadman alice off                            -> ok, alice disarmed
    book  BTC-USD                                -> bid 1 @ 90
  )");
}

TEST(TimersTest, ASwitchIsSetBetweenNothingAndAYear) {
  Check(kMarket + R"(
    deadman nobody -1s                           -> UNKNOWN_ACCOUNT
    deadman fees 60s                             -> UNKNOWN_ACCOUNT
    deadman alice -1ns                           -> INVALID_ORDER
    deadman alice 31622400000000001ns            -> INVALID_ORDER
    at 0:01 deadman alice 366d                   -> ok, alice armed until 366d00:01:00
  )");
}

TEST(TimersTest, ASwitchWithNothingToEndIsOff) {
  Check(kMarket + R"(
    at 12:00 deadman alice 60s                   -> ok, alice armed until 12:01:00
    at 12:02 tick                                -> ok, alice disarmed
  )");
}

TEST(TimersTest, WhatIsDueHappensBeforeTheCommand) {
  Check(kMarket + R"(
    at 12:00 place alice B1 BTC-USD buy 1 @ 100  -> accepted, rests 1
    deadman alice 60s                            -> ok, alice armed until 12:01:00.000000001
    at 12:01:01 place bob S1 BTC-USD sell 1 @ 100 -> accepted, B1 canceled 1 DEAD_MAN, alice disarmed, rests 1
  )");
}

TEST(TimersTest, WhatIsDueHappensEvenWithARepeatOrARefusal) {
  Check(kMarket + R"(
    at 12:00 place alice B1 BTC-USD buy 1 @ 100 gtd 12:01 -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100 gtd 12:02 -> accepted, rests 1
    at 12:01 place alice B1 BTC-USD buy 1 @ 100 gtd 12:01 -> repeated accepted, B1 canceled 1 EXPIRED
    at 12:02 cancel alice B2                     -> UNKNOWN_ORDER, B2 canceled 1 EXPIRED
    balance alice USD                            -> available 100000 held 0
  )");
}

TEST(TimersTest, AtOneInstantSchedulesGoFirstThenAuctionsThenOrdersThenSwitches) {
  Check(kMarket + R"(
    instrument BTC-EUR base BTC quote USD tick 1 lot 0.01
    at 12:00 state BTC-EUR auction until 12:05   -> ok, BTC-EUR AUCTION until 12:05:00
    schedule BTC-USD halted@12:05
    at 12:01 deadman alice 4m                    -> ok, alice armed until 12:05:00
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100 gtd 12:05 -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 100 gtd 12:04 -> accepted, rests 1
    // The earlier first; at 12:05 by kind.
    at 12:05 tick                                -> ok, B3 canceled 1 EXPIRED, BTC-USD HALTED by SCHEDULE, uncrossed nothing, BTC-EUR TRADING by AUCTION_END, B2 canceled 1 EXPIRED, B1 canceled 1 DEAD_MAN, alice disarmed
  )");
}

TEST(TimersTest, OrdersOfOneInstantExpireByAge) {
  Check(kMarket + R"(
    at 12:00 place alice B1 BTC-USD buy 1 @ 90 gtd 12:01 -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 110 gtd 12:01 -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 99 gtd 12:01  -> accepted, rests 1
    at 12:01 tick                                -> ok, B1 canceled 1 EXPIRED, S1 canceled 1 EXPIRED, B2 canceled 1 EXPIRED
  )");
}

TEST(TimersTest, ATradedOrAmendedOrderExpiresAllTheSame) {
  Check(kMarket + R"(
    at 12:00 place alice B1 BTC-USD buy 3 @ 90 gtd 12:01 -> accepted, rests 3
    place bob   S1 BTC-USD sell 1 @ 90           -> accepted, trade B1 1 @ 90
    amend alice B1 to 2                          -> accepted, reduced to 1, executed 1 for 90
    amend alice B1 @ 91                          -> accepted, moved to 2 @ 91, rests 1, executed 1 for 90
    at 12:01 tick                                -> ok, B1 canceled 1 EXPIRED
  )");
}

TEST(TimersTest, AThousandTimersACommand) {
  Check(kMarket + R"(
    repeat 1001 place alice B* BTC-USD buy 0.01 @ 100 gtd 12:00
    at 12:00 tick                                -> ok, 1000 cancels
    due                                          -> now
    book BTC-USD                                 -> bid 0.01 @ 100
    tick                                         -> ok, B1001 canceled 0.01 EXPIRED
    due                                          -> never
  )");
}

TEST(TimersTest, ASwitchEndsTenThousandOrdersACommand) {
  Check(kMarket + R"(
    repeat 10001 place bob S* BTC-USD sell 0.01 @ 100
    at 12:00 deadman bob 60s                     -> ok, bob armed until 12:01:00
    at 12:01 tick                                -> ok, 10000 cancels
    due                                          -> now
    book BTC-USD                                 -> ask 0.01 @ 100
    tick                                         -> ok, S10001 canceled 0.01 DEAD_MAN, bob disarmed
    due                                          -> never
  )");
}

TEST(TimersTest, AClosingEndsTenThousandDayOrdersACommand) {
  Check(kMarket + R"(
    repeat 10001 place bob S* BTC-USD sell 0.01 @ 100 day
    state BTC-USD closed                         -> ok, BTC-USD CLOSED, 10000 cancels
    due                                          -> now
    book BTC-USD                                 -> ask 0.01 @ 100
    tick                                         -> ok, S10001 canceled 0.01 DAY_END
    due                                          -> never
  )");
}

TEST(TimersTest, ALongOrderLivesAYear) {
  Check(kMarket + R"(
    at 12:00 place alice B1 BTC-USD buy 1 @ 90 gtd 365d12:00 -> accepted, rests 1
    due                                          -> 365d12:00:00
    at 365d11:59:59 tick                         -> ok
    at 365d12:00 tick                            -> ok, B1 canceled 1 EXPIRED
  )");
}

}  // namespace
}  // namespace rialto::engine
