// Candles against a venue's own: Binance's public XRP/ETH trades of 2019-10-11 and 12, and the
// one-minute candles that Binance published for them.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "charts/candles.h"
#include "common/base/decimal.h"
#include "gtest/gtest.h"

namespace rialto::charts {
namespace {

constexpr int kPriceScale = 8;
constexpr int kQuantityScale = 1;  // A lot is 0.1 XRP here, so that the file's numbers are whole.

std::filesystem::path DataFolder() {
  const char* folder = std::getenv("RIALTO_DATA");
  const std::filesystem::path data = folder != nullptr ? folder : "../../shared/data";
  return data / "trades-candles";
}

// The cells of "[1, \"2\", null]," and the like; empty for a line that is no row.
std::vector<std::string> Cells(std::string line) {
  line = std::string(absl::StripAsciiWhitespace(line));
  if (!line.empty() && line.back() == ',') line.pop_back();
  if (line.size() < 2 || line.front() != '[' || line.back() != ']') return {};
  std::vector<std::string> cells = absl::StrSplit(line.substr(1, line.size() - 2), ',');
  for (std::string& cell : cells) {
    cell = std::string(absl::StripAsciiWhitespace(cell));
    if (cell.size() >= 2 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
  }
  return cells;
}

int64_t Milliseconds(const std::string& cell) { return *ParseDecimal(cell, 0) * 1'000'000; }

std::vector<Candle> CandlesOfTrades(const std::filesystem::path& file) {
  std::FILE* input = popen(("gzip -dc '" + file.string() + "'").c_str(), "r");
  EXPECT_NE(input, nullptr);
  std::map<CandleKey, Candle> candles;
  char line[1024];
  while (input != nullptr && std::fgets(line, sizeof(line), input) != nullptr) {
    const std::vector<std::string> cells = Cells(line);
    if (cells.size() != 7) continue;
    engine::v1::Trade trade;
    uint64_t trade_id = 0;
    EXPECT_TRUE(absl::SimpleAtoi(cells[1], &trade_id));
    trade.set_trade_id(trade_id);
    trade.set_instrument_id(1);
    trade.set_price_ticks(*ParseDecimal(cells[4], kPriceScale));
    trade.set_quantity_lots(*ParseDecimal(cells[5], kQuantityScale));
    trade.set_seller_gross_units(trade.price_ticks() * trade.quantity_lots());
    trade.set_taker_side(cells[3] == "buy" ? common::v1::ORDER_SIDE_BUY
                                           : common::v1::ORDER_SIDE_SELL);
    const CandleKey key{InstrumentId(1), MinuteOf(Timestamp(Milliseconds(cells[0])))};
    Candle& candle = candles[key];
    candle.key = key;
    Fold(trade, candle);
  }
  if (input != nullptr) pclose(input);
  std::vector<Candle> result;
  for (const auto& [key, candle] : candles) result.push_back(candle);
  return result;
}

TEST(CandlesDataTest, EqualsBinancesOwnCandlesMinuteByMinute) {
  const std::filesystem::path folder = DataFolder();
  const auto trades_file = folder / "binance_XRPETH_trades_first60pct.json.gz";
  const auto candles_file = folder / "binance_XRPETH_1m_first60pct.json";
  if (!std::filesystem::exists(trades_file) || !std::filesystem::exists(candles_file)) {
    GTEST_SKIP() << "needs the recorded trades: set RIALTO_DATA to the data folder; looked in "
                 << folder;
  }
  const std::vector<Candle> traded = CandlesOfTrades(trades_file);
  ASSERT_EQ(traded.size(), 1461u);

  std::ifstream lines(candles_file);
  std::string line;
  std::vector<Candle> published;
  while (std::getline(lines, line)) {
    const std::vector<std::string> cells = Cells(line);
    if (cells.size() != 6) continue;
    published.push_back({.key = {InstrumentId(1), Timestamp(Milliseconds(cells[0]))},
                         .open = Price(*ParseDecimal(cells[1], kPriceScale)),
                         .high = Price(*ParseDecimal(cells[2], kPriceScale)),
                         .low = Price(*ParseDecimal(cells[3], kPriceScale)),
                         .close = Price(*ParseDecimal(cells[4], kPriceScale)),
                         .base_volume_lots = *ParseDecimal(cells[5], kQuantityScale)});
  }
  ASSERT_EQ(published.size(), 2135u);

  const MinuteRange range{published.front().key.open_time,
                          CloseTime(published.back().key.open_time)};
  const std::vector<Candle> candles = WithQuietMinutes(std::nullopt, traded, range, 10'000);
  ASSERT_EQ(candles.size(), published.size());
  int64_t trade_count = 0;
  for (size_t i = 0; i < candles.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(candles[i].key, published[i].key);
    EXPECT_EQ(candles[i].open, published[i].open);
    EXPECT_EQ(candles[i].high, published[i].high);
    EXPECT_EQ(candles[i].low, published[i].low);
    EXPECT_EQ(candles[i].close, published[i].close);
    EXPECT_EQ(candles[i].base_volume_lots, published[i].base_volume_lots);
    EXPECT_EQ(candles[i].trade_count == 0, published[i].base_volume_lots == 0);
    trade_count += candles[i].trade_count;
  }
  EXPECT_EQ(trade_count, 7874);
}

}  // namespace
}  // namespace rialto::charts
