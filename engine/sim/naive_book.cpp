// The naive model's books: who stands where, and how an order leaves for good.
#include "common/base/check.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

NaiveMarket::Rank NaiveEngine::RankOf(const NaiveOrder& order) const {
  return {IsBuy(order.placed) ? -order.book_price : order.book_price, order.arrival};
}

void NaiveEngine::Enter(NaiveOrder& order, int64_t price) {
  NaiveMarket& market = MarketOf(order);
  const int64_t display = order.placed.terms.display_quantity.value();
  order.in_book = true;
  order.status = OrderStatus::kOpen;
  order.book_price = price;
  order.displayed = display == 0 ? order.remaining : std::min(display, order.remaining);
  order.arrival = ++arrivals_;
  market.outside.erase(order.id);
  market.queue(order.placed.side)[RankOf(order)] = order.id;
}

void NaiveEngine::Leave(NaiveOrder& order) {
  if (!order.in_book) return;
  NaiveMarket& market = MarketOf(order);
  market.queue(order.placed.side).erase(RankOf(order));
  market.outside.insert(order.id);
  order.in_book = false;
  order.status = OrderStatus::kPending;
  order.displayed = 0;
  order.book_price = 0;
}

void NaiveEngine::Cancel(NaiveOrder& order, CancelReason reason) {
  Say(OrderCanceled{order.id, order.placed.account_id, order.placed.instrument_id,
                    order.placed.side, Price(order.book_price), Quantity(order.remaining),
                    Quantity(order.displayed), reason, order.in_book});
  order.remaining = 0;
  Release(order, order.hold);
  Close(order, OrderStatus::kCanceled, reason);
}

void NaiveEngine::Close(NaiveOrder& order, OrderStatus status, CancelReason reason) {
  CHECK(order.is_open() && order.remaining == 0);
  Leave(order);
  MarketOf(order).outside.erase(order.id);
  order.status = status;
  order.reason = reason;
  expiries_.erase({order.expires_ns, order.id});
  open_by_client_id_.erase({order.placed.account_id, order.placed.client_order_id});
  open_by_account_[order.placed.account_id].erase(order.age);
  --open_order_count_;
  over_.push_back(order.id);
  Touch(order.placed.instrument_id);
  ReactToEnd(order);
}

void NaiveEngine::Reduce(NaiveOrder& order, int64_t lots) {
  const int64_t displayed = order.displayed;
  order.remaining -= lots;
  order.displayed = std::min(order.displayed, order.remaining);
  order.placed.quantity = Quantity(order.total());
  Say(OrderReduced{order.id, order.placed.account_id, order.placed.instrument_id, order.placed.side,
                   Price(order.book_price), Quantity(lots), Quantity(order.remaining),
                   Quantity(displayed - order.displayed)});
  Touch(order.placed.instrument_id);
}

std::vector<OrderId> NaiveEngine::OrdersOf(InstrumentId id) const {
  const NaiveMarket& market = MarketOf(id);
  std::vector<OrderId> ids;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (const auto& [rank, order_id] : market.queue(side)) ids.push_back(order_id);
  }
  ids.insert(ids.end(), market.outside.begin(), market.outside.end());
  return ids;
}

}  // namespace rialto::engine
