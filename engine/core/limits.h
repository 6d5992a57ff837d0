// Every bound of the engine's state in one place, with what happens there.
#pragma once

#include <cstdint>

#include "common/base/ids.h"
#include "common/base/money.h"

namespace rialto::engine::limits {

// Beyond it: VENUE_FULL.
inline constexpr uint32_t kAssetsMax = 10'000;
inline constexpr uint32_t kInstrumentsMax = 10'000;
inline constexpr uint64_t kAccountsMax = 10'000'000;

// Beyond it: TOO_MANY_OPEN_ORDERS. Generous: a market maker's book on every instrument.
inline constexpr int64_t kOpenOrdersPerAccountMax = 200'000;

// Beyond it: PRICE_OUT_OF_RANGE. With kLotsMax it keeps price x quantity inside 128 bits.
inline constexpr Price kPriceMax{1'000'000'000'000};
// Beyond it: INVALID_DEFINITION for an instrument's maximum quantity.
inline constexpr Quantity kLotsMax{1'000'000'000'000'000};

// Beyond it: INVALID_DEFINITION. 10 %.
inline constexpr uint32_t kFeePpmMax = 100'000;

// What one command may trade with; the rest of the order expires with FILL_LIMIT. Bounds the time
// and the events of a command.
inline constexpr uint32_t kFillsPerCommandMax = 10'000;

// How long an order's outcome is remembered for retries: as long as either bound asks for.
inline constexpr uint64_t kOutcomesRememberedMin = 10'000'000;
inline constexpr int64_t kOutcomesRememberedNs = 24LL * 3600 * 1'000'000'000;

// What all accounts may own of one asset together, in minor units; beyond it a deposit is refused
// with AMOUNT_OVERFLOW. No balance can overflow while the sum of all can not.
inline constexpr Amount kSupplyMax{INT64_MAX};

}  // namespace rialto::engine::limits
