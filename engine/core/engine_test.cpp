// What the engine does, feature by feature, in tables that run on the core and on the naive model;
// see engine/sim/scenario.h for the words.
#include "engine/core/engine.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

// One BTC is 100 lots; a lot at a tick is worth a cent, so nothing is ever rounded. A market order
// may go twice as far as the best price.
const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01 collar 100%
  open alice bob carol
)";

const std::string kMarketWithFees = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01 fees 0.1% 0.2% collar 100%
  open alice bob carol
)";

const std::string kFunds = R"(
  deposit alice USD 1000
  deposit bob   BTC 10
  deposit carol BTC 10
)";

// --- Priority and price ---

TEST(EngineTest, TakesBestPriceThenOldest) {
  Check(kMarket + R"(
    deposit alice USD 1000
    deposit bob   BTC 4
    place   bob   S1 BTC-USD sell 2 @ 100        -> accepted, rests 2
    place   bob   S2 BTC-USD sell 2 @  99        -> accepted, rests 2
    place   alice B1 BTC-USD buy  3 @ 100        -> accepted, trade S2 2 @ 99, trade S1 1 @ 100
    balance alice USD                            -> available 702 held 0
    balance alice BTC                            -> available 3 held 0
    balance bob   BTC                            -> available 0 held 1
    balance bob   USD                            -> available 298 held 0
    book    BTC-USD                              -> ask 1 @ 100
  )");
}

TEST(EngineTest, TakesTheOldestOfOnePriceFirst) {
  Check(kMarket + kFunds + R"(
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place carol S2 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place bob   S3 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1.5 @ 100         -> accepted, trade S1 1 @ 100, trade S2 0.5 @ 100
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, trade S2 0.5 @ 100, trade S3 0.5 @ 100
    book  BTC-USD                                -> ask 0.5 @ 100
  )");
}

TEST(EngineTest, BidsTradeHighestFirst) {
  Check(kMarket + kFunds + R"(
    place alice B1 BTC-USD buy 1 @ 90            -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 95            -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 95            -> accepted, rests 1
    book  BTC-USD                                -> bid 2 @ 95, bid 1 @ 90
    place bob   S1 BTC-USD sell 2.5 @ 90         -> accepted, trade B2 1 @ 95, trade B3 1 @ 95, trade B1 0.5 @ 90
  )");
}

TEST(EngineTest, TradesAtTheMakersPriceAndRefundsTheImprovement) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 80         -> accepted, rests 1
    place   alice B1 BTC-USD buy 2 @ 100         -> accepted, trade S1 1 @ 80, rests 1
    balance alice USD                            -> available 820 held 100
    balance bob   USD                            -> available 80 held 0
    place   carol S2 BTC-USD sell 1 @ 70         -> accepted, trade B1 1 @ 100
    balance alice USD                            -> available 820 held 0
    balance carol USD                            -> available 100 held 0
  )");
}

TEST(EngineTest, DoesNotTradeBeyondTheLimit) {
  Check(kMarket + kFunds + R"(
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 99            -> accepted, rests 1
    book  BTC-USD                                -> ask 1 @ 100, bid 1 @ 99
  )");
}

TEST(EngineTest, ASelfTradeSettlesLikeAnyOther) {
  Check(kMarketWithFees + R"(
    deposit alice USD 1000
    deposit alice BTC 1
    place   alice S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, trade S1 1 @ 100 buyer fee 0.2 seller fee 0.1
    balance alice USD                            -> available 999.7 held 0
    balance alice BTC                            -> available 1 held 0
    balance fees  USD                            -> available 0.3 held 0
  )");
}

TEST(EngineTest, InstrumentsHaveBooksOfTheirOwn) {
  Check(kMarket + kFunds + R"(
    instrument BTC-EUR base BTC quote USD tick 1 lot 0.01
    place bob   S1 BTC-EUR sell 1 @ 50           -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 60            -> accepted, rests 1
    book  BTC-USD                                -> bid 1 @ 60
    book  BTC-EUR                                -> ask 1 @ 50
  )");
}

// --- Time in force ---

TEST(EngineTest, ImmediateOrCancelLeavesNothing) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 3 @ 100 ioc     -> accepted, trade S1 1 @ 100, canceled 2 UNFILLED_IOC
    place   alice B2 BTC-USD buy 3 @ 100 ioc     -> accepted, canceled 3 UNFILLED_IOC
    balance alice USD                            -> available 900 held 0
    book    BTC-USD                              -> empty
  )");
}

TEST(EngineTest, FillOrKillTradesAllOrNothing) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   carol S2 BTC-USD sell 1 @ 101        -> accepted, rests 1
    place   alice B1 BTC-USD buy 2 @ 100 fok     -> accepted, canceled 2 UNFILLED_FOK
    place   alice B2 BTC-USD buy 2.01 @ 101 fok  -> accepted, canceled 2.01 UNFILLED_FOK
    balance alice USD                            -> available 1000 held 0
    place   alice B3 BTC-USD buy 2 @ 101 fok     -> accepted, trade S1 1 @ 100, trade S2 1 @ 101
    place   alice B4 BTC-USD buy 1 @ 101 fok     -> accepted, canceled 1 UNFILLED_FOK
  )");
}

TEST(EngineTest, PostOnlyRestsOrIsRefused) {
  Check(kMarket + kFunds + R"(
    place bob   S1 BTC-USD sell 1 @ 100 post-only  -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 100 post-only   -> WOULD_TAKE need 100 have 100
    place alice B2 BTC-USD buy 1 @ 101 post-only   -> WOULD_TAKE need 100 have 101
    place alice B3 BTC-USD buy 1 @ 99 post-only    -> accepted, rests 1
    place carol S2 BTC-USD sell 1 @ 99 post-only   -> WOULD_TAKE need 99 have 99
    book  BTC-USD                                  -> ask 1 @ 100, bid 1 @ 99
  )");
}

// --- Market orders ---

TEST(EngineTest, MarketOrderByQuantitySweepsTheBook) {
  Check(kMarketWithFees + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   carol S2 BTC-USD sell 1 @ 150        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1.5 market      -> accepted, trade S1 1 @ 100 buyer fee 0.2 seller fee 0.1, trade S2 0.5 @ 150 buyer fee 0.15 seller fee 0.08
    balance alice USD                            -> available 824.65 held 0
    balance carol USD                            -> available 74.92 held 0
    place   alice B2 BTC-USD buy 1 market        -> accepted, trade S2 0.5 @ 150 buyer fee 0.15 seller fee 0.08, canceled 0.5 INSUFFICIENT_LIQUIDITY
    place   alice B3 BTC-USD buy 1 market        -> accepted, canceled 1 INSUFFICIENT_LIQUIDITY
    balance alice USD                            -> available 749.5 held 0
  )");
}

TEST(EngineTest, MarketOrderNeedsOnlyWhatTheSweepCosts) {
  Check(kMarket + R"(
    deposit alice USD 250
    deposit bob   BTC 3
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   bob   S2 BTC-USD sell 2 @ 150        -> accepted, rests 2
    place   alice B1 BTC-USD buy 2.01 market     -> INSUFFICIENT_FUNDS need 251.5 have 250
    place   alice B2 BTC-USD buy 2 market        -> accepted, trade S1 1 @ 100, trade S2 1 @ 150
    balance alice USD                            -> available 0 held 0
    place   alice S3 BTC-USD sell 2.01 market    -> INSUFFICIENT_FUNDS need 2.01 have 2
    place   alice S4 BTC-USD sell 2 market       -> accepted, canceled 2 INSUFFICIENT_LIQUIDITY
    balance alice BTC                            -> available 2 held 0
  )");
}

TEST(EngineTest, MarketFillOrKillByQuantity) {
  Check(kMarket + kFunds + R"(
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 2 market fok     -> accepted, canceled 2 UNFILLED_FOK
    place bob   S2 BTC-USD sell 1 market fok     -> accepted, trade B1 1 @ 100
    balance bob BTC                              -> available 9 held 0
  )");
}

TEST(EngineTest, MarketBuyByAmountSpendsAtMostThatWithFees) {
  Check(kMarketWithFees + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 60         -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 70         -> accepted, rests 1
    // 60 + 0.12, then 0.56 @ 70 = 39.20 + 0.08; one lot more would be 39.90 + 0.08 = 100.10.
    place   alice B1 BTC-USD buy for 100 market  -> accepted 1.56, trade S1 1 @ 60 buyer fee 0.12 seller fee 0.06, trade S2 0.56 @ 70 buyer fee 0.08 seller fee 0.04
    balance alice USD                            -> available 900.6 held 0
    balance alice BTC                            -> available 1.56 held 0
  )");
}

TEST(EngineTest, MarketSellByAmountRaisesAtMostThatBeforeFees) {
  Check(kMarketWithFees + kFunds + R"(
    place   alice B1 BTC-USD buy 1 @ 70          -> accepted, rests 1
    place   alice B2 BTC-USD buy 1 @ 60          -> accepted, rests 1
    place   bob   S1 BTC-USD sell for 100.5 market -> accepted 1.5, trade B1 1 @ 70 buyer fee 0.07 seller fee 0.14, trade B2 0.5 @ 60 buyer fee 0.03 seller fee 0.06
    balance bob   USD                            -> available 99.8 held 0
    balance bob   BTC                            -> available 8.5 held 0
  )");
}

TEST(EngineTest, MarketByAmountRunsOutOfBook) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 60         -> accepted, rests 1
    place   alice B1 BTC-USD buy for 61 market fok -> accepted 1, canceled 1 UNFILLED_FOK
    place   alice B2 BTC-USD buy for 61 market   -> accepted 1, trade S1 1 @ 60, canceled 0 INSUFFICIENT_LIQUIDITY
    place   alice B3 BTC-USD buy for 61 market   -> accepted 0, canceled 0 INSUFFICIENT_LIQUIDITY
    place   alice B4 BTC-USD buy for 61 market fok -> accepted 0, canceled 0 UNFILLED_FOK
    balance alice USD                            -> available 940 held 0
  )");
}

TEST(EngineTest, MarketByAmountThatIsSpentWithTheLastOrderOfTheBookIsFilled) {
  Check(kMarket + kFunds + R"(
    place bob   S1 BTC-USD sell 1 @ 60             -> accepted, rests 1
    place alice B1 BTC-USD buy for 60 market       -> accepted 1, trade S1 1 @ 60
    place bob   S2 BTC-USD sell 1 @ 60             -> accepted, rests 1
    place alice B2 BTC-USD buy for 60 market fok   -> accepted 1, trade S2 1 @ 60
    place alice B3 BTC-USD buy 1 @ 50              -> accepted, rests 1
    place bob   S3 BTC-USD sell for 50 market fok  -> accepted 1, trade B3 1 @ 50
  )");
}

TEST(EngineTest, MarketByAmountTooSmallForOneLotTradesNothing) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 1 @ 60         -> accepted, rests 1
    place   alice B1 BTC-USD buy for 0.59 market -> accepted 0, canceled 0 INSUFFICIENT_LIQUIDITY
    place   alice B2 BTC-USD buy for 0.59 market fok -> accepted 0, canceled 0 INSUFFICIENT_LIQUIDITY
    place   alice B3 BTC-USD buy for 0.6 market  -> accepted 0.01, trade S1 0.01 @ 60
    balance alice USD                            -> available 999.4 held 0
  )");
}

// --- Holds, fees, rounding ---

TEST(EngineTest, ABuyHoldsItsNotionalAndTheWorstFee) {
  Check(kMarketWithFees + R"(
    deposit alice USD 200.39
    place   alice B1 BTC-USD buy 2 @ 100         -> INSUFFICIENT_FUNDS need 200.4 have 200.39
    deposit alice USD 0.01
    place   alice B2 BTC-USD buy 2 @ 100         -> accepted, rests 2
    balance alice USD                            -> available 0 held 200.4
  )");
}

TEST(EngineTest, AMakerFeeAboveTheTakerFeeIsHeldToo) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01 fees 0.3% 0.2%
    open alice bob
    deposit alice USD 100.3
    deposit bob   BTC 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    balance alice USD                            -> available 0 held 100.3
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100 buyer fee 0.3 seller fee 0.2
    balance alice USD                            -> available 0 held 0
    balance bob   USD                            -> available 99.8 held 0
    balance fees  USD                            -> available 0.5 held 0
  )");
}

TEST(EngineTest, ASellHoldsItsBase) {
  Check(kMarketWithFees + R"(
    deposit bob BTC 1
    place   bob S1 BTC-USD sell 1.01 @ 100       -> INSUFFICIENT_FUNDS need 1.01 have 1
    place   bob S2 BTC-USD sell 0.75 @ 100       -> accepted, rests 0.75
    balance bob BTC                              -> available 0.25 held 0.75
    place   bob S3 BTC-USD sell 0.5 @ 100        -> INSUFFICIENT_FUNDS need 0.5 have 0.25
  )");
}

TEST(EngineTest, FeesGoToTheHouse) {
  Check(kMarketWithFees + kFunds + R"(
    place   bob   S1 BTC-USD sell 2 @ 100        -> accepted, rests 2
    place   alice B1 BTC-USD buy 2 @ 110         -> accepted, trade S1 2 @ 100 buyer fee 0.4 seller fee 0.2
    balance alice USD                            -> available 799.6 held 0
    balance bob   USD                            -> available 199.8 held 0
    balance fees  USD                            -> available 0.6 held 0
    balance rounding USD                         -> available 0 held 0
    balance external USD                         -> available -1000 held 0
  )");
}

// One lot at a tick of 0.001 is a tenth of a cent.
const std::string kCoarseMarket = R"(
  asset XYZ 0
  asset USD 2
  instrument XYZ-USD tick 0.001 lot 1
  open alice bob
  deposit alice USD 10
  deposit bob   XYZ 100
)";

TEST(EngineTest, RoundingGoesToItsOwnAccount) {
  Check(kCoarseMarket + R"(
    place   bob   S1 XYZ-USD sell 3 @ 0.333      -> accepted, rests 3
    place   alice B1 XYZ-USD buy 3 @ 0.333       -> accepted, trade S1 3 @ 0.333
    balance alice    USD                         -> available 9 held 0
    balance bob      USD                         -> available 0.99 held 0
    balance rounding USD                         -> available 0.01 held 0
  )");
}

TEST(EngineTest, RoundingNeverOverdrawsAHold) {
  // Each fill alone would cost 0.34; all three together hold 1.00.
  Check(kCoarseMarket + R"(
    place   alice B1 XYZ-USD buy 3 @ 0.333       -> accepted, rests 3
    balance alice    USD                         -> available 9 held 1
    place   bob   S1 XYZ-USD sell 1 @ 0.333      -> accepted, trade B1 1 @ 0.333
    balance alice    USD                         -> available 9 held 0.67
    place   bob   S2 XYZ-USD sell 1 @ 0.333      -> accepted, trade B1 1 @ 0.333
    place   bob   S3 XYZ-USD sell 1 @ 0.333      -> accepted, trade B1 1 @ 0.333
    balance alice    USD                         -> available 9 held 0
    balance bob      USD                         -> available 0.99 held 0
    balance rounding USD                         -> available 0.01 held 0
  )");
}

TEST(EngineTest, AFeeNeverExceedsWhatItIsTakenFrom) {
  // 1 @ 0.001 is a tenth of a cent: the seller gets nothing, and pays no fee on it.
  Check(R"(
    asset XYZ 0
    asset USD 2
    instrument XYZ-USD tick 0.001 lot 1 fees 10% 10%
    open alice bob
    deposit alice USD 1
    deposit bob   XYZ 1
    place   alice B1 XYZ-USD buy 1 @ 0.001       -> accepted, rests 1
    balance alice    USD                         -> available 0.98 held 0.02
    place   bob   S1 XYZ-USD sell 1 @ 0.001      -> accepted, trade B1 1 @ 0.001 buyer fee 0.01 seller fee 0
    balance bob      USD                         -> available 0 held 0
    balance rounding USD                         -> available 0.01 held 0
    balance fees     USD                         -> available 0.01 held 0
  )");
}

// --- Cancel and amend ---

TEST(EngineTest, CancelReleasesTheHold) {
  Check(kMarketWithFees + kFunds + R"(
    place   alice B1 BTC-USD buy 2 @ 100         -> accepted, rests 2
    place   bob   S1 BTC-USD sell 0.5 @ 100      -> accepted, trade B1 0.5 @ 100 buyer fee 0.05 seller fee 0.1
    cancel  alice B1                             -> accepted, canceled 1.5 REQUESTED, executed 0.5 for 50
    balance alice USD                            -> available 949.95 held 0
    cancel  alice B1                             -> UNKNOWN_ORDER
    place   bob   S2 BTC-USD sell 1 @ 100        -> accepted, rests 1
    cancel  bob   #S2                            -> accepted, canceled 1 REQUESTED
    balance bob   BTC                            -> available 9.5 held 0
    book    BTC-USD                              -> empty
  )");
}

TEST(EngineTest, OnlyTheOwnerCancels) {
  Check(kMarket + kFunds + R"(
    place  bob   S1 BTC-USD sell 1 @ 100         -> accepted, rests 1
    cancel alice S1                              -> UNKNOWN_ORDER
    cancel alice #S1                             -> UNKNOWN_ORDER
    amend  alice #S1 to 0.5                      -> UNKNOWN_ORDER
    cancel fees  #S1                             -> UNKNOWN_ACCOUNT
    cancel bob   #S1                             -> accepted, canceled 1 REQUESTED
  )");
}

TEST(EngineTest, AmendKeepsPriority) {
  Check(kMarket + kFunds + R"(
    place   bob   S1 BTC-USD sell 2 @ 100        -> accepted, rests 2
    place   carol S2 BTC-USD sell 2 @ 100        -> accepted, rests 2
    amend   bob   S1 to 1                        -> accepted, reduced to 1
    balance bob   BTC                            -> available 9 held 1
    book    BTC-USD                              -> ask 3 @ 100
    place   alice B1 BTC-USD buy 2 @ 100         -> accepted, trade S1 1 @ 100, trade S2 1 @ 100
  )");
}

TEST(EngineTest, AmendCountsWhatHasExecuted) {
  Check(kMarketWithFees + kFunds + R"(
    place   alice B1 BTC-USD buy 3 @ 100         -> accepted, rests 3
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100 buyer fee 0.1 seller fee 0.2
    amend   alice B1 to 3                        -> accepted, executed 1 for 100
    amend   alice B1                             -> accepted, executed 1 for 100
    amend   alice #B1 to 2                       -> accepted, reduced to 1, executed 1 for 100
    balance alice USD                            -> available 799.7 held 100.2
    amend   alice B1 to -1                       -> QUANTITY_BELOW_MINIMUM need 0.01 have -1
    amend   alice B1 to 1                        -> accepted, canceled 1 AMENDED, executed 1 for 100
    balance alice USD                            -> available 899.9 held 0
    amend   alice B1 to 1                        -> UNKNOWN_ORDER
  )");
}

TEST(EngineTest, AmendMayGoBelowTheInstrumentsMinimum) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01 min 1 notional 10 1000
    open alice
    deposit alice USD 1000
    place   alice B1 BTC-USD buy 2 @ 10          -> accepted, rests 2
    amend   alice B1 to 0.01                     -> accepted, reduced to 0.01
    balance alice USD                            -> available 999.9 held 0.1
  )");
}

// --- Repeats ---

TEST(EngineTest, ARepeatedOrderHearsItsFirstOutcome) {
  Check(kMarket + kFunds + R"(
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated accepted
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, trade B1 1 @ 100
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated accepted
    place   alice B1 BTC-USD buy 2 @ 100         -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100 ioc     -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated accepted
    place   carol B1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    balance alice USD                            -> available 900 held 0
  )");
}

TEST(EngineTest, AnOrderIsRepeatedOnAnotherStream) {
  Check(kMarket + kFunds + R"(
    place   alice B1 BTC-USD buy 1 @ 100 session 7 -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100 session 8 -> repeated accepted
    place   alice B1 BTC-USD buy 1 @ 100           -> repeated accepted
    place   alice B1 BTC-USD buy 1 @ 100 tag T     -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100 allow     -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100 show 0.5  -> CLIENT_ORDER_ID_REUSED
  )");
}

TEST(EngineTest, ARefusedOrderStaysRefused) {
  Check(kMarket + R"(
    place   alice B1 BTC-USD buy 1 @ 100         -> INSUFFICIENT_FUNDS need 100 have 0
    deposit alice USD 1000
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated INSUFFICIENT_FUNDS need 100 have 0
    place   alice B1 BTC-USD buy 2 @ 100         -> CLIENT_ORDER_ID_REUSED
    place   alice B1 BTC-USD buy 1 @ 100         -> repeated INSUFFICIENT_FUNDS need 100 have 0
    place   nobody N1 BTC-USD buy 1 @ 100        -> UNKNOWN_ACCOUNT
    place   nobody N1 BTC-USD buy 1 @ 100        -> repeated UNKNOWN_ACCOUNT
    place   nobody N1 BTC-USD buy 2 @ 100        -> CLIENT_ORDER_ID_REUSED
  )");
}

TEST(EngineTest, ARepeatedTransferHearsItsFirstOutcome) {
  Check(kMarket + R"(
    deposit  alice USD 100 as T1                 -> ok
    deposit  alice USD 100 as T1                 -> repeated ok
    withdraw alice USD 200 as T2                 -> INSUFFICIENT_FUNDS need 200 have 100
    deposit  alice USD 500 as T3                 -> ok
    withdraw alice USD 200 as T2                 -> repeated INSUFFICIENT_FUNDS need 200 have 100
    deposit  alice USD 101 as T1                 -> TRANSACTION_ID_REUSED
    deposit  bob   USD 100 as T1                 -> TRANSACTION_ID_REUSED
    withdraw alice USD 100 as T1                 -> TRANSACTION_ID_REUSED
    deposit  alice USD 100 as T1                 -> repeated ok
    balance  alice USD                           -> available 600 held 0
  )");
}

TEST(EngineTest, RepeatedDefinitionsGiveTheSameId) {
  Check(R"(
    asset BTC 2                                  -> ok
    asset USD 2                                  -> ok
    asset BTC 2                                  -> repeated ok
    instrument BTC-USD tick 1 lot 0.01           -> ok
    instrument BTC-USD tick 1 lot 0.01           -> repeated ok
    open alice                                   -> ok
    open alice                                   -> repeated ok
  )");
}

// --- Transfers ---

TEST(EngineTest, MoneyComesFromOutsideAndGoesThere) {
  Check(kMarket + R"(
    deposit  alice USD 100
    balance  external USD                        -> available -100 held 0
    withdraw alice USD 40
    balance  alice USD                           -> available 60 held 0
    balance  external USD                        -> available -60 held 0
    withdraw alice USD 60.01                     -> INSUFFICIENT_FUNDS need 60.01 have 60
    withdraw alice USD 60
    balance  alice USD                           -> available 0 held 0
  )");
}

TEST(EngineTest, WhatIsHeldCanNotBeWithdrawn) {
  Check(kMarket + kFunds + R"(
    place    alice B1 BTC-USD buy 9 @ 100        -> accepted, rests 9
    withdraw alice USD 100.01                    -> INSUFFICIENT_FUNDS need 100.01 have 100
    withdraw alice USD 100
    cancel   alice B1                            -> accepted, canceled 9 REQUESTED
    withdraw alice USD 900
  )");
}

// --- State ---

// Found by a fuzzer: checksums do not keep nonsense out of a state that was made to fit them.
TEST(EngineTest, AStateWithAScaleThatNoAssetHasIsNotLoaded) {
  Engine engine;
  Events events;
  engine.Apply({Sequence(1), Timestamp(1)}, CreateAsset{*CallerId::Parse("BTC"), 12}, events);
  std::string bytes;
  const auto append = [&bytes](std::string_view piece) { bytes += piece; };
  StateWriter out(append);
  engine.Save(out);
  out.Flush();
  const auto loads = [](std::string_view state) {
    const auto take = [&state](char* buffer, size_t size) {
      const size_t count = state.copy(buffer, size);
      state.remove_prefix(count);
      return count;
    };
    StateReader in(take);
    Engine loaded;
    return loaded.Load(in);
  };
  EXPECT_TRUE(loads(bytes));
  char& scale = bytes.at(bytes.find("BTC") + 3);
  ASSERT_EQ(scale, 12);
  scale = 13;
  EXPECT_FALSE(loads(bytes));
}

}  // namespace
}  // namespace rialto::engine
