// The money of a trade: README.md, Matching and settlement.

#include <algorithm>
#include <limits>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

// More than an Amount can say counts as the largest.
Amount SaturatedSum(Amount a, Amount b) {
  const absl::int128 sum = absl::int128(a.value()) + b.value();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return Amount(sum > kMax ? kMax : static_cast<int64_t>(sum));
}

// Above 0: a fee; below: the rebate that the rate promises.
Amount FeeOf(const Instrument& instrument, Price price, Quantity lots, int64_t ppm) {
  return ppm >= 0 ? instrument.FeeCeil(price, lots, ppm) : -instrument.FeeFloor(price, lots, -ppm);
}

}  // namespace

Amount Engine::NeedOf(OrderIndex index) const {
  const Order& order = orders_[index];
  const Instrument& instrument = MarketOf(index).instrument;
  if (order.side == Side::kSell) return instrument.BaseAmount(orders_.Remaining(index));
  if (order.limit == Price(0)) return order.hold;
  return BuyNeed(instrument, order.limit, orders_.Remaining(index), order.hold_fee_ppm());
}

void Engine::ShrinkHold(OrderIndex index, Amount need) {
  Order& order = orders_[index];
  if (need >= order.hold) return;
  accounts_.Release({orders_.AccountOf(index), HoldAsset(MarketOf(index).instrument, order.side)},
                    order.hold - need);
  order.hold = need;
}

void Engine::Trade(const Encounter& encounter, Quantity lots, Events& events) {
  const OrderIndex taker_index = encounter.taker;
  const OrderIndex maker_index = encounter.maker;
  const Market& market = MarketOf(taker_index);
  const Order& taker = orders_[taker_index];
  const bool taker_buys = taker.side == Side::kBuy;

  events.emplace_back(std::in_place_type<struct Trade>);
  struct Trade& trade = std::get<struct Trade>(events.back());
  trade.trade_id = MakeTradeId(sequence_, encounters_++);
  trade.instrument_id = market.instrument.id;
  trade.price = encounter.price;
  trade.quantity = lots;
  trade.taker_side = taker.side;
  trade.taker_order_id = orders_.IdOf(taker_index);
  trade.taker_account_id = orders_.AccountOf(taker_index);
  trade.taker_remaining = orders_.Remaining(taker_index) - lots;
  trade.maker_order_id = orders_.IdOf(maker_index);
  trade.maker_account_id = orders_.AccountOf(maker_index);
  trade.maker_remaining = orders_.Remaining(maker_index) - lots;
  trade.maker_price = market.book.PriceOf(maker_index);
  if (encounter.is_auction) trade.taker_price = market.book.PriceOf(taker_index);
  const int64_t taker_ppm =
      encounter.is_auction ? int64_t{taker.maker_fee_ppm} : int64_t{taker.taker_fee_ppm};
  const int64_t maker_ppm = orders_[maker_index].maker_fee_ppm;
  trade.buyer_fee = FeeOf(market.instrument, trade.price, lots, taker_buys ? taker_ppm : maker_ppm);
  trade.seller_fee =
      FeeOf(market.instrument, trade.price, lots, taker_buys ? maker_ppm : taker_ppm);
  MoveMoney(market, trade, taker_buys ? taker_index : maker_index,
            taker_buys ? maker_index : taker_index);

  Market& traded = MarketOf(taker_index);
  if (traded.anchor == Price(0)) {
    traded.anchor = trade.price;
    traded.anchored_at = now_;
  }
  traded.last_price = trade.price;
  if (orders_[maker_index].special != 0) ReactToTrade(maker_index, lots);
  if (orders_[taker_index].special != 0) ReactToTrade(taker_index, lots);
  // `trade` may move from here on.
  Lessen(maker_index, lots, events);
  Lessen(taker_index, lots, events);
}

// In: price, quantity, and what the rates ask for as fees. Out: the amounts that moved.
void Engine::MoveMoney(const Market& market, struct Trade& trade, OrderIndex buyer_index,
                       OrderIndex seller_index) {
  const Instrument& instrument = market.instrument;
  const AssetId quote = instrument.definition.quote;
  Order& buyer = orders_[buyer_index];
  Order& seller = orders_[seller_index];
  const AccountId buyer_id = orders_.AccountOf(buyer_index);
  const AccountId seller_id = orders_.AccountOf(seller_index);

  // The budget: what the buyer holds beyond the needs of what remains. Rounding never overdraws it.
  Amount still_needed;
  if (buyer.limit != Price(0)) {
    const Quantity left = orders_.Remaining(buyer_index) - trade.quantity;
    still_needed = Min(buyer.hold, BuyNeed(instrument, buyer.limit, left, buyer.hold_fee_ppm()));
  }
  const Amount budget = buyer.hold - still_needed;
  trade.base_amount = instrument.BaseAmount(trade.quantity);
  trade.buyer_cost = Min(instrument.QuoteCeil(trade.price, trade.quantity), budget);
  trade.seller_gross = instrument.QuoteFloor(trade.price, trade.quantity);
  trade.buyer_fee = Min(trade.buyer_fee, budget - trade.buyer_cost);
  trade.seller_fee = Min(trade.seller_fee, trade.seller_gross);
  // A rebate comes out of what the other side pays.
  const Amount buyer_pays = std::max(trade.buyer_fee, Amount(0));
  const Amount seller_pays = std::max(trade.seller_fee, Amount(0));
  trade.buyer_fee = std::max(trade.buyer_fee, -seller_pays);
  trade.seller_fee = std::max(trade.seller_fee, -buyer_pays);

  accounts_.MoveHeld(quote, buyer_id, seller_id, trade.seller_gross);
  accounts_.MoveHeld(quote, buyer_id, kRounding, trade.buyer_cost - trade.seller_gross);
  accounts_.MoveHeld(quote, buyer_id, kFees, buyer_pays);
  accounts_.MoveAvailable(quote, seller_id, kFees, seller_pays);
  accounts_.MoveAvailable(quote, kFees, buyer_id, std::max(-trade.buyer_fee, Amount(0)));
  accounts_.MoveAvailable(quote, kFees, seller_id, std::max(-trade.seller_fee, Amount(0)));
  accounts_.MoveHeld(instrument.definition.base, seller_id, buyer_id, trade.base_amount);
  buyer.hold -= trade.buyer_cost + buyer_pays;
  seller.hold -= trade.base_amount;
  if (buyer.limit != Price(0)) {
    accounts_.Release({buyer_id, quote}, buyer.hold - still_needed);
    buyer.hold = still_needed;
  }
  buyer.executed_quote = SaturatedSum(buyer.executed_quote, trade.buyer_cost);
  seller.executed_quote = SaturatedSum(seller.executed_quote, trade.seller_gross);
}

}  // namespace rialto::engine
