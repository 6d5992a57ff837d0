// What a price times a quantity is worth, for the naive model: 128-bit integers and no shortcuts.
//
// Written from engine/core/README.md alone and shares no code with engine/core/instrument.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/command.h"

namespace rialto::engine {

// NOLINTNEXTLINE: the model's own integer, so that the core's arithmetic is not compared with
// itself.
using Wide = __int128;

inline constexpr Wide kAmountMax = INT64_MAX;

struct NaiveInstrument {
  CreateInstrument definition;
  // One tick x one lot is numerator / denominator minor units of quote, in lowest terms.
  Wide numerator = 0;
  Wide denominator = 1;

  Wide BaseAmount(Wide lots) const;
  // Price x lots in minor units of quote; whatever is beyond an Amount is kAmountMax + 1.
  Wide Floor(int64_t price, int64_t lots) const;
  Wide Ceil(int64_t price, int64_t lots) const;
  // The fee of `ppm` on price x lots, rounded up. REQUIRES: Ceil(price, lots) fits an Amount.
  Wide Fee(int64_t price, int64_t lots, uint32_t ppm) const;

  uint32_t LargerFee() const;
  // What a resting buy needs: its notional and the larger fee on it, each rounded up.
  Wide Need(int64_t price, int64_t lots) const;
};

// nullopt when the definition makes no sense.
std::optional<NaiveInstrument> MakeNaiveInstrument(const CreateInstrument& definition,
                                                   uint32_t base_scale, uint32_t quote_scale);

}  // namespace rialto::engine
