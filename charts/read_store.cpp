#include "charts/read_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "charts/candle_rows.h"
#include "common/base/status_macros.h"

namespace rialto::charts {
namespace {

using postgres::Result;
using postgres::Transaction;

absl::StatusOr<std::optional<Candle>> CandleBefore(Transaction& transaction, InstrumentId id,
                                                   Timestamp time) {
  ASSIGN_OR_RETURN(const Result rows,
                   transaction.Execute(absl::StrCat("SELECT ", kCandleColumns,
                                                    " FROM charts.candles"
                                                    " WHERE instrument_id = $1"
                                                    " AND open_time_ns < $2"
                                                    " ORDER BY open_time_ns DESC LIMIT 1"),
                                       {id, time}));
  if (rows.empty()) return std::nullopt;
  return FromRow(rows.row(0));
}

absl::StatusOr<std::vector<Candle>> CandlesIn(Transaction& transaction, InstrumentId id,
                                              MinuteRange range, int count_max) {
  ASSIGN_OR_RETURN(const Result rows,
                   transaction.Execute(absl::StrCat("SELECT ", kCandleColumns,
                                                    " FROM charts.candles WHERE instrument_id = $1"
                                                    " AND open_time_ns >= $2 AND open_time_ns < $3"
                                                    " ORDER BY open_time_ns LIMIT $4"),
                                       {id, range.begin, range.end, count_max}));
  std::vector<Candle> candles;
  for (int i = 0; i < rows.row_count(); ++i) candles.push_back(FromRow(rows.row(i)));
  return candles;
}

}  // namespace

absl::StatusOr<CandlePage> ReadStore::ListCandles(const CandleQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(query.instrument));
  ASSIGN_OR_RETURN(const Result time,
                   snapshot.transaction.Execute("SELECT timestamp_ns FROM charts.engine_time"));
  CandlePage page{.instrument = *instrument,
                  .engine_time = Timestamp(time.row(0).Int64(0)),
                  .sequence = snapshot.sequence};
  const MinuteRange range{query.range.begin,
                          std::min(query.range.end, CloseTime(MinuteOf(page.engine_time)))};
  ASSIGN_OR_RETURN(const std::optional<Candle> before,
                   CandleBefore(snapshot.transaction, instrument->id, range.begin));
  ASSIGN_OR_RETURN(const std::vector<Candle> traded,
                   CandlesIn(snapshot.transaction, instrument->id, range, query.count_max));
  page.candles = WithQuietMinutes(before, traded, range, static_cast<size_t>(query.count_max));
  if (!page.candles.empty()) {
    const Timestamp next = CloseTime(page.candles.back().key.open_time);
    if (next < range.end) page.next_begin = next;
  }
  return page;
}

}  // namespace rialto::charts
