// What happens in the naive model when two orders meet: a trade and its payments, or the prevention
// of one.
#include <algorithm>

#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

int64_t ToAmount(Wide value) {
  CHECK(value >= -kAmountMax && value <= kAmountMax);
  return static_cast<int64_t>(value);
}

int64_t Offered(const NaiveOrder& order) {
  return order.in_book ? order.displayed : order.remaining;
}

}  // namespace

void NaiveEngine::Meet(const Meeting& meeting) {
  const SelfTrade mode = ModeOf(meeting.taker);
  const bool is_own =
      AreOfOneOwner(meeting.taker.placed.account_id, meeting.maker.placed.account_id);
  if (is_own && mode != SelfTrade::kAllow) {
    Prevent(meeting, mode);
  } else {
    Exchange(meeting);
  }
  ++fills_;
}

// --- A trade ---

void NaiveEngine::Exchange(const Meeting& meeting) {
  const auto& [taker, maker, price, in_auction] = meeting;
  NaiveMarket& market = MarketOf(taker);
  const int64_t lots = std::min(Offered(taker), maker.displayed);
  for (NaiveOrder* order : {&taker, &maker}) {
    order->remaining -= lots;
    order->executed += lots;
    if (order->in_book) order->displayed -= lots;
  }
  Trade trade{.trade_id = MakeTradeId(sequence_, fills_),
              .instrument_id = taker.placed.instrument_id,
              .price = Price(price),
              .quantity = Quantity(lots),
              .taker_side = taker.placed.side,
              .taker_order_id = taker.id,
              .taker_account_id = taker.placed.account_id,
              .taker_remaining = Quantity(taker.remaining),
              .maker_order_id = maker.id,
              .maker_account_id = maker.placed.account_id,
              .maker_remaining = Quantity(maker.remaining),
              .maker_price = Price(maker.book_price),
              .taker_price = Price(taker.book_price)};
  Pay(meeting, lots, trade);
  Say(trade);
  market.last = price;
  market.trades.push_back({price, sweep_count_});
  ++market.trade_count;
  if (!market.anchor) {
    market.anchor = price;
    market.anchor_ns = now_ns_;
  }
  Touch(taker.placed.instrument_id);
  ReactToTrade(maker, lots);
  ReactToTrade(taker, lots);
  for (NaiveOrder* order : {&maker, &taker}) {
    if (!order->in_book) continue;
    if (order->remaining > 0) {
      Replenish(*order);
    } else {
      Release(*order, order->hold);
      Close(*order, OrderStatus::kFilled, CancelReason::kNone);
    }
  }
}

void NaiveEngine::Pay(const Meeting& meeting, int64_t lots, Trade& trade) {
  const auto& [taker, maker, price, in_auction] = meeting;
  const NaiveInstrument& instrument = MarketOf(taker).instrument;
  const bool taker_buys = IsBuy(taker.placed);
  NaiveOrder& buyer = taker_buys ? taker : maker;
  NaiveOrder& seller = taker_buys ? maker : taker;
  const int64_t taker_ppm = in_auction ? taker.maker_ppm : taker.taker_ppm;
  const int64_t buyer_ppm = taker_buys ? taker_ppm : maker.maker_ppm;
  const int64_t seller_ppm = taker_buys ? maker.maker_ppm : taker_ppm;

  const Wide needs = buyer.limit ? NeedOf(buyer, buyer.remaining) : 0;
  const Wide budget = buyer.hold - std::min<Wide>(needs, buyer.hold);
  const Wide cost = std::min(instrument.Ceil(price, lots), budget);
  const Wide buyer_fee = std::min(instrument.Fee(price, lots, buyer_ppm), budget - cost);
  const Wide gross = instrument.Floor(price, lots);
  const Wide seller_fee = std::min(instrument.Fee(price, lots, seller_ppm), gross);
  Wide buyer_rebate = 0;
  Wide seller_rebate = 0;
  if (buyer_ppm < 0) {
    buyer_rebate = std::min(instrument.Rebate(price, lots, -buyer_ppm), seller_fee);
  }
  if (seller_ppm < 0) {
    seller_rebate = std::min(instrument.Rebate(price, lots, -seller_ppm), buyer_fee);
  }
  const Wide base = instrument.BaseAmount(lots);
  const Wide improvement = buyer.limit ? budget - cost - buyer_fee : 0;

  const AssetId base_id = instrument.definition.base;
  const AssetId quote_id = instrument.definition.quote;
  const Pocket buyer_held{buyer.placed.account_id, quote_id, Pocket::kHeld};
  const Pocket buyer_quote{buyer.placed.account_id, quote_id, Pocket::kAvailable};
  const Pocket seller_quote{seller.placed.account_id, quote_id, Pocket::kAvailable};
  const Pocket fees{kFees, quote_id, Pocket::kAvailable};
  Move(buyer_held, seller_quote, gross);
  Move(buyer_held, {kRounding, quote_id, Pocket::kAvailable}, cost - gross);
  Move(buyer_held, fees, buyer_fee);
  Move(seller_quote, fees, seller_fee);
  Move(fees, buyer_quote, buyer_rebate);
  Move(fees, seller_quote, seller_rebate);
  Move({seller.placed.account_id, base_id, Pocket::kHeld},
       {buyer.placed.account_id, base_id, Pocket::kAvailable}, base);
  Move(buyer_held, buyer_quote, improvement);

  buyer.hold -= ToAmount(cost + buyer_fee + improvement);
  seller.hold -= ToAmount(base);
  buyer.executed_quote += cost;
  seller.executed_quote += gross;
  trade.base_amount = Amount(ToAmount(base));
  trade.buyer_cost = Amount(ToAmount(cost));
  trade.seller_gross = Amount(ToAmount(gross));
  trade.buyer_fee = Amount(ToAmount(buyer_fee - buyer_rebate));
  trade.seller_fee = Amount(ToAmount(seller_fee - seller_rebate));
}

void NaiveEngine::Replenish(NaiveOrder& order) {
  if (order.displayed > 0) return;
  const int64_t price = order.book_price;
  Leave(order);
  Enter(order, price);
  Say(OrderReplenished{order.id, order.placed.instrument_id, order.placed.side, Price(price),
                       Quantity(order.displayed)});
}

// --- The prevention of a trade with oneself ---

void NaiveEngine::Prevent(const Meeting& meeting, SelfTrade mode) {
  const auto& [taker, maker, price, in_auction] = meeting;
  int64_t taker_lots = 0;
  int64_t maker_lots = 0;
  if (mode == SelfTrade::kDecrement) {
    taker_lots = maker_lots = std::min(Offered(taker), maker.displayed);
  }
  if (mode == SelfTrade::kExpireTaker || mode == SelfTrade::kExpireBoth) {
    taker_lots = taker.remaining;
  }
  if (mode == SelfTrade::kExpireMaker || mode == SelfTrade::kExpireBoth) {
    maker_lots = maker.remaining;
  }
  SelfTradePrevented event{.match_id = MakeTradeId(sequence_, fills_),
                           .instrument_id = taker.placed.instrument_id,
                           .price = Price(price),
                           .mode = mode,
                           .taker_side = taker.placed.side,
                           .taker_order_id = taker.id,
                           .taker_account_id = taker.placed.account_id,
                           .taker_prevented = Quantity(taker_lots),
                           .taker_remaining = Quantity(taker.remaining - taker_lots),
                           .maker_order_id = maker.id,
                           .maker_account_id = maker.placed.account_id,
                           .maker_prevented = Quantity(maker_lots),
                           .maker_remaining = Quantity(maker.remaining - maker_lots),
                           .maker_price = Price(maker.book_price),
                           .maker_displayed = Quantity(std::min(maker_lots, maker.displayed)),
                           .taker_price = Price(taker.book_price),
                           .taker_displayed = Quantity(std::min(taker_lots, taker.displayed))};
  Say(event);
  Touch(taker.placed.instrument_id);
  const auto prevent = [&](NaiveOrder& order, int64_t lots) {
    order.remaining -= lots;
    order.prevented += lots;
    order.displayed -= std::min(lots, order.displayed);
    if (order.placed.type != OrderType::kMarket) ReleaseUnneeded(order);
  };
  prevent(maker, maker_lots);
  prevent(taker, taker_lots);
  if (mode == SelfTrade::kDecrement && rule_set_ >= rules::kPreventionLessensSibling) {
    for (const NaiveOrder* order : {&maker, &taker}) {
      const bool goes_on = order->list_kind == ListKind::kBracket && order->remaining > 0;
      if (goes_on) ReactToTrade(*order, taker_lots);
    }
  }
  for (NaiveOrder* order : {&maker, &taker}) {
    if (order->in_book && order->remaining > 0) Replenish(*order);
  }
  for (NaiveOrder* order : {&maker, &taker}) {
    if (order->remaining == 0) Cancel(*order, CancelReason::kSelfTradePrevented);
  }
}

}  // namespace rialto::engine
