#include "charts/candle_rows.h"

#include "common/mirror/numeric.h"

namespace rialto::charts {

Candle FromRow(const postgres::Row& row) {
  return Candle{.key = {InstrumentId(static_cast<uint32_t>(row.Int64(0))), Timestamp(row.Int64(1))},
                .open = Price(row.Int64(2)),
                .high = Price(row.Int64(3)),
                .low = Price(row.Int64(4)),
                .close = Price(row.Int64(5)),
                .base_volume_lots = FromNumeric(row.Text(6)),
                .quote_volume_units = FromNumeric(row.Text(7)),
                .trade_count = row.Int64(8),
                .taker_buy_base_lots = FromNumeric(row.Text(9)),
                .taker_buy_quote_units = FromNumeric(row.Text(10)),
                .first_trade_id = TradeId(static_cast<uint64_t>(row.Int64(11))),
                .last_trade_id = TradeId(static_cast<uint64_t>(row.Int64(12))),
                .revision = static_cast<int32_t>(row.Int64(13))};
}

}  // namespace rialto::charts
