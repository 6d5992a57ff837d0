// Turns a recording of Bitstamp's live order feed into orders.
//
// A created order is sent as it was; when it crosses, our engine matches it, and what the feed then
// reports of the orders that traded (smaller amounts, deletions) has already happened here. A
// changed order is lowered to the amount that the feed says, or replaced when its price changed
// (the exchange reprices its market orders as they walk the book); a deleted one is canceled.
//
// The recording starts in the middle of a day. Each order book that it holds shows the best levels:
// those beyond everything shown before are seeded with what our book lacks, first of all from the
// first book. Events of orders from before the recording lower the seed at their price.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "tools/replay/bitstamp_reader.h"
#include "tools/replay/book_audit.h"
#include "tools/replay/order_desk.h"
#include "tools/replay/pace.h"
#include "tools/replay/progress.h"

namespace rialto::replay {

struct BitstampCounts {
  int64_t trades_recorded = 0;
  int64_t trades_matched = 0;  // Traded here with the same price and amount.
  Quantity recorded_volume;
  Quantity venue_volume;
  int64_t levels_seeded = 0;
  int64_t orders_repriced = 0;
  int64_t orders_adopted =
      0;  // From before the recording, beyond the books shown: placed when changed.
  int64_t created_after_deleted = 0;  // Reported in the wrong order by the feed: not sent.
  int64_t already_traded = 0;  // Changes and deletions of orders that have traded in full here.
};

class BitstampReplay {
 public:
  BitstampReplay(const BitstampRecording& recording, OrderDesk& desk, BookAudit& audit)
      : recording_(recording), desk_(desk), audit_(audit) {}

  absl::Status Run(Pace& pace, Progress& progress);

  const BitstampCounts& counts() const { return counts_; }

 private:
  absl::Status Apply(size_t index);
  absl::Status Create(const BitstampEvent& event, uint64_t line);
  absl::Status Change(const BitstampEvent& event, uint64_t line);
  absl::Status Delete(const BitstampEvent& event);
  absl::Status Show(const BookRow& book, uint64_t line);
  absl::Status Seed(Side side, const BookRow& book, uint64_t line);
  absl::Status Place(const BitstampEvent& event, Quantity quantity, uint64_t line);
  absl::Status LowerSeed(const BitstampEvent& event);
  // The event's order if it rests here.
  const RestingOrder* Find(const BitstampEvent& event) const;
  void MatchTrades();

  const BitstampRecording& recording_;
  OrderDesk& desk_;
  BookAudit& audit_;
  absl::flat_hash_map<uint64_t, uint64_t> keys_;  // Recorded id to the desk's key.
  absl::flat_hash_set<uint64_t> created_;
  absl::flat_hash_set<uint64_t> deleted_;
  absl::flat_hash_set<uint64_t> seeds_;             // Keys of the desk.
  std::array<std::optional<Price>, 2> edge_shown_;  // By side: the worst price shown so far.
  BitstampCounts counts_;
};

}  // namespace rialto::replay
