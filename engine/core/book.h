// Limit order book of one instrument: price-time priority.
//
// Links the resting orders of the pool into levels. Knows nothing of accounts, fees or time: the
// Engine moves the money of each fill.
//
// Invariants (Validate() checks them):
//   * best bid < best ask
//   * no level is empty; a level's total is the sum of its orders' remaining quantities
//   * orders of a level are in the order in which they were added
//
// Thread: the sequencer's only.
#pragma once

#include <cstdint>

#include "absl/container/btree_map.h"
#include "absl/numeric/int128.h"
#include "common/base/money.h"
#include "engine/core/order_pool.h"

namespace rialto::engine {

// The orders that rest at one price, oldest first.
struct Level {
  OrderIndex first = kNoOrder;
  OrderIndex last = kNoOrder;
  uint32_t orders = 0;
  absl::int128 total = 0;  // Lots.
};

class Book {
 public:
  // By price, lowest first.
  using Levels = absl::btree_map<Price, Level>;

  explicit Book(OrderPool& pool) : pool_(pool) {}

  // The oldest order at the best price of a side; kNoOrder when the side is empty.
  OrderIndex Best(Side side) const;
  // The order to trade after this one on its side: younger at its price, or the next price's
  // oldest.
  OrderIndex After(OrderIndex index) const;

  // Puts an order at the end of its price. REQUIRES: it does not cross the other side.
  void Add(OrderIndex index);
  // Takes lots off a resting order; it keeps its place. REQUIRES: less than its remaining quantity.
  void Reduce(OrderIndex index, Quantity lots);
  // Takes an order out, whatever remains of it.
  void Remove(OrderIndex index);

  // Orders at rest on both sides.
  uint64_t order_count() const { return order_count_; }
  const Levels& levels(Side side) const { return side == Side::kBuy ? bids_ : asks_; }

  // CHECKs the invariants.
  void Validate() const;

 private:
  Levels& MutableLevels(Side side) { return side == Side::kBuy ? bids_ : asks_; }
  Level& LevelOf(const Order& order);

  OrderPool& pool_;
  Levels bids_;
  Levels asks_;
  uint64_t order_count_ = 0;
};

// True when an order of `side` with this limit trades at `price`.
constexpr bool Crosses(Side side, Price limit, Price price) {
  return side == Side::kBuy ? price <= limit : price >= limit;
}

}  // namespace rialto::engine
