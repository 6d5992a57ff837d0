// The book of one instrument by price level, kept by adding up events.
//
// Knows no orders: every event says how much joins or leaves which level. An event that does not
// fit (more leaves than is there) means that the feed and this copy disagree, and is a CHECK.
//
// Invariant: every level has an order; between commands it has a quantity above 0, too.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/numeric/int128.h"
#include "common/base/money.h"
#include "common/catalog/book_changes.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::gateway {

struct Level {
  absl::int128 lots = 0;
  int64_t orders = 0;
};

// Prices whose level changed; best first.
struct TouchedPrices {
  absl::btree_set<Price, std::greater<Price>> bids;
  absl::btree_set<Price> asks;
};

class Depth {
 public:
  using Bids = absl::btree_map<Price, Level, std::greater<Price>>;
  using Asks = absl::btree_map<Price, Level>;

  // Best first.
  const Bids& bids() const { return bids_; }
  const Asks& asks() const { return asks_; }

  // A level as found elsewhere, to start from.
  void AddBid(Price price, const Level& level);
  void AddAsk(Price price, const Level& level);

  // Takes up a change of this instrument and notes its level.
  void Apply(const BookChange& change, TouchedPrices& touched);

  // How many levels have orders and show nothing: 0 between commands.
  int hollow_levels() const { return hollow_levels_; }

 private:
  template <typename Levels>
  void AddTo(Levels& levels, const BookChange& change);

  Bids bids_;
  Asks asks_;
  int hollow_levels_ = 0;
};

// The instrument whose market an event changes: its book, trades or state; 0: none.
uint32_t InstrumentOf(const engine::v1::Event& event);

}  // namespace rialto::gateway
