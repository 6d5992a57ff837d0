// The yardstick: a limit order book as a textbook has it, a std::map of FIFO lists for each side
// and a std::unordered_map of ids.
//
// Takes the same calls and says the same things as engine::LimitOrderBook, whose header has the
// rules; no pools and no tricks. It stays as it is: every ratio in docs/performance.md is to it.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <unordered_map>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/limit_order_book.h"

namespace rialto::bench {

template <typename Sink>
class TextbookBook {
 public:
  using BookOrder = engine::BookOrder;
  using BookTrade = engine::BookTrade;
  using Reason = engine::BookRejectReason;
  using Side = engine::Side;
  using TimeInForce = engine::TimeInForce;

  explicit TextbookBook(Sink& sink) : sink_(sink) {}
  TextbookBook(const TextbookBook&) = delete;
  TextbookBook& operator=(const TextbookBook&) = delete;

  void Add(const BookOrder& order, TimeInForce time_in_force);
  void Cancel(OrderId id);
  void Modify(OrderId id, Price price, Quantity quantity);
  void Reduce(OrderId id, Quantity lots);

  Price BestPrice(Side side) const {
    if (side == Side::kBuy) return bids_.empty() ? Price(0) : bids_.begin()->first;
    return asks_.empty() ? Price(0) : asks_.begin()->first;
  }
  Quantity TotalAt(Side side, Price price) const {
    return side == Side::kBuy ? TotalIn(bids_, price) : TotalIn(asks_, price);
  }
  uint64_t order_count() const { return orders_.size(); }
  uint64_t level_count() const { return bids_.size() + asks_.size(); }

 private:
  using Queue = std::list<BookOrder>;
  struct Level {
    Queue orders;  // Oldest first.
    Quantity total;
  };
  using Bids = std::map<Price, Level, std::greater<>>;
  using Asks = std::map<Price, Level, std::less<>>;
  struct IdHash {
    std::size_t operator()(OrderId id) const { return std::hash<uint64_t>()(id.value()); }
  };

  using Ids = std::unordered_map<OrderId, Queue::iterator, IdHash>;

  static bool QuantityFits(Quantity lots) {
    return Quantity(1) <= lots && lots <= engine::limits::kLotsMax;
  }
  static bool PriceFits(Price price) {
    return Price(1) <= price && price <= engine::limits::kPriceMax;
  }
  static bool Crosses(const BookOrder& taker, Price maker_price) {
    return taker.side == Side::kBuy ? taker.price >= maker_price : taker.price <= maker_price;
  }
  template <typename Levels>
  static Quantity TotalIn(const Levels& levels, Price price) {
    const auto level = levels.find(price);
    return level == levels.end() ? Quantity(0) : level->second.total;
  }

  template <typename Levels>
  static bool CanFillFrom(const Levels& makers, const BookOrder& taker);
  template <typename Levels>
  void MatchAgainst(Levels& makers, BookOrder& taker);
  template <typename Levels>
  static void Unlink(Levels& levels, Queue::iterator order);

  bool CanFill(const BookOrder& taker) const {
    return taker.side == Side::kBuy ? CanFillFrom(asks_, taker) : CanFillFrom(bids_, taker);
  }
  void Match(BookOrder& taker) {
    taker.side == Side::kBuy ? MatchAgainst(asks_, taker) : MatchAgainst(bids_, taker);
  }
  Level& LevelOf(const BookOrder& order) {
    return order.side == Side::kBuy ? bids_[order.price] : asks_[order.price];
  }
  void Rest(const BookOrder& order);
  void TakeOut(Ids::iterator found);

  Sink& sink_;
  Bids bids_;
  Asks asks_;
  Ids orders_;
};

template <typename Sink>
void TextbookBook<Sink>::Add(const BookOrder& order, TimeInForce time_in_force) {
  if (!QuantityFits(order.quantity)) return sink_.OnRejected(order.id, Reason::kQuantity);
  if (!PriceFits(order.price)) return sink_.OnRejected(order.id, Reason::kPrice);
  const bool rests = time_in_force == TimeInForce::kGoodTillCanceled;
  if (!rests && time_in_force != TimeInForce::kImmediateOrCancel &&
      time_in_force != TimeInForce::kFillOrKill) {
    return sink_.OnRejected(order.id, Reason::kTimeInForce);
  }
  if (orders_.contains(order.id)) return sink_.OnRejected(order.id, Reason::kDuplicateId);
  sink_.OnAccepted(order);
  BookOrder open = order;
  if (time_in_force != TimeInForce::kFillOrKill || CanFill(open)) Match(open);
  if (open.quantity == Quantity(0)) return;
  if (!rests) return sink_.OnCanceled(open);
  Rest(open);
}

template <typename Sink>
void TextbookBook<Sink>::Cancel(OrderId id) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return sink_.OnCancelRejected(id);
  const BookOrder canceled = *found->second;
  TakeOut(found);
  sink_.OnCanceled(canceled);
}

template <typename Sink>
void TextbookBook<Sink>::Modify(OrderId id, Price price, Quantity quantity) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return sink_.OnModifyRejected(id, Reason::kUnknownId);
  if (!QuantityFits(quantity)) return sink_.OnModifyRejected(id, Reason::kQuantity);
  if (!PriceFits(price)) return sink_.OnModifyRejected(id, Reason::kPrice);
  BookOrder& resting = *found->second;
  BookOrder order{id, resting.side, price, quantity};
  sink_.OnModified(order);
  if (price == resting.price && quantity <= resting.quantity) {
    LevelOf(resting).total -= resting.quantity - quantity;
    resting.quantity = quantity;
    return;
  }
  TakeOut(found);
  Match(order);
  if (order.quantity > Quantity(0)) Rest(order);
}

template <typename Sink>
void TextbookBook<Sink>::Reduce(OrderId id, Quantity lots) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return sink_.OnModifyRejected(id, Reason::kUnknownId);
  if (!QuantityFits(lots)) return sink_.OnModifyRejected(id, Reason::kQuantity);
  BookOrder& resting = *found->second;
  const Quantity taken = Min(lots, resting.quantity);
  BookOrder order = resting;
  order.quantity -= taken;
  if (order.quantity == Quantity(0)) {
    TakeOut(found);
  } else {
    LevelOf(resting).total -= taken;
    resting.quantity = order.quantity;
  }
  sink_.OnReduced(order, taken);
}

template <typename Sink>
template <typename Levels>
bool TextbookBook<Sink>::CanFillFrom(const Levels& makers, const BookOrder& taker) {
  Quantity wanted = taker.quantity;
  for (const auto& [price, level] : makers) {
    if (!Crosses(taker, price)) return false;
    if (level.total >= wanted) return true;
    wanted -= level.total;
  }
  return false;
}

template <typename Sink>
template <typename Levels>
void TextbookBook<Sink>::MatchAgainst(Levels& makers, BookOrder& taker) {
  while (taker.quantity > Quantity(0) && !makers.empty()) {
    const auto best = makers.begin();
    if (!Crosses(taker, best->first)) return;
    Level& level = best->second;
    BookOrder& maker = level.orders.front();
    const Quantity lots = Min(taker.quantity, maker.quantity);
    taker.quantity -= lots;
    maker.quantity -= lots;
    level.total -= lots;
    const BookTrade trade{taker.id, maker.id,       taker.side,    best->first,
                          lots,     taker.quantity, maker.quantity};
    if (maker.quantity == Quantity(0)) {
      orders_.erase(maker.id);
      level.orders.pop_front();
      if (level.orders.empty()) makers.erase(best);
    }
    sink_.OnTrade(trade);
  }
}

template <typename Sink>
void TextbookBook<Sink>::Rest(const BookOrder& order) {
  Level& level = LevelOf(order);
  level.orders.push_back(order);
  level.total += order.quantity;
  orders_.emplace(order.id, std::prev(level.orders.end()));
  sink_.OnRested(order);
}

template <typename Sink>
void TextbookBook<Sink>::TakeOut(Ids::iterator found) {
  const Queue::iterator order = found->second;
  order->side == Side::kBuy ? Unlink(bids_, order) : Unlink(asks_, order);
  orders_.erase(found);
}

template <typename Sink>
template <typename Levels>
void TextbookBook<Sink>::Unlink(Levels& levels, Queue::iterator order) {
  const auto level = levels.find(order->price);
  level->second.total -= order->quantity;
  level->second.orders.erase(order);
  if (level->second.orders.empty()) levels.erase(level);
}

}  // namespace rialto::bench
