// The book of one instrument as the engine's event feed tells it: price levels and trades.
//
// Independent of what the replay believes: this is what the recording is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "common/base/ids.h"
#include "common/catalog/book_changes.h"
#include "rialto/engine/v1/event.pb.h"
#include "tools/replay/market.h"

namespace rialto::replay {

struct FeedTrade {
  uint64_t sequence = 0;
  Price price;
  Quantity quantity;
  Side taker_side = Side::kBuy;
};

class FeedBook {
 public:
  explicit FeedBook(InstrumentId instrument) : instrument_(instrument) {}

  void Apply(const engine::v1::CommandEvents& command);

  // Sequence of the last command applied.
  uint64_t position() const { return position_; }
  // The best `count_max` levels of both sides.
  BookRow Levels(size_t count_max) const;
  const std::vector<FeedTrade>& trades() const { return trades_; }

 private:
  using Totals = std::map<int64_t, int64_t>;  // Ticks to lots, without empty levels.

  void Apply(const BookChange& change);

  const InstrumentId instrument_;
  uint64_t position_ = 0;
  Totals bids_;
  Totals asks_;
  std::vector<FeedTrade> trades_;
};

}  // namespace rialto::replay
