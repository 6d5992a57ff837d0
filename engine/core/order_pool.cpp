#include "engine/core/order_pool.h"

#include "common/base/check.h"
#include "engine/core/accounts.h"

namespace rialto::engine {

OrderIndex OrderPool::Add(const Order& order, Account& owner) {
  OrderIndex index = kNoOrder;
  if (free_.empty()) {
    index = static_cast<OrderIndex>(slots_.size());
    CHECK(index != kNoOrder);
    slots_.push_back(order);
  } else {
    index = free_.back();
    free_.pop_back();
    slots_[index] = order;
  }
  CHECK(by_id_.emplace(order.id, index).second);

  Order& added = slots_[index];
  added.account_previous = owner.last_order;
  added.account_next = kNoOrder;
  if (owner.last_order == kNoOrder) {
    owner.first_order = index;
  } else {
    slots_[owner.last_order].account_next = index;
  }
  owner.last_order = index;
  ++owner.open_orders;
  return index;
}

void OrderPool::Remove(OrderIndex index, Account& owner) {
  const Order& order = slots_[index];
  CHECK(by_id_.erase(order.id) == 1);
  if (order.account_previous == kNoOrder) {
    owner.first_order = order.account_next;
  } else {
    slots_[order.account_previous].account_next = order.account_next;
  }
  if (order.account_next == kNoOrder) {
    owner.last_order = order.account_previous;
  } else {
    slots_[order.account_next].account_previous = order.account_previous;
  }
  --owner.open_orders;
  free_.push_back(index);
}

OrderIndex OrderPool::Find(OrderId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? kNoOrder : found->second;
}

}  // namespace rialto::engine
