// What a price times a quantity is worth, for the naive model: 128-bit integers and no shortcuts.
//
// Written from engine/core/README.md alone and shares no code with engine/core/instrument.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/command.h"
#include "engine/core/limits.h"

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
  // The part of `ppm` of price x lots, rounded up (a fee; 0 for a rebate's rate) or down (a
  // rebate). REQUIRES: Ceil(price, lots) fits an Amount.
  Wide Fee(int64_t price, int64_t lots, int64_t ppm) const;
  Wide Rebate(int64_t price, int64_t lots, int64_t ppm) const;

  // What a buy with this limit needs: its notional and the fee on it, each rounded up.
  Wide Need(int64_t limit, int64_t lots, int64_t ppm) const;
  // It and the largest fee there is are together an Amount.
  bool Fits(int64_t limit, int64_t lots) const;
};

// How far a market order may trade from the best price.
inline int64_t MarketCollarOf(const CreateInstrument& definition) {
  const uint32_t ppm = definition.market_collar_ppm;
  return ppm == 0 ? limits::kMarketCollarPpmDefault : ppm;
}

// A price moved up or down by parts per million of itself, and kept within 1 and kPriceMax.
int64_t MovedUp(int64_t price, int64_t ppm);
int64_t MovedDown(int64_t price, int64_t ppm);

// nullopt when the definition makes no sense.
std::optional<NaiveInstrument> MakeNaiveInstrument(const CreateInstrument& definition,
                                                   uint32_t base_scale, uint32_t quote_scale);

}  // namespace rialto::engine
