#include "charts/store.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "charts/candle_rows.h"
#include "charts/schema_files.h"
#include "common/base/status_macros.h"
#include "common/mirror/definitions.h"
#include "common/mirror/numeric.h"

namespace rialto::charts {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

CandleKey KeyOf(const engine::v1::Trade& trade, int64_t timestamp_ns) {
  return {InstrumentId(trade.instrument_id()), MinuteOf(Timestamp(timestamp_ns))};
}

int64_t Signed(TradeId id) { return static_cast<int64_t>(id.value()); }

}  // namespace

const postgres::Schema& Store::schema() const { return kSchema; }

absl::Status Store::Load(Transaction& transaction) {
  ASSIGN_OR_RETURN(const Result time,
                   transaction.Execute("SELECT timestamp_ns FROM charts.engine_time"));
  engine_time_ = Timestamp(time.row(0).Int64(0));
  ASSIGN_OR_RETURN(const Result spans,
                   transaction.Execute("SELECT instrument_id, first.open_time_ns, last.open_time_ns"
                                       " FROM charts.instruments"
                                       " JOIN LATERAL (SELECT open_time_ns FROM charts.candles"
                                       "  WHERE instrument_id = instruments.instrument_id"
                                       "  ORDER BY open_time_ns LIMIT 1) AS first ON true"
                                       " JOIN LATERAL (SELECT open_time_ns FROM charts.candles"
                                       "  WHERE instrument_id = instruments.instrument_id"
                                       "  ORDER BY open_time_ns DESC LIMIT 1) AS last ON true"));
  spans_.clear();
  for (int i = 0; i < spans.row_count(); ++i) {
    const Row row = spans.row(i);
    spans_[InstrumentId(static_cast<uint32_t>(row.Int64(0)))] = {Timestamp(row.Int64(1)),
                                                                 Timestamp(row.Int64(2))};
  }
  return absl::OkStatus();
}

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  RETURN_IF_ERROR(WriteDefinitions(transaction, "charts", commands));
  ASSIGN_OR_RETURN(Candles candles, ReadTouched(transaction, commands));
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      if (!event.has_trade()) continue;
      const CandleKey key = KeyOf(event.trade(), command->timestamp_ns());
      Candle& candle = candles[key];
      candle.key = key;
      Fold(event.trade(), candle);
      metrics_.trades_total.Increment();
    }
  }
  RETURN_IF_ERROR(Write(transaction, candles));
  const Timestamp now(commands.back()->timestamp_ns());
  RETURN_IF_ERROR(
      transaction.Execute("UPDATE charts.engine_time SET timestamp_ns = $1", {now}).status());
  CountClosed(candles, now);
  engine_time_ = now;
  return absl::OkStatus();
}

absl::StatusOr<Store::Candles> Store::ReadTouched(Transaction& transaction, CommandBatch commands) {
  std::set<CandleKey> keys;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      if (event.has_trade()) keys.insert(KeyOf(event.trade(), command->timestamp_ns()));
    }
  }
  Candles candles;
  if (keys.empty()) return candles;
  std::vector<int64_t> instrument_ids, open_times;
  for (const CandleKey& key : keys) {
    instrument_ids.push_back(key.instrument_id.value());
    open_times.push_back(key.open_time.value());
  }
  ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(absl::StrCat("SELECT ", kCandleColumns,
                                       " FROM unnest($1, $2) AS touched"
                                       " (instrument_id, open_time_ns)"
                                       " JOIN charts.candles USING (instrument_id, open_time_ns)"),
                          {instrument_ids, open_times}));
  for (int i = 0; i < rows.row_count(); ++i) {
    const Candle candle = FromRow(rows.row(i));
    candles[candle.key] = candle;
  }
  return candles;
}

absl::Status Store::Write(Transaction& transaction, const Candles& candles) {
  if (candles.empty()) return absl::OkStatus();
  std::vector<int64_t> instruments, times, opens, highs, lows, closes, counts, firsts, lasts,
      revisions;
  std::vector<std::string> base, quote, taker_base, taker_quote;
  for (const auto& [key, candle] : candles) {
    instruments.push_back(key.instrument_id.value());
    times.push_back(key.open_time.value());
    opens.push_back(candle.open.value());
    highs.push_back(candle.high.value());
    lows.push_back(candle.low.value());
    closes.push_back(candle.close.value());
    base.push_back(ToNumeric(candle.base_volume_lots));
    quote.push_back(ToNumeric(candle.quote_volume_units));
    counts.push_back(candle.trade_count);
    taker_base.push_back(ToNumeric(candle.taker_buy_base_lots));
    taker_quote.push_back(ToNumeric(candle.taker_buy_quote_units));
    firsts.push_back(Signed(candle.first_trade_id));
    lasts.push_back(Signed(candle.last_trade_id));
    revisions.push_back(candle.revision);
  }
  return transaction
      .Execute(absl::StrCat("INSERT INTO charts.candles (", kCandleColumns, ")",
                            " SELECT a, b, c, d, e, f, g::numeric, h::numeric, i, j::numeric,"
                            " k::numeric, l, m, n FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                            " $10, $11, $12, $13, $14)"
                            " AS written (a, b, c, d, e, f, g, h, i, j, k, l, m, n)"
                            " ON CONFLICT (instrument_id, open_time_ns) DO UPDATE SET"
                            " high_ticks = excluded.high_ticks, low_ticks = excluded.low_ticks,"
                            " close_ticks = excluded.close_ticks,"
                            " base_volume_lots = excluded.base_volume_lots,"
                            " quote_volume_units = excluded.quote_volume_units,"
                            " trade_count = excluded.trade_count,"
                            " taker_buy_base_lots = excluded.taker_buy_base_lots,"
                            " taker_buy_quote_units = excluded.taker_buy_quote_units,"
                            " last_trade_id = excluded.last_trade_id"),
               {instruments, times, opens, highs, lows, closes, base, quote, counts, taker_base,
                taker_quote, firsts, lasts, revisions})
      .status();
}

// Counts the minutes that end in (engine_time_, now]: traded ones, and per instrument the quiet
// ones since its first trade.
void Store::CountClosed(const Candles& touched, Timestamp now) {
  const Timestamp begin = MinuteOf(engine_time_);
  const Timestamp end = MinuteOf(now);
  std::map<InstrumentId, int64_t> traded_counts;
  for (const auto& [instrument_id, span] : spans_) {
    // The minute that was forming, when this batch adds nothing to it.
    if (span.last_open == begin && begin < end && !touched.contains({instrument_id, begin})) {
      ++traded_counts[instrument_id];
    }
  }
  for (const auto& [key, candle] : touched) {
    const auto [span, is_first] =
        spans_.try_emplace(key.instrument_id, TradedMinutes{key.open_time, key.open_time});
    span->second.last_open = key.open_time;
    if (key.open_time < end) ++traded_counts[key.instrument_id];
  }
  for (const auto& [instrument_id, span] : spans_) {
    const int64_t first_ns = std::max(span.first_open.value(), begin.value());
    const int64_t closed_count = std::max<int64_t>(0, (end.value() - first_ns) / kMinuteNs);
    const int64_t traded_count = traded_counts[instrument_id];
    metrics_.candles_traded_total.Increment(static_cast<double>(traded_count));
    metrics_.candles_quiet_total.Increment(static_cast<double>(closed_count - traded_count));
  }
}

}  // namespace rialto::charts
