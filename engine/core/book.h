// Limit order book of one instrument: price-time priority.
//
// Links the resting orders of a pool into price levels. Knows nothing of accounts, fees, time or
// matching rules: the user asks for Best(), trades, and tells the book with Reduce() or Remove().
// Books share one RestingOrders; an order is in at most one book.
//
// Orders may cross the other side (a call auction collects them so); crossed() tells.
//
// Invariants (Validate() checks them):
//   * no level is empty; a level's total is the sum of its orders' displayed lots
//   * orders of a level are in the order in which they were added
//   * the best level of a side is its first
//
// Thread: the sequencer's only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "absl/numeric/int128.h"
#include "common/base/money.h"
#include "engine/core/order_types.h"
#include "engine/core/price_ladder.h"
#include "engine/core/resting_order.h"

namespace rialto::engine {

// What rests at one price; no orders: nothing does.
struct LevelView {
  Price price;
  uint32_t orders = 0;
  absl::int128 total = 0;  // Lots.
  OrderIndex first = kNoOrder;
};

class Book {
 public:
  // `orders` outlives the book.
  explicit Book(RestingOrders& orders);
  Book(Book&&) = default;

  // The oldest order at the best price of a side; kNoOrder when the side is empty.
  OrderIndex Best(Side side) const;
  // Price(0) when the side is empty.
  Price BestPrice(Side side) const;
  // True when an order of `taker_side` with this limit trades with the best of the other side.
  bool CrossesBest(Side taker_side, Price limit) const;
  // The order to trade after this one on its side: younger at its price, or the next price's
  // oldest; kNoOrder when it is the last. REQUIRES: it rests here.
  OrderIndex After(OrderIndex index) const;
  // REQUIRES: it rests here.
  Price PriceOf(OrderIndex index) const;
  Side SideOf(OrderIndex index) const;

  // Puts an order with its `displayed` lots at the end of its price.
  // REQUIRES: it is in no book; displayed > 0; 1 <= price <= limits::kPriceMax.
  void Add(OrderIndex index, Side side, Price price);
  // Takes an order to the end of another price on its side, or of its own, with these lots
  // displayed: a Remove and an Add in one. REQUIRES: it rests here; displayed and price as for Add.
  void Move(OrderIndex index, Price price, Quantity displayed);
  // Takes lots off a resting order; it keeps its place. REQUIRES: 0 < lots < displayed.
  void Reduce(OrderIndex index, Quantity lots);
  // Takes an order out, whatever it displays. REQUIRES: it rests here.
  void Remove(OrderIndex index);

  // Calls `visit(const LevelView&) -> bool` (go on?) for the levels of a side, best first. The
  // book must not change meanwhile.
  template <typename Visit>
  void ForEachLevel(Side side, Visit visit) const;
  LevelView LevelAt(Side side, Price price) const;
  absl::int128 TotalAt(Side side, Price price) const { return LevelAt(side, price).total; }

  // Best bid >= best ask.
  bool crossed() const;
  // Orders at rest on both sides.
  uint64_t order_count() const { return order_count_; }
  // Memory of levels, without the orders.
  size_t allocated_bytes() const { return levels_->allocated_bytes(); }

  // CHECKs the invariants.
  void Validate() const;

 private:
  static size_t IndexOf(Side side) { return side == Side::kBuy ? 0 : 1; }
  PriceLadder& ladder(Side side) { return ladders_[IndexOf(side)]; }
  const PriceLadder& ladder(Side side) const { return ladders_[IndexOf(side)]; }
  void Link(OrderIndex index, LevelIndex level_index);
  // Leaves the level open, even if it has no orders any more.
  void Unlink(const RestingOrder& order, Level& level);
  LevelView ViewOf(LevelIndex index) const;
  uint64_t ValidateLevel(LevelIndex index) const;

  RestingOrders& orders_;
  std::unique_ptr<LevelStore> levels_;
  std::array<PriceLadder, 2> ladders_;
  uint64_t order_count_ = 0;
};

// True when an order of `taker_side` with this limit trades at `price`.
constexpr bool Crosses(Side taker_side, Price limit, Price price) {
  return taker_side == Side::kBuy ? price <= limit : price >= limit;
}

inline OrderIndex Book::Best(Side side) const {
  const LevelIndex best = ladder(side).best();
  return best == kNoLevel ? kNoOrder : (*levels_)[best].first;
}

inline Price Book::BestPrice(Side side) const { return ladder(side).best_price(); }

inline bool Book::CrossesBest(Side taker_side, Price limit) const {
  return ladder(Opposite(taker_side)).Reaches(limit);
}

inline OrderIndex Book::After(OrderIndex index) const {
  const RestingOrder& order = orders_[index];
  if (order.next != kNoOrder) return order.next;
  const LevelIndex worse = ladder((*levels_)[order.level].side()).Next(order.level);
  return worse == kNoLevel ? kNoOrder : (*levels_)[worse].first;
}

inline Price Book::PriceOf(OrderIndex index) const {
  return (*levels_)[orders_[index].level].price();
}

inline Side Book::SideOf(OrderIndex index) const { return (*levels_)[orders_[index].level].side(); }

// Link and Unlink treat a lone order like any other: where there is no neighbour, they write to the
// place of kNoOrder, which nobody reads. A branch would go either way at random.
inline void Book::Link(OrderIndex index, LevelIndex level_index) {
  RestingOrder& order = orders_[index];
  Level& level = (*levels_)[level_index];
  const OrderIndex last = level.last;
  order.level = level_index;
  order.previous = last;
  order.next = kNoOrder;
  orders_[last].next = index;
  level.first = last == kNoOrder ? index : level.first;
  level.last = index;
  ++level.orders;
  level.AddLots(order.displayed);
}

inline void Book::Unlink(const RestingOrder& order, Level& level) {
  const OrderIndex previous = order.previous;
  const OrderIndex next = order.next;
  orders_[previous].next = next;
  orders_[next].previous = previous;
  level.first = previous == kNoOrder ? next : level.first;
  level.last = next == kNoOrder ? previous : level.last;
  --level.orders;
  level.TakeLots(order.displayed);
}

inline void Book::Add(OrderIndex index, Side side, Price price) {
  Link(index, ladder(side).Open(price));
  ++order_count_;
}

inline void Book::Move(OrderIndex index, Price price, Quantity displayed) {
  RestingOrder& order = orders_[index];
  const LevelIndex from = order.level;
  CHECK(from != kNoLevel);
  Level& level = (*levels_)[from];
  PriceLadder& levels = ladder(level.side());
  Unlink(order, level);
  order.displayed = displayed;
  Link(index, levels.OpenNear(from, price));
  if (level.orders == 0) levels.Close(from);
}

inline void Book::Reduce(OrderIndex index, Quantity lots) {
  RestingOrder& order = orders_[index];
  CHECK(order.level != kNoLevel && Quantity(0) < lots && lots < order.displayed);
  order.displayed -= lots;
  (*levels_)[order.level].TakeLots(lots);
}

inline void Book::Remove(OrderIndex index) {
  RestingOrder& order = orders_[index];
  const LevelIndex level_index = order.level;
  CHECK(level_index != kNoLevel);
  Level& level = (*levels_)[level_index];
  Unlink(order, level);
  order.level = kNoLevel;
  --order_count_;
  if (level.orders == 0) ladder(level.side()).Close(level_index);
}

inline LevelView Book::ViewOf(LevelIndex index) const {
  const Level& level = (*levels_)[index];
  return {level.price(), level.orders, level.total(), level.first};
}

template <typename Visit>
void Book::ForEachLevel(Side side, Visit visit) const {
  const PriceLadder& levels = ladder(side);
  for (LevelIndex i = levels.best(); i != kNoLevel; i = levels.Next(i)) {
    if (!visit(ViewOf(i))) return;
  }
}

}  // namespace rialto::engine
