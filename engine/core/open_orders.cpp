#include "engine/core/open_orders.h"

#include "common/base/check.h"

namespace rialto::engine {

OrderIndex OpenOrders::Allocate(OrderId id, AccountIndex owner) {
  const OrderIndex index = resting_.Allocate();
  orders_.Ensure(index);
  orders_[index] = Order();
  RestingOrder& resting = resting_[index];
  resting = RestingOrder();
  resting.id = id;
  resting.owner = owner;
  return index;
}

void OpenOrders::Link(OrderIndex index, Account& owner) {
  Order& order = orders_[index];
  order.is_linked = true;
  order.account_previous = owner.last_order;
  order.account_next = kNoOrder;
  if (owner.last_order == kNoOrder) {
    owner.first_order = index;
  } else {
    orders_[owner.last_order].account_next = index;
  }
  owner.last_order = index;
  ++owner.open_orders;
  by_id_.Insert(HashId(resting_[index].id.value()), index);
  ++size_;
}

void OpenOrders::Free(OrderIndex index, Account& owner) {
  const Order& order = orders_[index];
  if (order.is_linked) {
    if (order.account_previous == kNoOrder) {
      owner.first_order = order.account_next;
    } else {
      orders_[order.account_previous].account_next = order.account_next;
    }
    if (order.account_next == kNoOrder) {
      owner.last_order = order.account_previous;
    } else {
      orders_[order.account_next].account_previous = order.account_previous;
    }
    --owner.open_orders;
    by_id_.Erase(HashId(resting_[index].id.value()), index);
    --size_;
  }
  if (order.special != 0) special_.Free(order.special);
  resting_.Free(index);
}

SpecialTerms& OpenOrders::GiveSpecial(OrderIndex index) {
  Order& order = orders_[index];
  if (order.special == 0) {
    order.special = special_.Allocate();
    special_[order.special] = SpecialTerms();
  }
  return special_[order.special];
}

OrderIndex OpenOrders::Find(OrderId id) const {
  return by_id_.Find(HashId(id.value()),
                     [&](uint32_t position) { return resting_[position].id == id; });
}

}  // namespace rialto::engine
