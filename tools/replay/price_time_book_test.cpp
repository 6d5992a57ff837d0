#include "tools/replay/price_time_book.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

MATCHER_P3(IsFill, key, price, quantity, "") {
  return arg.maker_key == static_cast<uint64_t>(key) && arg.price == Price(price) &&
         arg.quantity == Quantity(quantity);
}

TEST(PriceTimeBookTest, TakesTheBestPriceThenTheOldest) {
  PriceTimeBook book;
  book.Rest({1, Side::kSell, Price(101), Quantity(5)});
  book.Rest({2, Side::kSell, Price(100), Quantity(5)});
  book.Rest({3, Side::kSell, Price(100), Quantity(5)});
  EXPECT_THAT(book.Take(Side::kBuy, Price(101), Quantity(12)),
              ElementsAre(IsFill(2, 100, 5), IsFill(3, 100, 5), IsFill(1, 101, 2)));
  EXPECT_EQ(book.TotalAt(Side::kSell, Price(101)), Quantity(3));
  EXPECT_EQ(book.size(), 1u);
}

TEST(PriceTimeBookTest, StopsAtTheLimit) {
  PriceTimeBook book;
  book.Rest({1, Side::kBuy, Price(99), Quantity(5)});
  book.Rest({2, Side::kBuy, Price(98), Quantity(5)});
  EXPECT_THAT(book.Take(Side::kSell, Price(100), Quantity(1)), IsEmpty());
  EXPECT_THAT(book.Take(Side::kSell, Price(99), Quantity(9)), ElementsAre(IsFill(1, 99, 5)));
  EXPECT_EQ(book.Best(Side::kBuy), Price(98));
  EXPECT_EQ(book.Best(Side::kSell), std::nullopt);
}

TEST(PriceTimeBookTest, ReducingKeepsTheTurnAndEndsAtNothing) {
  PriceTimeBook book;
  book.Rest({1, Side::kBuy, Price(99), Quantity(5)});
  book.Rest({2, Side::kBuy, Price(99), Quantity(5)});
  book.Reduce(1, Quantity(4));
  EXPECT_THAT(book.KeysAt(Side::kBuy, Price(99)), ElementsAre(1, 2));
  book.Reduce(1, Quantity(1));
  EXPECT_EQ(book.Find(1), nullptr);
  EXPECT_THAT(book.KeysAt(Side::kBuy, Price(99)), ElementsAre(2));
}

TEST(PriceTimeBookTest, LevelsGoFromBestToWorst) {
  PriceTimeBook book;
  book.Rest({1, Side::kBuy, Price(98), Quantity(1)});
  book.Rest({2, Side::kBuy, Price(99), Quantity(2)});
  book.Rest({3, Side::kBuy, Price(99), Quantity(3)});
  EXPECT_THAT(book.Levels(Side::kBuy, 5),
              ElementsAre(Level{Price(99), Quantity(5)}, Level{Price(98), Quantity(1)}));
  EXPECT_THAT(book.Levels(Side::kBuy, 1), ElementsAre(Level{Price(99), Quantity(5)}));
}

}  // namespace
}  // namespace rialto::replay
