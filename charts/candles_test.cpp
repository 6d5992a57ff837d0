#include "charts/candles.h"

#include <map>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "gtest/gtest.h"

namespace rialto::charts {
namespace {

constexpr InstrumentId kInstrument{1};

struct Row {
  std::string side;
  int64_t lots = 0;
  int64_t ticks = 0;
  std::string seconds;
};

std::vector<Row> ParseRows(const std::string& text) {
  std::vector<Row> rows;
  std::istringstream lines(text);
  Row row;
  std::string at_sign, at_word;
  while (lines >> row.side >> row.lots >> at_sign >> row.ticks >> at_word >> row.seconds) {
    rows.push_back(row);
  }
  return rows;
}

// "buy 3 @ 100 at 61.5": a taker buys 3 lots at 100 ticks, 61.5 seconds into the epoch. A lot costs
// its ticks in quote units.
std::vector<Candle> FoldAll(const std::string& text) {
  std::map<CandleKey, Candle> candles;
  uint64_t trade_id = 0;
  for (const Row& row : ParseRows(text)) {
    engine::v1::Trade trade;
    trade.set_trade_id(++trade_id);
    trade.set_instrument_id(kInstrument.value());
    trade.set_price_ticks(row.ticks);
    trade.set_quantity_lots(row.lots);
    trade.set_seller_gross_units(row.ticks * row.lots);
    trade.set_buyer_cost_units(row.ticks * row.lots + 1);
    trade.set_taker_side(row.side == "buy" ? common::v1::ORDER_SIDE_BUY
                                           : common::v1::ORDER_SIDE_SELL);
    const CandleKey key{kInstrument, MinuteOf(Timestamp(*ParseDecimal(row.seconds, 9)))};
    Candle& candle = candles[key];
    candle.key = key;
    Fold(trade, candle);
  }
  std::vector<Candle> result;
  for (const auto& [key, candle] : candles) result.push_back(candle);
  return result;
}

std::string Describe(absl::Span<const Candle> candles) {
  std::ostringstream out;
  for (const Candle& c : candles) {
    out << "minute " << c.key.open_time.value() / kMinuteNs << " open " << c.open.value()
        << " high " << c.high.value() << " low " << c.low.value() << " close " << c.close.value()
        << " lots " << c.base_volume_lots << " quote " << c.quote_volume_units << " trades "
        << c.trade_count << " taker-buy " << c.taker_buy_base_lots << "/" << c.taker_buy_quote_units
        << " ids " << c.first_trade_id.value() << ".." << c.last_trade_id.value() << "\n";
  }
  return out.str();
}

TEST(CandlesTest, OneTradeIsOpenHighLowAndClose) {
  EXPECT_EQ(Describe(FoldAll("buy 3 @ 100 at 61.5")),
            "minute 1 open 100 high 100 low 100 close 100 lots 3 quote 300 trades 1 taker-buy "
            "3/300 ids 1..1\n");
}

TEST(CandlesTest, KeepsFirstHighestLowestAndLastPriceAndSums) {
  EXPECT_EQ(Describe(FoldAll("sell 1 @ 100 at 0   buy 2 @ 107 at 10   sell 5 @ 93 at 20 "
                             "buy  4 @ 101 at 59.999999")),
            "minute 0 open 100 high 107 low 93 close 101 lots 12 quote 1183 trades 4 taker-buy "
            "6/618 ids 1..4\n");
}

TEST(CandlesTest, ATradeOnTheBoundaryBelongsToTheLaterMinute) {
  EXPECT_EQ(Describe(FoldAll("buy 1 @ 10 at 59.999999999   buy 1 @ 20 at 60")),
            "minute 0 open 10 high 10 low 10 close 10 lots 1 quote 10 trades 1 taker-buy 1/10 ids "
            "1..1\n"
            "minute 1 open 20 high 20 low 20 close 20 lots 1 quote 20 trades 1 taker-buy 1/20 ids "
            "2..2\n");
}

TEST(CandlesTest, VolumesGoBeyond64Bits) {
  Candle candle{.key = {kInstrument, Timestamp(0)}};
  engine::v1::Trade trade;
  trade.set_instrument_id(kInstrument.value());
  trade.set_price_ticks(1);
  trade.set_quantity_lots(INT64_MAX);
  trade.set_seller_gross_units(INT64_MAX);
  for (uint64_t id = 1; id <= 4; ++id) {
    trade.set_trade_id(id);
    Fold(trade, candle);
  }
  EXPECT_EQ(candle.base_volume_lots, absl::int128(INT64_MAX) * 4);
  EXPECT_EQ(candle.quote_volume_units, absl::int128(INT64_MAX) * 4);
}

TEST(CandlesDeathTest, RefusesATradeThatWasFoldedBefore) {
  Candle candle{.key = {kInstrument, Timestamp(0)}};
  engine::v1::Trade trade;
  trade.set_instrument_id(kInstrument.value());
  trade.set_trade_id(7);
  Fold(trade, candle);
  EXPECT_DEATH(Fold(trade, candle), "last_trade_id");
}

// A shorthand of what a reader sees: "minute:close" and "quiet" where nothing traded.
std::string Sketch(const std::vector<Candle>& candles) {
  std::string out;
  for (const Candle& c : candles) {
    absl::StrAppend(&out, out.empty() ? "" : " ", c.key.open_time.value() / kMinuteNs, ":",
                    c.close.value(), c.trade_count == 0 ? "quiet" : "");
  }
  return out;
}

MinuteRange Minutes(int64_t begin, int64_t end) {
  return {Timestamp(begin * kMinuteNs), Timestamp(end * kMinuteNs)};
}

TEST(CandlesTest, QuietMinutesRepeatTheCloseBeforeThem) {
  const std::vector<Candle> traded =
      FoldAll("buy 1 @ 10 at 120   buy 1 @ 12 at 130   buy 1 @ 15 at 300");
  EXPECT_EQ(Sketch(WithQuietMinutes(std::nullopt, traded, Minutes(0, 8), 100)),
            "2:12 3:12quiet 4:12quiet 5:15 6:15quiet 7:15quiet");
}

TEST(CandlesTest, ThereIsNoCandleBeforeTheFirstTrade) {
  EXPECT_EQ(Sketch(WithQuietMinutes(std::nullopt, {}, Minutes(0, 8), 100)), "");
}

TEST(CandlesTest, ARangeBeginsWithTheCloseBeforeIt) {
  const std::vector<Candle> before = FoldAll("buy 1 @ 10 at 0");
  const std::vector<Candle> traded = FoldAll("buy 1 @ 15 at 300");
  EXPECT_EQ(Sketch(WithQuietMinutes(before[0], traded, Minutes(4, 7), 100)),
            "4:10quiet 5:15 6:15quiet");
  EXPECT_EQ(Sketch(WithQuietMinutes(before[0], {}, Minutes(4, 6), 100)), "4:10quiet 5:10quiet");
}

TEST(CandlesTest, APageEndsWhereItIsFull) {
  const std::vector<Candle> traded = FoldAll("buy 1 @ 10 at 0   buy 1 @ 15 at 300");
  EXPECT_EQ(Sketch(WithQuietMinutes(std::nullopt, traded, Minutes(0, 100), 3)),
            "0:10 1:10quiet 2:10quiet");
}

}  // namespace
}  // namespace rialto::charts
