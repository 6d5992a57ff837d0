// What an event of the feed adds to, or takes from, the price levels that a book shows.
//
// Events add up: whoever applies the changes of all of them has the book, order counts included.
// Within a command a level may hold orders and show nothing (an ICEBERG before its next part, an
// order that self-trade prevention is about to end); between commands none does.
#pragma once

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto {

struct BookChange {
  InstrumentId instrument_id;
  common::v1::OrderSide side = common::v1::ORDER_SIDE_UNSPECIFIED;
  Price price;
  int64_t lots = 0;  // Below 0: less is shown.
  int orders = 0;    // Below 0: orders left.

  friend bool operator==(const BookChange&, const BookChange&) = default;
};

// The maker's side and, in an auction, the taker's.
using BookChanges = absl::InlinedVector<BookChange, 2>;

// Empty for events that do not concern a book.
BookChanges BookChangesOf(const engine::v1::Event& event);

}  // namespace rialto
