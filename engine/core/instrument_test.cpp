#include "engine/core/instrument.h"

#include <gtest/gtest.h>

#include "engine/core/limits.h"
#include "engine/sim/naive_instrument.h"
#include "engine/sim/random.h"

namespace rialto::engine {
namespace {

CreateInstrument Definition() {
  CreateInstrument definition;
  definition.base = AssetId(1);
  definition.quote = AssetId(2);
  definition.tick_size_e12 = 1'000'000'000'000;
  definition.lot_size_units = 1;
  definition.quantity_min = Quantity(1);
  definition.quantity_max = Quantity(1'000'000);
  return definition;
}

std::optional<Instrument> Make(const CreateInstrument& definition, uint32_t base_scale,
                               uint32_t quote_scale) {
  return MakeInstrument(definition, Asset{.id = AssetId(1), .scale = base_scale},
                        Asset{.id = AssetId(2), .scale = quote_scale});
}

TEST(InstrumentTest, AFractionIsInLowestTerms) {
  // BTC-USD: tick 0.01, lot 0.0001, scales 8 and 2: a tick of a lot is 0.0001 cents.
  CreateInstrument definition = Definition();
  definition.tick_size_e12 = 10'000'000'000;
  definition.lot_size_units = 10'000;
  const auto instrument = Make(definition, 8, 2);
  ASSERT_TRUE(instrument);
  EXPECT_EQ(instrument->numerator, 1);
  EXPECT_EQ(instrument->denominator, 10'000);
  EXPECT_EQ(instrument->BaseAmount(Quantity(3)), Amount(30'000));
}

TEST(InstrumentTest, RoundsDownAndUp) {
  CreateInstrument definition = Definition();
  definition.tick_size_e12 = 333'000'000'000;
  const auto instrument = Make(definition, 0, 0);
  ASSERT_TRUE(instrument);
  EXPECT_EQ(instrument->QuoteFloor(Price(1), Quantity(10)), Amount(3));
  EXPECT_EQ(instrument->QuoteCeil(Price(1), Quantity(10)), Amount(4));
  EXPECT_EQ(instrument->QuoteFloor(Price(1), Quantity(1'000)), Amount(333));
  EXPECT_EQ(instrument->QuoteCeil(Price(1), Quantity(1'000)), Amount(333));
  // 0.1 % of 333 is 0.333.
  EXPECT_EQ(instrument->FeeFloor(Price(1), Quantity(1'000), 1'000), Amount(0));
  EXPECT_EQ(instrument->FeeCeil(Price(1), Quantity(1'000), 1'000), Amount(1));
  EXPECT_EQ(instrument->FeeCeil(Price(1), Quantity(1'000), 0), Amount(0));
}

// The bound is the notional and a fee of 10 % on it, each rounded up, against 2^63 - 1.
TEST(InstrumentTest, TheLargestAmountFitsAndOneMoreDoesNot) {
  CreateInstrument definition = Definition();
  definition.quantity_max = limits::kLotsMax;
  const auto instrument = Make(definition, 0, 0);
  ASSERT_TRUE(instrument);
  const auto fits = instrument->Measure(Price(263'169'300'678), Quantity(31'861'177));
  EXPECT_EQ(fits.notional, Amount(8'384'883'669'867'978'006));
  EXPECT_TRUE(fits.fits);
  const auto one_more = instrument->Measure(Price(228'753'558'173), Quantity(36'654'659));
  EXPECT_EQ(one_more.notional, Amount(8'384'883'669'867'978'007));
  EXPECT_FALSE(one_more.fits);
  EXPECT_EQ(instrument->QuoteCeil(Price(60'247'241'209), Quantity(153'092'023)), Amount(INT64_MAX));
  EXPECT_EQ(instrument->NotionalSaturated(limits::kPriceMax, limits::kLotsMax), Amount(INT64_MAX));
  EXPECT_FALSE(instrument->Measure(limits::kPriceMax, limits::kLotsMax).fits);
}

TEST(InstrumentTest, AgreesWithTheNaiveArithmetic) {
  Random random(7);
  int made = 0;
  for (int i = 0; i < 200'000; ++i) {
    CreateInstrument definition = Definition();
    definition.tick_size_e12 = static_cast<int64_t>(random.Next() >> random.Between(1, 63));
    definition.lot_size_units = static_cast<int64_t>(random.Next() >> random.Between(1, 63));
    definition.quantity_max =
        Quantity(static_cast<int64_t>(random.Next() >> random.Between(1, 63)));
    definition.taker_fee_ppm = static_cast<uint32_t>(random.Below(100'002));
    const uint32_t ppm = definition.taker_fee_ppm;
    const auto base_scale = static_cast<uint32_t>(random.Below(13));
    const auto quote_scale = static_cast<uint32_t>(random.Below(13));
    const auto core = Make(definition, base_scale, quote_scale);
    const auto model = MakeNaiveInstrument(definition, base_scale, quote_scale);
    ASSERT_EQ(core.has_value(), model.has_value()) << i;
    if (!core) continue;
    ++made;
    const int64_t price = random.Between(1, limits::kPriceMax.value()) >> random.Between(0, 39);
    const int64_t lots =
        random.Between(1, definition.quantity_max.value()) >> random.Between(0, 30);
    if (price < 1 || lots < 1) continue;
    const bool fits = model->Need(price, lots, limits::kFeePpmMax) <= kAmountMax;
    const Instrument::Size size = core->Measure(Price(price), Quantity(lots));
    ASSERT_EQ(size.fits, fits) << i;
    const Wide notional = std::min(model->Ceil(price, lots), kAmountMax);
    ASSERT_TRUE(size.notional.value() == notional) << i;
    ASSERT_EQ(core->NotionalSaturated(Price(price), Quantity(lots)), size.notional) << i;
    if (!fits) continue;
    ASSERT_TRUE(core->QuoteFloor(Price(price), Quantity(lots)).value() ==
                model->Floor(price, lots));
    ASSERT_TRUE(core->QuoteCeil(Price(price), Quantity(lots)).value() == model->Ceil(price, lots));
    ASSERT_TRUE(core->FeeCeil(Price(price), Quantity(lots), ppm).value() ==
                model->Fee(price, lots, ppm));
    ASSERT_TRUE(core->BuyerCost(Price(price), Quantity(lots), ppm).value() ==
                model->Need(price, lots, ppm));
  }
  EXPECT_GT(made, 20'000);
}

}  // namespace
}  // namespace rialto::engine
