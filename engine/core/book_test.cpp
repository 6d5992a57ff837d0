#include "engine/core/book.h"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

using Ids = std::vector<uint64_t>;

class BookTest : public testing::Test {
 protected:
  OrderIndex Add(uint64_t id, Side side, int64_t price, int64_t lots) {
    const OrderIndex index = orders_.Allocate();
    orders_[index] = RestingOrder{.id = OrderId(id), .displayed = Quantity(lots)};
    book_.Add(index, side, Price(price));
    return index;
  }
  void Remove(OrderIndex index) {
    book_.Remove(index);
    EXPECT_EQ(orders_[index].level, kNoLevel);
    orders_.Free(index);
  }
  // The ids of a side in the order in which they would trade.
  Ids Queue(Side side) const {
    Ids ids;
    for (OrderIndex i = book_.Best(side); i != kNoOrder; i = book_.After(i)) {
      ids.push_back(orders_[i].id.value());
    }
    return ids;
  }

  RestingOrders orders_;
  Book book_{orders_};
};

TEST_F(BookTest, AnEmptySideHasNoBest) {
  EXPECT_EQ(book_.Best(Side::kBuy), kNoOrder);
  EXPECT_EQ(book_.Best(Side::kSell), kNoOrder);
  EXPECT_EQ(book_.BestPrice(Side::kBuy), Price(0));
  EXPECT_FALSE(book_.CrossesBest(Side::kBuy, limits::kPriceMax));
  EXPECT_FALSE(book_.CrossesBest(Side::kSell, Price(1)));
  EXPECT_FALSE(book_.crossed());
  book_.Validate();
}

TEST_F(BookTest, QueuesByPriceThenAge) {
  Add(1, Side::kSell, 101, 5);
  Add(2, Side::kSell, 100, 5);
  Add(3, Side::kSell, 101, 5);
  Add(4, Side::kSell, 100, 5);
  Add(5, Side::kBuy, 98, 5);
  Add(6, Side::kBuy, 99, 5);
  Add(7, Side::kBuy, 98, 5);
  EXPECT_EQ(Queue(Side::kSell), (Ids{2, 4, 1, 3}));
  EXPECT_EQ(Queue(Side::kBuy), (Ids{6, 5, 7}));
  EXPECT_EQ(book_.BestPrice(Side::kSell), Price(100));
  EXPECT_EQ(book_.BestPrice(Side::kBuy), Price(99));
  EXPECT_TRUE(book_.CrossesBest(Side::kBuy, Price(100)));
  EXPECT_FALSE(book_.CrossesBest(Side::kBuy, Price(99)));
  EXPECT_TRUE(book_.CrossesBest(Side::kSell, Price(99)));
  EXPECT_FALSE(book_.CrossesBest(Side::kSell, Price(100)));
  book_.Validate();
}

TEST_F(BookTest, RemovesFromFrontMiddleAndEnd) {
  const OrderIndex first = Add(1, Side::kSell, 100, 1);
  Add(2, Side::kSell, 100, 1);
  const OrderIndex middle = Add(3, Side::kSell, 100, 1);
  Add(4, Side::kSell, 100, 1);
  const OrderIndex last = Add(5, Side::kSell, 100, 1);
  Remove(middle);
  EXPECT_EQ(Queue(Side::kSell), (Ids{1, 2, 4, 5}));
  Remove(first);
  EXPECT_EQ(Queue(Side::kSell), (Ids{2, 4, 5}));
  Remove(last);
  EXPECT_EQ(Queue(Side::kSell), (Ids{2, 4}));
  Add(6, Side::kSell, 100, 1);
  EXPECT_EQ(Queue(Side::kSell), (Ids{2, 4, 6}));
  book_.Validate();
}

TEST_F(BookTest, AnEmptyLevelIsGone) {
  const OrderIndex best = Add(1, Side::kBuy, 100, 1);
  Add(2, Side::kBuy, 90, 1);
  Remove(best);
  EXPECT_EQ(book_.BestPrice(Side::kBuy), Price(90));
  EXPECT_EQ(book_.LevelAt(Side::kBuy, Price(100)).orders, 0u);
  EXPECT_EQ(book_.TotalAt(Side::kBuy, Price(100)), 0);
  EXPECT_EQ(book_.order_count(), 1u);
  book_.Validate();
}

TEST_F(BookTest, KnowsPriceAndSideOfAnOrder) {
  const OrderIndex bid = Add(1, Side::kBuy, 1, 1);
  const OrderIndex ask = Add(2, Side::kSell, limits::kPriceMax.value(), 1);
  EXPECT_EQ(book_.PriceOf(bid), Price(1));
  EXPECT_EQ(book_.SideOf(bid), Side::kBuy);
  EXPECT_EQ(book_.PriceOf(ask), limits::kPriceMax);
  EXPECT_EQ(book_.SideOf(ask), Side::kSell);
}

TEST_F(BookTest, ReducingKeepsThePlaceAndLowersTheTotal) {
  const OrderIndex first = Add(1, Side::kSell, 100, 5);
  Add(2, Side::kSell, 100, 5);
  book_.Reduce(first, Quantity(3));
  EXPECT_EQ(Queue(Side::kSell), (Ids{1, 2}));
  EXPECT_EQ(book_.TotalAt(Side::kSell, Price(100)), 7);
  EXPECT_EQ(orders_[first].displayed, Quantity(2));
  book_.Validate();
}

TEST_F(BookTest, MovingIsRemovingAndAdding) {
  const OrderIndex first = Add(1, Side::kBuy, 100, 5);
  Add(2, Side::kBuy, 100, 5);
  Add(3, Side::kBuy, 101, 5);
  book_.Move(first, Price(101), Quantity(7));
  EXPECT_EQ(Queue(Side::kBuy), (Ids{3, 1, 2}));
  EXPECT_EQ(book_.TotalAt(Side::kBuy, Price(101)), 12);
  book_.Move(first, Price(100), Quantity(7));
  book_.Move(first, Price(100), Quantity(1));
  EXPECT_EQ(Queue(Side::kBuy), (Ids{3, 2, 1}));
  EXPECT_EQ(book_.TotalAt(Side::kBuy, Price(100)), 6);
  book_.Validate();
}

TEST_F(BookTest, AnOrderAloneMovesToItsOwnPriceAndFarAway) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  for (const int64_t price : {100, 101, 5'000, 1, 64, 63}) {
    book_.Move(order, Price(price), Quantity(2));
    EXPECT_EQ(book_.BestPrice(Side::kSell), Price(price));
    EXPECT_EQ(book_.TotalAt(Side::kSell, Price(price)), 2);
    book_.Validate();
  }
  EXPECT_EQ(book_.order_count(), 1u);
}

TEST_F(BookTest, LevelsAreVisitedBestFirstUntilTheVisitorHasEnough) {
  for (int64_t i = 1; i <= 300; ++i) {
    Add(static_cast<uint64_t>(i), Side::kBuy, i * 50, i);
    Add(static_cast<uint64_t>(i + 300), Side::kBuy, i * 50, 1);
  }
  int64_t expected = 300;
  book_.ForEachLevel(Side::kBuy, [&](const LevelView& level) {
    EXPECT_EQ(level.price, Price(expected * 50));
    EXPECT_EQ(level.orders, 2u);
    EXPECT_EQ(level.total, expected + 1);
    EXPECT_EQ(orders_[level.first].id.value(), static_cast<uint64_t>(expected));
    return --expected > 100;
  });
  EXPECT_EQ(expected, 100);
}

TEST_F(BookTest, MayBeCrossedInAnAuction) {
  Add(1, Side::kSell, 100, 1);
  Add(2, Side::kBuy, 99, 1);
  EXPECT_FALSE(book_.crossed());
  Add(3, Side::kBuy, 100, 1);
  EXPECT_TRUE(book_.crossed());
  book_.Validate();
}

TEST_F(BookTest, TotalsGoBeyond64Bits) {
  for (uint64_t id = 1; id <= 3; ++id) Add(id, Side::kSell, 100, INT64_MAX);
  EXPECT_EQ(book_.TotalAt(Side::kSell, Price(100)), absl::int128(INT64_MAX) * 3);
  book_.Validate();
}

TEST_F(BookTest, BooksShareOnePoolOfOrders) {
  Book other(orders_);
  const OrderIndex here = Add(1, Side::kBuy, 100, 1);
  const OrderIndex there = orders_.Allocate();
  orders_[there] = RestingOrder{.id = OrderId(2), .displayed = Quantity(1)};
  other.Add(there, Side::kBuy, Price(100));
  EXPECT_EQ(book_.Best(Side::kBuy), here);
  EXPECT_EQ(other.Best(Side::kBuy), there);
  Book moved = std::move(other);
  EXPECT_EQ(moved.Best(Side::kBuy), there);
  moved.Validate();
  book_.Validate();
}

TEST(CrossesTest, ABuyTakesAtOrBelowASellAtOrAbove) {
  EXPECT_TRUE(Crosses(Side::kBuy, Price(100), Price(100)));
  EXPECT_TRUE(Crosses(Side::kBuy, Price(100), Price(99)));
  EXPECT_FALSE(Crosses(Side::kBuy, Price(100), Price(101)));
  EXPECT_TRUE(Crosses(Side::kSell, Price(100), Price(100)));
  EXPECT_TRUE(Crosses(Side::kSell, Price(100), Price(101)));
  EXPECT_FALSE(Crosses(Side::kSell, Price(100), Price(99)));
}

TEST(RestingOrdersTest, PositionsAreReusedLastInFirstOut) {
  RestingOrders orders;
  EXPECT_EQ(orders.Allocate(), 1u);
  EXPECT_EQ(orders.Allocate(), 2u);
  EXPECT_EQ(orders.Allocate(), 3u);
  orders.Free(1);
  orders.Free(3);
  EXPECT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders.Allocate(), 3u);
  EXPECT_EQ(orders.Allocate(), 1u);
  EXPECT_EQ(orders.Allocate(), 4u);
}

TEST(ChunkedVectorTest, WhatIsThereNeverMoves) {
  ChunkedVector<std::vector<int>> lists;
  lists.Ensure(1);
  lists[1].push_back(7);
  const std::vector<int>* first = &lists[1];
  lists.Ensure(100'000);
  EXPECT_EQ(lists.last(), 100'000u);
  EXPECT_TRUE(lists[100'000].empty());
  EXPECT_EQ(&lists[1], first);
  EXPECT_EQ(lists[1], std::vector<int>{7});
}

// A book in the most obvious code: by price, oldest first.
class ModelBook {
 public:
  struct Entry {
    OrderIndex index;
    int64_t lots;
  };
  using Level = std::list<Entry>;

  void Add(OrderIndex index, Side side, int64_t price, int64_t lots) {
    Level& level = side == Side::kBuy ? levels_[-price] : levels_[price];
    places_[index] = {side == Side::kBuy ? -price : price,
                      level.insert(level.end(), {index, lots})};
  }
  void Move(OrderIndex index, int64_t price, int64_t lots) {
    const Side side = places_.at(index).key < 0 ? Side::kBuy : Side::kSell;
    Remove(index);
    Add(index, side, price, lots);
  }
  int64_t PriceOf(OrderIndex index) const { return std::abs(places_.at(index).key); }
  void Reduce(OrderIndex index, int64_t lots) { places_.at(index).entry->lots -= lots; }
  void Remove(OrderIndex index) {
    const Place place = places_.at(index);
    Level& level = levels_[place.key];
    level.erase(place.entry);
    if (level.empty()) levels_.erase(place.key);
    places_.erase(index);
  }
  int64_t LotsOf(OrderIndex index) const { return places_.at(index).entry->lots; }
  // Bids have negative keys, so both sides go up from their best.
  const std::map<int64_t, Level>& levels() const { return levels_; }
  auto BestOf(Side side) const {
    return side == Side::kBuy ? levels_.begin() : levels_.lower_bound(0);
  }
  bool Has(std::map<int64_t, Level>::const_iterator level, Side side) const {
    return level != levels_.end() && (level->first < 0) == (side == Side::kBuy);
  }

 private:
  struct Place {
    int64_t key;
    Level::iterator entry;
  };
  std::map<int64_t, Level> levels_;
  std::unordered_map<OrderIndex, Place> places_;
};

struct Flow {
  const char* name;
  int64_t middle;
  int64_t width;
  size_t orders;
};

class BookFlowTest : public BookTest, public testing::WithParamInterface<Flow> {
 protected:
  uint64_t Chance(uint64_t below) {
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return (random_ >> 32) % below;
  }
  int64_t RandomPrice() {
    const int64_t away = static_cast<int64_t>((Chance(uint64_t{1} << 31) << 20 | Chance(1 << 20)) %
                                              static_cast<uint64_t>(GetParam().width));
    return std::min(limits::kPriceMax.value(), GetParam().middle + away);
  }
  void AddOne() {
    const Side side = Chance(2) == 0 ? Side::kBuy : Side::kSell;
    const int64_t price = RandomPrice();
    const int64_t lots = 1 + static_cast<int64_t>(Chance(1'000'000'000'000));
    const OrderIndex index = Add(++id_, side, price, lots);
    model_.Add(index, side, price, lots);
    live_.push_back(index);
  }
  void RemoveAt(size_t at) {
    model_.Remove(live_[at]);
    Remove(live_[at]);
    live_[at] = live_.back();
    live_.pop_back();
  }
  void ReduceAt(size_t at) {
    const int64_t lots = model_.LotsOf(live_[at]);
    if (lots < 2) return;
    const auto less = 1 + static_cast<int64_t>(Chance(static_cast<uint64_t>(lots - 1)));
    model_.Reduce(live_[at], less);
    book_.Reduce(live_[at], Quantity(less));
  }
  void MoveAt(size_t at) {
    const OrderIndex index = live_[at];
    // As often near its price as anywhere.
    const int64_t price =
        Chance(2) == 0
            ? RandomPrice()
            : std::clamp<int64_t>(model_.PriceOf(index) - 2 + static_cast<int64_t>(Chance(5)), 1,
                                  limits::kPriceMax.value());
    const int64_t lots = 1 + static_cast<int64_t>(Chance(100));
    model_.Move(index, price, lots);
    book_.Move(index, Price(price), Quantity(lots));
  }
  void ExpectSameBest() const {
    for (const Side side : {Side::kBuy, Side::kSell}) {
      const auto best = model_.BestOf(side);
      const bool there = model_.Has(best, side);
      ASSERT_EQ(book_.BestPrice(side), Price(there ? std::abs(best->first) : 0));
      ASSERT_EQ(book_.Best(side), there ? best->second.front().index : kNoOrder);
    }
  }
  void ExpectSameLevels() const {
    book_.Validate();
    for (const Side side : {Side::kBuy, Side::kSell}) {
      auto expected = model_.BestOf(side);
      OrderIndex next = book_.Best(side);
      book_.ForEachLevel(side, [&](const LevelView& level) {
        EXPECT_TRUE(model_.Has(expected, side));
        EXPECT_EQ(level.price, Price(std::abs(expected->first)));
        EXPECT_EQ(level.orders, expected->second.size());
        absl::int128 total = 0;
        for (const ModelBook::Entry& entry : expected->second) {
          total += entry.lots;
          EXPECT_EQ(next, entry.index);
          next = book_.After(next);
        }
        EXPECT_EQ(level.total, total);
        EXPECT_EQ(book_.TotalAt(side, level.price), total);
        ++expected;
        return !testing::Test::HasFailure();
      });
      ASSERT_FALSE(model_.Has(expected, side));
      ASSERT_EQ(next, kNoOrder);
    }
  }

  uint64_t random_ = 11;
  uint64_t id_ = 0;
  ModelBook model_;
  std::vector<OrderIndex> live_;
};

TEST_P(BookFlowTest, AgreesWithListsInAMap) {
  for (int step = 0; step < 300'000; ++step) {
    // Fills up, stays, and thins out again.
    const size_t wanted = step / 50'000 % 2 == 0 ? GetParam().orders : GetParam().orders / 20;
    const uint64_t chance = Chance(12);
    if (live_.empty() || chance < (live_.size() < wanted ? 6 : 3)) {
      AddOne();
    } else if (chance < 8) {
      RemoveAt(Chance(live_.size()));
    } else if (chance < 10) {
      MoveAt(Chance(live_.size()));
    } else {
      ReduceAt(Chance(live_.size()));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSameBest());
    ASSERT_EQ(book_.order_count(), live_.size());
    if (step % 10'000 == 0) {
      ASSERT_NO_FATAL_FAILURE(ExpectSameLevels());
    }
  }
  while (!live_.empty()) RemoveAt(live_.size() - 1);
  ExpectSameLevels();
}

INSTANTIATE_TEST_SUITE_P(
    Flows, BookFlowTest,
    testing::Values(Flow{"OnePrice", 500, 1, 1'000}, Flow{"Narrow", 33'500, 60, 5'000},
                    Flow{"Wide", 1'000'000, 100'000, 3'000}, Flow{"Thin", 20'000, 20'000, 200},
                    Flow{"Everywhere", 1, 1'000'000'000'000, 2'000}, Flow{"TheLowest", 1, 3, 100},
                    Flow{"TheHighest", 999'999'999'990, 100, 100}),
    [](const auto& flow) { return flow.param.name; });

using BookDeathTest = BookTest;

TEST_F(BookDeathTest, ReducingTakesLessThanWhatIsDisplayed) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  EXPECT_DEATH(book_.Reduce(order, Quantity(5)), "CHECK failed");
  EXPECT_DEATH(book_.Reduce(order, Quantity(0)), "CHECK failed");
}

TEST_F(BookDeathTest, RemovesOnlyWhatRests) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  book_.Remove(order);
  EXPECT_DEATH(book_.Remove(order), "CHECK failed");
  EXPECT_DEATH(book_.Reduce(order, Quantity(1)), "CHECK failed");
}

TEST_F(BookDeathTest, APriceOutsideTheTreeIsFound) {
  EXPECT_DEATH(Add(1, Side::kSell, int64_t{1} << 40, 5), "CHECK failed");
  EXPECT_DEATH(Add(1, Side::kBuy, -1, 5), "CHECK failed");
}

TEST_F(BookDeathTest, ValidateFindsAWrongTotal) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  orders_[order].displayed = Quantity(6);
  EXPECT_DEATH(book_.Validate(), "CHECK failed");
}

TEST_F(BookDeathTest, ValidateFindsABrokenQueue) {
  const OrderIndex first = Add(1, Side::kSell, 100, 5);
  Add(2, Side::kSell, 100, 5);
  orders_[first].next = kNoOrder;
  EXPECT_DEATH(book_.Validate(), "CHECK failed");
}

}  // namespace
}  // namespace rialto::engine
