#include "risk/exposure.h"

#include <map>

#include "common/base/check.h"
#include "common/base/mul_div.h"

namespace rialto::risk {
namespace {

using common::v1::ORDER_SIDE_BUY;
using common::v1::ORDER_SIDE_SELL;

// `lots` come (above 0) or go (below 0) at a price, and with them `orders`.
WorkingOrders Added(int64_t orders, int64_t lots, int64_t price_ticks) {
  return {orders, lots, absl::int128(lots) * price_ticks};
}

ExposureKey KeyOf(uint64_t account_id, uint32_t instrument_id) {
  return {AccountId(account_id), InstrumentId(instrument_id)};
}

ExposureChange OfMaker(const engine::v1::Trade& trade) {
  return {KeyOf(trade.maker_account_id(), trade.instrument_id()),
          trade.taker_side() == ORDER_SIDE_BUY ? ORDER_SIDE_SELL : ORDER_SIDE_BUY,
          Added(trade.maker_remaining_lots() == 0 ? -1 : 0, -trade.quantity_lots(),
                trade.price_ticks())};
}

}  // namespace

std::vector<ExposureChange> ChangesOf(const engine::v1::CommandEvents& command) {
  std::vector<ExposureChange> changes;
  std::map<uint64_t, uint64_t> owners;  // Of the orders this command accepted.
  for (const engine::v1::Event& event : command.events()) {
    if (event.has_order_accepted()) {
      owners[event.order_accepted().order_id()] = event.order_accepted().account_id();
    } else if (event.has_order_rested()) {
      const engine::v1::OrderRested& rested = event.order_rested();
      const auto owner = owners.find(rested.order_id());
      CHECK(owner != owners.end());
      changes.push_back({KeyOf(owner->second, rested.instrument_id()), rested.side(),
                         Added(1, rested.remaining_lots(), rested.price_ticks())});
    } else if (event.has_trade()) {
      changes.push_back(OfMaker(event.trade()));
    } else if (event.has_order_canceled() && event.order_canceled().was_resting()) {
      const engine::v1::OrderCanceled& canceled = event.order_canceled();
      changes.push_back({KeyOf(canceled.account_id(), canceled.instrument_id()), canceled.side(),
                         Added(-1, -canceled.canceled_lots(), canceled.price_ticks())});
    } else if (event.has_order_reduced()) {
      const engine::v1::OrderReduced& reduced = event.order_reduced();
      changes.push_back({KeyOf(reduced.account_id(), reduced.instrument_id()), reduced.side(),
                         Added(0, -reduced.reduced_lots(), reduced.price_ticks())});
    }
  }
  return changes;
}

void Apply(const ExposureChange& change, Exposure& exposure) {
  CHECK(change.side == ORDER_SIDE_BUY || change.side == ORDER_SIDE_SELL);
  WorkingOrders& orders = change.side == ORDER_SIDE_BUY ? exposure.buy : exposure.sell;
  orders.order_count += change.added.order_count;
  orders.quantity_lots += change.added.quantity_lots;
  orders.notional_tick_lots += change.added.notional_tick_lots;
  CHECK(orders.order_count >= 0 && orders.quantity_lots >= 0 && orders.notional_tick_lots >= 0);
  CHECK((orders.order_count == 0) == (orders.quantity_lots == 0));
}

std::optional<absl::int128> NotionalUnits(const WorkingOrders& orders, const NotionalScale& scale) {
  absl::int128 divisor = 1;  // 10^12 of the tick, and from base units to quote units.
  for (int i = 0; i < 12 + scale.base_scale - scale.quote_scale; ++i) divisor *= 10;
  const absl::int128 tick_lot = absl::int128(scale.tick_size_e12) * scale.lot_size_units;
  return MulDivCeil(orders.notional_tick_lots, tick_lot, divisor);
}

}  // namespace rialto::risk
