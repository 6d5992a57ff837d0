#include "common/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/descriptor.h"

namespace rialto {
namespace {

using testing::StartsWith;

Catalog TwoAssets() {
  Catalog catalog;
  catalog.Add(Asset{AssetId(1), "USD", 2});
  catalog.Add(Asset{AssetId(2), "BTC", 8});
  return catalog;
}

common::v1::InstrumentView BtcUsd() {
  common::v1::InstrumentView view;
  view.set_instrument_id(1);
  view.set_symbol("BTC-USD");
  view.set_base_asset("BTC");
  view.set_quote_asset("USD");
  view.set_tick_size("0.25");
  view.set_lot_size("0.001");
  view.set_quantity_min("0.001");
  view.set_quantity_max("1000");
  view.set_maker_fee_ppm(100);
  return view;
}

TEST(CatalogTest, ConvertsPricesOnTheTick) {
  Catalog catalog = TwoAssets();
  ASSERT_TRUE(AddViews(BtcUsd(), catalog).ok());
  const Instrument& instrument = *catalog.FindInstrument("BTC-USD");
  EXPECT_EQ(ParsePrice(instrument, "100.50").value(), Price(402));
  EXPECT_EQ(FormatPrice(instrument, Price(402)), "100.50");
  EXPECT_THAT(std::string(ParsePrice(instrument, "100.10").status().message()),
              StartsWith("PRICE_OFF_TICK: price 100.10 is not a multiple of 0.25"));
  EXPECT_THAT(std::string(ParsePrice(instrument, "100.505").status().message()),
              StartsWith("BAD_PRECISION"));
}

TEST(CatalogTest, ConvertsQuantitiesOnTheLot) {
  Catalog catalog = TwoAssets();
  ASSERT_TRUE(AddViews(BtcUsd(), catalog).ok());
  const Instrument& instrument = *catalog.FindInstrument(InstrumentId(1));
  EXPECT_EQ(ParseQuantity(instrument, "1.5").value(), Quantity(1500));
  EXPECT_EQ(FormatQuantity(instrument, Quantity(1500)), "1.500");
  EXPECT_FALSE(ParseQuantity(instrument, "0.0001").ok());
}

TEST(CatalogTest, ViewsRoundTrip) {
  Catalog catalog = TwoAssets();
  ASSERT_TRUE(AddViews(BtcUsd(), catalog).ok());
  const common::v1::InstrumentView view = ToView(*catalog.FindInstrument("BTC-USD"));
  EXPECT_EQ(view.tick_size(), "0.25");
  EXPECT_EQ(view.lot_size(), "0.001");
  EXPECT_EQ(view.quantity_max(), "1000.000");
  Catalog other = TwoAssets();
  ASSERT_TRUE(AddViews(view, other).ok());
  EXPECT_EQ(ToView(*other.FindInstrument("BTC-USD")).SerializeAsString(), view.SerializeAsString());
}

TEST(CatalogTest, EveryParameterRoundTrips) {
  common::v1::InstrumentView view = BtcUsd();
  view.set_quantity_max("1000.000");
  view.set_notional_min("10.00");
  view.set_notional_max("1000000.00");
  view.set_maker_fee_ppm(-50);
  view.set_taker_fee_ppm(200);
  view.set_price_min("1.00");
  view.set_price_max("1000000.00");
  view.set_market_collar_ppm(1);
  view.set_limit_collar_ppm(2);
  view.set_price_band_ppm(3);
  view.set_volatility_ppm(4);
  view.set_volatility_window_ms(300'000);
  view.set_volatility_auction_ms(60'000);
  view.set_open_orders_max(5);
  view.set_pending_orders_max(6);
  view.set_iceberg_parts_max(7);
  view.set_self_trade_default(common::v1::SELF_TRADE_MODE_EXPIRE_TAKER);
  view.add_self_trade_modes(common::v1::SELF_TRADE_MODE_EXPIRE_TAKER);
  view.add_self_trade_modes(common::v1::SELF_TRADE_MODE_DECREMENT);
  // A field that is forgotten here would be lost silently.
  for (int i = 0; i < view.GetDescriptor()->field_count(); ++i) {
    const auto* field = view.GetDescriptor()->field(i);
    EXPECT_TRUE(field->is_repeated() ? view.GetReflection()->FieldSize(view, field) > 0
                                     : view.GetReflection()->HasField(view, field))
        << field->name();
  }
  Catalog catalog = TwoAssets();
  ASSERT_TRUE(AddViews(view, catalog).ok());
  const Instrument& instrument = *catalog.FindInstrument("BTC-USD");
  EXPECT_EQ(ToView(instrument).DebugString(), view.DebugString());
  EXPECT_EQ(instrument.definition.volatility_window_ns(), 300'000'000'000);
  EXPECT_EQ(instrument.definition.self_trade_modes(), 0b100100u);
}

TEST(CatalogTest, ChangedInstrumentsReplaceWhatWasThere) {
  Catalog catalog = TwoAssets();
  ASSERT_TRUE(AddViews(BtcUsd(), catalog).ok());
  engine::v1::Event event;
  *event.mutable_instrument_changed()->mutable_definition() =
      catalog.FindInstrument("BTC-USD")->definition;
  event.mutable_instrument_changed()->mutable_definition()->set_tick_size_e12(10'000'000'000);
  EXPECT_TRUE(catalog.Apply(event));
  EXPECT_EQ(FormatPrice(*catalog.FindInstrument("BTC-USD"), Price(1)), "0.01");
  EXPECT_EQ(catalog.instruments().size(), 1u);
  EXPECT_FALSE(catalog.Apply(engine::v1::Event()));
}

TEST(CatalogTest, RefusesDefinitionsThatDoNotParse) {
  Catalog catalog = TwoAssets();
  common::v1::InstrumentView view = BtcUsd();
  view.set_base_asset("DOGE");
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("UNKNOWN_ASSET"));
  view = BtcUsd();
  view.set_tick_size("0");
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("INVALID_DEFINITION"));
  view = BtcUsd();
  view.set_lot_size("0.000000001");
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("BAD_PRECISION"));
  view = BtcUsd();
  view.set_price_min("0.10");
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("PRICE_OFF_TICK"));
  view = BtcUsd();
  view.set_volatility_window_ms(INT64_MAX);
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("OUT_OF_RANGE"));
  view = BtcUsd();
  view.add_self_trade_modes(common::v1::SELF_TRADE_MODE_UNSPECIFIED);
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("INVALID_DEFINITION"));
  view = BtcUsd();
  view.set_self_trade_default(common::v1::SelfTradeMode(9));
  EXPECT_THAT(std::string(AddViews(view, catalog).message()), StartsWith("INVALID_DEFINITION"));
  EXPECT_EQ(catalog.FindInstrument("BTC-USD"), nullptr);
}

TEST(CatalogTest, KnownThingsChangeNothing) {
  Catalog catalog = TwoAssets();
  catalog.Add(Asset{AssetId(1), "USD", 2});
  EXPECT_EQ(catalog.assets().size(), 2u);
  EXPECT_EQ(catalog.FindAsset("EUR"), nullptr);
  EXPECT_EQ(catalog.FindAsset(AssetId(0)), nullptr);
  EXPECT_EQ(catalog.FindAsset(AssetId(3)), nullptr);
}

}  // namespace
}  // namespace rialto
