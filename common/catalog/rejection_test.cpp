#include "common/catalog/rejection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "google/protobuf/descriptor.h"

namespace rialto {
namespace {

using common::v1::RejectReason;
using testing::StartsWith;

Catalog BtcUsdCatalog() {
  Catalog catalog;
  catalog.Add(Asset{AssetId(1), "USD", 2});
  catalog.Add(Asset{AssetId(2), "BTC", 8});
  engine::v1::InstrumentCreated definition;
  definition.set_instrument_id(1);
  definition.set_symbol("BTC-USD");
  definition.set_base_asset_id(2);
  definition.set_quote_asset_id(1);
  definition.set_tick_size_e12(10'000'000'000);
  definition.set_lot_size_units(100'000);
  catalog.Add(definition);
  return catalog;
}

common::v1::Rejection OfBuy(RejectReason reason, int64_t need, int64_t have) {
  engine::v1::OrderOutcome outcome;
  outcome.set_instrument_id(1);
  outcome.set_side(common::v1::ORDER_SIDE_BUY);
  outcome.set_reject_reason(reason);
  outcome.set_need(need);
  outcome.set_have(have);
  return ToRejection(BtcUsdCatalog(), outcome);
}

RejectReason Reason(const std::string& code) {
  RejectReason reason{};
  EXPECT_TRUE(common::v1::RejectReason_Parse("REJECT_REASON_" + code, &reason)) << code;
  return reason;
}

// What a refused buy of BTC-USD says after the reason.
std::string Says(const std::string& code, int64_t need, int64_t have) {
  const std::string message = OfBuy(Reason(code), need, have).message();
  EXPECT_THAT(message, StartsWith(code + ": "));
  return message.substr(code.size() + 2);
}

TEST(RejectionTest, NumbersReadInTheirUnits) {
  EXPECT_EQ(Says("REQUEST_EXPIRED", 1'700'000'000'500'000'000, 1'700'000'001'000'000'001),
            "was good until 2023-11-14T22:13:20.5Z, taken up at 2023-11-14T22:13:21.000000001Z");
  EXPECT_EQ(Says("UNKNOWN_ASSET", 0, 7), "no asset has the id 7");
  EXPECT_EQ(Says("INVALID_DEFINITION", 12, 13), "need at most 12, have 13");
  EXPECT_EQ(Says("VENUE_FULL", 10'000, 10'000), "there is room for 10000, have 10000");
  EXPECT_EQ(Says("INSTRUMENT_STATE", 0, common::v1::INSTRUMENT_STATE_CANCEL_ONLY),
            "the instrument is CANCEL_ONLY");
  EXPECT_EQ(Says("SELF_TRADE_NOT_ALLOWED", 0, common::v1::SELF_TRADE_MODE_DECREMENT),
            "the instrument does not allow DECREMENT");
  EXPECT_EQ(Says("EXPIRE_TIME_PASSED", 1'700'000'001'000'000'000, 1'700'000'000'000'000'000),
            "expire_time is 2023-11-14T22:13:20Z, now it is 2023-11-14T22:13:21Z");
  EXPECT_EQ(Says("PRICE_OUT_OF_RANGE", 100, 99), "need at least 1.00 USD, have 0.99 USD");
  EXPECT_EQ(Says("PRICE_OUT_OF_RANGE", 100, 101), "need at most 1.00 USD, have 1.01 USD");
  EXPECT_EQ(Says("PRICE_COLLAR", 110, 111), "need at most 1.10 USD, have 1.11 USD");
  EXPECT_EQ(Says("QUANTITY_BELOW_MINIMUM", 2, 1), "need 0.002 BTC, have 0.001 BTC");
  EXPECT_EQ(Says("QUANTITY_ABOVE_MAXIMUM", 1, 2), "need at most 0.001 BTC, have 0.002 BTC");
  EXPECT_EQ(Says("NOTIONAL_BELOW_MINIMUM", 100, 99), "need 1.00 USD, have 0.99 USD");
  EXPECT_EQ(Says("NOTIONAL_ABOVE_MAXIMUM", 100, 101), "need at most 1.00 USD, have 1.01 USD");
  EXPECT_EQ(Says("QUANTITY_NOT_REDUCED", 1, 2), "need at most 0.001 BTC, have 0.002 BTC");
  EXPECT_EQ(Says("TOO_MANY_ICEBERG_PARTS", 10, 11), "need at most 10 parts, have 11 parts");
  EXPECT_EQ(Says("MAX_ORDER_QUANTITY", 1, 2), "need at most 0.001 BTC, have 0.002 BTC");
  EXPECT_EQ(Says("MAX_ORDER_NOTIONAL", 1, 2), "need at most 0.01 USD, have 0.02 USD");
  EXPECT_EQ(Says("MAX_POSITION", 1, 2), "need at most 0.001 BTC, would have 0.002 BTC");
  EXPECT_EQ(Says("MAX_EXPOSURE", 1, 2), "need at most 0.01 USD, would have 0.02 USD");
  EXPECT_EQ(Says("DUPLICATE_ORDER", 5'000'000'000, 1'500'000'000),
            "the same was placed 1.5s ago, need 5s");
  EXPECT_EQ(Says("ORDER_RATE", 100, 100), "need at most 100 orders per window, have 100");
  EXPECT_EQ(Says("TOO_MANY_OPEN_ORDERS", 5, 5), "need at most 5 orders, have 5 orders");
  EXPECT_EQ(Says("TOO_MANY_PENDING_ORDERS", 5, 6), "need at most 5 orders, have 6 orders");
  EXPECT_EQ(Says("WOULD_TRIGGER", 105, 106),
            "the trigger is 1.05 USD, the reference is 1.06 USD already");
  EXPECT_EQ(Says("WOULD_TAKE", 105, 106),
            "the best opposite price is 1.05 USD, the order's is 1.06 USD");
  EXPECT_EQ(Says("INSUFFICIENT_FUNDS", 10125, 5000), "need 101.25 USD, available 50.00 USD");
  EXPECT_EQ(Says("UNKNOWN_ACCOUNT", 0, 9999), "no account has the id 9999");
  EXPECT_EQ(Says("TOO_MANY_PENDING_TRANSFERS", 5, 5), "need at most 5 pending transfers, have 5");
  EXPECT_EQ(Says("PENDING_AMOUNT_EXCEEDED", 101, 100), "1.01 USD asked for, 1.00 USD is pending");
}

TEST(RejectionTest, ReasonsWithoutNumbersAreNamedAlone) {
  for (const char* code :
       {"CLIENT_ORDER_ID_REUSED", "TRANSACTION_ID_REUSED", "UNKNOWN_ACCOUNT", "UNKNOWN_INSTRUMENT",
        "UNKNOWN_ORDER", "ORDER_STATE", "NAME_TAKEN", "INSTRUMENT_IN_USE", "TRADING_HALTED",
        "TRADING_REDUCING", "INVALID_ORDER", "AMOUNT_OVERFLOW"}) {
    const common::v1::Rejection rejection = OfBuy(Reason(code), 0, 0);
    EXPECT_EQ(rejection.message(), code);
    EXPECT_EQ(rejection.need() + rejection.have(), "");
  }
}

TEST(RejectionTest, EveryReasonStartsWithItsName) {
  const google::protobuf::EnumDescriptor& reasons = *common::v1::RejectReason_descriptor();
  for (int i = 1; i < reasons.value_count(); ++i) {
    const auto reason = static_cast<RejectReason>(reasons.value(i)->number());
    EXPECT_TRUE(absl::StartsWith(OfBuy(reason, 3, 4).message(), ReasonCode(reason)));
    EXPECT_EQ(OfBuy(reason, 3, 4).reason(), reason);
  }
}

TEST(RejectionTest, FieldsHoldTheNumbersThatTheMessageNames) {
  common::v1::Rejection rejection =
      OfBuy(common::v1::REJECT_REASON_INSUFFICIENT_FUNDS, 10125, 5000);
  EXPECT_EQ(rejection.need(), "101.25");
  EXPECT_EQ(rejection.have(), "50.00");
  rejection = OfBuy(common::v1::REJECT_REASON_DUPLICATE_ORDER, 5'000'000'000, 1'500'000'000);
  EXPECT_EQ(rejection.need(), "5000000000");
  EXPECT_EQ(rejection.have(), "1500000000");
  rejection = OfBuy(common::v1::REJECT_REASON_INSTRUMENT_STATE, 0, 5);
  EXPECT_EQ(rejection.need(), "");
  EXPECT_EQ(rejection.have(), "5");
}

TEST(RejectionTest, FundsOfASellAreBase) {
  engine::v1::OrderOutcome outcome;
  outcome.set_instrument_id(1);
  outcome.set_side(common::v1::ORDER_SIDE_SELL);
  outcome.set_reject_reason(common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  outcome.set_need(100'000'000);
  EXPECT_EQ(ToRejection(BtcUsdCatalog(), outcome).message(),
            "INSUFFICIENT_FUNDS: need 1.00000000 BTC, available 0.00000000 BTC");
}

TEST(RejectionTest, NumbersWhoseUnitIsNotKnownAreNotShown) {
  engine::v1::OrderOutcome outcome;
  outcome.set_instrument_id(9);
  outcome.set_reject_reason(common::v1::REJECT_REASON_MAX_ORDER_QUANTITY);
  outcome.set_need(1);
  outcome.set_have(2);
  EXPECT_EQ(ToRejection(BtcUsdCatalog(), outcome).message(), "MAX_ORDER_QUANTITY");
  EXPECT_EQ(ToRejection(nullptr, common::v1::REJECT_REASON_INSUFFICIENT_FUNDS, 1, 2).message(),
            "INSUFFICIENT_FUNDS");
  EXPECT_EQ(ToRejection(nullptr, common::v1::REJECT_REASON_INVALID_DEFINITION, 12, 13).message(),
            "INVALID_DEFINITION: need at most 12, have 13");
}

TEST(RejectionTest, TransfersAreInTheirAsset) {
  const Catalog catalog = BtcUsdCatalog();
  EXPECT_EQ(ToRejection(catalog.FindAsset("USD"), common::v1::REJECT_REASON_AMOUNT_OVERFLOW, 500, 7)
                .message(),
            "AMOUNT_OVERFLOW: need 5.00 USD, have 0.07 USD");
}

}  // namespace
}  // namespace rialto
