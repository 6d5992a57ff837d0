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

OrderForm OfType(common::v1::OrderType type) {
  OrderForm form = LimitBuy();
  form.set_type(type);
  form.clear_price();
  return form;
}

TEST(OrderFormTest, EveryFieldBecomesEngineUnits) {
  OrderForm form = LimitBuy();
  form.set_display_quantity("0.1");
  form.set_tag("grid-7");
  form.set_self_trade_mode(common::v1::SELF_TRADE_MODE_DECREMENT);
  form.set_time_in_force(common::v1::TIME_IN_FORCE_GTD);
  form.mutable_expire_time()->set_seconds(1'700'000'000);
  form.mutable_expire_time()->set_nanos(7);
  form.mutable_not_after()->set_seconds(1'600'000'000);
  const auto command = ToCommand(BtcUsdCatalog(), form);
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(command->self_trade_mode(), common::v1::SELF_TRADE_MODE_DECREMENT);
  EXPECT_EQ(command->terms().display_lots(), 100);
  EXPECT_EQ(command->terms().tag(), "grid-7");
  EXPECT_EQ(command->terms().expire_time_ns(), 1'700'000'000'000'000'007);
  EXPECT_EQ(command->terms().not_after_ns(), 1'600'000'000'000'000'000);
  EXPECT_FALSE(ToCommand(BtcUsdCatalog(), LimitBuy())->has_terms());
}

TEST(OrderFormTest, TriggersDefaultToTheLastPrice) {
  OrderForm form = OfType(common::v1::ORDER_TYPE_STOP);
  form.set_trigger_price("105");
  auto command = ToCommand(BtcUsdCatalog(), form);
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(command->terms().trigger_price_ticks(), 10500);
  EXPECT_EQ(command->terms().trigger_source(), common::v1::TRIGGER_SOURCE_LAST);
  EXPECT_EQ(command->time_in_force(), common::v1::TIME_IN_FORCE_GTC);
  form.set_trigger_source(common::v1::TRIGGER_SOURCE_MARK);
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), form)->terms().trigger_source(),
            common::v1::TRIGGER_SOURCE_MARK);
}

TEST(OrderFormTest, TrailingAndPeggedOrdersHaveTheirDistances) {
  OrderForm trailing = OfType(common::v1::ORDER_TYPE_TRAILING_STOP);
  trailing.set_side(common::v1::ORDER_SIDE_SELL);
  trailing.set_trail_bips("250");
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), trailing)->terms().trail_ppm(), 25'000u);
  trailing.set_trail_bips("1.25");
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), trailing)->terms().trail_ppm(), 125u);
  trailing.clear_trail_bips();
  trailing.set_trail_distance("3.50");
  EXPECT_EQ(ToCommand(BtcUsdCatalog(), trailing)->terms().trail_ticks(), 350);

  OrderForm pegged = LimitBuy();
  pegged.set_type(common::v1::ORDER_TYPE_PEGGED);
  pegged.set_peg_reference(common::v1::PEG_REFERENCE_MID);
  pegged.set_peg_offset("-0.05");
  const auto command = ToCommand(BtcUsdCatalog(), pegged);
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(command->terms().peg_offset_ticks(), -5);
  EXPECT_EQ(command->terms().peg_reference(), common::v1::PEG_REFERENCE_MID);
}

// One row per way to fill in a form wrongly: what is missing, or does not go together.
TEST(OrderFormTest, FieldsThatDoNotGoWithTheTypeAreNamed) {
  using common::v1::OrderType;
  const auto with = [](OrderType type, auto change) {
    OrderForm form = OfType(type);
    change(form);
    return Refusal(form);
  };
  const auto nothing = [](OrderForm&) {};
  EXPECT_EQ(with(common::v1::ORDER_TYPE_STOP, nothing), "INVALID_ORDER: STOP needs trigger_price");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_TAKE_PROFIT_LIMIT, nothing),
            "INVALID_ORDER: TAKE_PROFIT_LIMIT needs price");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_STOP, [](OrderForm& f) { f.set_price("1"); }),
            "INVALID_ORDER: STOP takes no price");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_TRAILING_STOP, nothing),
            "INVALID_ORDER: TRAILING_STOP needs price");  // A buy.
  EXPECT_EQ(with(common::v1::ORDER_TYPE_TRAILING_STOP, [](OrderForm& f) { f.set_price("1"); }),
            "INVALID_ORDER: TRAILING_STOP takes trail_bips or trail_distance");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_PEGGED, [](OrderForm& f) { f.set_price("1"); }),
            "INVALID_ORDER: PEGGED needs peg_reference");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET, [](OrderForm& f) { f.set_display_quantity("1"); }),
            "INVALID_ORDER: MARKET takes no display_quantity");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET, [](OrderForm& f) { f.set_quote_amount("1"); }),
            "INVALID_ORDER: MARKET takes quantity or quote_amount");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET,
                 [](OrderForm& f) { f.set_trigger_source(common::v1::TRIGGER_SOURCE_LAST); }),
            "INVALID_ORDER: MARKET takes no trigger_source");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET, [](OrderForm& f) { f.set_trail_bips("5"); }),
            "INVALID_ORDER: MARKET takes no trail_bips");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET, [](OrderForm& f) { f.set_peg_offset("5"); }),
            "INVALID_ORDER: MARKET takes no peg_offset");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET,
                 [](OrderForm& f) { f.set_time_in_force(common::v1::TIME_IN_FORCE_GTD); }),
            "INVALID_ORDER: expire_time goes with GTD, and GTD with expire_time");
  EXPECT_EQ(with(common::v1::ORDER_TYPE_MARKET,
                 [](OrderForm& f) { f.mutable_expire_time()->set_seconds(1); }),
            "INVALID_ORDER: expire_time goes with GTD, and GTD with expire_time");
}

TEST(OrderFormTest, BadValuesOfTheRarerFieldsAreNamed) {
  const auto with = [](auto change) {
    OrderForm form = LimitBuy();
    change(form);
    return Refusal(form);
  };
  EXPECT_THAT(with([](OrderForm& f) { f.set_tag("a b"); }), StartsWith("BAD_ID"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_display_quantity("0"); }),
              StartsWith("INVALID_ORDER: display_quantity must be above 0"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_display_quantity("0.0001"); }),
              StartsWith("BAD_PRECISION"));
  EXPECT_THAT(with([](OrderForm& f) { f.mutable_not_after(); }), StartsWith("BAD_TIME: not_after"));
  EXPECT_THAT(with([](OrderForm& f) { f.mutable_not_after()->set_seconds(-5); }),
              StartsWith("BAD_TIME"));
  EXPECT_THAT(with([](OrderForm& f) { f.mutable_not_after()->set_seconds(INT64_MAX); }),
              StartsWith("BAD_TIME"));
  EXPECT_THAT(with([](OrderForm& f) { f.mutable_not_after()->set_nanos(1'000'000'000); }),
              StartsWith("BAD_TIME"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_self_trade_mode(common::v1::SelfTradeMode(9)); }),
              StartsWith("INVALID_ORDER: self_trade_mode"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_trigger_source(common::v1::TriggerSource(9)); }),
              StartsWith("INVALID_ORDER: trigger_source"));
  EXPECT_THAT(with([](OrderForm& f) { f.set_peg_reference(common::v1::PegReference(9)); }),
              StartsWith("INVALID_ORDER: peg_reference"));
  OrderForm trailing = OfType(common::v1::ORDER_TYPE_TRAILING_STOP);
  trailing.set_price("100");
  trailing.set_trail_bips("0.001");
  EXPECT_THAT(Refusal(trailing), StartsWith("BAD_PRECISION"));
  trailing.set_trail_bips("99999999999");
  EXPECT_THAT(Refusal(trailing), StartsWith("OUT_OF_RANGE"));
}

TEST(OrderFormTest, AcceptedOrdersReadAsDecimals) {
  engine::v1::OrderOutcome outcome;
  outcome.set_instrument_id(1);
  outcome.set_executed_lots(500);
  outcome.set_executed_quote_units(5'062);
  outcome.set_remaining_lots(100);
  common::v1::OrderAccepted accepted = ToAccepted(BtcUsdCatalog(), outcome);
  EXPECT_EQ(accepted.executed_quantity(), "0.500");
  EXPECT_EQ(accepted.executed_quote_amount(), "50.62");
  EXPECT_EQ(accepted.remaining_quantity(), "0.100");
  EXPECT_EQ(accepted.prevented_quantity(), "");
  outcome.set_prevented_lots(3);
  EXPECT_EQ(ToAccepted(BtcUsdCatalog(), outcome).prevented_quantity(), "0.003");
}

TEST(OrderFormTest, MomentsRoundTrip) {
  const google::protobuf::Timestamp time = ToTimestamp(1'700'000'000'000'000'007);
  EXPECT_EQ(time.seconds(), 1'700'000'000);
  EXPECT_EQ(time.nanos(), 7);
  EXPECT_EQ(ToNanoseconds("field", time).value(), 1'700'000'000'000'000'007);
}

}  // namespace
}  // namespace rialto
