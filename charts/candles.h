// One-minute candles of the venue's trades.
//
// A candle covers [open_time, open_time + one minute): a trade at the boundary belongs to the later
// one. Time is the engine's, which strictly increases, so no trade is ever late and a candle whose
// end has passed is final. Everything is an integer in the engine's units. Quote volume is what the
// sellers received before fees (seller_gross_units): it is what changed hands; what buyers paid on
// top is rounding.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/time.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::charts {

inline constexpr int64_t kMinuteNs = 60'000'000'000;

struct CandleKey {
  InstrumentId instrument_id;
  Timestamp open_time;  // A whole minute.

  friend auto operator<=>(const CandleKey&, const CandleKey&) = default;
};

// Volumes are sums of int64 of any number of trades: 128 bits hold 2^64 of them.
struct Candle {
  CandleKey key;
  Price open;
  Price high;
  Price low;
  Price close;
  absl::int128 base_volume_lots = 0;
  absl::int128 quote_volume_units = 0;
  int64_t trade_count = 0;  // 0: a quiet minute; then all prices are the close before it.
  absl::int128 taker_buy_base_lots = 0;
  absl::int128 taker_buy_quote_units = 0;
  TradeId first_trade_id;
  TradeId last_trade_id;
  int32_t revision = 0;  // Corrections after the close; none so far: trades are never taken back.

  friend bool operator==(const Candle&, const Candle&) = default;
};

// The start of the minute that holds `time`. REQUIRES time >= 0.
Timestamp MinuteOf(Timestamp time);
// The end of the minute that starts at `open_time`, exclusive.
Timestamp CloseTime(Timestamp open_time);

// Adds a trade to its candle, which has its key set. REQUIRES: trades come in the engine's order.
void Fold(const engine::v1::Trade& trade, Candle& candle);

// Minutes from `begin` on, before `end`; both are whole minutes.
struct MinuteRange {
  Timestamp begin;
  Timestamp end;
};

// The candles of `range`, at most `count_max`, one for every minute without a gap: those of
// `traded`, and between and after them quiet ones that repeat the close before. `before` is the
// last traded candle before the range; without it the first candle is the first traded one.
// REQUIRES: `traded` is sorted and holds the range's first `count_max` traded candles, or all.
std::vector<Candle> WithQuietMinutes(const std::optional<Candle>& before,
                                     absl::Span<const Candle> traded, MinuteRange range,
                                     size_t count_max);

}  // namespace rialto::charts
