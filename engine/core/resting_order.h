// What the book knows of an order: half a cache line.
//
// Everything else about an order belongs to whoever uses the book, under the same OrderIndex.
#pragma once

#include <cstdint>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/chunked_pool.h"

namespace rialto::engine {

// Position of an order in its RestingOrders.
using OrderIndex = uint32_t;
inline constexpr OrderIndex kNoOrder = 0;

// Position of a price level in its book.
using LevelIndex = uint32_t;
inline constexpr LevelIndex kNoLevel = 0;

struct alignas(32) RestingOrder {
  OrderId id;
  Quantity displayed;              // Lots that the level shows.
  OrderIndex previous = kNoOrder;  // Older at the same price.
  OrderIndex next = kNoOrder;      // Younger at the same price.
  LevelIndex level = kNoLevel;     // kNoLevel: in no book.
  uint32_t owner = 0;              // Whose it is: the user's key; the book does not look at it.
};
static_assert(sizeof(RestingOrder) == 32);

// Allocate() gives an order back as its last user left it: assign a whole RestingOrder.
using RestingOrders = ChunkedPool<RestingOrder>;

}  // namespace rialto::engine
