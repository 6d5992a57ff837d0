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
         withdraw nobody XRP 5 as T              -> TRANSACTION_ID_REUSED)"},
      {RejectReason::kUnknownAccount, kMarket + R"(
         deposit  nobody XRP -5                  -> UNKNOWN_ACCOUNT
         withdraw fees USD 1                     -> UNKNOWN_ACCOUNT
         deposit  external USD 1                 -> UNKNOWN_ACCOUNT
         place    rounding X BTC-USD buy 1 @ 80  -> UNKNOWN_ACCOUNT
         place    nobody X DOGE-USD buy 1 @ 80   -> UNKNOWN_ACCOUNT
         cancel   nobody X                       -> UNKNOWN_ACCOUNT
         amend    nobody X to 1                  -> UNKNOWN_ACCOUNT
         limits   nobody DOGE-USD quantity -1    -> UNKNOWN_ACCOUNT)"},
      {RejectReason::kUnknownAsset, kMarket + R"(
         deposit    alice XRP -5                 -> UNKNOWN_ASSET
         withdraw   alice XRP 5                  -> UNKNOWN_ASSET
         instrument XRP-EUR base XRP quote BTC tick 1 lot 1 -> UNKNOWN_ASSET need 0 have 999
         instrument BTC-USD base BTC quote XRP tick 1 lot 1 -> UNKNOWN_ASSET need 0 have 999)"},
      {RejectReason::kUnknownInstrument, kMarket + R"(
         place  alice X DOGE-USD buy 0 @ 0 strange-side -> UNKNOWN_INSTRUMENT
         limits alice DOGE-USD quantity -1       -> UNKNOWN_INSTRUMENT)"},
      {RejectReason::kUnknownOrder, kMarket + R"(
         cancel alice X                          -> UNKNOWN_ORDER
         cancel alice #X                         -> UNKNOWN_ORDER
         amend  alice X to 0                     -> UNKNOWN_ORDER
         amend  alice #S1 to 1                   -> UNKNOWN_ORDER)"},
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
         limits alice BTC-USD notional -1        -> INVALID_DEFINITION)"},
      {RejectReason::kVenueFull, R"(
         repeat 10000 asset A* 2
         asset ONE-MORE 2                        -> VENUE_FULL need 10000 have 10000)"},
      {RejectReason::kInvalidOrder, kMarket + R"(
         deposit  alice USD 0 as T1              -> INVALID_ORDER need 0.01 have 0
         withdraw alice USD -5                   -> INVALID_ORDER need 0.01 have -5
         place alice X1 BTC-USD buy 1 @ 0 strange-side      -> INVALID_ORDER
         place alice X2 BTC-USD buy 1 @ 0 strange-type      -> INVALID_ORDER
         place alice X3 BTC-USD buy 1 @ 0 strange-tif       -> INVALID_ORDER
         place alice X4 BTC-USD buy 1 @ 0 strange-post-only -> INVALID_ORDER
         place alice X5 BTC-USD buy 1 @ 0 for 50            -> INVALID_ORDER
         place alice X6 BTC-USD buy 1 @ 80 ioc post-only    -> INVALID_ORDER
         place alice X7 BTC-USD buy 1 @ 80 fok post-only    -> INVALID_ORDER
         place alice Y1 BTC-USD buy 1 @ 80 market           -> INVALID_ORDER
         place alice Y2 BTC-USD buy 1 market gtc            -> INVALID_ORDER
         place alice Y3 BTC-USD buy 1 for 50 market         -> INVALID_ORDER
         place alice Y4 BTC-USD buy market                  -> INVALID_ORDER
         place alice Y5 BTC-USD buy 1 market post-only      -> INVALID_ORDER)"},
      {RejectReason::kPriceOutOfRange, kMarket + R"(
         place alice X1 BTC-USD buy 0 @ 0        -> PRICE_OUT_OF_RANGE need 1000000000000 have 0
         place alice X2 BTC-USD buy 0 @ 1000000000001 -> PRICE_OUT_OF_RANGE need 1000000000000 have 1000000000001)"},
      {RejectReason::kQuantityBelowMinimum, kMarket + R"(
         place alice X1 BTC-USD buy 0.09 @ 1     -> QUANTITY_BELOW_MINIMUM need 0.1 have 0.09
         amend bob S1 to 0                       -> QUANTITY_BELOW_MINIMUM need 0.01 have 0)"},
      {RejectReason::kQuantityAboveMaximum, kMarket + R"(
         place alice X1 BTC-USD buy 50.01 @ 1000 -> QUANTITY_ABOVE_MAXIMUM need 50 have 50.01)"},
      {RejectReason::kNotionalBelowMinimum, kMarket + R"(
         place alice X1 BTC-USD buy 0.1 @ 99     -> NOTIONAL_BELOW_MINIMUM need 10 have 9.9
         place alice X2 BTC-USD buy for 9.99 market -> NOTIONAL_BELOW_MINIMUM need 10 have 9.99)"},
      {RejectReason::kNotionalAboveMaximum, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 1
         place alice X1 BTC-USD buy 50 @ 101     -> NOTIONAL_ABOVE_MAXIMUM need 5000 have 5050)"},
      {RejectReason::kQuantityNotReduced, kMarket + R"(
         amend bob S1 to 1.01                    -> QUANTITY_NOT_REDUCED need 1 have 1.01)"},
      {RejectReason::kMaxOrderQuantity, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 1
         place alice X1 BTC-USD buy 1.01 @ 100   -> MAX_ORDER_QUANTITY need 1 have 1.01)"},
      {RejectReason::kMaxOrderNotional, kMarket + R"(
         limits alice BTC-USD quantity 1 notional 50
         place alice X1 BTC-USD buy 1 @ 51 post-only -> MAX_ORDER_NOTIONAL need 50 have 51)"},
      {RejectReason::kTooManyOpenOrders, R"(
         asset BTC 2
         asset USD 2
         instrument BTC-USD tick 1 lot 0.01
         open alice
         deposit alice BTC 10000
         repeat 200000 place alice S* BTC-USD sell 0.01 @ 100 -> accepted, rests 0.01
         place alice B1 BTC-USD buy 0.01 @ 100 post-only -> TOO_MANY_OPEN_ORDERS need 200000 have 200000)"},
      {RejectReason::kWouldTake, kMarket + R"(
         place alice X1 BTC-USD buy 1 @ 90 post-only -> WOULD_TAKE need 90 have 90)"},
      {RejectReason::kAmountOverflow, R"(
         asset BTC 0
         asset USD 0
         instrument BTC-USD tick 1000000 lot 1 max 1000000000
         open alice
         place alice X1 BTC-USD buy 1000000000 @ 1000000000000000000 -> AMOUNT_OVERFLOW
         deposit alice USD 9223372036854775807
         deposit alice USD 1                     -> AMOUNT_OVERFLOW need 1 have 0)"},
      {RejectReason::kInsufficientFunds, kMarket + R"(
         withdraw alice USD 1                    -> INSUFFICIENT_FUNDS need 1 have 0
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
    if (!Name(reason).empty()) reasons.push_back(reason);
  }
  ASSERT_EQ(Rows().size(), reasons.size());
  for (size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(Rows()[i].reason, reasons[i]) << i;
}

// One order that breaks every rule, put right one rule at a time.
TEST(RejectReasonTest, TheFirstThatAppliesIsTheAnswer) {
  Check(kMarket + R"(
    limits alice BTC-USD quantity 20 notional 1900
    place nobody X1 DOGE-USD buy 0 @ 0 strange-side    -> UNKNOWN_ACCOUNT
    place alice  X2 DOGE-USD buy 0 @ 0 strange-side    -> UNKNOWN_INSTRUMENT
    place alice  X3 BTC-USD buy 0 @ 0 strange-side     -> INVALID_ORDER
    place alice  X4 BTC-USD buy 0 @ 0 post-only        -> PRICE_OUT_OF_RANGE need 1000000000000 have 0
    place alice  X5 BTC-USD buy 0 @ 200 post-only      -> QUANTITY_BELOW_MINIMUM need 0.1 have 0
    place alice  X6 BTC-USD buy 51 @ 200 post-only     -> QUANTITY_ABOVE_MAXIMUM need 50 have 51
    place alice  X7 BTC-USD buy 50 @ 101 post-only     -> NOTIONAL_ABOVE_MAXIMUM need 5000 have 5050
    place alice  X8 BTC-USD buy 21 @ 100 post-only     -> MAX_ORDER_QUANTITY need 20 have 21
    place alice  X9 BTC-USD buy 20 @ 100 post-only     -> MAX_ORDER_NOTIONAL need 1900 have 2000
    place alice  Y1 BTC-USD buy 19 @ 100 post-only     -> WOULD_TAKE need 90 have 100
    place alice  Y2 BTC-USD buy 19 @ 100               -> INSUFFICIENT_FUNDS need 1903.8 have 0
    deposit alice USD 1903.8
    place alice  Y3 BTC-USD buy 19 @ 100 ioc           -> accepted, trade S1 1 @ 90 buyer fee 0.18 seller fee 0.09, canceled 18 UNFILLED_IOC
  )");
}

}  // namespace
}  // namespace rialto::engine
