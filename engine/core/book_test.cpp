#include "engine/core/book.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/accounts.h"
#include "engine/core/order_pool.h"

namespace rialto::engine {
namespace {

class BookTest : public testing::Test {
 protected:
  OrderIndex Add(uint64_t id, Side side, int64_t price, int64_t lots) {
    Order order;
    order.id = OrderId(id);
    order.side = side;
    order.price = Price(price);
    order.quantity = Quantity(lots);
    order.remaining = Quantity(lots);
    const OrderIndex index = pool_.Add(order, owner_);
    book_.Add(index);
    return index;
  }
  void Remove(OrderIndex index) {
    book_.Remove(index);
    pool_.Remove(index, owner_);
  }
  // The ids of a side in the order in which they would trade.
  std::vector<uint64_t> Queue(Side side) const {
    std::vector<uint64_t> ids;
    for (OrderIndex i = book_.Best(side); i != kNoOrder; i = book_.After(i)) {
      ids.push_back(pool_[i].id.value());
    }
    return ids;
  }
  std::vector<uint64_t> OrdersOfTheOwner() const {
    std::vector<uint64_t> ids;
    for (OrderIndex i = owner_.first_order; i != kNoOrder; i = pool_[i].account_next) {
      ids.push_back(pool_[i].id.value());
    }
    return ids;
  }

  Account owner_;
  OrderPool pool_;
  Book book_{pool_};
};

using Ids = std::vector<uint64_t>;

TEST_F(BookTest, AnEmptySideHasNoBest) {
  EXPECT_EQ(book_.Best(Side::kBuy), kNoOrder);
  EXPECT_EQ(book_.Best(Side::kSell), kNoOrder);
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
  EXPECT_EQ(OrdersOfTheOwner(), (Ids{2, 4}));
  EXPECT_EQ(owner_.open_orders, 2);
  Add(6, Side::kSell, 100, 1);
  EXPECT_EQ(Queue(Side::kSell), (Ids{2, 4, 6}));
  book_.Validate();
}

TEST_F(BookTest, AnEmptyLevelIsGone) {
  const OrderIndex order = Add(1, Side::kBuy, 100, 1);
  EXPECT_EQ(book_.levels(Side::kBuy).size(), 1u);
  Remove(order);
  EXPECT_TRUE(book_.levels(Side::kBuy).empty());
  EXPECT_EQ(book_.Best(Side::kBuy), kNoOrder);
  EXPECT_EQ(pool_.Find(OrderId(1)), kNoOrder);
  EXPECT_EQ(pool_.size(), 0u);
}

TEST_F(BookTest, ReducingKeepsThePlaceAndLowersTheTotal) {
  const OrderIndex first = Add(1, Side::kSell, 100, 5);
  Add(2, Side::kSell, 100, 5);
  book_.Reduce(first, Quantity(3));
  EXPECT_EQ(Queue(Side::kSell), (Ids{1, 2}));
  EXPECT_EQ(book_.levels(Side::kSell).begin()->second.total, 7);
  EXPECT_EQ(pool_[first].remaining, Quantity(2));
  book_.Validate();
}

TEST_F(BookTest, SlotsAreReused) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  Remove(order);
  EXPECT_EQ(Add(2, Side::kSell, 100, 5), order);
  EXPECT_EQ(pool_.Find(OrderId(2)), order);
}

TEST_F(BookTest, TotalsGoBeyond64Bits) {
  for (uint64_t id = 1; id <= 3; ++id) Add(id, Side::kSell, 100, INT64_MAX);
  EXPECT_EQ(book_.levels(Side::kSell).begin()->second.total, absl::int128(INT64_MAX) * 3);
}

TEST(CrossesTest, ABuyTakesAtOrBelowASellAtOrAbove) {
  EXPECT_TRUE(Crosses(Side::kBuy, Price(100), Price(100)));
  EXPECT_TRUE(Crosses(Side::kBuy, Price(100), Price(99)));
  EXPECT_FALSE(Crosses(Side::kBuy, Price(100), Price(101)));
  EXPECT_TRUE(Crosses(Side::kSell, Price(100), Price(100)));
  EXPECT_TRUE(Crosses(Side::kSell, Price(100), Price(101)));
  EXPECT_FALSE(Crosses(Side::kSell, Price(100), Price(99)));
}

using BookDeathTest = BookTest;

TEST_F(BookDeathTest, ACrossedBookIsFound) {
  Add(1, Side::kSell, 100, 1);
  Add(2, Side::kBuy, 100, 1);
  EXPECT_DEATH(book_.Validate(), "CHECK failed");
}

TEST_F(BookDeathTest, ReducingTakesLessThanWhatRemains) {
  const OrderIndex order = Add(1, Side::kSell, 100, 5);
  EXPECT_DEATH(book_.Reduce(order, Quantity(5)), "CHECK failed");
  EXPECT_DEATH(book_.Reduce(order, Quantity(0)), "CHECK failed");
}

}  // namespace
}  // namespace rialto::engine
