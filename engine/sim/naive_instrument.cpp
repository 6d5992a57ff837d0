#include "engine/sim/naive_instrument.h"

#include <algorithm>
#include <initializer_list>

#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

constexpr Wide kMillion = 1'000'000;
constexpr Wide kBeyond = kAmountMax + 1;

Wide PowerOf10(uint32_t exponent) {
  Wide power = 1;
  for (uint32_t i = 0; i < exponent; ++i) power *= 10;
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

// Product of the factors, or kBeyond when it is more than an Amount.
Wide Product(std::initializer_list<Wide> factors) {
  Wide product = 1;
  for (const Wide factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product)) return kBeyond;
    if (product > kAmountMax) return kBeyond;
  }
  return product;
}

// price x lots x numerator. False when it is beyond 128 bits; then the worth is beyond an Amount,
// too, because the denominator is below 2^63.
bool Dividend(const NaiveInstrument& instrument, int64_t price, int64_t lots, Wide* dividend) {
  return !__builtin_mul_overflow(static_cast<Wide>(price), static_cast<Wide>(lots), dividend) &&
         !__builtin_mul_overflow(*dividend, instrument.numerator, dividend);
}

}  // namespace

Wide NaiveInstrument::BaseAmount(Wide lots) const { return lots * definition.lot_size_units; }

Wide NaiveInstrument::Floor(int64_t price, int64_t lots) const {
  Wide dividend = 0;
  if (!Dividend(*this, price, lots, &dividend)) return kBeyond;
  return std::min(dividend / denominator, kBeyond);
}

Wide NaiveInstrument::Ceil(int64_t price, int64_t lots) const {
  Wide dividend = 0;
  if (!Dividend(*this, price, lots, &dividend)) return kBeyond;
  return std::min(dividend / denominator + (dividend % denominator != 0 ? 1 : 0), kBeyond);
}

Wide NaiveInstrument::Fee(int64_t price, int64_t lots, int64_t ppm) const {
  Wide dividend = 0;
  if (ppm <= 0) return 0;
  if (!Dividend(*this, price, lots, &dividend)) return kBeyond;
  // dividend x ppm may need more than 128 bits: whole divisors first, then the rest.
  const Wide divisor = denominator * kMillion;
  const Wide rest = dividend % divisor * ppm;
  return dividend / divisor * ppm + rest / divisor + (rest % divisor != 0 ? 1 : 0);
}

Wide NaiveInstrument::Rebate(int64_t price, int64_t lots, int64_t ppm) const {
  Wide dividend = 0;
  if (!Dividend(*this, price, lots, &dividend)) return kBeyond;
  const Wide divisor = denominator * kMillion;
  return dividend / divisor * ppm + dividend % divisor * ppm / divisor;
}

Wide NaiveInstrument::Need(int64_t limit, int64_t lots, int64_t ppm) const {
  const Wide notional = Ceil(limit, lots);
  if (notional > kAmountMax) return kBeyond;
  return notional + Fee(limit, lots, ppm);
}

bool NaiveInstrument::Fits(int64_t limit, int64_t lots) const {
  return Need(limit, lots, limits::kFeePpmMax) <= kAmountMax;
}

int64_t MovedUp(int64_t price, int64_t ppm) {
  const Wide moved = price + Wide{price} * ppm / kMillion;
  return static_cast<int64_t>(std::clamp<Wide>(moved, 1, limits::kPriceMax.value()));
}

int64_t MovedDown(int64_t price, int64_t ppm) {
  const Wide moved = price - Wide{price} * ppm / kMillion;
  return static_cast<int64_t>(std::clamp<Wide>(moved, 1, limits::kPriceMax.value()));
}

namespace {

bool IsBetween(int64_t value, int64_t low, int64_t high) { return value >= low && value <= high; }

bool HasSoundNumbers(const CreateInstrument& d) {
  if (d.tick_size_e12 < 1 || d.lot_size_units < 1) return false;
  if (d.quantity_min < Quantity(1) || d.quantity_max < d.quantity_min) return false;
  if (d.quantity_max > limits::kLotsMax) return false;
  if (d.notional_min < Amount(0) || d.notional_max < Amount(0)) return false;
  if (d.notional_max != Amount(0) && d.notional_max < d.notional_min) return false;
  const int64_t fee_max = limits::kFeePpmMax;
  if (!IsBetween(d.maker_fee_ppm, -fee_max, fee_max) || d.taker_fee_ppm > fee_max) return false;
  if (!IsBetween(d.price_min.value(), 0, limits::kPriceMax.value())) return false;
  if (!IsBetween(d.price_max.value(), 0, limits::kPriceMax.value())) return false;
  return d.price_max == Price(0) || d.price_max >= d.price_min;
}

bool HasSoundRules(const CreateInstrument& d) {
  for (const uint32_t distance :
       {d.market_collar_ppm, d.limit_collar_ppm, d.price_band_ppm, d.volatility_ppm}) {
    if (distance > limits::kDistancePpmMax) return false;
  }
  for (const int64_t duration : {d.volatility_window_ns, d.volatility_auction_ns}) {
    if (!IsBetween(duration, 0, limits::kDurationNsMax)) return false;
  }
  if (d.volatility_ppm != 0 && d.volatility_window_ns == 0) return false;
  if (d.iceberg_parts_max > limits::kIcebergPartsMax) return false;
  if (d.self_trade_default > SelfTrade::kDecrement) return false;
  return (d.self_trade_modes & ~0b111110) == 0;
}

}  // namespace

std::optional<NaiveInstrument> MakeNaiveInstrument(const CreateInstrument& definition,
                                                   uint32_t base_scale, uint32_t quote_scale) {
  const CreateInstrument& d = definition;
  if (d.base == d.quote || !HasSoundNumbers(d) || !HasSoundRules(d)) return std::nullopt;
  // The largest order's base amount must be an Amount.
  if (static_cast<Wide>(d.quantity_max.value()) * d.lot_size_units > kAmountMax) {
    return std::nullopt;
  }

  // tick x lot x 10^quote_scale / (10^12 x 10^base_scale): cancel what any two have in common, so
  // that both products are in lowest terms.
  Wide up[] = {d.tick_size_e12, d.lot_size_units, PowerOf10(quote_scale)};
  Wide down[] = {PowerOf10(12), PowerOf10(base_scale)};
  for (Wide& above : up) {
    for (Wide& below : down) {
      const Wide common = GreatestCommonDivisor(above, below);
      above /= common;
      below /= common;
    }
  }
  NaiveInstrument instrument;
  instrument.definition = definition;
  instrument.numerator = Product({up[0], up[1], up[2]});
  instrument.denominator = Product({down[0], down[1]});
  if (instrument.numerator == kBeyond || instrument.denominator > kAmountMax / kMillion) {
    return std::nullopt;
  }
  return instrument;
}

}  // namespace rialto::engine
