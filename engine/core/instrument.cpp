#include "engine/core/instrument.h"

#include <numeric>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

using Wide = __int128;

constexpr int64_t kAmountMax = std::numeric_limits<int64_t>::max();

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

Wide Divisor(const Instrument& instrument) {
  return Wide(instrument.denominator) * kPartsPerMillion;
}

}  // namespace

Amount Instrument::BaseAmount(Quantity quantity) const {
  int64_t amount = 0;
  CHECK(!__builtin_mul_overflow(quantity.value(), definition.lot_size_units, &amount));
  return Amount(amount);
}

Amount Instrument::QuoteFloor(Price price, Quantity quantity, int64_t ppm) const {
  const std::optional<Wide> product = Product(*this, price, quantity, ppm);
  CHECK(product.has_value());
  return Amount(static_cast<int64_t>(*product / Divisor(*this)));
}

Amount Instrument::QuoteCeil(Price price, Quantity quantity, int64_t ppm) const {
  const std::optional<Wide> product = Product(*this, price, quantity, ppm);
  CHECK(product.has_value());
  return Amount(static_cast<int64_t>(Ceil(*product, Divisor(*this))));
}

Amount Instrument::NotionalSaturated(Price price, Quantity quantity) const {
  // What overflows 128 bits here is beyond 64 bits after the division, too: see MakeInstrument.
  const std::optional<Wide> product = Product(*this, price, quantity, kPartsPerMillion);
  if (!product.has_value()) return Amount(kAmountMax);
  const Wide notional = Ceil(*product, Divisor(*this));
  return Amount(notional > kAmountMax ? kAmountMax : static_cast<int64_t>(notional));
}

bool Instrument::FitsNotional(Price price, Quantity quantity) const {
  const std::optional<Wide> notional = Product(*this, price, quantity, kPartsPerMillion);
  const std::optional<Wide> fee = Product(*this, price, quantity, fee_ppm_max());
  if (!notional.has_value() || !fee.has_value()) return false;
  return Ceil(*notional, Divisor(*this)) + Ceil(*fee, Divisor(*this)) <= kAmountMax;
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
  if (definition.maker_fee_ppm > limits::kFeePpmMax ||
      definition.taker_fee_ppm > limits::kFeePpmMax) {
    return std::nullopt;
  }
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
                    .denominator = static_cast<int64_t>(denominator)};
}

}  // namespace rialto::engine
