#include "engine/core/limit_order_book.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <list>
#include <map>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace {
uint64_t allocation_count = 0;
}  // namespace

// Counts, so that a test can say that nothing was allocated. Not inlined: the compiler would see
// free() after new and warn.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocation_count;
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void* operator new(size_t size, std::align_val_t alignment) {
  ++allocation_count;
  const auto multiple = static_cast<size_t>(alignment);
  void* memory = std::aligned_alloc(multiple, (size + multiple - 1) / multiple * multiple);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace rialto::engine {
namespace {

using Lines = std::vector<std::string>;

// What the book says, a line each: "trade 7 with 3: 5 at 100, leaves 0 and 2".
class Recorder {
 public:
  void OnAccepted(const BookOrder& order) { Say("accepted ", order); }
  void OnRested(const BookOrder& order) { Say("rested ", order); }
  void OnCanceled(const BookOrder& order) { Say("canceled ", order); }
  void OnModified(const BookOrder& order) { Say("modified ", order); }
  void OnReduced(const BookOrder& order, Quantity lots) {
    Say("reduced by " + Text(lots) + " ", order);
  }
  void OnTrade(const BookTrade& trade) {
    lines_.push_back("trade " + Text(trade.taker) + " with " + Text(trade.maker) + ": " +
                     Text(trade.quantity) + " at " + Text(trade.price) + ", leaves " +
                     Text(trade.taker_remaining) + " and " + Text(trade.maker_remaining));
  }
  void OnRejected(OrderId id, BookRejectReason reason) { Refuse("rejected ", id, reason); }
  void OnCancelRejected(OrderId id) { lines_.push_back("cancel rejected " + Text(id)); }
  void OnModifyRejected(OrderId id, BookRejectReason reason) {
    Refuse("modify rejected ", id, reason);
  }

  Lines Take() { return std::exchange(lines_, {}); }

 private:
  template <typename T>
  static std::string Text(T number) {
    return std::to_string(number.value());
  }
  void Say(const std::string& what, const BookOrder& order) {
    lines_.push_back(what + Text(order.id) + (order.side == Side::kBuy ? " buy " : " sell ") +
                     Text(order.quantity) + " at " + Text(order.price));
  }
  void Refuse(const std::string& what, OrderId id, BookRejectReason reason) {
    lines_.push_back(what + Text(id) + " for " + std::to_string(static_cast<int>(reason)));
  }

  Lines lines_;
};

constexpr TimeInForce kRest = TimeInForce::kGoodTillCanceled;
constexpr TimeInForce kImmediate = TimeInForce::kImmediateOrCancel;
constexpr TimeInForce kFillOrKill = TimeInForce::kFillOrKill;

class LimitOrderBookTest : public testing::Test {
 protected:
  Lines Buy(uint64_t id, int64_t price, int64_t lots, TimeInForce time_in_force = kRest) {
    book_.Add({OrderId(id), Side::kBuy, Price(price), Quantity(lots)}, time_in_force);
    return Said();
  }
  Lines Sell(uint64_t id, int64_t price, int64_t lots, TimeInForce time_in_force = kRest) {
    book_.Add({OrderId(id), Side::kSell, Price(price), Quantity(lots)}, time_in_force);
    return Said();
  }
  Lines Cancel(uint64_t id) {
    book_.Cancel(OrderId(id));
    return Said();
  }
  Lines Modify(uint64_t id, int64_t price, int64_t lots) {
    book_.Modify(OrderId(id), Price(price), Quantity(lots));
    return Said();
  }
  Lines Reduce(uint64_t id, int64_t lots) {
    book_.Reduce(OrderId(id), Quantity(lots));
    return Said();
  }
  Lines Said() {
    book_.Validate();
    return recorder_.Take();
  }

  Recorder recorder_;
  LimitOrderBook<Recorder> book_{recorder_};
};

TEST_F(LimitOrderBookTest, AnOrderThatDoesNotCrossRests) {
  EXPECT_EQ(Buy(1, 100, 5), (Lines{"accepted 1 buy 5 at 100", "rested 1 buy 5 at 100"}));
  EXPECT_EQ(Sell(2, 101, 5), (Lines{"accepted 2 sell 5 at 101", "rested 2 sell 5 at 101"}));
  EXPECT_EQ(book_.BestPrice(Side::kBuy), Price(100));
  EXPECT_EQ(book_.BestPrice(Side::kSell), Price(101));
  EXPECT_EQ(book_.TotalAt(Side::kBuy, Price(100)), 5);
  EXPECT_EQ(book_.order_count(), 2u);
}

TEST_F(LimitOrderBookTest, TradesAtTheMakersPriceBestPriceFirstOldestFirst) {
  Sell(1, 101, 5);
  Sell(2, 100, 5);
  Sell(3, 100, 5);
  EXPECT_EQ(Buy(4, 105, 12),
            (Lines{"accepted 4 buy 12 at 105", "trade 4 with 2: 5 at 100, leaves 7 and 0",
                   "trade 4 with 3: 5 at 100, leaves 2 and 0",
                   "trade 4 with 1: 2 at 101, leaves 0 and 3"}));
  EXPECT_EQ(book_.BestPrice(Side::kBuy), Price(0));
  EXPECT_EQ(book_.TotalAt(Side::kSell, Price(101)), 3);
}

TEST_F(LimitOrderBookTest, WhatIsLeftOfASweepIsTheNewTouch) {
  Sell(1, 100, 5);
  EXPECT_EQ(Buy(2, 100, 8),
            (Lines{"accepted 2 buy 8 at 100", "trade 2 with 1: 5 at 100, leaves 3 and 0",
                   "rested 2 buy 3 at 100"}));
  EXPECT_EQ(book_.BestPrice(Side::kSell), Price(0));
  EXPECT_EQ(Sell(3, 100, 3),
            (Lines{"accepted 3 sell 3 at 100", "trade 3 with 2: 3 at 100, leaves 0 and 0"}));
  EXPECT_EQ(book_.order_count(), 0u);
}

TEST_F(LimitOrderBookTest, AnImmediateOrderNeverRests) {
  EXPECT_EQ(Buy(1, 100, 5, kImmediate),
            (Lines{"accepted 1 buy 5 at 100", "canceled 1 buy 5 at 100"}));
  Sell(2, 100, 3);
  EXPECT_EQ(Buy(1, 101, 5, kImmediate),
            (Lines{"accepted 1 buy 5 at 101", "trade 1 with 2: 3 at 100, leaves 2 and 0",
                   "canceled 1 buy 2 at 101"}));
  EXPECT_EQ(Cancel(1), Lines{"cancel rejected 1"});
}

TEST_F(LimitOrderBookTest, FillOrKillTradesAllOrNothing) {
  Sell(1, 100, 3);
  Sell(2, 101, 3);
  EXPECT_EQ(Buy(3, 100, 4, kFillOrKill),
            (Lines{"accepted 3 buy 4 at 100", "canceled 3 buy 4 at 100"}));
  EXPECT_EQ(Buy(3, 101, 7, kFillOrKill),
            (Lines{"accepted 3 buy 7 at 101", "canceled 3 buy 7 at 101"}));
  EXPECT_EQ(Buy(3, 101, 6, kFillOrKill),
            (Lines{"accepted 3 buy 6 at 101", "trade 3 with 1: 3 at 100, leaves 3 and 0",
                   "trade 3 with 2: 3 at 101, leaves 0 and 0"}));
}

TEST_F(LimitOrderBookTest, CancelsInTheMiddleKeepThoseBehind) {
  for (uint64_t id = 1; id <= 9; ++id) Sell(id, 100, 1);
  EXPECT_EQ(Cancel(5), Lines{"canceled 5 sell 1 at 100"});
  Cancel(2);
  Cancel(8);
  Cancel(1);
  const Lines trades = Buy(10, 100, 9);
  EXPECT_EQ(trades, (Lines{"accepted 10 buy 9 at 100", "trade 10 with 3: 1 at 100, leaves 8 and 0",
                           "trade 10 with 4: 1 at 100, leaves 7 and 0",
                           "trade 10 with 6: 1 at 100, leaves 6 and 0",
                           "trade 10 with 7: 1 at 100, leaves 5 and 0",
                           "trade 10 with 9: 1 at 100, leaves 4 and 0", "rested 10 buy 4 at 100"}));
}

TEST_F(LimitOrderBookTest, ALevelThatEmptiesDisappearsAtOnce) {
  Sell(1, 100, 1);
  Sell(2, 105, 1);
  Cancel(1);
  EXPECT_EQ(book_.BestPrice(Side::kSell), Price(105));
  EXPECT_EQ(book_.TotalAt(Side::kSell, Price(100)), 0);
  EXPECT_EQ(Buy(3, 104, 1), (Lines{"accepted 3 buy 1 at 104", "rested 3 buy 1 at 104"}));
}

TEST_F(LimitOrderBookTest, LessAtTheSamePriceKeepsThePlace) {
  Sell(1, 100, 5);
  Sell(2, 100, 5);
  EXPECT_EQ(Modify(1, 100, 2), Lines{"modified 1 sell 2 at 100"});
  EXPECT_EQ(Modify(1, 100, 2), Lines{"modified 1 sell 2 at 100"});
  EXPECT_EQ(book_.TotalAt(Side::kSell, Price(100)), 7);
  EXPECT_EQ(Buy(3, 100, 3, kImmediate),
            (Lines{"accepted 3 buy 3 at 100", "trade 3 with 1: 2 at 100, leaves 1 and 0",
                   "trade 3 with 2: 1 at 100, leaves 0 and 4"}));
}

TEST_F(LimitOrderBookTest, MoreOrAnotherPriceLosesThePlace) {
  Sell(1, 100, 5);
  Sell(2, 100, 5);
  Sell(3, 101, 5);
  EXPECT_EQ(Modify(1, 100, 6), (Lines{"modified 1 sell 6 at 100", "rested 1 sell 6 at 100"}));
  EXPECT_EQ(Modify(3, 100, 5), (Lines{"modified 3 sell 5 at 100", "rested 3 sell 5 at 100"}));
  EXPECT_EQ(Buy(4, 100, 12, kImmediate),
            (Lines{"accepted 4 buy 12 at 100", "trade 4 with 2: 5 at 100, leaves 7 and 0",
                   "trade 4 with 1: 6 at 100, leaves 1 and 0",
                   "trade 4 with 3: 1 at 100, leaves 0 and 4"}));
}

TEST_F(LimitOrderBookTest, AModifyThatCrossesTradesAsATaker) {
  Sell(1, 100, 2);
  Sell(2, 101, 2);
  Buy(3, 99, 1);
  EXPECT_EQ(Modify(3, 101, 5),
            (Lines{"modified 3 buy 5 at 101", "trade 3 with 1: 2 at 100, leaves 3 and 0",
                   "trade 3 with 2: 2 at 101, leaves 1 and 0", "rested 3 buy 1 at 101"}));
  Sell(4, 105, 1);
  EXPECT_EQ(Modify(4, 101, 1),
            (Lines{"modified 4 sell 1 at 101", "trade 4 with 3: 1 at 101, leaves 0 and 0"}));
  EXPECT_EQ(Cancel(3), Lines{"cancel rejected 3"});
  EXPECT_EQ(Cancel(4), Lines{"cancel rejected 4"});
}

TEST_F(LimitOrderBookTest, APartlyTradedOrderCanBeModifiedAndCanceled) {
  Buy(1, 100, 5);
  Sell(2, 100, 3);
  EXPECT_EQ(Modify(1, 99, 4), (Lines{"modified 1 buy 4 at 99", "rested 1 buy 4 at 99"}));
  Sell(3, 99, 1);
  EXPECT_EQ(Cancel(1), Lines{"canceled 1 buy 3 at 99"});
}

TEST_F(LimitOrderBookTest, ReduceTakesAtMostWhatIsOpen) {
  Buy(1, 100, 5);
  EXPECT_EQ(Reduce(1, 2), Lines{"reduced by 2 1 buy 3 at 100"});
  EXPECT_EQ(Reduce(1, 9), Lines{"reduced by 3 1 buy 0 at 100"});
  EXPECT_EQ(Reduce(1, 1), Lines{"modify rejected 1 for 4"});
  EXPECT_EQ(book_.order_count(), 0u);
}

TEST_F(LimitOrderBookTest, WhatDoesNotRestCanNotBeTouched) {
  Sell(1, 100, 1);
  Buy(2, 100, 1);
  for (const uint64_t id : {1, 2, 3}) {
    const std::string text = std::to_string(id);
    EXPECT_EQ(Cancel(id), Lines{"cancel rejected " + text});
    EXPECT_EQ(Modify(id, 100, 1), Lines{"modify rejected " + text + " for 4"});
  }
}

TEST_F(LimitOrderBookTest, AnIdIsTakenWhileItsOrderRests) {
  Buy(1, 100, 5);
  EXPECT_EQ(Sell(1, 100, 5), Lines{"rejected 1 for 1"});
  Cancel(1);
  EXPECT_EQ(Buy(1, 99, 5), (Lines{"accepted 1 buy 5 at 99", "rested 1 buy 5 at 99"}));
  Sell(2, 99, 5);
  EXPECT_EQ(Sell(1, 99, 5), (Lines{"accepted 1 sell 5 at 99", "rested 1 sell 5 at 99"}));
  EXPECT_EQ(Buy(0, 98, 1), (Lines{"accepted 0 buy 1 at 98", "rested 0 buy 1 at 98"}));
  EXPECT_EQ(Buy(UINT64_MAX, 98, 1).size(), 2u);
}

TEST_F(LimitOrderBookTest, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(Buy(1, 100, 0), Lines{"rejected 1 for 2"});
  EXPECT_EQ(Buy(1, 100, limits::kLotsMax.value() + 1), Lines{"rejected 1 for 2"});
  EXPECT_EQ(Buy(1, 0, 1), Lines{"rejected 1 for 3"});
  EXPECT_EQ(Buy(1, limits::kPriceMax.value() + 1, 1), Lines{"rejected 1 for 3"});
  EXPECT_EQ(Buy(1, 100, 1, TimeInForce::kDay), Lines{"rejected 1 for 5"});
  Buy(1, 100, 5);
  EXPECT_EQ(Modify(1, 100, 0), Lines{"modify rejected 1 for 2"});
  EXPECT_EQ(Modify(1, 0, 5), Lines{"modify rejected 1 for 3"});
  EXPECT_EQ(Reduce(1, 0), Lines{"modify rejected 1 for 2"});
  EXPECT_EQ(Cancel(1), Lines{"canceled 1 buy 5 at 100"});
}

TEST_F(LimitOrderBookTest, ASweepOfFiveThousandFills) {
  for (uint64_t id = 1; id <= 5'000; ++id) {
    book_.Add({OrderId(id), Side::kSell, Price(static_cast<int64_t>(100 + id / 7)), Quantity(2)},
              kRest);
  }
  Said();
  const Lines lines = Buy(9'999, 100'000, 10'000);
  EXPECT_EQ(lines.size(), 5'001u);
  for (uint64_t id = 1; id <= 5'000; ++id) {
    EXPECT_EQ(lines[id], "trade 9999 with " + std::to_string(id) + ": 2 at " +
                             std::to_string(100 + id / 7) + ", leaves " +
                             std::to_string(10'000 - 2 * id) + " and 0");
  }
  EXPECT_EQ(book_.order_count(), 0u);
}

// The same rules in the most obvious code.
class ModelBook {
 public:
  explicit ModelBook(Recorder& sink) : sink_(sink) {}

  void Add(const BookOrder& order, TimeInForce time_in_force) {
    if (places_.contains(order.id.value())) {
      return sink_.OnRejected(order.id, BookRejectReason::kDuplicateId);
    }
    sink_.OnAccepted(order);
    BookOrder open = order;
    if (time_in_force != kFillOrKill || Reachable(order) >= order.quantity.value()) Match(open);
    if (open.quantity == Quantity(0)) return;
    if (time_in_force != kRest) return sink_.OnCanceled(open);
    Rest(open);
  }
  void Cancel(OrderId id) {
    const auto place = places_.find(id.value());
    if (place == places_.end()) return sink_.OnCancelRejected(id);
    const BookOrder order = *place->second;
    Forget(order);
    sink_.OnCanceled(order);
  }
  void Modify(OrderId id, Price price, Quantity quantity) {
    const auto place = places_.find(id.value());
    if (place == places_.end()) {
      return sink_.OnModifyRejected(id, BookRejectReason::kUnknownId);
    }
    BookOrder order = *place->second;
    const bool keeps_place = price == order.price && quantity <= order.quantity;
    order.price = price;
    order.quantity = quantity;
    sink_.OnModified(order);
    if (keeps_place) {
      place->second->quantity = quantity;
      return;
    }
    Forget(*place->second);
    Match(order);
    if (order.quantity > Quantity(0)) Rest(order);
  }

 private:
  using Queue = std::list<BookOrder>;

  // Lower is better.
  static int64_t KeyOf(Side side, Price price) {
    return side == Side::kBuy ? -price.value() : price.value();
  }
  std::map<int64_t, Queue>& SideOf(Side side) { return side == Side::kBuy ? bids_ : asks_; }
  int64_t Reachable(const BookOrder& order) {
    int64_t lots = 0;
    for (const auto& [key, queue] : SideOf(Opposite(order.side))) {
      if (!Crosses(order.side, order.price, queue.front().price)) break;
      for (const BookOrder& maker : queue) lots += maker.quantity.value();
    }
    return lots;
  }
  void Match(BookOrder& order) {
    auto& makers = SideOf(Opposite(order.side));
    while (order.quantity > Quantity(0) && !makers.empty()) {
      BookOrder& maker = makers.begin()->second.front();
      if (!Crosses(order.side, order.price, maker.price)) return;
      const Quantity lots = Min(order.quantity, maker.quantity);
      order.quantity -= lots;
      maker.quantity -= lots;
      sink_.OnTrade(
          {order.id, maker.id, order.side, maker.price, lots, order.quantity, maker.quantity});
      if (maker.quantity == Quantity(0)) Forget(BookOrder(maker));
    }
  }
  void Rest(const BookOrder& order) {
    Queue& queue = SideOf(order.side)[KeyOf(order.side, order.price)];
    places_[order.id.value()] = queue.insert(queue.end(), order);
    sink_.OnRested(order);
  }
  void Forget(BookOrder order) {
    const auto level = SideOf(order.side).find(KeyOf(order.side, order.price));
    level->second.erase(places_.at(order.id.value()));
    if (level->second.empty()) SideOf(order.side).erase(level);
    places_.erase(order.id.value());
  }

  Recorder& sink_;
  std::map<int64_t, Queue> bids_;
  std::map<int64_t, Queue> asks_;
  std::unordered_map<uint64_t, Queue::iterator> places_;
};

class LimitOrderBookFlowTest : public testing::TestWithParam<int64_t> {};

TEST_P(LimitOrderBookFlowTest, SaysWhatTheModelSays) {
  Recorder expected;
  Recorder said;
  ModelBook model(expected);
  LimitOrderBook<Recorder> book(said);
  uint64_t random = 3;
  const auto chance = [&](int64_t below) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int64_t>((random >> 20) % static_cast<uint64_t>(below));
  };
  for (int step = 0; step < 200'000; ++step) {
    const OrderId id(static_cast<uint64_t>(chance(2'000)));
    const Price price(1'000'000 + chance(GetParam()));
    const Quantity lots(1 + chance(20));
    const int64_t kind = chance(10);
    if (kind < 6) {
      const BookOrder order{id, chance(2) == 0 ? Side::kBuy : Side::kSell, price, lots};
      const TimeInForce time_in_force = kind == 0 ? kImmediate : kind == 1 ? kFillOrKill : kRest;
      model.Add(order, time_in_force);
      book.Add(order, time_in_force);
    } else if (kind < 8) {
      model.Cancel(id);
      book.Cancel(id);
    } else {
      model.Modify(id, price, lots);
      book.Modify(id, price, lots);
    }
    ASSERT_EQ(said.Take(), expected.Take()) << "step " << step;
    if (step % 5'000 == 0) book.Validate();
  }
}

INSTANTIATE_TEST_SUITE_P(NarrowToWide, LimitOrderBookFlowTest, testing::Values(4, 100, 20'000));

struct Silence {
  void OnAccepted(const BookOrder&) {}
  void OnRested(const BookOrder&) {}
  void OnCanceled(const BookOrder&) {}
  void OnModified(const BookOrder&) {}
  void OnReduced(const BookOrder&, Quantity) {}
  void OnTrade(const BookTrade&) { ++trades; }
  void OnRejected(OrderId, BookRejectReason) {}
  void OnCancelRejected(OrderId) {}
  void OnModifyRejected(OrderId, BookRejectReason) {}
  uint64_t trades = 0;
};

// A walk that comes back: what it needs the second time is there from the first.
TEST(LimitOrderBookMemoryTest, NothingIsAllocatedAfterWarmUp) {
  Silence silence;
  LimitOrderBook<Silence> book(silence);
  const auto walk = [&] {
    uint64_t random = 5;
    for (uint64_t step = 0; step < 200'000; ++step) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      const auto away = static_cast<int64_t>((random >> 40) % 2'000);
      const Side side = random >> 63 == 0 ? Side::kBuy : Side::kSell;
      const Price price(100'000 + (side == Side::kBuy ? -away : away) + (away % 64 == 0 ? 20 : 0));
      book.Add({OrderId(step % 5'000), side, price, Quantity(1 + away % 7)}, kRest);
      if (step % 3 == 0) book.Cancel(OrderId((random >> 20) % 5'000));
      if (step % 5 == 0) book.Modify(OrderId((random >> 10) % 5'000), price, Quantity(3));
    }
    for (uint64_t id = 0; id < 5'000; ++id) book.Cancel(OrderId(id));
  };
  walk();
  const uint64_t before = allocation_count;
  walk();
  EXPECT_EQ(allocation_count, before);
  EXPECT_GT(silence.trades, 1'000u);
}

TEST(LimitOrderBookMemoryTest, AnOrderTakesAtMost128BytesHoweverManyThereAre) {
  Silence silence;
  LimitOrderBook<Silence> book(silence);
  size_t bytes_at_100_000 = 0;
  for (uint64_t id = 1; id <= 1'000'000; ++id) {
    const auto away = static_cast<int64_t>(id * 7919 % 3'000);
    const Side side = id % 2 == 0 ? Side::kBuy : Side::kSell;
    book.Add(
        {OrderId(id), side, Price(100'000 + (side == Side::kBuy ? -1 - away : away)), Quantity(10)},
        kRest);
    if (id == 100'000) bytes_at_100_000 = book.allocated_bytes();
    if (id >= 100'000 && id % 1'000 == 0) {
      ASSERT_LE(book.allocated_bytes(), 128 * id);
    }
  }
  EXPECT_EQ(book.order_count(), 1'000'000u);
  EXPECT_LE(book.allocated_bytes(), bytes_at_100_000 * 15);
  book.Validate();
}

}  // namespace
}  // namespace rialto::engine
