#include "risk/exposure.h"

#include "common/base/check.h"
#include "common/base/mul_div.h"

namespace rialto::risk {
namespace {

using engine::v1::Event;

// MARKET, and LIMIT that may not rest, end with their command; unless they wait for a parent.
bool CanStayOpen(const engine::v1::OrderAccepted& accepted) {
  if (accepted.type() == common::v1::ORDER_TYPE_MARKET) return false;
  if (accepted.type() != common::v1::ORDER_TYPE_LIMIT || accepted.list_id() != 0) return true;
  return accepted.time_in_force() != common::v1::TIME_IN_FORCE_IOC &&
         accepted.time_in_force() != common::v1::TIME_IN_FORCE_FOK;
}

OpenOrder& Known(OpenOrders& orders, uint64_t order_id) {
  const auto found = orders.find(OrderId(order_id));
  CHECK(found != orders.end());  // History is complete.
  return found->second;
}

// What is left after a trade; nothing: the order is over.
void Fill(OpenOrders& orders, uint64_t order_id, int64_t remaining_lots) {
  const auto found = orders.find(OrderId(order_id));
  if (found == orders.end()) return;  // An arriving order that can not stay open.
  found->second.remaining = Quantity(remaining_lots);
  if (remaining_lots == 0) orders.erase(found);
}

// What is left when a self-trade was prevented; the end of an order has its own event.
void Prevent(OpenOrders& orders, uint64_t order_id, int64_t remaining_lots) {
  const auto found = orders.find(OrderId(order_id));
  if (found != orders.end()) found->second.remaining = Quantity(remaining_lots);
}

}  // namespace

std::vector<OrderId> OrdersChangedBy(const Event& event) {
  switch (event.event_case()) {
    case Event::kTrade:
      return {OrderId(event.trade().maker_order_id()), OrderId(event.trade().taker_order_id())};
    case Event::kSelfTradePrevented:
      return {OrderId(event.self_trade_prevented().maker_order_id()),
              OrderId(event.self_trade_prevented().taker_order_id())};
    case Event::kOrderRested:
      return {OrderId(event.order_rested().order_id())};
    case Event::kOrderTriggered:
      return {OrderId(event.order_triggered().order_id())};
    case Event::kOrderReduced:
      return {OrderId(event.order_reduced().order_id())};
    case Event::kOrderMoved:
      return {OrderId(event.order_moved().order_id())};
    case Event::kOrderCanceled:
      return {OrderId(event.order_canceled().order_id())};
    default:
      return {};
  }
}

std::optional<OrderId> OrderCreatedBy(const Event& event) {
  if (!event.has_order_accepted() || !CanStayOpen(event.order_accepted())) return std::nullopt;
  return OrderId(event.order_accepted().order_id());
}

void Apply(const Event& event, OpenOrders& orders) {
  switch (event.event_case()) {
    case Event::kOrderAccepted: {
      const engine::v1::OrderAccepted& accepted = event.order_accepted();
      if (!CanStayOpen(accepted)) return;
      orders[OrderId(accepted.order_id())] = {
          .account_id = AccountId(accepted.account_id()),
          .instrument_id = InstrumentId(accepted.instrument_id()),
          .side = accepted.side(),
          .remaining = Quantity(accepted.quantity_lots())};
      return;
    }
    case Event::kTrade: {
      const engine::v1::Trade& trade = event.trade();
      Known(orders, trade.maker_order_id());
      Fill(orders, trade.maker_order_id(), trade.maker_remaining_lots());
      return Fill(orders, trade.taker_order_id(), trade.taker_remaining_lots());
    }
    case Event::kSelfTradePrevented: {
      const engine::v1::SelfTradePrevented& prevented = event.self_trade_prevented();
      Known(orders, prevented.maker_order_id());
      Prevent(orders, prevented.maker_order_id(), prevented.maker_remaining_lots());
      return Prevent(orders, prevented.taker_order_id(), prevented.taker_remaining_lots());
    }
    case Event::kOrderRested: {
      OpenOrder& order = Known(orders, event.order_rested().order_id());
      order.price = Price(event.order_rested().price_ticks());
      order.remaining = Quantity(event.order_rested().remaining_lots());
      return;
    }
    case Event::kOrderTriggered:
      Known(orders, event.order_triggered().order_id()).remaining =
          Quantity(event.order_triggered().quantity_lots());
      return;
    case Event::kOrderReduced:
      Known(orders, event.order_reduced().order_id()).remaining =
          Quantity(event.order_reduced().remaining_lots());
      return;
    case Event::kOrderMoved:
      // What is left of it now is said by the events that follow; of a peg it is what it was.
      Known(orders, event.order_moved().order_id()).price = Price(0);
      return;
    case Event::kOrderCanceled:
      orders.erase(OrderId(event.order_canceled().order_id()));
      return;
    default:
      return;
  }
}

std::optional<absl::int128> NotionalUnits(const WorkingOrders& orders, const NotionalScale& scale) {
  absl::int128 divisor = 1;  // 10^12 of the tick, and from base units to quote units.
  for (int i = 0; i < 12 + scale.base_scale - scale.quote_scale; ++i) divisor *= 10;
  const absl::int128 tick_lot = absl::int128(scale.tick_size_e12) * scale.lot_size_units;
  return MulDivCeil(orders.notional_tick_lots, tick_lot, divisor);
}

}  // namespace rialto::risk
