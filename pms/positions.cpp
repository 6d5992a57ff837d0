#include "pms/positions.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/mul_div.h"

namespace rialto::pms {
namespace {

using absl::int128;

int128 Magnitude(int128 value) { return value < 0 ? -value : value; }

int128 TenTo(int exponent) {
  int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// The share of `whole` that belongs to `part` of `total`; REQUIRES 0 <= part <= total, total > 0.
int128 Share(int128 whole, int128 part, int128 total) {
  const std::optional<int128> share = MulDivHalfEven(whole, part, total);
  CHECK(share.has_value());  // At most `whole`.
  return *share;
}

// Prices are 10^-12 quote per base, amounts minor units: value = quantity x price / 10^this.
int PriceExponent(const PriceUnits& units) { return 12 + units.base_scale - units.quote_scale; }

}  // namespace

std::array<Fill, 2> FillsOf(const engine::v1::Trade& trade) {
  const bool buyer_arrived = trade.taker_side() == common::v1::ORDER_SIDE_BUY;
  const AccountId taker(trade.taker_account_id());
  const AccountId maker(trade.maker_account_id());
  const InstrumentId instrument(trade.instrument_id());
  return {Fill{.key = {buyer_arrived ? taker : maker, instrument},
               .side = common::v1::ORDER_SIDE_BUY,
               .base_units = trade.base_units(),
               .quote_units = trade.buyer_cost_units(),
               .fee_units = trade.buyer_fee_units()},
          Fill{.key = {buyer_arrived ? maker : taker, instrument},
               .side = common::v1::ORDER_SIDE_SELL,
               .base_units = trade.base_units(),
               .quote_units = trade.seller_gross_units(),
               .fee_units = trade.seller_fee_units()}};
}

void Apply(const Fill& fill, Position& position) {
  CHECK(fill.base_units > 0);
  const int128 sign = fill.side == common::v1::ORDER_SIDE_BUY ? 1 : -1;
  const int128 open = Magnitude(position.quantity_units);
  const bool reduces = position.quantity_units * sign < 0;

  const int128 closing = reduces ? std::min<int128>(fill.base_units, open) : 0;
  const int128 closing_quote = Share(fill.quote_units, closing, fill.base_units);
  if (closing > 0) {
    const int128 released = Share(position.cost_units, closing, open);
    position.cost_units -= released;
    position.realised_units += sign * (released - closing_quote);
  }
  position.cost_units += fill.quote_units - closing_quote;
  position.quantity_units += sign * fill.base_units;
  position.fee_units += fill.fee_units;
  position.fill_count += 1;
}

std::optional<int128> ValueUnits(const Position& position, int64_t price_ticks,
                                 const PriceUnits& units) {
  const int128 price_e12 = int128(price_ticks) * units.tick_size_e12;
  return MulDivHalfEven(position.quantity_units, price_e12, TenTo(PriceExponent(units)));
}

std::optional<int128> UnrealisedUnits(const Position& position, int64_t price_ticks,
                                      const PriceUnits& units) {
  const std::optional<int128> value = ValueUnits(position, price_ticks, units);
  if (!value) return std::nullopt;
  return position.quantity_units < 0 ? *value + position.cost_units : *value - position.cost_units;
}

std::optional<int128> AveragePriceE12(const Position& position, const PriceUnits& units) {
  if (position.quantity_units == 0) return std::nullopt;
  return MulDivHalfEven(position.cost_units, TenTo(PriceExponent(units)),
                        Magnitude(position.quantity_units));
}

}  // namespace rialto::pms
