// A table of commands and what they must do, in words a trader can read; runs on any engine.
//
//   asset BTC 4                                  scale; where there is no `->`, it must be `ok`
//   instrument BTC-USD tick 0.5 lot 0.01 [min 0.02] [max 50] [notional 1 1000] [fees 0.1% 0.2%]
//   open alice bob
//   limits alice BTC-USD [quantity 5] [notional 100]
//   deposit alice USD 1000 [as T1]               withdraw likewise
//   place alice B1 BTC-USD buy 3 @ 100 [ioc|fok|post-only]   -> accepted, trade S1 2 @ 99, rests 1
//   place alice B2 BTC-USD buy 3 market [fok]    by quantity
//   place alice B3 BTC-USD buy for 50 market     by quote amount -> accepted 0.5, trade ...
//   cancel alice B1                              or #B1: by the venue's id of the order
//   amend alice B1 to 2                          -> accepted, reduced to 1, executed 1 for 99
//   balance alice USD                            -> available 702 held 0
//   book BTC-USD                                 -> ask 1 @ 100, bid 2 @ 99
//   repeat 5 place alice B* ...                  the row 5 times, * is 1 to 5
//
// After `->` comes everything the command did, in order: the verdict (a refusal with its need and
// have), trades with their fees (more than ten as one: `12 trades of 6`), what rests, is canceled
// or reduced, and for a cancel or amend what the order has executed. Every row also checks what it
// does not show: that outcome, events and balances agree with each other, and the engine's
// invariants. Raw engine units: 5lots, 7ticks, 9units. Names nobody defined are unknown ids. Lines
// that start with // are comments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "engine/core/command.h"
#include "engine/core/event.h"

namespace rialto::engine {

// What a scenario needs of an engine.
class ScenarioEngine {
 public:
  struct Balance {
    int64_t available = 0;
    int64_t held = 0;
  };
  struct Level {
    Price price;
    absl::int128 lots = 0;
  };

  virtual ~ScenarioEngine() = default;
  virtual Outcome Apply(const CommandHeader& header, const Command& command, Events& events) = 0;
  virtual Balance BalanceOf(AccountId account_id, AssetId asset_id) const = 0;
  // One side of a book, best price first.
  virtual std::vector<Level> Levels(InstrumentId instrument_id, Side side) const = 0;
  // CHECKs the engine's invariants.
  virtual void Validate() const = 0;
};

// Runs the rows in order. Empty when all held; else the first that did not, expected and actual.
std::string RunScenario(std::string_view text, ScenarioEngine& engine);

}  // namespace rialto::engine
