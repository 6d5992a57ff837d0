#include "common/catalog/book_changes.h"

namespace rialto {
namespace {

using common::v1::OrderSide;
using engine::v1::Event;

OrderSide Opposite(OrderSide side) {
  return side == common::v1::ORDER_SIDE_BUY ? common::v1::ORDER_SIDE_SELL
                                            : common::v1::ORDER_SIDE_BUY;
}

// What leaves when two orders meet, at the maker's level and, where there is one, the taker's.
struct Meeting {
  BookChange maker;
  BookChange taker;  // Price 0: it is in no book.
};

BookChanges ChangesOf(const Meeting& meeting) {
  BookChanges changes{meeting.maker};
  if (meeting.taker.price != Price(0)) changes.push_back(meeting.taker);
  return changes;
}

// Events from before levels were recorded have none: then the trade's price is the maker's.
BookChanges ChangesOf(const engine::v1::Trade& trade) {
  const InstrumentId instrument(trade.instrument_id());
  const int64_t maker_ticks =
      trade.maker_price_ticks() == 0 ? trade.price_ticks() : trade.maker_price_ticks();
  return ChangesOf(
      Meeting{.maker = {instrument, Opposite(trade.taker_side()), Price(maker_ticks),
                        -trade.quantity_lots(), trade.maker_remaining_lots() == 0 ? -1 : 0},
              .taker = {instrument, trade.taker_side(), Price(trade.taker_price_ticks()),
                        -trade.quantity_lots(), trade.taker_remaining_lots() == 0 ? -1 : 0}});
}

// An order of which nothing remains leaves with the OrderCanceled that follows.
BookChanges ChangesOf(const engine::v1::SelfTradePrevented& prevented) {
  const InstrumentId instrument(prevented.instrument_id());
  return ChangesOf(
      Meeting{.maker = {instrument, Opposite(prevented.taker_side()),
                        Price(prevented.maker_price_ticks()), -prevented.maker_displayed_lots(), 0},
              .taker = {instrument, prevented.taker_side(), Price(prevented.taker_price_ticks()),
                        -prevented.taker_displayed_lots(), 0}});
}

BookChanges ChangesOf(const engine::v1::OrderRested& rested) {
  // An event from before this was recorded: all of it is shown.
  const int64_t lots =
      rested.displayed_lots() == 0 ? rested.remaining_lots() : rested.displayed_lots();
  return {
      {InstrumentId(rested.instrument_id()), rested.side(), Price(rested.price_ticks()), lots, +1}};
}

BookChanges ChangesOf(const engine::v1::OrderCanceled& canceled) {
  if (!canceled.was_resting()) return {};
  // An event from before this was recorded: all of it was shown.
  const int64_t lots =
      canceled.displayed_lots() == 0 ? canceled.canceled_lots() : canceled.displayed_lots();
  return {{InstrumentId(canceled.instrument_id()), canceled.side(), Price(canceled.price_ticks()),
           -lots, -1}};
}

BookChanges ChangesOf(const engine::v1::OrderReduced& reduced) {
  if (reduced.price_ticks() == 0) return {};
  return {{InstrumentId(reduced.instrument_id()), reduced.side(), Price(reduced.price_ticks()),
           -reduced.displayed_lots(), 0}};
}

BookChanges ChangesOf(const engine::v1::OrderMoved& moved) {
  if (moved.from_price_ticks() == 0) return {};
  return {{InstrumentId(moved.instrument_id()), moved.side(), Price(moved.from_price_ticks()),
           -moved.from_displayed_lots(), -1}};
}

BookChanges ChangesOf(const engine::v1::OrderReplenished& replenished) {
  return {{InstrumentId(replenished.instrument_id()), replenished.side(),
           Price(replenished.price_ticks()), replenished.displayed_lots(), 0}};
}

}  // namespace

BookChanges BookChangesOf(const Event& event) {
  switch (event.event_case()) {
    case Event::kTrade:
      return ChangesOf(event.trade());
    case Event::kSelfTradePrevented:
      return ChangesOf(event.self_trade_prevented());
    case Event::kOrderRested:
      return ChangesOf(event.order_rested());
    case Event::kOrderCanceled:
      return ChangesOf(event.order_canceled());
    case Event::kOrderReduced:
      return ChangesOf(event.order_reduced());
    case Event::kOrderMoved:
      return ChangesOf(event.order_moved());
    case Event::kOrderReplenished:
      return ChangesOf(event.order_replenished());
    default:
      return {};
  }
}

}  // namespace rialto
