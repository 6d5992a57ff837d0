#include "engine/core/book.h"

#include "common/base/check.h"

namespace rialto::engine {

Book::Book(RestingOrders& orders)
    : orders_(orders),
      levels_(std::make_unique<LevelStore>()),
      ladders_{PriceLadder(*levels_, Side::kBuy), PriceLadder(*levels_, Side::kSell)} {}

LevelView Book::LevelAt(Side side, Price price) const {
  const LevelIndex index = ladder(side).Find(price);
  if (index == kNoLevel) return LevelView{.price = price};
  return ViewOf(index);
}

bool Book::crossed() const {
  return Best(Side::kBuy) != kNoOrder && CrossesBest(Side::kBuy, BestPrice(Side::kBuy));
}

void Book::Validate() const {
  uint64_t order_count = 0;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    const PriceLadder& levels = ladder(side);
    levels.Validate();
    Price previous(0);
    for (LevelIndex i = levels.best(); i != kNoLevel; i = levels.Next(i)) {
      const Price price = (*levels_)[i].price();
      CHECK((*levels_)[i].side() == side && levels.Find(price) == i);
      CHECK(previous == Price(0) || (side == Side::kBuy ? price < previous : price > previous));
      order_count += ValidateLevel(i);
      previous = price;
    }
  }
  CHECK(order_count == order_count_);
}

// The number of its orders.
uint64_t Book::ValidateLevel(LevelIndex index) const {
  const Level& level = (*levels_)[index];
  uint32_t orders = 0;
  absl::int128 total = 0;
  OrderIndex previous = kNoOrder;
  for (OrderIndex i = level.first; i != kNoOrder; i = orders_[i].next) {
    const RestingOrder& order = orders_[i];
    CHECK(order.level == index && order.previous == previous && order.displayed > Quantity(0));
    total += order.displayed.value();
    ++orders;
    previous = i;
  }
  CHECK(orders > 0 && orders == level.orders && previous == level.last);
  CHECK(total == level.total());
  return orders;
}

}  // namespace rialto::engine
