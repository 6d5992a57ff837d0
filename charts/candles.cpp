#include "charts/candles.h"

#include <algorithm>

#include "common/base/check.h"

namespace rialto::charts {
namespace {

Candle QuietAfter(const Candle& previous, Timestamp open_time) {
  return Candle{.key = {previous.key.instrument_id, open_time},
                .open = previous.close,
                .high = previous.close,
                .low = previous.close,
                .close = previous.close};
}

}  // namespace

Timestamp MinuteOf(Timestamp time) {
  CHECK(time.value() >= 0);
  return Timestamp(time.value() - time.value() % kMinuteNs);
}

Timestamp CloseTime(Timestamp open_time) { return Timestamp(open_time.value() + kMinuteNs); }

void Fold(const engine::v1::Trade& trade, Candle& candle) {
  CHECK(trade.instrument_id() == candle.key.instrument_id.value());
  const Price price(trade.price_ticks());
  const TradeId trade_id(trade.trade_id());
  if (candle.trade_count == 0) {
    candle.open = candle.high = candle.low = price;
    candle.first_trade_id = trade_id;
  } else {
    CHECK(trade_id > candle.last_trade_id);
  }
  candle.high = std::max(candle.high, price);
  candle.low = std::min(candle.low, price);
  candle.close = price;
  candle.base_volume_lots += trade.quantity_lots();
  candle.quote_volume_units += trade.seller_gross_units();
  candle.trade_count += 1;
  if (trade.taker_side() == common::v1::ORDER_SIDE_BUY) {
    candle.taker_buy_base_lots += trade.quantity_lots();
    candle.taker_buy_quote_units += trade.seller_gross_units();
  }
  candle.last_trade_id = trade_id;
}

std::vector<Candle> WithQuietMinutes(const std::optional<Candle>& before,
                                     absl::Span<const Candle> traded, MinuteRange range,
                                     size_t count_max) {
  std::vector<Candle> candles;
  std::optional<Candle> previous = before;
  Timestamp minute = range.begin;
  if (!previous) {
    if (traded.empty()) return candles;
    minute = traded.front().key.open_time;
  }
  auto next_traded = traded.begin();
  for (; minute < range.end && candles.size() < count_max; minute = CloseTime(minute)) {
    if (next_traded != traded.end() && next_traded->key.open_time == minute) {
      candles.push_back(*next_traded++);
    } else {
      candles.push_back(QuietAfter(*previous, minute));
    }
    previous = candles.back();
  }
  return candles;
}

}  // namespace rialto::charts
