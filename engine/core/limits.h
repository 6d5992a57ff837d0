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

// Beyond it: INVALID_DEFINITION. 10 %; a rebate, too.
inline constexpr uint32_t kFeePpmMax = 100'000;
// Beyond it: INVALID_DEFINITION.
inline constexpr uint32_t kFeeTierMax = 100;
// Beyond it: INVALID_DEFINITION, for every bound on how far a price may be from another. 100 %.
inline constexpr uint32_t kDistancePpmMax = 1'000'000;
// How far from the best price a market order trades when its instrument does not say. 10 %.
inline constexpr uint32_t kMarketCollarPpmDefault = 100'000;
// Beyond it: INVALID_DEFINITION. Two years of four changes a day.
inline constexpr uint32_t kTransitionsMax = 3'000;
// Beyond it: INVALID_DEFINITION.
inline constexpr uint32_t kCalendarBytesMax = 65'536;

// Beyond it: TOO_MANY_PENDING_ORDERS. Every trade looks at all of them.
inline constexpr int64_t kTrailingPerInstrumentMax = 1'000;
// Beyond it: TOO_MANY_PENDING_ORDERS. Every change of the touch moves all of them.
inline constexpr int64_t kPeggedPerInstrumentMax = 1'000;
// Beyond it: TOO_MANY_ICEBERG_PARTS, when the instrument does not say less.
inline constexpr int64_t kIcebergPartsMax = 1'000;
// Beyond it: INVALID_ORDER. 99 % and 0.01 %.
inline constexpr uint32_t kTrailPpmMax = 990'000;
inline constexpr uint32_t kTrailPpmMin = 100;
// Orders taken of an account within its duplicate window that are looked at, youngest first.
inline constexpr uint32_t kDuplicatesRemembered = 1'000;
// Beyond it: INVALID_DEFINITION, for every length of time in a parameter. 366 days.
inline constexpr int64_t kDurationNsMax = 366LL * 24 * 3600 * 1'000'000'000;

// What one command may trade with; the rest of the order expires with FILL_LIMIT. Bounds the time
// and the events of a command.
inline constexpr uint32_t kFillsPerCommandMax = 10'000;

// What one command may do besides: pending orders it makes active, timers it runs, orders a mass
// cancel or a dead man's switch ends. The rest waits for the next command; the sequencer sends a
// Tick at once.
inline constexpr uint32_t kActivationsPerCommandMax = 1'000;
inline constexpr uint32_t kTimersPerCommandMax = 1'000;
inline constexpr uint32_t kCancelsPerCommandMax = 10'000;

// How long an order's outcome is remembered for retries: as long as either bound asks for.
inline constexpr uint64_t kOutcomesRememberedMin = 10'000'000;
inline constexpr int64_t kOutcomesRememberedNs = 24LL * 3600 * 1'000'000'000;

// Beyond it: INVALID_TRANSFER. Bounds the time, the record and the events of a command.
inline constexpr uint32_t kTransfersPerCommandMax = 100;
// Of one debit account. Beyond it: TOO_MANY_PENDING_TRANSFERS. Generous: most resolve in hours.
inline constexpr uint32_t kPendingTransfersPerAccountMax = 10'000;
// Beyond it: INVALID_TRANSFER. Who needs longer sets none.
inline constexpr int64_t kTransferTimeoutNsMax = kDurationNsMax;

// What all accounts may own of one asset together, in minor units; beyond it a deposit is refused
// with AMOUNT_OVERFLOW. No balance can overflow while the sum of all can not.
inline constexpr Amount kSupplyMax{INT64_MAX};

}  // namespace rialto::engine::limits
