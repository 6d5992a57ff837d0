// The replay's orders: sends them, remembers what each has left, counts what became of them.
//
// What the venue traded with an arriving order must be what price-time priority says, since nobody
// else trades in the instrument; anything else ends the replay.
//
// Resumes: a second run over the same recording sends the same commands with the same client order
// ids and gets the first decisions of its placements. Cancels and amends have no such memory: of an
// order that was placed by an earlier run (or when an earlier attempt of the call was lost) the
// refusals UNKNOWN_ORDER and QUANTITY_NOT_REDUCED mean "already done" and are not counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/replay/price_time_book.h"
#include "tools/replay/venue.h"

namespace rialto::replay {

struct DeskCounts {
  int64_t orders = 0;     // Placements decided.
  int64_t immediate = 0;  // Of them, immediate-or-cancel.
  int64_t cancels = 0;    // Cancels and amends decided.
  int64_t amends = 0;
  int64_t repeated = 0;                    // Placements that an earlier run had made.
  int64_t resent = 0;                      // Calls that were lost and sent again.
  std::map<std::string, int64_t> rejects;  // By reason, without the tolerated ones.
  std::vector<int64_t> latencies_ns;

  int64_t commands() const { return orders + cancels + amends; }
};

// Where the venue's history shows that a command was done: the placement's own sequence, or the
// event that ends or lowers an order.
struct Milestone {
  uint64_t sequence = 0;        // Not 0: reached when the history is there.
  uint64_t order_id = 0;        // Else: when this order is canceled or lowered to `remaining`,
  Quantity remaining;           //
  uint64_t sequence_limit = 0;  // which is at or before this sequence.

  friend bool operator==(const Milestone&, const Milestone&) = default;
};

struct Ask {
  Side side = Side::kBuy;
  Price price;
  Quantity quantity;
  Lifetime lifetime = Lifetime::kUntilCanceled;
  uint64_t line = 0;         // Of the recording; makes the client order id.
  uint64_t recorded_id = 0;  // 0: none. Chooses the account.
};

// What became of an Ask.
struct Placed {
  bool accepted = false;
  uint64_t key = 0;  // For Reduce(), if something rests.
  Quantity executed;
  Amount executed_quote;
  size_t fills = 0;
};

class OrderDesk {
 public:
  // `tag` makes the client order ids of this recording in this instrument unlike any other's.
  OrderDesk(Venue& venue, std::string tag) : venue_(venue), tag_(std::move(tag)) {}

  // Makes the first placement fail if no earlier run made it: the book holds orders of somebody
  // else.
  void ExpectEarlierRun() { expects_earlier_run_ = true; }

  absl::StatusOr<Placed> Place(const Ask& ask);
  // Lowers a resting order; to its end if nothing is left. REQUIRES: 0 < by <= what it has left.
  absl::Status Reduce(uint64_t key, Quantity by);

  // What should rest at the venue.
  const PriceTimeBook& book() const { return book_; }
  const DeskCounts& counts() const { return counts_; }
  // Of the first placement; 0 before it.
  uint64_t first_sequence() const { return first_sequence_; }
  // Of the last command that changed something.
  const Milestone& last_milestone() const { return last_milestone_; }

 private:
  struct Order {
    OrderName name;
    uint64_t order_id = 0;
    Quantity quantity;
    bool repeated = false;
  };

  NewOrder Name(const Ask& ask);
  void Count(const Decision& decision);
  absl::Status CheckFirst(const NewOrder& order, const Decision& decision);

  Venue& venue_;
  const std::string tag_;
  bool expects_earlier_run_ = false;
  PriceTimeBook book_;
  std::vector<Order> orders_;  // By key.
  DeskCounts counts_;
  uint64_t first_sequence_ = 0;
  Milestone last_milestone_;
  uint64_t line_ = 0;
  int asks_of_line_ = 0;
  int64_t taker_turn_ = 0;
};

}  // namespace rialto::replay
