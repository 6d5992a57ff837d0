// One instrument of the naive model: its book, what waits outside it, and what is left to do.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/naive_instrument.h"

namespace rialto::engine {

// A change of state, and the uncross before it.
struct NaiveTransition {
  InstrumentState state = InstrumentState::kTrading;
  StateCause cause = StateCause::kCommand;
  int64_t auction_end_ns = 0;
};

struct NaiveMarket {
  // Best first, then oldest first: what comes earlier is smaller.
  using Rank = std::pair<int64_t, uint64_t>;
  using Queue = std::map<Rank, OrderId>;

  struct Fees {
    int64_t maker_ppm = 0;
    int64_t taker_ppm = 0;
  };
  // A trade as triggers see it.
  struct Seen {
    int64_t price = 0;
    uint64_t sweep = 0;  // The same for all trades of one taker, or of one step of an uncross.
  };
  struct Fired {
    OrderId order_id;
    int64_t price = 0;  // As OrderTriggered tells it.
  };
  // What happens to an order because of another of its list.
  struct Reaction {
    enum Kind { kActivate, kCancel, kReduce } kind = kCancel;
    OrderId order_id;
    int64_t lots = 0;  // kActivate: what the parent executed. kReduce: what the leg traded.
    CancelReason reason = CancelReason::kNone;
  };
  struct Uncross {
    int64_t price = 0;
    NaiveTransition then;
  };

  NaiveInstrument instrument;
  std::map<uint32_t, Fees> tiers;
  InstrumentState state = InstrumentState::kTrading;
  int64_t auction_end_ns = 0;           // 0: open end.
  std::vector<Transition> transitions;  // To come.

  Queue bids;
  Queue asks;
  std::set<OrderId> outside;  // Open, but not in the book.

  std::optional<int64_t> mark;
  std::optional<int64_t> last;
  std::optional<int64_t> anchor;
  int64_t anchor_ns = 0;
  std::vector<Seen> trades;  // Since the last look of the triggers.
  uint64_t trade_count = 0;
  uint64_t trades_noted = 0;  // The first so many are none to fixed triggers any more.

  std::deque<Fired> fired;
  std::deque<Reaction> reactions;
  std::optional<Uncross> uncross;  // Goes on.
  bool day_end_goes_on = false;

  // Of the last look of the pegs: best prices of orders that are not pegged.
  std::optional<int64_t> peg_bid;
  std::optional<int64_t> peg_ask;
  bool must_look_at_pegs = false;

  const CreateInstrument& definition() const { return instrument.definition; }
  Queue& queue(Side side) { return side == Side::kBuy ? bids : asks; }
  const Queue& queue(Side side) const { return side == Side::kBuy ? bids : asks; }
  std::optional<int64_t> Best(Side side) const {
    if (queue(side).empty()) return std::nullopt;
    const int64_t price = queue(side).begin()->first.first;
    return side == Side::kBuy ? -price : price;
  }
  bool IsCrossed() const {
    return !bids.empty() && !asks.empty() && *Best(Side::kBuy) >= *Best(Side::kSell);
  }
  bool IsTrading() const { return state == InstrumentState::kTrading; }
  std::optional<int64_t> Reference() const { return mark ? mark : last; }
};

}  // namespace rialto::engine
