#include "common/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
