#include "common/catalog/order_form.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rialto {
namespace {

using common::v1::OrderForm;
using testing::StartsWith;

Catalog BtcUsdCatalog() {
  Catalog catalog;
  catalog.Add(Asset{AssetId(1), "USD", 2});
  catalog.Add(Asset{AssetId(2), "BTC", 8});
  catalog.Add(Instrument{.id = InstrumentId(1),
                         .symbol = "BTC-USD",
                         .base = *catalog.FindAsset("BTC"),
                         .quote = *catalog.FindAsset("USD"),
                         .tick_size_e12 = 10'000'000'000,
                         .lot_size_units = 100'000});
  return catalog;
}

OrderForm LimitBuy() {
  OrderForm form;
  form.set_account_id(1001);
  form.set_client_order_id("a-1");
  form.set_instrument("BTC-USD");
  form.set_side(common::v1::ORDER_SIDE_BUY);
  form.set_type(common::v1::ORDER_TYPE_LIMIT);
  form.set_price("101.25");
  form.set_quantity("0.5");
  return form;
}

std::string Refusal(const OrderForm& form) {
  return std::string(ToCommand(BtcUsdCatalog(), form).status().message());
}

TEST(OrderFormTest, BecomesTicksAndLots) {
  const auto command = ToCommand(BtcUsdCatalog(), LimitBuy());
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(command->price_ticks(), 10125);
  EXPECT_EQ(command->quantity_lots(), 500);
  EXPECT_EQ(command->time_in_force(), common::v1::TIME_IN_FORCE_GTC);
}

TEST(OrderFormTest, MarketDefaultsToImmediateOrCancel) {
  OrderForm form = LimitBuy();
  form.set_type(common::v1::ORDER_TYPE_MARKET);
  form.clear_price();
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), form)->time_in_force(), common::v1::TIME_IN_FORCE_IOC);
  form.clear_quantity();
  form.set_quote_amount("50");
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), form)->quote_amount_units(), 5000);
}

TEST(OrderFormTest, RefusesBadFormWithAReasonCode) {
  const auto with = [](auto change) {
    OrderForm form = LimitBuy();
    change(form);
    return Refusal(form);
  };
  EXPECT_THAT(with([](OrderForm& f) { f.set_client_order_id(""); }), StartsWith("BAD_ID"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_instrument("X"); }), StartsWith("UNKNOWN_INSTRUMENT"));
  EXPECT_THAT(with([](OrderForm& f) { f.clear_side(); }), StartsWith("INVALID_ORDER: side"));
  EXPECT_THAT(with([](OrderForm& f) { f.clear_type(); }), StartsWith("INVALID_ORDER: type"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_time_in_force(common::v1::TimeInForce(9)); }),
              StartsWith("INVALID_ORDER: time_in_force"));
  EXPECT_THAT(with([](OrderForm& f) { f.clear_price(); }), StartsWith("INVALID_ORDER: LIMIT"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_quote_amount("1"); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_price("1e2"); }), StartsWith("BAD_DECIMAL"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_price("1.001"); }), StartsWith("BAD_PRECISION"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_quantity("-1"); }),
              StartsWith("INVALID_ORDER: quantity must be above 0, have -1"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_quantity("0"); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_quantity("99999999999999999999"); }),
              StartsWith("OUT_OF_RANGE"));
}

TEST(OrderFormTest, RejectionsCarryTheNumbers) {
  engine::v1::OrderOutcome outcome;
  outcome.set_instrument_id(1);
  outcome.set_side(common::v1::ORDER_SIDE_BUY);
  outcome.set_reject_reason(common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  outcome.set_need(10125);
  outcome.set_have(5000);
  const common::v1::Rejection rejection = ToRejection(BtcUsdCatalog(), outcome);
  EXPECT_EQ(rejection.message(), "INSUFFICIENT_FUNDS: need 101.25 USD, available 50.00 USD");
  EXPECT_EQ(rejection.need(), "101.25");
  outcome.set_reject_reason(common::v1::REJECT_REASON_MAX_ORDER_QUANTITY);
  EXPECT_EQ(ToRejection(BtcUsdCatalog(), outcome).message(),
            "MAX_ORDER_QUANTITY: need at most 10.125 BTC, have 5.000 BTC");
  outcome.set_reject_reason(common::v1::REJECT_REASON_UNKNOWN_ACCOUNT);
  EXPECT_EQ(ToRejection(BtcUsdCatalog(), outcome).message(), "UNKNOWN_ACCOUNT");
}

}  // namespace
}  // namespace rialto
