// Assets and instruments: scales, tick, lot, and what a price times a quantity is worth.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/command.h"

namespace rialto::engine {

inline constexpr int64_t kPartsPerMillion = 1'000'000;

struct Asset {
  AssetId id;
  CallerId symbol;
  uint32_t scale = 0;
};

// One tick of price times one lot of quantity is numerator / denominator minor units of quote, a
// fraction in lowest terms: tick_size_e12 * lot_size_units * 10^quote_scale / 10^(12 + base_scale).
struct Instrument {
  InstrumentId id;
  CreateInstrument definition;
  int64_t numerator = 0;
  int64_t denominator = 1;

  // Minor units of base.
  Amount BaseAmount(Quantity quantity) const;

  // Price x quantity x ppm / 10^6 in minor units of quote, rounded down or up. ppm = 10^6 is the
  // notional itself. REQUIRES: FitsNotional(price, quantity).
  Amount QuoteFloor(Price price, Quantity quantity, int64_t ppm = kPartsPerMillion) const;
  Amount QuoteCeil(Price price, Quantity quantity, int64_t ppm = kPartsPerMillion) const;

  // The notional rounded up, and 2^63-1 for anything beyond.
  Amount NotionalSaturated(Price price, Quantity quantity) const;

  // True when the notional and the largest fee on it together fit an Amount.
  bool FitsNotional(Price price, Quantity quantity) const;

  uint32_t fee_ppm_max() const {
    return definition.maker_fee_ppm > definition.taker_fee_ppm ? definition.maker_fee_ppm
                                                               : definition.taker_fee_ppm;
  }
};

// The instrument of a definition; nullopt when a bound is broken (see limits.h), base is quote, lot
// and tick are not positive, or the fraction does not fit.
std::optional<Instrument> MakeInstrument(const CreateInstrument& definition, const Asset& base,
                                         const Asset& quote);

}  // namespace rialto::engine
