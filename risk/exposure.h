// What accounts have working in the books: count, quantity and notional of their resting orders.
//
// An order counts from the moment it rests until it is filled, canceled or reduced away; what
// trades on arrival never does. Notional is kept as the sum of price ticks x lots, which trades at
// the order's own price take down exactly; it becomes quote units when it is read.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::risk {

struct ExposureKey {
  AccountId account_id;
  InstrumentId instrument_id;

  friend auto operator<=>(const ExposureKey&, const ExposureKey&) = default;
};

// Orders of one side, or what was added to them.
struct WorkingOrders {
  int64_t order_count = 0;
  absl::int128 quantity_lots = 0;
  absl::int128 notional_tick_lots = 0;  // Sum of price ticks x lots.

  friend bool operator==(const WorkingOrders&, const WorkingOrders&) = default;
};

struct Exposure {
  WorkingOrders buy;
  WorkingOrders sell;

  friend bool operator==(const Exposure&, const Exposure&) = default;
};

struct ExposureChange {
  ExposureKey key;
  common::v1::OrderSide side = common::v1::ORDER_SIDE_UNSPECIFIED;
  WorkingOrders added;  // Negative where orders leave.
};

// What one command changes, in order. REQUIRES: an order that comes to rest was accepted by the
// same command, whose OrderAccepted names its owner.
std::vector<ExposureChange> ChangesOf(const engine::v1::CommandEvents& command);

// CHECKs that nothing falls below zero: history is complete.
void Apply(const ExposureChange& change, Exposure& exposure);

// What a tick and a lot are in minor units, from the instrument's definition.
struct NotionalScale {
  int64_t tick_size_e12;
  int64_t lot_size_units;
  int base_scale;
  int quote_scale;
};

// Minor units of quote, rounded up once for all orders; nullopt: beyond 127 bits.
std::optional<absl::int128> NotionalUnits(const WorkingOrders& orders, const NotionalScale& scale);

}  // namespace rialto::risk
