// Positions by average cost: what an account's trades in one instrument add up to.
//
// Cost, profit and loss are sums of what was really paid and received, in minor units of quote and
// before fees; fees are kept apart. Closing a part of a position releases its share of the cost,
// rounded half to even; closing all of it releases all, so nothing is ever stranded.
//
// Invariants:
//   * cost is 0 when quantity is 0, and never negative
//   * realised profit + value of the open quantity - its cost = received - paid + that value,
//   exactly,
//     whatever was rounded on the way
// Quantities and amounts are sums of int64 of any number of trades: 128 bits hold 2^64 of them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::pms {

struct PositionKey {
  AccountId account_id;
  InstrumentId instrument_id;

  friend auto operator<=>(const PositionKey&, const PositionKey&) = default;
};

struct Position {
  absl::int128 quantity_units = 0;  // Minor units of base; above 0 long, below 0 short.
  absl::int128 cost_units = 0;      // What the open quantity was bought or sold for.
  absl::int128 realised_units = 0;  // Before fees.
  absl::int128 fee_units = 0;       // Of all fills, less rebates; always in the quote asset.
  int64_t fill_count = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

// One side of a trade. (trade id, side) names it: in a trade with oneself both sides are one
// account's, and both count.
struct Fill {
  PositionKey key;
  common::v1::OrderSide side = common::v1::ORDER_SIDE_UNSPECIFIED;
  int64_t base_units = 0;   // Above 0.
  int64_t quote_units = 0;  // Paid by a buyer or received by a seller, before the fee.
  int64_t fee_units = 0;    // Below 0: a rebate.
};

// The buyer's fill, then the seller's.
std::array<Fill, 2> FillsOf(const engine::v1::Trade& trade);

// Adds a fill: opens, increases, reduces, closes, or closes and opens on the other side. REQUIRES:
// fills come in the engine's order.
void Apply(const Fill& fill, Position& position);

// What a price is in minor units, from the instrument's definition.
struct PriceUnits {
  int64_t tick_size_e12;
  int base_scale;
  int quote_scale;
};

// What the open quantity is worth at a price, negative when short, in minor units of quote, rounded
// half to even; nullopt: beyond 127 bits.
std::optional<absl::int128> ValueUnits(const Position& position, int64_t price_ticks,
                                       const PriceUnits& units);

// What closing the open quantity at a price would gain before fees; 0 when flat.
std::optional<absl::int128> UnrealisedUnits(const Position& position, int64_t price_ticks,
                                            const PriceUnits& units);

// cost / |quantity| in units of 10^-12 quote per base, rounded half to even; nullopt when flat or
// beyond 127 bits.
std::optional<absl::int128> AveragePriceE12(const Position& position, const PriceUnits& units);

}  // namespace rialto::pms
