// Every "no" of the engine: a row per reason, and which comes first when several apply.
#include "engine/core/reject_reason.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/sim/check_scenario.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01 min 0.1 max 50 notional 10 5000 fees 0.1% 0.2%
  open alice bob
  deposit bob BTC 1
  place   bob S1 BTC-USD sell 1 @ 90             -> accepted, rests 1
)";

struct Row {
  RejectReason reason;
  std::string scenario;
};

// In the order of precedence.
const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {RejectReason::kClientOrderIdReused, kMarket + R"(
         place nobody X BTC-USD buy 1 @ 80       -> UNKNOWN_ACCOUNT
         place nobody X BTC-USD buy 2 @ 80       -> CLIENT_ORDER_ID_REUSED)"},
      {RejectReason::kTransactionIdReused, kMarket + R"(
         deposit  alice USD 5 as T
         withdraw nobody XRP 5 as T              -> TRANSACTION_ID_REUSED
         transfer nobody nobody XRP 5 as T       -> TRANSACTION_ID_REUSED
         post nothing as T                       -> TRANSACTION_ID_REUSED)"},
      {RejectReason::kRequestExpired, kMarket + R"(
         at 12:00 place nobody X1 DOGE-USD buy 0 @ 0 type=0 by 11:59 -> REQUEST_EXPIRED need 11:59:00 have 12:00:00
         replace nobody X with Y DOGE-USD buy 0 @ 0 account=7 by 11:59 -> REQUEST_EXPIRED need 11:59:00 have 12:00:00.000000001
         oto nobody DOGE-USD X3 buy 1 @ 1 by 11:59 | X4 buy 0 @ 0 -> REQUEST_EXPIRED need 11:59:00 have 12:00:00.000000002)"},
      {RejectReason::kUnknownAccount, kMarket + R"(
         deposit  nobody XRP -5                  -> UNKNOWN_ACCOUNT
         withdraw fees USD 1                     -> UNKNOWN_ACCOUNT
         deposit  external USD 1                 -> UNKNOWN_ACCOUNT
         transfer nobody bob XRP -5              -> UNKNOWN_ACCOUNT need 0 have 999999
         transfer bob nobody XRP -5              -> UNKNOWN_ACCOUNT need 0 have 999999
         hold     everyone bob XRP -5 for -1s    -> UNKNOWN_ACCOUNT
         place    rounding X BTC-USD buy 1 @ 80  -> UNKNOWN_ACCOUNT
         place    nobody X DOGE-USD buy 1 @ 80   -> UNKNOWN_ACCOUNT
         cancel   nobody X                       -> UNKNOWN_ACCOUNT
         amend    nobody X to 1                  -> UNKNOWN_ACCOUNT
         limits   nobody DOGE-USD quantity -1    -> UNKNOWN_ACCOUNT
         settings nobody tier 101                -> UNKNOWN_ACCOUNT
         trading-state nobody 9                  -> UNKNOWN_ACCOUNT
         replace  nobody X with Y DOGE-USD buy 0 @ 0 -> UNKNOWN_ACCOUNT
         masscancel of nobody on DOGE-USD side 3 -> UNKNOWN_ACCOUNT
         deadman  nobody -1s                     -> UNKNOWN_ACCOUNT)"},
      {RejectReason::kUnknownAsset, kMarket + R"(
         deposit    alice XRP -5                 -> UNKNOWN_ASSET
         withdraw   alice XRP 5                  -> UNKNOWN_ASSET
         transfer   alice alice XRP -5           -> UNKNOWN_ASSET need 0 have 999
         instrument XRP-EUR base XRP quote BTC tick 1 lot 1 -> UNKNOWN_ASSET need 0 have 999
         instrument BTC-USD base BTC quote XRP tick 1 lot 1 -> UNKNOWN_ASSET need 0 have 999)"},
      {RejectReason::kUnknownInstrument, kMarket + R"(
         place  alice X DOGE-USD buy 0 @ 0 side=3 -> UNKNOWN_INSTRUMENT
         limits alice DOGE-USD quantity -1       -> UNKNOWN_INSTRUMENT
         change DOGE-USD tick 0                  -> UNKNOWN_INSTRUMENT
         tier   DOGE-USD 0 0% 0%                 -> UNKNOWN_INSTRUMENT
         mark   DOGE-USD -1                      -> UNKNOWN_INSTRUMENT
         state  DOGE-USD 0                       -> UNKNOWN_INSTRUMENT
         schedule DOGE-USD 0@0:00                -> UNKNOWN_INSTRUMENT
         masscancel on DOGE-USD side 3           -> UNKNOWN_INSTRUMENT)"},
      {RejectReason::kUnknownOrder, kMarket + R"(
         cancel alice X                          -> UNKNOWN_ORDER
         cancel alice #X                         -> UNKNOWN_ORDER
         amend  alice X to 0                     -> UNKNOWN_ORDER
         amend  alice #S1 to 1                   -> UNKNOWN_ORDER
         replace alice X with Y DOGE-USD sell 0 @ 0 -> UNKNOWN_ORDER)"},
      {RejectReason::kUnknownTransfer, kMarket + R"(
         post nothing -1 for 1s                  -> UNKNOWN_TRANSFER
         void nothing                            -> UNKNOWN_TRANSFER
         reverse nothing from alice              -> UNKNOWN_TRANSFER
         // What was refused is no transfer.
         withdraw alice USD 1 as T1              -> INSUFFICIENT_FUNDS need 1 have 0
         reverse T1                              -> UNKNOWN_TRANSFER)"},
      {RejectReason::kNotPending, kMarket + R"(
         deposit bob BTC 1
         transfer bob alice BTC 1 as T1
         post T1 -1                              -> NOT_PENDING
         void T1                                 -> NOT_PENDING)"},
      {RejectReason::kNotReversible, kMarket + R"(
         deposit bob BTC 2
         hold bob alice BTC 1 as T1              -> ok, T1 pending
         reverse T1 from bob                     -> NOT_REVERSIBLE
         void T1 as T2                           -> ok, T1 voided
         reverse T1                              -> NOT_REVERSIBLE
         reverse T2                              -> NOT_REVERSIBLE
         transfer bob alice BTC 1 as T3
         reverse T3 as T4                        -> ok
         reverse T4                              -> NOT_REVERSIBLE)"},
      {RejectReason::kOrderState, kMarket + R"(
         cancel bob S1 if traded                 -> ORDER_STATE
         deposit bob BTC 2
         oco bob BTC-USD L1 sell 1 @ 110 | L2 sell 1 stop 80 last -> accepted, rests 1
         amend  bob L1 to -1                     -> ORDER_STATE
         replace bob L1 with L3 DOGE-USD buy 0 @ 0 -> ORDER_STATE
         place  bob T1 BTC-USD sell 1 stop 80 last -> pending
         amend  bob T1 to 2 @ 81                 -> ORDER_STATE)"},
      {RejectReason::kPendingAlreadyPosted, kMarket + R"(
         deposit bob BTC 2
         hold bob alice BTC 1 as T1              -> ok, T1 pending
         post T1                                 -> ok, T1 posted 1
         post T1 -1                              -> PENDING_ALREADY_POSTED
         void T1                                 -> PENDING_ALREADY_POSTED)"},
      {RejectReason::kPendingAlreadyVoided, kMarket + R"(
         deposit bob BTC 2
         hold bob alice BTC 1 as T1              -> ok, T1 pending
         void T1                                 -> ok, T1 voided
         post T1 -1                              -> PENDING_ALREADY_VOIDED
         void T1                                 -> PENDING_ALREADY_VOIDED)"},
      {RejectReason::kPendingExpired, kMarket + R"(
         deposit bob BTC 2
         at 12:00 hold bob alice BTC 1 for 60s as T1 -> ok, T1 pending until 12:01:00
         at 12:01 post T1 -1                     -> PENDING_EXPIRED, T1 expired
         void T1                                 -> PENDING_EXPIRED)"},
      {RejectReason::kAlreadyReversed, kMarket + R"(
         deposit bob BTC 2 as T1
         reverse T1                              -> ok
         reverse T1 from bob                     -> ALREADY_REVERSED)"},
      {RejectReason::kNameTaken, kMarket + R"(
         asset BTC 13                            -> NAME_TAKEN
         instrument BTC-USD tick 0 lot 0         -> NAME_TAKEN)"},
      {RejectReason::kInvalidDefinition, kMarket + R"(
         asset ETH 13                            -> INVALID_DEFINITION need 12 have 13
         asset ETH 12                            -> ok
         instrument I1 base BTC quote BTC tick 1 lot 0.01     -> INVALID_DEFINITION
         instrument I2 base BTC quote USD tick 0 lot 0.01     -> INVALID_DEFINITION
         instrument I3 base BTC quote USD tick 1 lot 0        -> INVALID_DEFINITION
         instrument I4 base BTC quote USD tick -1 lot 0.01    -> INVALID_DEFINITION
         instrument I5 base BTC quote USD tick 1 lot -0.01    -> INVALID_DEFINITION
         instrument I6 base BTC quote USD tick 1 lot 0.01 min 0lots  -> INVALID_DEFINITION
         instrument I7 base BTC quote USD tick 1 lot 0.01 min 5lots max 4lots -> INVALID_DEFINITION
         instrument I7 base BTC quote USD tick 1 lot 0.01 min 5lots max 5lots -> ok
         instrument I8 base BTC quote USD tick 1 lot 0.01 max 1000000000000000lots -> ok
         instrument I9 base BTC quote USD tick 1 lot 0.01 max 1000000000000001lots -> INVALID_DEFINITION
         instrument J1 base BTC quote USD tick 1 lot 0.01 notional -0.01 0 -> INVALID_DEFINITION
         instrument J2 base BTC quote USD tick 1 lot 0.01 notional 0 -0.01 -> INVALID_DEFINITION
         instrument J3 base BTC quote USD tick 1 lot 0.01 notional 2 1     -> INVALID_DEFINITION
         instrument J3 base BTC quote USD tick 1 lot 0.01 notional 2 2     -> ok
         instrument J4 base BTC quote USD tick 1 lot 0.01 notional 2 0     -> ok
         instrument J5 base BTC quote USD tick 1 lot 0.01 fees 10.0001% 0% -> INVALID_DEFINITION
         instrument J6 base BTC quote USD tick 1 lot 0.01 fees 0% 10.0001% -> INVALID_DEFINITION
         instrument J6 base BTC quote USD tick 1 lot 0.01 fees 10% 10%     -> ok
         // The largest order's base amount, then the fraction beyond 64 bits.
         instrument J7 base BTC quote USD tick 1 lot 92233720368547758.07 max 1lots -> ok
         instrument J8 base BTC quote USD tick 1 lot 92233720368547758.07 max 2lots -> INVALID_DEFINITION
         instrument J9 base BTC quote ETH tick 9000000 lot 90000000000000000 max 1lots -> INVALID_DEFINITION
         instrument K1 base ETH quote USD tick 0.000000000001 lot 0.000000000001 -> INVALID_DEFINITION
         limits alice BTC-USD quantity -1        -> INVALID_DEFINITION
         limits alice BTC-USD notional -1        -> INVALID_DEFINITION
         limits alice BTC-USD position -1        -> INVALID_DEFINITION
         limits alice BTC-USD exposure -1        -> INVALID_DEFINITION
         instrument K2 base BTC quote USD tick 1 lot 0.01 price -1 0       -> INVALID_DEFINITION
         instrument K3 base BTC quote USD tick 1 lot 0.01 price 3 2        -> INVALID_DEFINITION
         instrument K3 base BTC quote USD tick 1 lot 0.01 price 3 3        -> ok
         instrument K4 base BTC quote USD tick 1 lot 0.01 price 3 0        -> ok
         instrument K5 base BTC quote USD tick 1 lot 0.01 volatility 1% 0s 1s -> INVALID_DEFINITION
         instrument K6 base BTC quote USD tick 1 lot 0.01 volatility 1% -1s 1s -> INVALID_DEFINITION
         instrument K7 base BTC quote USD tick 1 lot 0.01 volatility 1% 1s -1s -> INVALID_DEFINITION
         instrument K8 base BTC quote USD tick 1 lot 0.01 self-trade 6     -> INVALID_DEFINITION
         instrument K9 base BTC quote USD tick 1 lot 0.01 modes default    -> INVALID_DEFINITION
         instrument L1 base BTC quote USD tick 1 lot 0.01 modes allow,6    -> INVALID_DEFINITION
         instrument L2 base BTC quote USD tick 1 lot 0.01 modes allow,decrement -> ok
         // Broken and in use: it is broken.
         change BTC-USD tick 0                   -> INVALID_DEFINITION
         settings alice tier 101                 -> INVALID_DEFINITION
         trading-state alice 4                   -> INVALID_DEFINITION
         tier BTC-USD 0 0% 0%                    -> INVALID_DEFINITION
         state BTC-USD 0                         -> INVALID_DEFINITION
         schedule BTC-USD halted@1ns             -> INVALID_DEFINITION)"},
      {RejectReason::kInstrumentInUse, kMarket + R"(
         change BTC-USD tick 2                   -> INSTRUMENT_IN_USE
         change BTC-USD lot 0.02                 -> INSTRUMENT_IN_USE)"},
      {RejectReason::kVenueFull, R"(
         repeat 10000 asset A* 2
         asset ONE-MORE 2                        -> VENUE_FULL need 10000 have 10000)"},
      {RejectReason::kTradingHalted, kMarket + R"(
         state BTC-USD halted                    -> ok, BTC-USD HALTED
         trading-state everyone reducing
         trading-state alice halted
         place alice X1 BTC-USD buy 0 @ 0 type=0 -> TRADING_HALTED)"},
      {RejectReason::kTradingReducing, kMarket + R"(
         state BTC-USD halted                    -> ok, BTC-USD HALTED
         trading-state alice reducing
         place alice X1 BTC-USD buy 0 @ 0 type=0 -> TRADING_REDUCING)"},
      {RejectReason::kInstrumentState, kMarket + R"(
         state BTC-USD halted                    -> ok, BTC-USD HALTED
         place alice X1 BTC-USD buy 0 @ 0 type=0 -> INSTRUMENT_STATE HALTED)"},
      {RejectReason::kInvalidOrder, kMarket + R"(
         deposit  alice USD 0 as T1              -> INVALID_ORDER need 0.01 have 0
         withdraw alice USD -5                   -> INVALID_ORDER need 0.01 have -5
         place alice X1 BTC-USD buy 1 @ 0 side=3            -> INVALID_ORDER
         place alice X2 BTC-USD buy 1 @ 0 type=0            -> INVALID_ORDER
         place alice X3 BTC-USD buy 1 @ 0 tif=6             -> INVALID_ORDER
         place alice X4 BTC-USD buy 1 @ 0 post-only=2       -> INVALID_ORDER
         place alice X5 BTC-USD buy 1 @ 0 for 50            -> INVALID_ORDER
         place alice X6 BTC-USD buy 1 @ 80 ioc post-only    -> INVALID_ORDER
         place alice X7 BTC-USD buy 1 @ 80 fok post-only    -> INVALID_ORDER
         place alice Y1 BTC-USD buy 1 @ 80 market           -> INVALID_ORDER
         place alice Y2 BTC-USD buy 1 market gtc            -> INVALID_ORDER
         place alice Y3 BTC-USD buy 1 for 50 market         -> INVALID_ORDER
         place alice Y4 BTC-USD buy market                  -> INVALID_ORDER
         place alice Y5 BTC-USD buy 1 market post-only      -> INVALID_ORDER
         place alice Y6 BTC-USD buy 1 @ 80 self-trade=6     -> INVALID_ORDER
         oco alice BTC-USD Y7 buy 1 @ 80 | Y8 buy 1 @ 70    -> INVALID_ORDER
         replace bob S1 with Y9 BTC-USD buy 1 @ 80          -> INVALID_ORDER
         masscancel of alice side 3                         -> INVALID_ORDER
         deadman alice -1ns                                 -> INVALID_ORDER)"},
      {RejectReason::kInvalidTransfer, kMarket + R"(
         deposit bob BTC 1
         deposit bob USD 1 as D
         link                                    -> INVALID_TRANSFER need 1 have 0
         transfer bob bob BTC 9                  -> INVALID_TRANSFER
         transfer bob alice BTC 0                -> INVALID_TRANSFER need 1 have 0
         transfer bob alice BTC -0.01            -> INVALID_TRANSFER need 1 have -1
         transfer bob alice BTC 9 for 1s         -> INVALID_TRANSFER
         transfer bob alice BTC 9 of D           -> INVALID_TRANSFER
         transfer bob alice BTC 9 kind 0         -> INVALID_TRANSFER
         transfer bob alice BTC 9 kind 6         -> INVALID_TRANSFER
         hold bob alice BTC 9 for -1ns           -> INVALID_TRANSFER
         hold external alice BTC 9               -> INVALID_TRANSFER
         hold bob alice BTC 1 as H               -> ok, H pending
         post H 0.5 from alice                   -> INVALID_TRANSFER
         post H 0.5 to bob                       -> INVALID_TRANSFER
         post H 0.5 in USD                       -> INVALID_TRANSFER
         post H -0.5                             -> INVALID_TRANSFER
         post H 0.5 for 1s                       -> INVALID_TRANSFER
         void H 0.5                              -> INVALID_TRANSFER
         reverse D from bob                      -> INVALID_TRANSFER
         reverse D 1units                        -> INVALID_TRANSFER)"},
      {RejectReason::kRuleSetPassed, kMarket + R"(
         rule-set 3                              -> ok
         rule-set 3                              -> ok
         rule-set 2                              -> RULE_SET_PASSED need 2 have 3)"},
      {RejectReason::kSelfTradeNotAllowed, kMarket + R"(
         change BTC-USD modes allow,expire-taker
         at 12:00 place alice X1 BTC-USD buy 0 @ 0 decrement gtd 11:00 -> SELF_TRADE_NOT_ALLOWED DECREMENT)"},
      {RejectReason::kExpireTimePassed, kMarket + R"(
         at 12:00 place alice X1 BTC-USD buy 0 @ 0 gtd 11:00 -> EXPIRE_TIME_PASSED need 12:00:00 have 11:00:00)"},
      {RejectReason::kPriceOutOfRange, kMarket + R"(
         place alice X1 BTC-USD buy 0 @ 0        -> PRICE_OUT_OF_RANGE need 1 have 0
         place alice X2 BTC-USD buy 0 @ 1000000000001 -> PRICE_OUT_OF_RANGE need 1000000000000 have 1000000000001
         place alice X3 BTC-USD buy 0 stop -1 last -> PRICE_OUT_OF_RANGE need 1 have -1
         amend bob S1 to 0 @ -1                  -> PRICE_OUT_OF_RANGE need 1 have -1
         mark BTC-USD -1                         -> PRICE_OUT_OF_RANGE need 0 have -1)"},
      {RejectReason::kPriceCollar, kMarket + R"(
         change BTC-USD limit-collar 10%
         mark BTC-USD 100
         place alice X1 BTC-USD buy 0 @ 111      -> PRICE_COLLAR need 110 have 111)"},
      {RejectReason::kQuantityBelowMinimum, kMarket + R"(
         place alice X1 BTC-USD buy 0.09 @ 1     -> QUANTITY_BELOW_MINIMUM need 0.1 have 0.09
         amend bob S1 to -1 @ -1                 -> QUANTITY_BELOW_MINIMUM need 0.01 have -1)"},
      {RejectReason::kQuantityAboveMaximum, kMarket + R"(
         place alice X1 BTC-USD buy 50.01 @ 1000 -> QUANTITY_ABOVE_MAXIMUM need 50 have 50.01)"},
      {RejectReason::kNotionalBelowMinimum, kMarket + R"(
         place alice X1 BTC-USD buy 0.1 @ 99     -> NOTIONAL_BELOW_MINIMUM need 10 have 9.9
         place alice X2 BTC-USD buy for 9.99 market -> NOTIONAL_BELOW_MINIMUM need 10 have 9.99)"},
      {RejectReason::kNotionalAboveMaximum, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 1
         place alice X1 BTC-USD buy 50 @ 101     -> NOTIONAL_ABOVE_MAXIMUM need 5000 have 5050)"},
      {RejectReason::kQuantityNotReduced, kMarket + R"(
         deposit bob BTC 2
         place bob T1 BTC-USD sell 1 stop 80 last -> pending
         amend bob T1 to 1.01                    -> QUANTITY_NOT_REDUCED need 1 have 1.01)"},
      {RejectReason::kTooManyIcebergParts, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 1
         change BTC-USD iceberg-parts 5
         place alice X1 BTC-USD buy 6 @ 80 show 1 -> TOO_MANY_ICEBERG_PARTS need 5 have 6)"},
      {RejectReason::kMaxOrderQuantity, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 1
         place alice X1 BTC-USD buy 1.01 @ 100   -> MAX_ORDER_QUANTITY need 1 have 1.01)"},
      {RejectReason::kMaxOrderNotional, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 50 position 0.5 exposure 1
         place alice X1 BTC-USD buy 1 @ 51 post-only -> MAX_ORDER_NOTIONAL need 50 have 51)"},
      {RejectReason::kMaxPosition, kMarket + R"(
         limits alice BTC-USD position 0.5 exposure 1
         place alice X1 BTC-USD buy 1 @ 51       -> MAX_POSITION need 0.5 have 1)"},
      {RejectReason::kMaxExposure, kMarket + R"(
         limits bob BTC-USD exposure 100
         settings bob duplicates 1h
         place bob X1 BTC-USD sell 0.1 @ 100     -> INSUFFICIENT_FUNDS need 0.1 have 0
         place bob X2 BTC-USD sell 0.11 @ 100    -> MAX_EXPOSURE need 100 have 101)"},
      {RejectReason::kDuplicateOrder, kMarket + R"(
         settings alice duplicates 1h rate 1 1h
         place alice X1 BTC-USD buy 1 market     -> INSUFFICIENT_FUNDS need 90.18 have 0
         place alice X2 BTC-USD sell 1 market    -> INSUFFICIENT_FUNDS need 1 have 0
         deposit alice BTC 1
         place alice X3 BTC-USD sell 1 @ 99 ioc  -> accepted, canceled 1 UNFILLED_IOC
         place alice X4 BTC-USD sell 1 @ 99      -> DUPLICATE_ORDER need 3600s have 1ns)"},
      {RejectReason::kOrderRate, kMarket + R"(
         settings alice open-orders 1 rate 1 1h
         deposit alice BTC 1
         place alice X3 BTC-USD sell 1 @ 99      -> accepted, rests 1
         place alice X4 BTC-USD sell 1 @ 99      -> ORDER_RATE need 1 have 1)"},
      {RejectReason::kTooManyOpenOrders, kMarket + R"(
         settings alice open-orders 2
         deposit alice BTC 10000
         repeat 2 place alice S* BTC-USD sell 1 @ 100 -> accepted, rests 1
         // The venue's own bound is in limits_test.
         place alice B1 BTC-USD buy 1 @ 100 post-only -> TOO_MANY_OPEN_ORDERS need 2 have 2)"},
      {RejectReason::kTooManyPendingOrders, kMarket + R"(
         change BTC-USD pending-orders 1
         deposit alice BTC 1
         mark BTC-USD 100
         place alice X1 BTC-USD sell 1 stop 80 mark -> pending
         place alice X2 BTC-USD sell 1 stop 100 mark -> TOO_MANY_PENDING_ORDERS need 1 have 1)"},
      {RejectReason::kTooManyPendingTransfers, kMarket + R"(
         deposit bob BTC 200
         repeat 10000 hold bob alice BTC 0.01 as H* -> ok, H* pending
         hold bob alice BTC 200                  -> TOO_MANY_PENDING_TRANSFERS need 10000 have 10000)"},
      {RejectReason::kWouldTrigger, kMarket + R"(
         mark BTC-USD 100
         place alice X1 BTC-USD sell 1 stop 100 mark -> WOULD_TRIGGER need 100 have 100)"},
      {RejectReason::kWouldTake, kMarket + R"(
         place alice X1 BTC-USD buy 1 @ 90 post-only -> WOULD_TAKE need 90 have 90)"},
      {RejectReason::kPendingAmountExceeded, kMarket + R"(
         deposit bob BTC 2
         hold bob alice BTC 1 as T1              -> ok, T1 pending
         post T1 1.01                            -> PENDING_AMOUNT_EXCEEDED need 1.01 have 1)"},
      {RejectReason::kAmountOverflow, R"(
         asset BTC 0
         asset USD 0
         instrument BTC-USD tick 1000000 lot 1 max 1000000000
         open alice
         place alice X1 BTC-USD buy 1000000000 @ 1000000000000000000 -> AMOUNT_OVERFLOW
         deposit alice USD 9223372036854775807
         deposit alice USD 1                     -> AMOUNT_OVERFLOW need 1 have 0
         transfer external alice USD 1           -> AMOUNT_OVERFLOW need 1 have 0)"},
      {RejectReason::kInsufficientFunds, kMarket + R"(
         withdraw alice USD 1                    -> INSUFFICIENT_FUNDS need 1 have 0
         transfer fees alice USD 1               -> INSUFFICIENT_FUNDS need 1 have 0
         hold alice external USD 1               -> INSUFFICIENT_FUNDS need 1 have 0
         place alice X1 BTC-USD buy 1 @ 100      -> INSUFFICIENT_FUNDS need 100.2 have 0
         place bob   X2 BTC-USD sell 1 @ 100     -> INSUFFICIENT_FUNDS need 1 have 0)"},
  };
  return rows;
}

TEST(RejectReasonTest, EachIsGivenWhereItAppliesFirst) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(Name(row.reason));
    EXPECT_NE(row.scenario.find("-> " + std::string(Name(row.reason))), std::string::npos);
    Check(row.scenario);
  }
}

TEST(RejectReasonTest, EveryReasonHasARow) {
  std::vector<RejectReason> reasons;
  for (int value = 1; value <= UINT16_MAX; ++value) {
    const auto reason = static_cast<RejectReason>(value);
    // LINKED_FAILED is never the answer, only what each of the others hears: transfers_test.
    const bool is_answer = reason != RejectReason::kLinkedFailed;
    if (is_answer && !Name(reason).empty()) reasons.push_back(reason);
  }
  ASSERT_EQ(Rows().size(), reasons.size());
  for (size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(Rows()[i].reason, reasons[i]) << i;
}

// One order that breaks every rule, put right one rule at a time.
TEST(RejectReasonTest, TheFirstThatAppliesIsTheAnswer) {
  Check(kMarket + R"(
    trading-state alice halted
    state    BTC-USD halted                            -> ok, BTC-USD HALTED
    at 12:00 place nobody X1 DOGE-USD buy 0 @ 0 type=0 by 11:00 -> REQUEST_EXPIRED need 11:00:00 have 12:00:00
    place nobody X2 DOGE-USD buy 0 @ 0 type=0          -> UNKNOWN_ACCOUNT
    place alice  X3 DOGE-USD buy 0 @ 0 type=0          -> UNKNOWN_INSTRUMENT
    place alice  X4 BTC-USD buy 0 @ 0 type=0           -> TRADING_HALTED
    trading-state alice reducing
    place alice  X5 BTC-USD buy 0 @ 0 type=0           -> TRADING_REDUCING
    trading-state alice active
    place alice  X6 BTC-USD buy 0 @ 0 type=0           -> INSTRUMENT_STATE HALTED
    state    BTC-USD trading                           -> ok, BTC-USD TRADING
    place alice  X7 BTC-USD buy 0 @ 0 type=0           -> INVALID_ORDER
  )");
}

TEST(RejectReasonTest, TheFirstThatAppliesIsTheAnswerInTrading) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01 min 0.1 max 50 notional 10 5000 limit-collar 10% iceberg-parts 5 modes allow,expire-taker
    open alice bob
    mark     BTC-USD 100
    settings alice rate 2 24h duplicates 24h
    limits   alice BTC-USD quantity 20 notional 1900 position 10 exposure 900
    // An order taken before, and one that is open.
    deposit  alice USD 1000
    place alice G1 BTC-USD buy 8 @ 110 ioc             -> accepted, canceled 8 UNFILLED_IOC
    place alice G2 BTC-USD buy 0.1 @ 100               -> accepted, rests 0.1
    withdraw alice USD 990
    deposit  bob BTC 1
    place bob    S1 BTC-USD sell 1 @ 105               -> accepted, rests 1
    place alice  X1 BTC-USD buy 0 @ 0 decrement tif=4 type=0 -> INVALID_ORDER
    place alice  X2 BTC-USD buy 0 @ 0 decrement gtd 1ns -> SELF_TRADE_NOT_ALLOWED DECREMENT
    place alice  X3 BTC-USD buy 0 @ 0 gtd 1ns          -> EXPIRE_TIME_PASSED need 17ns have 1ns
    place alice  X4 BTC-USD buy 0 @ 0                  -> PRICE_OUT_OF_RANGE need 1 have 0
    place alice  X5 BTC-USD buy 0 @ 111                -> PRICE_COLLAR need 110 have 111
    place alice  X6 BTC-USD buy 0 @ 110                -> QUANTITY_BELOW_MINIMUM need 0.1 have 0
    place alice  X7 BTC-USD buy 51 @ 110 show 0.01     -> QUANTITY_ABOVE_MAXIMUM need 50 have 51
    place alice  X8 BTC-USD buy 50 @ 110 show 0.01     -> NOTIONAL_ABOVE_MAXIMUM need 5000 have 5500
    place alice  X9 BTC-USD buy 45 @ 110 show 0.01     -> TOO_MANY_ICEBERG_PARTS need 5 have 4500
    place alice  Y1 BTC-USD buy 45 @ 110 show 9        -> MAX_ORDER_QUANTITY need 20 have 45
    place alice  Y2 BTC-USD buy 20 @ 110               -> MAX_ORDER_NOTIONAL need 1900 have 2200
    place alice  Y3 BTC-USD buy 15 @ 110               -> MAX_POSITION need 10 have 15.1
    place alice  Y4 BTC-USD buy 9 @ 110                -> MAX_EXPOSURE need 900 have 1000
    place alice  Y5 BTC-USD buy 8 @ 110                -> DUPLICATE_ORDER need 86400s have 18ns
    place alice  Y6 BTC-USD buy 7 @ 110 post-only      -> ORDER_RATE need 2 have 2
    settings alice open-orders 1
    place alice  Y7 BTC-USD buy 7 @ 110 post-only      -> TOO_MANY_OPEN_ORDERS need 1 have 1
    settings alice
    place alice  Y8 BTC-USD buy 7 @ 110 post-only      -> WOULD_TAKE need 105 have 110
    place alice  Y9 BTC-USD buy 7 @ 110                -> INSUFFICIENT_FUNDS need 770 have 0
    deposit alice USD 770
    place alice  Z1 BTC-USD buy 7 @ 110                -> accepted, trade S1 1 @ 105, rests 6
  )");
}

// Neighbours that no limit order has.
TEST(RejectReasonTest, TheFirstThatAppliesIsTheAnswerForTriggers) {
  Check(R"(
    asset BTC 0
    asset USD 0
    instrument BTC-USD tick 1000000 lot 1 max 1000000000 open-orders 1 pending-orders 1
    open alice bob
    mark     BTC-USD 2000000
    deposit  alice BTC 1
    place alice T1 BTC-USD sell 1 stop 1000000 mark    -> pending
    place alice T2 BTC-USD sell 9 stop 2000000 mark    -> TOO_MANY_OPEN_ORDERS need 1 have 1
    change BTC-USD open-orders 0
    place alice T3 BTC-USD sell 9 stop 2000000 mark    -> TOO_MANY_PENDING_ORDERS need 1 have 1
    change BTC-USD pending-orders 0
    place alice T4 BTC-USD sell 1000000000 stop 1000000000000000000 mark -> WOULD_TRIGGER need 1000000000000000000 have 2000000
    place alice T5 BTC-USD sell 1000000000 take 1000000000000000000 mark -> AMOUNT_OVERFLOW
    place alice T6 BTC-USD sell 9 take 3000000 mark    -> INSUFFICIENT_FUNDS need 9 have 0
    deposit  bob BTC 1
    place bob   S1 BTC-USD sell 1 @ 1000000            -> accepted, rests 1
    place alice T7 BTC-USD buy 1000000000 @ 1000000000000000000 post-only -> WOULD_TAKE need 1000000 have 1000000000000000000
    place alice T8 BTC-USD buy 1000000000 @ 1000000000000000000 -> AMOUNT_OVERFLOW
    place alice T9 BTC-USD buy 0 price=1000000000001 tif=9 -> INVALID_ORDER
  )");
}

TEST(RejectReasonTest, TheFirstThatAppliesIsTheAnswerForAmounts) {
  Check(kMarket + R"(
    limits alice BTC-USD quantity 0.1 notional 1
    place alice X1 BTC-USD buy for 5001 market         -> NOTIONAL_ABOVE_MAXIMUM need 5000 have 5001
    place alice X2 BTC-USD buy for 50 market           -> MAX_ORDER_QUANTITY need 0.1 have 0.55
    place alice X3 BTC-USD buy for 10 market           -> MAX_ORDER_QUANTITY need 0.1 have 0.11
    limits alice BTC-USD notional 1
    place alice X4 BTC-USD buy for 10 market           -> MAX_ORDER_NOTIONAL need 1 have 10
    limits alice BTC-USD
    place alice X5 BTC-USD buy for 10 market           -> INSUFFICIENT_FUNDS need 10 have 0
  )");
}

}  // namespace
}  // namespace rialto::engine
