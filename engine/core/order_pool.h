// The open orders of the venue: slots in one vector, reused, named by index.
//
// An index stays valid while its order is open; a pointer or reference only until the next Add.
// Thread: the sequencer's only.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/order_types.h"

namespace rialto::engine {

// Position of an order in the pool; 0 is none.
using OrderIndex = uint32_t;
inline constexpr OrderIndex kNoOrder = 0;

// An order in the making or at rest. While it rests, `hold` is what its remaining quantity needs.
struct Order {
  OrderId id;
  AccountId account_id;
  ClientOrderId client_order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;        // 0 for MARKET, which never rests.
  Quantity quantity;  // As placed or last amended.
  Quantity remaining;
  Amount hold;  // Minor units of quote (buy) or base (sell).
  Amount executed_quote;

  // Neighbours at the same price, older and younger: Book's.
  OrderIndex level_previous = kNoOrder;
  OrderIndex level_next = kNoOrder;
  // Neighbours of the same account, older and younger: OrderPool's.
  OrderIndex account_previous = kNoOrder;
  OrderIndex account_next = kNoOrder;

  Quantity executed() const { return quantity - remaining; }
};

struct Account;

class OrderPool {
 public:
  OrderPool() : slots_(1) {}

  // Adds an open order at the young end of its owner's list.
  OrderIndex Add(const Order& order, Account& owner);
  // Forgets an order. REQUIRES: its book has let go of it.
  void Remove(OrderIndex index, Account& owner);

  Order& operator[](OrderIndex index) { return slots_[index]; }
  const Order& operator[](OrderIndex index) const { return slots_[index]; }

  // kNoOrder when no open order has this id.
  OrderIndex Find(OrderId id) const;
  uint64_t size() const { return by_id_.size(); }

 private:
  std::vector<Order> slots_;  // Slot 0 stays empty.
  std::vector<OrderIndex> free_;
  absl::flat_hash_map<OrderId, OrderIndex> by_id_;
};

}  // namespace rialto::engine
