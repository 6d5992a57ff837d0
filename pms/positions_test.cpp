#include "pms/positions.h"

#include <map>
#include <random>
#include <sstream>
#include <string>

#include "common/base/decimal.h"
#include "gtest/gtest.h"

namespace rialto::pms {
namespace {

using absl::int128;

// Plain numbers: a tick is one quote unit per base unit.
constexpr PriceUnits kPlain{.tick_size_e12 = 1'000'000'000'000, .base_scale = 0, .quote_scale = 0};

engine::v1::Trade TradeOf(uint64_t buyer, uint64_t seller, int64_t quantity, int64_t price) {
  engine::v1::Trade trade;
  trade.set_instrument_id(1);
  trade.set_price_ticks(price);
  trade.set_quantity_lots(quantity);
  trade.set_taker_side(common::v1::ORDER_SIDE_BUY);
  trade.set_taker_account_id(buyer);
  trade.set_maker_account_id(seller);
  trade.set_base_units(quantity);
  trade.set_buyer_cost_units(quantity * price);
  trade.set_seller_gross_units(quantity * price);
  return trade;
}

// A table of one account's fills and of its position after each, marked at the fill's price:
//   buy 2 @ 100 -> quantity 2 cost 200 average 100 realised 0 unrealised 0
// Returns the text with what really happened after "->".
std::string Play(const std::string& table) {
  std::istringstream lines(table);
  std::ostringstream out;
  std::string line;
  Position position;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string side, at;
    int64_t quantity = 0, price = 0;
    if (!(words >> side >> quantity >> at >> price)) continue;
    Apply({.key = {AccountId(1001), InstrumentId(1)},
           .side = side == "buy" ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL,
           .base_units = quantity,
           .quote_units = quantity * price},
          position);
    out << side << " " << quantity << " @ " << price << " -> quantity " << position.quantity_units
        << " cost " << position.cost_units << " average ";
    const std::optional<int128> average = AveragePriceE12(position, kPlain);
    out << (average ? FormatDecimal(*average, 12).substr(0, FormatDecimal(*average, 12).find('.'))
                    : "none");
    out << " realised " << position.realised_units << " unrealised "
        << *UnrealisedUnits(position, price, kPlain) << "\n";
  }
  return out.str();
}

void Check(const std::string& table) { EXPECT_EQ(Play(table), table); }

TEST(FillsTest, ARebateIsAFeeBelowZero) {
  engine::v1::Trade trade = TradeOf(1001, 1002, 2, 100);
  trade.set_buyer_fee_units(5);
  trade.set_seller_fee_units(-3);
  const auto [buy, sell] = FillsOf(trade);
  EXPECT_EQ(buy.fee_units, 5);
  EXPECT_EQ(sell.fee_units, -3);
  Position position;
  Apply(sell, position);
  Apply(sell, position);
  EXPECT_EQ(position.fee_units, -6);
  EXPECT_EQ(position.realised_units, 0);
}

TEST(FillsTest, AnAuctionTradesAtItsOwnPriceNotAtTheLevels) {
  engine::v1::Trade trade = TradeOf(1001, 1002, 2, 100);
  trade.set_maker_price_ticks(105);
  trade.set_taker_price_ticks(95);
  const auto [buy, sell] = FillsOf(trade);
  EXPECT_EQ(buy.quote_units, 200);
  EXPECT_EQ(sell.quote_units, 200);
}

TEST(PositionsTest, BuyingMoreAveragesTheCost) {
  Check(
      "buy 2 @ 100 -> quantity 2 cost 200 average 100 realised 0 unrealised 0\n"
      "buy 2 @ 110 -> quantity 4 cost 420 average 105 realised 0 unrealised 20\n");
}

TEST(PositionsTest, SellingAPartRealisesItAndKeepsTheAverage) {
  Check(
      "buy 4 @ 100 -> quantity 4 cost 400 average 100 realised 0 unrealised 0\n"
      "sell 1 @ 130 -> quantity 3 cost 300 average 100 realised 30 unrealised 90\n"
      "sell 3 @ 90 -> quantity 0 cost 0 average none realised 0 unrealised 0\n");
}

TEST(PositionsTest, ShortGainsWhenThePriceFalls) {
  Check(
      "sell 3 @ 100 -> quantity -3 cost 300 average 100 realised 0 unrealised 0\n"
      "sell 1 @ 80 -> quantity -4 cost 380 average 95 realised 0 unrealised 60\n"
      "buy 2 @ 90 -> quantity -2 cost 190 average 95 realised 10 unrealised 10\n"
      "buy 2 @ 100 -> quantity 0 cost 0 average none realised 0 unrealised 0\n");
}

TEST(PositionsTest, CrossingZeroClosesAndOpensAtTheFillsPrice) {
  Check(
      "buy 2 @ 100 -> quantity 2 cost 200 average 100 realised 0 unrealised 0\n"
      "sell 5 @ 120 -> quantity -3 cost 360 average 120 realised 40 unrealised 0\n"
      "buy 4 @ 110 -> quantity 1 cost 110 average 110 realised 70 unrealised 0\n");
}

TEST(PositionsTest, ClosingReleasesAllCostEvenWhenPartsWereRounded) {
  Check(
      "buy 3 @ 1 -> quantity 3 cost 3 average 1 realised 0 unrealised 0\n"
      "buy 4 @ 2 -> quantity 7 cost 11 average 1 realised 0 unrealised 3\n"
      "sell 2 @ 2 -> quantity 5 cost 8 average 1 realised 1 unrealised 2\n"
      "sell 2 @ 2 -> quantity 3 cost 5 average 1 realised 2 unrealised 1\n"
      "sell 3 @ 2 -> quantity 0 cost 0 average none realised 3 unrealised 0\n");
}

TEST(PositionsTest, AHalfOfAUnitGoesToTheEvenOne) {
  Position position{.quantity_units = 2, .cost_units = 5};
  Apply({.side = common::v1::ORDER_SIDE_SELL, .base_units = 1, .quote_units = 0}, position);
  EXPECT_EQ(position.cost_units, 3);  // 2.5 released as 2.
  position = {.quantity_units = 2, .cost_units = 7};
  Apply({.side = common::v1::ORDER_SIDE_SELL, .base_units = 1, .quote_units = 0}, position);
  EXPECT_EQ(position.cost_units, 3);  // 3.5 released as 4.
}

TEST(PositionsTest, FeesAreKeptApartFromProfit) {
  Position position;
  Apply({.side = common::v1::ORDER_SIDE_BUY, .base_units = 1, .quote_units = 100, .fee_units = 2},
        position);
  Apply({.side = common::v1::ORDER_SIDE_SELL, .base_units = 1, .quote_units = 110, .fee_units = 3},
        position);
  EXPECT_EQ(position, (Position{.realised_units = 10, .fee_units = 5, .fill_count = 2}));
}

TEST(PositionsTest, BothSidesOfATradeWithOneselfCount) {
  engine::v1::Trade trade = TradeOf(1001, 1001, 5, 10);
  trade.set_buyer_fee_units(1);
  trade.set_seller_fee_units(2);
  Position position;
  for (const Fill& fill : FillsOf(trade)) {
    EXPECT_EQ(fill.key.account_id, AccountId(1001));
    Apply(fill, position);
  }
  EXPECT_EQ(position, (Position{.fee_units = 3, .fill_count = 2}));
}

TEST(PositionsTest, TheTakersSideSaysWhoBought) {
  engine::v1::Trade trade = TradeOf(1001, 1002, 5, 10);
  EXPECT_EQ(FillsOf(trade)[0].key.account_id, AccountId(1001));
  trade.set_taker_side(common::v1::ORDER_SIDE_SELL);
  EXPECT_EQ(FillsOf(trade)[0].key.account_id, AccountId(1002));
  EXPECT_EQ(FillsOf(trade)[0].side, common::v1::ORDER_SIDE_BUY);
  EXPECT_EQ(FillsOf(trade)[1].key.account_id, AccountId(1001));
}

TEST(PositionsTest, PricesAndScalesMeetInMinorUnits) {
  // 1.5 BTC (scale 8) for 100,500.00 USD (scale 2); tick 0.01.
  const PriceUnits units{.tick_size_e12 = 10'000'000'000, .base_scale = 8, .quote_scale = 2};
  const Position position{.quantity_units = 150'000'000, .cost_units = 10'050'000};
  EXPECT_EQ(FormatDecimal(*AveragePriceE12(position, units), 12), "67000.000000000000");
  EXPECT_EQ(ValueUnits(position, 6'701'250, units), int128(10'051'875));
  EXPECT_EQ(UnrealisedUnits(position, 6'701'250, units), int128(1'875));
}

TEST(PositionsTest, AValueBeyondAllDigitsIsNone) {
  const PriceUnits units{.tick_size_e12 = 1'000'000'000'000, .base_scale = 0, .quote_scale = 12};
  const Position position{.quantity_units = INT64_MAX, .cost_units = 1};
  EXPECT_NE(ValueUnits(position, 1, units), std::nullopt);
  EXPECT_EQ(ValueUnits(position, INT64_MAX, units), std::nullopt);
}

// Fills and equity of QuantConnect Lean's cash test (Tests/TestData/test_cash_fills.xml and
// test_cash_equity.xml): long, through zero to short, and back, twice.
TEST(PositionsTest, EquityEqualsLeansCashTest) {
  const std::pair<int64_t, int64_t> fills[] = {{100, 1}, {-50, 2},  {-100, 3}, {-50, 4},  {50, 5},
                                               {100, 6}, {50, 7},   {-50, 8},  {-100, 9}, {-50, 10},
                                               {50, 11}, {100, 12}, {-50, 12}};
  const int64_t equities[] = {100000, 100100, 100150, 100100, 100000, 99950, 100000,
                              100100, 100150, 100100, 100000, 99950,  99950};
  Position position;
  for (size_t i = 0; i < std::size(fills); ++i) {
    const auto& [quantity, price] = fills[i];
    Apply({.side = quantity > 0 ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL,
           .base_units = std::abs(quantity),
           .quote_units = std::abs(quantity) * price},
          position);
    EXPECT_EQ(100'000 + position.realised_units + *UnrealisedUnits(position, price, kPlain),
              equities[i])
        << "fill " << i;
  }
}

// Whoever trades with whom, what one gains another loses: before fees and rounding the sum over all
// accounts is 0, and with rounding exactly what buyers paid more than sellers received.
TEST(PositionsTest, GainsAndLossesOfAllAccountsCancelOut) {
  std::mt19937_64 random(7);
  for (int run = 0; run < 50; ++run) {
    std::map<PositionKey, Position> positions;
    int128 rounding = 0;
    int64_t price = 0;
    for (int i = 0; i < 300; ++i) {
      price = 1 + static_cast<int64_t>(random() % 1'000'000);
      const int64_t quantity = 1 + static_cast<int64_t>(random() % 1'000);
      engine::v1::Trade trade = TradeOf(1001 + random() % 4, 1001 + random() % 4, quantity, price);
      trade.set_taker_side(random() % 2 == 0 ? common::v1::ORDER_SIDE_BUY
                                             : common::v1::ORDER_SIDE_SELL);
      trade.set_buyer_cost_units(quantity * price + static_cast<int64_t>(random() % 2));
      rounding += trade.buyer_cost_units() - trade.seller_gross_units();
      for (const Fill& fill : FillsOf(trade)) Apply(fill, positions[fill.key]);

      int128 quantity_sum = 0, gain_sum = 0;
      for (const auto& [key, position] : positions) {
        quantity_sum += position.quantity_units;
        gain_sum += position.realised_units + *UnrealisedUnits(position, price, kPlain);
        EXPECT_GE(position.cost_units, 0);
        EXPECT_TRUE(position.quantity_units != 0 || position.cost_units == 0);
      }
      ASSERT_EQ(quantity_sum, 0);
      ASSERT_EQ(gain_sum, -rounding);
    }
  }
}

// A naive account: cash and goods. Realised plus unrealised profit is what selling all would leave.
TEST(PositionsTest, ProfitEqualsCashAndGoodsAtAnySize) {
  std::mt19937_64 random(8);
  for (int run = 0; run < 200; ++run) {
    Position position;
    int128 cash = 0, goods = 0;
    const int size_bits = 1 + static_cast<int>(random() % 30);
    for (int i = 0; i < 100; ++i) {
      const Fill fill{
          .side = random() % 2 == 0 ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL,
          .base_units = 1 + static_cast<int64_t>(random() % (1ULL << size_bits)),
          .quote_units = static_cast<int64_t>(random() % (1ULL << 2 * size_bits))};
      Apply(fill, position);
      const int sign = fill.side == common::v1::ORDER_SIDE_BUY ? 1 : -1;
      cash -= sign * int128(fill.quote_units);
      goods += sign * int128(fill.base_units);
      const int64_t price = static_cast<int64_t>(random() % 1'000);
      ASSERT_EQ(position.realised_units + *UnrealisedUnits(position, price, kPlain),
                cash + goods * price);
    }
  }
}

}  // namespace
}  // namespace rialto::pms
