// A matching book on its own: limit orders under the caller's ids, no accounts, no money.
//
// For whoever wants the book of Rialto without the venue around it: simulators, benchmarks, checks
// against other engines. It matches with the same Book that the Engine uses.
//
// Rules
//   * Price-time priority; a trade is at the resting order's (the maker's) price.
//   * An order is acknowledged before it trades. What an IMMEDIATE_OR_CANCEL order can not trade at
//     once is canceled; a FILL_OR_KILL order trades all or is canceled without a trade.
//   * Modify gives a resting order a new price and a new open quantity. Less at the same price, or
//     no change, keeps its place; anything else is as a cancel and a new order under the same id:
//     it goes to the end of its price, and trades first if it crosses.
//   * An id is in use while its order rests. Cancel, modify and reduce of any other are refused.
//
// A Sink hears everything, in order, during the call; it must not call the book. Its functions:
//
//   void OnAccepted(const BookOrder&);           what was asked; its trades follow
//   void OnTrade(const BookTrade&);
//   void OnRested(const BookOrder&);             what is left now rests
//   void OnCanceled(const BookOrder&);           what was open: asked for, or left of IOC and FOK
//   void OnModified(const BookOrder&);           as it is now; its trades follow
//   void OnReduced(const BookOrder&, Quantity);  what stays open, 0: it is gone; lots taken off
//   void OnRejected(OrderId, BookRejectReason);
//   void OnCancelRejected(OrderId);              no such order rests
//   void OnModifyRejected(OrderId, BookRejectReason);  of Modify and Reduce
//
// Thread: one.
#pragma once

#include <cstdint>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/book.h"
#include "engine/core/hash_index.h"
#include "engine/core/limits.h"
#include "engine/core/order_types.h"
#include "engine/core/resting_order.h"

namespace rialto::engine {

struct BookOrder {
  OrderId id;
  Side side;
  Price price;
  Quantity quantity;  // Open.
};

struct BookTrade {
  OrderId taker;
  OrderId maker;
  Side taker_side;
  Price price;
  Quantity quantity;
  Quantity taker_remaining;
  Quantity maker_remaining;  // 0: it is gone.
};

enum class BookRejectReason : uint8_t {
  kDuplicateId = 1,  // An order with this id rests.
  kQuantity = 2,     // Not in 1..kLotsMax.
  kPrice = 3,        // Not in 1..kPriceMax.
  kUnknownId = 4,    // No order with this id rests.
  kTimeInForce = 5,  // None of the three.
};

template <typename Sink>
class LimitOrderBook {
 public:
  // `sink` outlives the book. Below `expected_orders` at rest, the index of ids does not grow.
  explicit LimitOrderBook(Sink& sink, uint32_t expected_orders = 0)
      : sink_(sink), index_(expected_orders), book_(orders_) {}
  LimitOrderBook(const LimitOrderBook&) = delete;
  LimitOrderBook& operator=(const LimitOrderBook&) = delete;

  void Add(const BookOrder& order, TimeInForce time_in_force);
  void Cancel(OrderId id);
  void Modify(OrderId id, Price price, Quantity quantity);
  // Takes lots off, at most what is open; what stays keeps its place.
  void Reduce(OrderId id, Quantity lots);

  // Price(0) when the side is empty.
  Price BestPrice(Side side) const { return book_.BestPrice(side); }
  // Lots at a price.
  absl::int128 TotalAt(Side side, Price price) const { return book_.TotalAt(side, price); }
  uint64_t order_count() const { return book_.order_count(); }
  const Book& book() const { return book_; }
  // Memory of the orders, the levels and the index.
  size_t allocated_bytes() const {
    return orders_.allocated_bytes() + book_.allocated_bytes() + index_.allocated_bytes();
  }
  // CHECKs the invariants.
  void Validate() const;

 private:
  static bool PriceFits(Price price) { return Price(1) <= price && price <= limits::kPriceMax; }
  static bool QuantityFits(Quantity lots) {
    return Quantity(1) <= lots && lots <= limits::kLotsMax;
  }

  OrderIndex Find(OrderId id) const {
    return index_.Find(HashId(id.value()), [&](OrderIndex i) { return orders_[i].id == id; });
  }
  bool CanFill(const BookOrder& order) const;
  // Trades with what crosses; what is left open.
  Quantity Match(const BookOrder& order);
  // Takes an order out of the book, and forgets it.
  void Drop(OrderIndex index);

  Sink& sink_;
  RestingOrders orders_;
  HashIndex index_;
  Book book_;
};

template <typename Sink>
void LimitOrderBook<Sink>::Add(const BookOrder& order, TimeInForce time_in_force) {
  if (!QuantityFits(order.quantity)) return sink_.OnRejected(order.id, BookRejectReason::kQuantity);
  if (!PriceFits(order.price)) return sink_.OnRejected(order.id, BookRejectReason::kPrice);
  const bool rests = time_in_force == TimeInForce::kGoodTillCanceled;
  if (!rests && time_in_force != TimeInForce::kImmediateOrCancel &&
      time_in_force != TimeInForce::kFillOrKill) {
    return sink_.OnRejected(order.id, BookRejectReason::kTimeInForce);
  }
  if (Find(order.id) != kNoOrder) {
    return sink_.OnRejected(order.id, BookRejectReason::kDuplicateId);
  }
  sink_.OnAccepted(order);
  Quantity open = order.quantity;
  if (book_.CrossesBest(order.side, order.price) &&
      (time_in_force != TimeInForce::kFillOrKill || CanFill(order))) {
    open = Match(order);
    if (open == Quantity(0)) return;
  }
  if (!rests) return sink_.OnCanceled({order.id, order.side, order.price, open});
  const OrderIndex index = orders_.Allocate();
  orders_[index] = RestingOrder{.id = order.id, .displayed = open};
  book_.Add(index, order.side, order.price);
  index_.Insert(HashId(order.id.value()), index);
  sink_.OnRested({order.id, order.side, order.price, open});
}

template <typename Sink>
void LimitOrderBook<Sink>::Cancel(OrderId id) {
  const OrderIndex index =
      index_.Take(HashId(id.value()), [&](OrderIndex i) { return orders_[i].id == id; });
  if (index == kNoOrder) return sink_.OnCancelRejected(id);
  const BookOrder canceled{id, book_.SideOf(index), book_.PriceOf(index), orders_[index].displayed};
  book_.Remove(index);
  orders_.Free(index);
  sink_.OnCanceled(canceled);
}

template <typename Sink>
void LimitOrderBook<Sink>::Modify(OrderId id, Price price, Quantity quantity) {
  const OrderIndex index = Find(id);
  if (index == kNoOrder) return sink_.OnModifyRejected(id, BookRejectReason::kUnknownId);
  if (!QuantityFits(quantity)) return sink_.OnModifyRejected(id, BookRejectReason::kQuantity);
  if (!PriceFits(price)) return sink_.OnModifyRejected(id, BookRejectReason::kPrice);
  RestingOrder& resting = orders_[index];
  const BookOrder order{id, book_.SideOf(index), price, quantity};
  sink_.OnModified(order);
  if (price == book_.PriceOf(index) && quantity <= resting.displayed) {
    if (quantity < resting.displayed) book_.Reduce(index, resting.displayed - quantity);
    return;
  }
  if (!book_.CrossesBest(order.side, price)) {
    book_.Move(index, price, quantity);
    return sink_.OnRested(order);
  }
  book_.Remove(index);
  const Quantity open = Match(order);
  if (open == Quantity(0)) {
    index_.Erase(HashId(id.value()), index);
    orders_.Free(index);
    return;
  }
  resting.displayed = open;
  book_.Add(index, order.side, price);
  sink_.OnRested({id, order.side, price, open});
}

template <typename Sink>
void LimitOrderBook<Sink>::Reduce(OrderId id, Quantity lots) {
  const OrderIndex index = Find(id);
  if (index == kNoOrder) return sink_.OnModifyRejected(id, BookRejectReason::kUnknownId);
  if (!QuantityFits(lots)) return sink_.OnModifyRejected(id, BookRejectReason::kQuantity);
  BookOrder order{id, book_.SideOf(index), book_.PriceOf(index), orders_[index].displayed};
  const Quantity taken = Min(lots, order.quantity);
  order.quantity -= taken;
  if (order.quantity == Quantity(0)) {
    Drop(index);
  } else {
    book_.Reduce(index, taken);
  }
  sink_.OnReduced(order, taken);
}

template <typename Sink>
bool LimitOrderBook<Sink>::CanFill(const BookOrder& order) const {
  absl::int128 total = 0;
  book_.ForEachLevel(Opposite(order.side), [&](const LevelView& level) {
    if (!Crosses(order.side, order.price, level.price)) return false;
    total += level.total;
    return total < order.quantity.value();
  });
  return total >= order.quantity.value();
}

template <typename Sink>
Quantity LimitOrderBook<Sink>::Match(const BookOrder& order) {
  const Side makers = Opposite(order.side);
  Quantity open = order.quantity;
  while (open > Quantity(0) && book_.CrossesBest(order.side, order.price)) {
    const OrderIndex index = book_.Best(makers);
    const RestingOrder& maker = orders_[index];
    const Quantity lots = Min(open, maker.displayed);
    open -= lots;
    const BookTrade trade{order.id,
                          maker.id,
                          order.side,
                          book_.BestPrice(makers),
                          lots,
                          open,
                          maker.displayed - lots};
    if (trade.maker_remaining == Quantity(0)) {
      Drop(index);
    } else {
      book_.Reduce(index, lots);
    }
    sink_.OnTrade(trade);
  }
  return open;
}

template <typename Sink>
void LimitOrderBook<Sink>::Drop(OrderIndex index) {
  index_.Erase(HashId(orders_[index].id.value()), index);
  book_.Remove(index);
  orders_.Free(index);
}

template <typename Sink>
void LimitOrderBook<Sink>::Validate() const {
  book_.Validate();
  index_.Validate();
  CHECK(!book_.crossed());
  CHECK(index_.size() == book_.order_count() && orders_.size() == book_.order_count());
}

}  // namespace rialto::engine
