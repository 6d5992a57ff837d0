#include "engine/core/price_ladder.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace rialto::engine {
namespace {

constexpr int64_t kHighest = 1'000'000'000'000;

// A side whose levels hold a number each: what an order would be.
class OneSide {
 public:
  explicit OneSide(Side side) : side_(side), ladder_(store_, side) {}

  void Open(int64_t price) {
    const LevelIndex index = ladder_.Open(Price(price));
    ++store_[index].orders;
    EXPECT_EQ(store_[index].price(), Price(price));
    EXPECT_EQ(store_[index].side(), side_);
  }
  void Close(int64_t price) {
    const LevelIndex index = ladder_.Find(Price(price));
    ASSERT_NE(index, kNoLevel);
    store_[index].orders = 0;
    ladder_.Close(index);
  }
  std::vector<int64_t> Prices() const {
    std::vector<int64_t> prices;
    for (LevelIndex i = ladder_.best(); i != kNoLevel; i = ladder_.Next(i)) {
      prices.push_back(store_[i].price().value());
    }
    return prices;
  }
  const PriceLadder& ladder() const { return ladder_; }
  const LevelStore& store() const { return store_; }

 private:
  Side side_;
  LevelStore store_;
  PriceLadder ladder_;
};

using Prices = std::vector<int64_t>;

TEST(LevelTest, TotalsAreExactBeyond64Bits) {
  Level level(Side::kBuy, Price(kHighest), 1);
  absl::int128 total = 0;
  for (int i = 0; i < 100'000; ++i) {
    level.AddLots(Quantity(1'000'000'000'000'000));
    total += 1'000'000'000'000'000;
    ASSERT_EQ(level.total(), total);
  }
  EXPECT_GT(total, absl::int128(UINT64_MAX));
  for (int i = 0; i < 100'000; ++i) level.TakeLots(Quantity(1'000'000'000'000'000));
  EXPECT_EQ(level.total(), 0);
  EXPECT_EQ(level.price(), Price(kHighest));
  EXPECT_EQ(level.side(), Side::kBuy);
}

TEST(PriceLadderTest, BidsRunDownAndAsksRunUp) {
  OneSide bids(Side::kBuy);
  OneSide asks(Side::kSell);
  for (const int64_t price : {100, 163, 164, 99, 5'000, 1}) {
    bids.Open(price);
    asks.Open(price);
  }
  EXPECT_EQ(bids.Prices(), (Prices{5'000, 164, 163, 100, 99, 1}));
  EXPECT_EQ(asks.Prices(), (Prices{1, 99, 100, 163, 164, 5'000}));
  EXPECT_EQ(bids.ladder().best_price(), Price(5'000));
  EXPECT_EQ(asks.ladder().best_price(), Price(1));
  bids.Close(5'000);
  asks.Close(1);
  EXPECT_EQ(bids.ladder().best_price(), Price(164));
  EXPECT_EQ(asks.ladder().best_price(), Price(99));
}

TEST(PriceLadderTest, AnEmptySideReachesNoLimit) {
  OneSide bids(Side::kBuy);
  OneSide asks(Side::kSell);
  EXPECT_EQ(bids.ladder().best(), kNoLevel);
  EXPECT_EQ(bids.ladder().best_price(), Price(0));
  EXPECT_FALSE(bids.ladder().Reaches(Price(1)));
  EXPECT_FALSE(asks.ladder().Reaches(Price(kHighest)));
  asks.Open(100);
  EXPECT_TRUE(asks.ladder().Reaches(Price(100)));
  EXPECT_FALSE(asks.ladder().Reaches(Price(99)));
  bids.Open(100);
  EXPECT_TRUE(bids.ladder().Reaches(Price(100)));
  EXPECT_FALSE(bids.ladder().Reaches(Price(101)));
}

TEST(PriceLadderTest, IsAsHighAsItsPricesAreApart) {
  OneSide asks(Side::kSell);
  asks.Open(64);
  asks.Open(127);
  EXPECT_EQ(asks.ladder().height(), 0);
  asks.Open(128);
  EXPECT_EQ(asks.ladder().height(), 1);
  asks.Open(4'096);
  EXPECT_EQ(asks.ladder().height(), 2);
  asks.Open(kHighest);
  EXPECT_EQ(asks.ladder().height(), 6);
  asks.Open(1);
  EXPECT_EQ(asks.Prices(), (Prices{1, 64, 127, 128, 4'096, kHighest}));
  asks.ladder().Validate();
}

TEST(PriceLadderTest, FindsOnlyWhatIsThere) {
  OneSide bids(Side::kBuy);
  EXPECT_EQ(bids.ladder().Find(Price(100)), kNoLevel);
  bids.Open(100);
  EXPECT_EQ(bids.ladder().Find(Price(101)), kNoLevel);
  EXPECT_EQ(bids.ladder().Find(Price(100'000)), kNoLevel);
  bids.Open(kHighest);
  EXPECT_EQ(bids.ladder().Find(Price(100'000)), kNoLevel);
  EXPECT_NE(bids.ladder().Find(Price(100)), kNoLevel);
  bids.Close(100);
  EXPECT_EQ(bids.ladder().Find(Price(100)), kNoLevel);
}

// One level after another, further and further away: what is left behind is given back.
TEST(PriceLadderTest, AWanderingPriceLeavesNoMemoryBehind) {
  OneSide asks(Side::kSell);
  size_t most = 0;
  for (int64_t price = 1; price < 100'000'000; price += 1'000) {
    asks.Open(price);
    asks.Close(price);
    most = std::max(most, asks.store().allocated_bytes());
  }
  EXPECT_LT(most, 1u << 20);
  EXPECT_LE(asks.ladder().height(), 4);
  asks.ladder().Validate();
  EXPECT_EQ(asks.Prices(), Prices{});
}

// The width of the prices decides the shape of the tree.
class PriceLadderShapeTest : public testing::TestWithParam<int64_t> {};

TEST_P(PriceLadderShapeTest, AgreesWithASortedMap) {
  for (const Side side : {Side::kBuy, Side::kSell}) {
    OneSide levels(side);
    std::map<int64_t, int> model;
    uint64_t random = 7;
    for (int step = 0; step < 200'000; ++step) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      const int64_t at = static_cast<int64_t>((random >> 20) % static_cast<uint64_t>(GetParam()));
      const int64_t price = step % 3 == 0 ? kHighest - at : 1 + at;
      // Mostly a thin book, for a while a thick one.
      const bool thick = step / 20'000 % 2 == 1;
      const auto found = model.lower_bound(price);
      if (found == model.end() || (thick && (random >> 60) < 12)) {
        levels.Open(price);
        model[price] = 1;
      } else {
        levels.Close(found->first);
        model.erase(found);
      }
      const int64_t best = model.empty()        ? 0
                           : side == Side::kBuy ? model.rbegin()->first
                                                : model.begin()->first;
      ASSERT_EQ(levels.ladder().best_price(), Price(best));
      if (step % 4'000 != 0) continue;
      levels.ladder().Validate();
      Prices prices;
      for (const auto& [modeled, one] : model) prices.push_back(modeled);
      if (side == Side::kBuy) std::reverse(prices.begin(), prices.end());
      ASSERT_EQ(levels.Prices(), prices);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(NarrowToExtreme, PriceLadderShapeTest,
                         testing::Values(1, 50, 500, 100'000, 30'000'000, kHighest));

}  // namespace
}  // namespace rialto::engine
