// One instrument at work: its parameters, its book, what waits beside the book, and its state.
//
// Thread: the sequencer's only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/time.h"
#include "engine/core/book.h"
#include "engine/core/event.h"
#include "engine/core/instrument.h"
#include "engine/core/open_orders.h"
#include "engine/core/triggers.h"

namespace rialto::engine {

// What a list's rules ask for when an order of it trades or ends; see README.md, Lists.
struct Reaction {
  enum class Kind : uint8_t { kActivate, kCancel, kReduce };
  friend constexpr bool IsKnown(Kind known) { return known <= Kind::kReduce; }
  Kind kind = Kind::kCancel;
  OrderId order_id;                           // Whom it is done to.
  CancelReason reason = CancelReason::kNone;  // kCancel.
  Quantity quantity;                          // kActivate: the parent's executed; kReduce: by this.
};

struct FeeRates {
  int32_t maker_ppm = 0;
  uint32_t taker_ppm = 0;
};

// An uncross at work.
struct Uncross {
  bool is_running = false;
  Price price;
  InstrumentState next_state = InstrumentState::kTrading;
  StateCause cause = StateCause::kCommand;
};

struct Market {
  Market(const Instrument& traded, RestingOrders& orders) : instrument(traded), book(orders) {}

  Instrument instrument;
  Book book;
  InstrumentState state = InstrumentState::kTrading;
  Price last_price;  // 0: never traded.
  Price mark_price;  // 0: none.
  // Of the volatility rule.
  Price anchor;
  Timestamp anchored_at;
  Timestamp auction_end;  // Its timer; 0: none.
  Uncross uncross;
  bool is_day_ending = false;  // CLOSED, with DAY orders left.

  int64_t open_orders = 0;
  // Open orders that are in no book, by id.
  absl::btree_map<OrderId, OrderIndex> waiting;
  Triggers triggers;
  // Fired, and not active yet; in the order in which they will be.
  std::vector<OrderId> fired;
  std::vector<Reaction> reactions;

  // PEGGED orders, by id; and the best prices of others when they were last looked at.
  absl::btree_map<OrderId, OrderIndex> pegged;
  Price pegs_saw_bid;
  Price pegs_saw_ask;
  bool must_look_at_pegs = false;

  std::vector<std::optional<FeeRates>> tiers;  // By tier - 1; nullopt: the instrument's own.
  std::string calendar;
  std::vector<Transition> transitions;
  size_t next_transition = 0;

  Sequence touched;  // Of the last command that did.
  // Some order waits, follows, or is of a list: what happens here may have consequences here.
  bool has_followers = false;

  Price reference_price() const { return mark_price != Price(0) ? mark_price : last_price; }
  bool is_trading() const { return state == InstrumentState::kTrading; }
  // Nothing beside the book could follow from what happens in it.
  bool is_plain() const {
    return reactions.empty() && fired.empty() && pegged.empty() && waiting.empty();
  }
};

}  // namespace rialto::engine
