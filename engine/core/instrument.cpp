#include "engine/core/instrument.h"

#include <algorithm>
#include <limits>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

using Wide = __int128;

constexpr int64_t kAmountMax = std::numeric_limits<int64_t>::max();
constexpr Wide kBeyondAll = Wide{1} << 100;

Wide Ceil(Wide dividend, Wide divisor) { return (dividend + divisor - 1) / divisor; }

Wide Power(uint32_t exponent) {
  Wide power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

Wide GreatestCommonDivisor(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// price x quantity x numerator x ppm; nullopt on overflow.
std::optional<Wide> Product(const Instrument& instrument, Price price, Quantity quantity,
                            int64_t ppm) {
  Wide product = Wide(price.value()) * quantity.value();
  if (__builtin_mul_overflow(product, Wide(instrument.numerator), &product) ||
      __builtin_mul_overflow(product, Wide(ppm), &product)) {
    return std::nullopt;
  }
  return product;
}

Wide FeeDivisor(const Instrument& instrument) {
  return Wide(instrument.denominator) * kPartsPerMillion;
}

enum class Rounding { kDown, kUp };

struct Lots {
  Price price;
  Quantity quantity;
};

// The long way round, for a product beyond 64 bits.
[[gnu::cold]] Amount WideWorth(const Instrument& instrument, const Lots& lots, int64_t ppm,
                               Rounding rounding) {
  const bool is_notional = ppm == kPartsPerMillion;
  const std::optional<Wide> wide =
      Product(instrument, lots.price, lots.quantity, is_notional ? 1 : ppm);
  CHECK(wide.has_value());
  const Wide divisor = is_notional ? Wide(instrument.denominator) : FeeDivisor(instrument);
  const Wide quotient = rounding == Rounding::kUp ? Ceil(*wide, divisor) : *wide / divisor;
  CHECK(quotient <= kAmountMax);
  return Amount(static_cast<int64_t>(quotient));
}

// product x ppm / divisor. Nearly every product fits 64 bits, and is divided by a multiplication.
Amount Worth(const Instrument& instrument, const Lots& lots, int64_t ppm, Rounding rounding) {
  const auto [price, quantity] = lots;
  int64_t product = 0;
  const bool is_notional = ppm == kPartsPerMillion;
  if (!__builtin_mul_overflow(price.value(), quantity.value(), &product) &&
      !__builtin_mul_overflow(product, instrument.numerator, &product) &&
      (is_notional || !__builtin_mul_overflow(product, ppm, &product))) {
    const Divider& divider = is_notional ? instrument.notional_divider : instrument.fee_divider;
    const auto [quotient, remainder] = divider.Divide(static_cast<uint64_t>(product));
    const bool goes_up = rounding == Rounding::kUp && remainder != 0;
    return Amount(static_cast<int64_t>(quotient) + (goes_up ? 1 : 0));
  }
  return WideWorth(instrument, lots, ppm, rounding);
}

// True when the worth is far below the largest Amount; false says nothing.
bool IsSmall(const Instrument& instrument, Price price, Quantity quantity) {
  int64_t product = 0;
  return !__builtin_mul_overflow(price.value(), quantity.value(), &product) &&
         !__builtin_mul_overflow(product, instrument.numerator, &product) &&
         product < kAmountMax / 4;
}

[[gnu::cold]] Instrument::Size MeasureWide(const Instrument& instrument, Price price,
                                           Quantity quantity) {
  // What overflows 128 bits here is beyond 64 bits after the division, too: see MakeInstrument.
  const std::optional<Wide> product = Product(instrument, price, quantity, 1);
  if (!product.has_value()) return {Amount(kAmountMax), false};
  const Wide notional = Ceil(*product, Wide(instrument.denominator));
  const std::optional<Wide> fee = Product(instrument, price, quantity, limits::kFeePpmMax);
  const bool fits = fee.has_value() && notional + Ceil(*fee, FeeDivisor(instrument)) <= kAmountMax;
  return {Amount(notional > kAmountMax ? kAmountMax : static_cast<int64_t>(notional)), fits};
}

bool IsDistance(uint32_t ppm) { return ppm <= limits::kDistancePpmMax; }
bool IsDuration(int64_t nanoseconds) {
  return nanoseconds >= 0 && nanoseconds <= limits::kDurationNsMax;
}

// The bounds that came after the first ones; see README.md, Definitions.
bool HasSaneRules(const CreateInstrument& d) {
  const bool fees = d.maker_fee_ppm <= static_cast<int32_t>(limits::kFeePpmMax) &&
                    d.maker_fee_ppm >= -static_cast<int32_t>(limits::kFeePpmMax) &&
                    d.taker_fee_ppm <= limits::kFeePpmMax;
  const bool prices = d.price_min >= Price(0) && d.price_min <= limits::kPriceMax &&
                      d.price_max >= Price(0) && d.price_max <= limits::kPriceMax &&
                      (d.price_max == Price(0) || d.price_max >= d.price_min);
  const bool distances = IsDistance(d.market_collar_ppm) && IsDistance(d.limit_collar_ppm) &&
                         IsDistance(d.price_band_ppm) && IsDistance(d.volatility_ppm);
  const bool durations = IsDuration(d.volatility_window_ns) &&
                         IsDuration(d.volatility_auction_ns) &&
                         (d.volatility_ppm == 0 || d.volatility_window_ns > 0);
  constexpr uint8_t kKnownModes = 0b111110;
  const bool self_trade =
      d.self_trade_default <= SelfTrade::kDecrement && (d.self_trade_modes & ~kKnownModes) == 0;
  return fees && prices && distances && durations && self_trade &&
         d.iceberg_parts_max <= limits::kIcebergPartsMax;
}

}  // namespace

Amount Instrument::BaseAmount(Quantity quantity) const {
  int64_t amount = 0;
  CHECK(!__builtin_mul_overflow(quantity.value(), definition.lot_size_units, &amount));
  return Amount(amount);
}

Amount Instrument::QuoteFloor(Price price, Quantity quantity) const {
  return Worth(*this, {price, quantity}, kPartsPerMillion, Rounding::kDown);
}

Amount Instrument::QuoteCeil(Price price, Quantity quantity) const {
  return Worth(*this, {price, quantity}, kPartsPerMillion, Rounding::kUp);
}

Amount Instrument::FeeFloor(Price price, Quantity quantity, int64_t ppm) const {
  return Worth(*this, {price, quantity}, ppm, Rounding::kDown);
}

Amount Instrument::FeeCeil(Price price, Quantity quantity, int64_t ppm) const {
  return Worth(*this, {price, quantity}, ppm, Rounding::kUp);
}

Amount Instrument::BuyerCost(Price price, Quantity quantity, int64_t ppm) const {
  return QuoteCeil(price, quantity) + FeeCeil(price, quantity, ppm);
}

Instrument::Size Instrument::Measure(Price price, Quantity quantity) const {
  if (IsSmall(*this, price, quantity)) return {QuoteCeil(price, quantity), true};
  return MeasureWide(*this, price, quantity);
}

Instrument::WideCost Instrument::BuyerCostOfAny(Price price, Quantity quantity, int64_t ppm) const {
  if (IsSmall(*this, price, quantity)) {
    return {QuoteCeil(price, quantity).value(), FeeCeil(price, quantity, ppm).value()};
  }
  const auto ceil = [](const std::optional<Wide>& product, Wide divisor) {
    return product.has_value() ? Ceil(*product, divisor) : kBeyondAll;
  };
  return {ceil(Product(*this, price, quantity, 1), denominator),
          ceil(Product(*this, price, quantity, ppm), FeeDivisor(*this))};
}

Amount Instrument::NotionalSaturated(Price price, Quantity quantity) const {
  return Measure(price, quantity).notional;
}

static_assert(limits::kPriceMax.value() <= kAmountMax / limits::kDistancePpmMax);

Price MovedUp(Price price, uint32_t ppm) {
  const int64_t moved = price.value() + price.value() * ppm / kPartsPerMillion;
  return std::min(Price(moved), limits::kPriceMax);
}

Price MovedDown(Price price, uint32_t ppm) {
  const int64_t moved = price.value() - price.value() * ppm / kPartsPerMillion;
  return std::max(Price(moved), Price(1));
}

std::optional<Instrument> MakeInstrument(const CreateInstrument& definition, const Asset& base,
                                         const Asset& quote) {
  if (base.id == quote.id || definition.tick_size_e12 < 1 || definition.lot_size_units < 1) {
    return std::nullopt;
  }
  if (definition.quantity_min < Quantity(1) || definition.quantity_max < definition.quantity_min ||
      definition.quantity_max > limits::kLotsMax) {
    return std::nullopt;
  }
  if (definition.notional_min < Amount(0) || definition.notional_max < Amount(0) ||
      (definition.notional_max > Amount(0) && definition.notional_max < definition.notional_min)) {
    return std::nullopt;
  }
  if (!HasSaneRules(definition)) return std::nullopt;
  int64_t base_max = 0;
  if (__builtin_mul_overflow(definition.quantity_max.value(), definition.lot_size_units,
                             &base_max)) {
    return std::nullopt;
  }
  Wide numerator = Wide(definition.tick_size_e12) * definition.lot_size_units;
  Wide denominator = Power(12 + base.scale);
  Wide divisor = GreatestCommonDivisor(numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  Wide scale = Power(quote.scale);
  divisor = GreatestCommonDivisor(scale, denominator);
  scale /= divisor;
  denominator /= divisor;
  if (__builtin_mul_overflow(numerator, scale, &numerator)) return std::nullopt;
  // The bound on the denominator makes a product that overflows 128 bits overflow an Amount.
  if (numerator > kAmountMax || denominator > kAmountMax / kPartsPerMillion) return std::nullopt;
  return Instrument{.id = InstrumentId(),
                    .definition = definition,
                    .numerator = static_cast<int64_t>(numerator),
                    .denominator = static_cast<int64_t>(denominator),
                    .notional_divider = Divider(static_cast<int64_t>(denominator)),
                    .fee_divider = Divider(static_cast<int64_t>(denominator * kPartsPerMillion))};
}

}  // namespace rialto::engine
