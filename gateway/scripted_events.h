// The engine's events about books, by hand, for tests; and orders kept one by one from events.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rialto/engine/v1/event.pb.h"

namespace rialto::gateway {

struct BookOrder {
  uint64_t order_id;
  uint32_t instrument_id;
  common::v1::OrderSide side;
  int64_t price_ticks;
  int64_t lots;        // What the book shows.
  int64_t hidden = 0;  // Of an ICEBERG: what it has besides.

  int64_t remaining() const { return lots + hidden; }
};
engine::v1::Event Rested(const BookOrder& order);
// `order` is the maker and loses `lots`.
engine::v1::Event Traded(BookOrder& order, int64_t lots);
// Both orders are in the book, as in an auction.
engine::v1::Event TradedInAuction(BookOrder& maker, BookOrder& taker, int64_t lots);
engine::v1::Event Canceled(const BookOrder& order);
// The hidden part goes first.
engine::v1::Event Reduced(BookOrder& order, int64_t lots);
// Up to `lots` of the hidden part are shown.
engine::v1::Event Replenished(BookOrder& order, int64_t lots);
// It leaves its level; Rested() says where it goes.
engine::v1::Event Moved(const BookOrder& order);
// `order` is the maker and loses `lots` of what it shows; Canceled() follows when nothing remains.
engine::v1::Event Prevented(BookOrder& order, int64_t lots);
// Takes up an event of any kind into the orders in the books, by order id.
void Follow(const engine::v1::Event& event, std::map<uint64_t, BookOrder>& orders);

engine::v1::Event AssetDefined(uint32_t asset_id, const std::string& symbol, uint32_t scale);
engine::v1::Event InstrumentDefined(uint32_t instrument_id, const std::string& symbol);
engine::v1::Event StateChanged(uint32_t instrument_id, common::v1::InstrumentState state);

}  // namespace rialto::gateway
