// A candle as a row of charts.candles.
#pragma once

#include "charts/candles.h"
#include "common/postgres/result.h"

namespace rialto::charts {

// The columns that FromRow reads, in its order.
inline constexpr char kCandleColumns[] =
    "instrument_id, open_time_ns, open_ticks, high_ticks, low_ticks, close_ticks,"
    " base_volume_lots, quote_volume_units, trade_count, taker_buy_base_lots,"
    " taker_buy_quote_units, first_trade_id, last_trade_id, revision";

Candle FromRow(const postgres::Row& row);

}  // namespace rialto::charts
