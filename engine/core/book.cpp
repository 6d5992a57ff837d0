#include "engine/core/book.h"

#include <iterator>

#include "common/base/check.h"

namespace rialto::engine {

OrderIndex Book::Best(Side side) const {
  const Levels& side_levels = levels(side);
  if (side_levels.empty()) return kNoOrder;
  return side == Side::kBuy ? std::prev(side_levels.end())->second.first
                            : side_levels.begin()->second.first;
}

OrderIndex Book::After(OrderIndex index) const {
  const Order& order = pool_[index];
  if (order.level_next != kNoOrder) return order.level_next;
  const Levels& side_levels = levels(order.side);
  auto level = side_levels.find(order.price);
  CHECK(level != side_levels.end());
  if (order.side == Side::kBuy) {
    return level == side_levels.begin() ? kNoOrder : std::prev(level)->second.first;
  }
  return ++level == side_levels.end() ? kNoOrder : level->second.first;
}

void Book::Add(OrderIndex index) {
  Order& order = pool_[index];
  Level& level = MutableLevels(order.side)[order.price];
  order.level_previous = level.last;
  order.level_next = kNoOrder;
  if (level.last == kNoOrder) {
    level.first = index;
  } else {
    pool_[level.last].level_next = index;
  }
  level.last = index;
  level.total += order.remaining.value();
  ++level.orders;
  ++order_count_;
}

void Book::Reduce(OrderIndex index, Quantity lots) {
  Order& order = pool_[index];
  CHECK(Quantity(0) < lots && lots < order.remaining);
  order.remaining -= lots;
  LevelOf(order).total -= lots.value();
}

void Book::Remove(OrderIndex index) {
  const Order& order = pool_[index];
  Levels& side_levels = MutableLevels(order.side);
  const auto found = side_levels.find(order.price);
  CHECK(found != side_levels.end());
  Level& level = found->second;
  if (order.level_previous == kNoOrder) {
    level.first = order.level_next;
  } else {
    pool_[order.level_previous].level_next = order.level_next;
  }
  if (order.level_next == kNoOrder) {
    level.last = order.level_previous;
  } else {
    pool_[order.level_next].level_previous = order.level_previous;
  }
  level.total -= order.remaining.value();
  if (--level.orders == 0) side_levels.erase(found);
  --order_count_;
}

Level& Book::LevelOf(const Order& order) {
  Levels& side_levels = MutableLevels(order.side);
  const auto found = side_levels.find(order.price);
  CHECK(found != side_levels.end());
  return found->second;
}

void Book::Validate() const {
  if (!bids_.empty() && !asks_.empty()) {
    CHECK(std::prev(bids_.end())->first < asks_.begin()->first);
  }
  uint64_t order_count = 0;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (const auto& [price, level] : levels(side)) {
      order_count += level.orders;
      absl::int128 total = 0;
      uint32_t orders = 0;
      OrderIndex previous = kNoOrder;
      for (OrderIndex i = level.first; i != kNoOrder; i = pool_[i].level_next) {
        const Order& order = pool_[i];
        CHECK(order.side == side && order.price == price);
        CHECK(order.remaining > Quantity(0) && order.remaining <= order.quantity);
        CHECK(order.level_previous == previous);
        CHECK(previous == kNoOrder || pool_[previous].id < order.id);
        total += order.remaining.value();
        ++orders;
        previous = i;
      }
      CHECK(orders > 0 && orders == level.orders && previous == level.last);
      CHECK(total == level.total);
    }
  }
  CHECK(order_count == order_count_);
}

}  // namespace rialto::engine
