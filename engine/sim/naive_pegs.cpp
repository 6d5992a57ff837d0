// How PEGGED orders follow the book in the naive model.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

std::vector<OrderId> NaiveEngine::PegsOf(InstrumentId id) const {
  std::vector<OrderId> pegs;
  for (const OrderId order_id : OrdersOf(id)) {
    if (orders_.at(order_id).placed.type == OrderType::kPegged) pegs.push_back(order_id);
  }
  std::sort(pegs.begin(), pegs.end());
  return pegs;
}

std::optional<int64_t> NaiveEngine::BestUnpegged(const NaiveMarket& market, Side side) const {
  for (const auto& [rank, id] : market.queue(side)) {
    const NaiveOrder& order = orders_.at(id);
    if (order.placed.type != OrderType::kPegged) return order.book_price;
  }
  return std::nullopt;
}

std::optional<int64_t> NaiveEngine::TargetOf(const NaiveOrder& order) const {
  const NaiveMarket& market = MarketOf(order);
  const bool is_buy = IsBuy(order.placed);
  const auto bid = BestUnpegged(market, Side::kBuy);
  const auto ask = BestUnpegged(market, Side::kSell);
  std::optional<int64_t> reference;
  if (order.placed.terms.peg == PegReference::kBestBid) reference = bid;
  if (order.placed.terms.peg == PegReference::kBestAsk) reference = ask;
  if (order.placed.terms.peg == PegReference::kMid && bid && ask) {
    const int64_t sum = *bid + *ask;
    reference = is_buy ? sum / 2 : (sum + 1) / 2;
  }
  if (!reference) return std::nullopt;
  int64_t target = *reference + order.placed.terms.peg_offset_ticks;
  const int64_t worst = order.placed.price.value();
  const auto opposite = market.Best(Opposite(order.placed.side));
  if (is_buy) {
    target = std::min(target, worst);
    if (opposite) target = std::min(target, *opposite - 1);
  } else {
    target = std::max(target, worst);
    if (opposite) target = std::max(target, *opposite + 1);
  }
  if (target < 1 || target > limits::kPriceMax.value()) return std::nullopt;
  return target;
}

bool NaiveEngine::LookAtPegs(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  if (!market.IsTrading() && market.state != InstrumentState::kPostOnly) return false;
  const auto bid = BestUnpegged(market, Side::kBuy);
  const auto ask = BestUnpegged(market, Side::kSell);
  if (!market.must_look_at_pegs && bid == market.peg_bid && ask == market.peg_ask) return false;
  market.must_look_at_pegs = false;
  market.peg_bid = bid;
  market.peg_ask = ask;
  bool changed = false;
  for (const OrderId order_id : PegsOf(id)) {
    NaiveOrder& order = orders_.at(order_id);
    const auto target = TargetOf(order);
    std::optional<int64_t> place;
    if (order.in_book) place = order.book_price;
    const bool is_new = order.is_new_peg;
    order.is_new_peg = false;
    if (target == place) continue;
    changed = true;
    if (!is_new) LeavePeg(order);
    if (target) Rest(order, *target);
  }
  return changed;
}

void NaiveEngine::TakePegsOut(InstrumentId id) {
  for (const OrderId order_id : PegsOf(id)) {
    NaiveOrder& order = orders_.at(order_id);
    if (order.in_book) LeavePeg(order);
  }
}

void NaiveEngine::LeavePeg(NaiveOrder& order) {
  const int64_t from_price = order.book_price;
  const int64_t from_displayed = order.displayed;
  Leave(order);
  Say(OrderMoved{order.id, order.placed.account_id, order.placed.instrument_id, order.placed.side,
                 Price(from_price), Quantity(from_displayed), order.placed.price,
                 order.placed.quantity, Amount(order.hold)});
}

}  // namespace rialto::engine
