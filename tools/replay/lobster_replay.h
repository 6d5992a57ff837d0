// Turns a LOBSTER recording into orders.
//
// The first row seeds the book; the messages after it are replayed. An add is a new order; a
// reduction or deletion takes the same quantity from the order of that id or, as far as the venue
// has filled that one in another's place, from others at its price; an execution is the
// immediate-or-cancel order of the other side that caused it, and must trade exactly the recorded
// quantity at the recorded price.
//
// The file shows `depth` levels per side and nothing beyond. After each message, what comes into
// view is made as recorded: a level that was worse than the worst one in view before, and any order
// of ours in between that the record does not show there, since it left unseen. What was in view
// before is never corrected: there the messages alone must lead to the recorded row.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "tools/replay/book_audit.h"
#include "tools/replay/lobster_reader.h"
#include "tools/replay/order_desk.h"
#include "tools/replay/pace.h"
#include "tools/replay/progress.h"

namespace rialto::replay {

struct LobsterCounts {
  int64_t executions_recorded = 0;
  int64_t executions_matched = 0;
  int64_t hidden_executions = 0;  // Not sent: they do not touch the visible book.
  int64_t other_messages = 0;     // Cross trades and halts: not sent.
  int64_t levels_seeded = 0;      // Came into view, or grew while out of view.
  int64_t levels_canceled = 0;    // Vanished while out of view.
  int64_t levels_reduced = 0;     // Shrank while out of view.
  int64_t unexplained = 0;        // Reductions of what the venue does not have: should be 0.
  Quantity recorded_bought;       // Taker bought, visible executions.
  Quantity recorded_sold;
  Quantity venue_bought;
  Quantity venue_sold;
};

class LobsterReplay {
 public:
  // `quote_factor`: minor units of the quote asset per tick x lot; 0 when that is no whole number:
  // then the amount of an execution is not checked.
  LobsterReplay(const LobsterRecording& recording, OrderDesk& desk, BookAudit& audit,
                int64_t quote_factor);

  // Levels that can be compared: with more than one, the worst depends on what is beyond it.
  static size_t LevelsCompared(int depth) { return depth > 1 ? static_cast<size_t>(depth) - 1 : 1; }

  absl::Status Run(Pace& pace, Progress& progress);

  const LobsterCounts& counts() const { return counts_; }

 private:
  absl::Status Seed();
  absl::Status Apply(size_t index);
  absl::Status Add(const LobsterMessage& message, uint64_t line);
  absl::Status Remove(const LobsterMessage& message);
  absl::Status Execute(const LobsterMessage& message, uint64_t line);
  absl::Status CorrectView(size_t index, Side side);
  absl::Status CorrectLevel(Side side, const Level& level, uint64_t line);
  // Takes the quantity from the order of that id first, then from seeds, then from the youngest.
  absl::Status TakeFrom(Side side, const Level& level, uint64_t recorded_id);

  const LobsterRecording& recording_;
  OrderDesk& desk_;
  BookAudit& audit_;
  const int64_t quote_factor_;
  absl::flat_hash_map<uint64_t, uint64_t> keys_;  // Recorded id to the desk's key.
  absl::flat_hash_map<uint64_t, bool> is_seed_;   // By the desk's key.
  LobsterCounts counts_;
};

}  // namespace rialto::replay
