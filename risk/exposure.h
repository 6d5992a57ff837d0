// What accounts have at stake: their open orders one by one, and what these add up to.
//
// An order that can outlive its command is open from its acceptance until it is filled or canceled:
// at a price of the book while it rests there, pending while it waits for a trigger, another order
// or a price to follow. Events say what is left of an order; nothing here adds up or guesses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::risk {

struct OpenOrder {
  AccountId account_id;
  InstrumentId instrument_id;
  common::v1::OrderSide side = common::v1::ORDER_SIDE_UNSPECIFIED;
  Price price;  // Where it rests; 0: in no book.
  Quantity remaining;

  friend bool operator==(const OpenOrder&, const OpenOrder&) = default;
};

using OpenOrders = std::map<OrderId, OpenOrder>;

// The orders that an event changes, besides one that it creates.
std::vector<OrderId> OrdersChangedBy(const engine::v1::Event& event);

// The order that an event creates; none for an order that can not outlive its command.
std::optional<OrderId> OrderCreatedBy(const engine::v1::Event& event);

// Takes up an event. REQUIRES: `orders` has every open order among OrdersChangedBy(event).
void Apply(const engine::v1::Event& event, OpenOrders& orders);

// Orders of one side, added up.
struct WorkingOrders {
  int64_t order_count = 0;
  absl::int128 quantity_lots = 0;
  absl::int128 notional_tick_lots = 0;  // Sum of price ticks x lots; 0 for pending orders.

  friend bool operator==(const WorkingOrders&, const WorkingOrders&) = default;
};

struct Exposure {
  WorkingOrders buy;
  WorkingOrders sell;
  WorkingOrders pending_buy;
  WorkingOrders pending_sell;

  friend bool operator==(const Exposure&, const Exposure&) = default;
};

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
