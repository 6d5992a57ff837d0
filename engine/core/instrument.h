// Assets and instruments: scales, tick, lot, and what a price times a quantity is worth.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/command.h"
#include "engine/core/limits.h"

namespace rialto::engine {

inline constexpr int64_t kPartsPerMillion = 1'000'000;

struct Asset {
  AssetId id;
  CallerId symbol;
  uint32_t scale = 0;
};

// Divides by a number that stays the same: a multiplication by its reciprocal and a correction.
class Divider {
 public:
  // REQUIRES: 1 <= divisor < 2^63.
  explicit Divider(int64_t divisor = 1)
      : divisor_(static_cast<uint64_t>(divisor)), reciprocal_(UINT64_MAX / divisor_) {}

  struct Result {
    uint64_t quotient = 0;
    uint64_t remainder = 0;
  };
  // REQUIRES: dividend < 2^63. Then the reciprocal is at most one too small.
  Result Divide(uint64_t dividend) const {
    const auto product = static_cast<unsigned __int128>(dividend) * reciprocal_;
    Result result{static_cast<uint64_t>(product >> 64), 0};
    result.remainder = dividend - result.quotient * divisor_;
    if (result.remainder >= divisor_) {
      ++result.quotient;
      result.remainder -= divisor_;
    }
    return result;
  }

 private:
  uint64_t divisor_;
  uint64_t reciprocal_;
};

// One tick of price times one lot of quantity is numerator / denominator minor units of quote, a
// fraction in lowest terms: tick_size_e12 * lot_size_units * 10^quote_scale / 10^(12 + base_scale).
struct Instrument {
  InstrumentId id;
  CreateInstrument definition;
  int64_t numerator = 0;
  int64_t denominator = 1;
  Divider notional_divider;  // By denominator.
  Divider fee_divider;       // By denominator x 10^6.

  // Minor units of base.
  Amount BaseAmount(Quantity quantity) const;

  // Price x quantity in minor units of quote, rounded down or up; and ppm parts per million of it.
  // REQUIRES: it fits an Amount, and ppm >= 0.
  Amount QuoteFloor(Price price, Quantity quantity) const;
  Amount QuoteCeil(Price price, Quantity quantity) const;
  Amount FeeFloor(Price price, Quantity quantity, int64_t ppm) const;
  Amount FeeCeil(Price price, Quantity quantity, int64_t ppm) const;
  // QuoteCeil and FeeCeil together.
  Amount BuyerCost(Price price, Quantity quantity, int64_t ppm) const;

  // The notional rounded up (2^63-1 for anything beyond), and whether it and a fee of kFeePpmMax on
  // it fit an Amount together.
  struct Size {
    Amount notional;
    bool fits = false;
  };
  Size Measure(Price price, Quantity quantity) const;

  // QuoteCeil and FeeCeil of what may not fit an Amount: nobody has promised to pay what rests at a
  // price beyond its limit, a pegged sell. 2^100 stands for what 128 bits do not hold.
  struct WideCost {
    absl::int128 quote;
    absl::int128 fee;
  };
  WideCost BuyerCostOfAny(Price price, Quantity quantity, int64_t ppm) const;

  // The notional rounded up, and 2^63-1 for anything beyond.
  Amount NotionalSaturated(Price price, Quantity quantity) const;

  uint32_t market_collar_ppm() const {
    return definition.market_collar_ppm != 0 ? definition.market_collar_ppm
                                             : limits::kMarketCollarPpmDefault;
  }
  int64_t iceberg_parts_max() const {
    return definition.iceberg_parts_max != 0 ? definition.iceberg_parts_max
                                             : limits::kIcebergPartsMax;
  }
  Price price_min() const { return std::max(Price(1), definition.price_min); }
  Price price_max() const {
    return definition.price_max == Price(0) ? limits::kPriceMax : definition.price_max;
  }
};

// A price moved by so many parts per million of itself, rounded towards it; between 1 and
// kPriceMax. REQUIRES: 0 <= price <= kPriceMax; ppm <= kDistancePpmMax.
Price MovedUp(Price price, uint32_t ppm);
Price MovedDown(Price price, uint32_t ppm);

// The instrument of a definition; nullopt when a bound is broken (see limits.h), base is quote, lot
// and tick are not positive, or the fraction does not fit.
std::optional<Instrument> MakeInstrument(const CreateInstrument& definition, const Asset& base,
                                         const Asset& quote);

}  // namespace rialto::engine
