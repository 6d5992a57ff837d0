// A table of commands and what they must do, in words a trader can read; runs on any engine.
//
//   asset BTC 4                                  scale; where there is no `->`, it must be taken
//   instrument BTC-USD tick 0.5 lot 0.01 [min 0.02] [max 50] [notional 1 1000] [fees 0.1% 0.2%]
//       [price 1 500] [collar 5%] [limit-collar 5%] [band 5%] [volatility 5% 60s 120s]
//       [open-orders 3] [pending-orders 2] [iceberg-parts 5] [self-trade expire-taker]
//       [modes allow,decrement]                  collar: of market orders
//   change BTC-USD collar 2%                     SetInstrument with these words changed
//   open alice bob
//   limits alice BTC-USD [quantity 5] [notional 100] [position 7] [exposure 900]
//   settings alice [tier 1] [group 7] [open-orders 3] [rate 5 10s] [duplicates 1s]
//   tier BTC-USD 1 -0.01% 0.05%                  maker, taker
//   trading-state alice|everyone active|reducing|halted
//   state BTC-USD auction [until +5m]            -> ok, BTC-USD AUCTION until 00:05:00
//   schedule BTC-USD auction@09:00 trading@09:30 [calendar NAME]
//   mark BTC-USD 100                             0: takes it away
//   deposit alice USD 1000 [as T1]               withdraw likewise
//   transfer alice bob USD 5 [as T1] [ref R]     -> ok
//   hold alice external USD 5 [for 60s] [as T2]  -> ok, T2 pending [until 00:01:00]
//   post T2 [3] [as T3]                          -> ok, T2 posted 3 returned 2; raw: from alice, to
//   bob void T2 [as T3]                              -> ok, T2 voided; by itself: T2 expired
//   reverse T1 [as T3]                           -> ok
//   link transfer alice bob USD 5 | post T2 | .. -> ok, ...; INSUFFICIENT_FUNDS need 5 have 3 at 1
//   place alice B1 BTC-USD buy 3 @ 100           -> accepted, trade S1 2 @ 99, rests 1
//       [ioc|fok|day|gtd +5m] [post-only] [show 1] [by 12:00] [tag T] [session 7]
//       [allow|expire-taker|expire-maker|expire-both|decrement]
//   place alice B2 BTC-USD buy 3 market [fok]    by quantity
//   place alice B3 BTC-USD buy for 50 market     by quote amount -> accepted 0.5, trade ...
//   place alice S1 BTC-USD sell 3 stop 95 last   -> pending; or: take 105 mid; with @ a limit order
//   place alice S2 BTC-USD sell 3 trail 5% bid-ask [from 110] [@ 90]     or: trail 2.5 mark
//   place alice P1 BTC-USD buy 3 peg bid +1 @ 105   ticks -> accepted, rests 3 @ 100.5
//   oco alice BTC-USD L1 sell 1 @ 110 | S1 sell 1 stop 95 last           oto, bracket likewise
//   cancel alice B1 [if untraded|if traded]      or #B1: by the venue's id of the order
//   amend alice B1 to 2 [@ 101]                  -> accepted, reduced to 1, executed 1 for 99
//   replace alice B1 with B2 BTC-USD buy 2 @ 99  -> accepted, B1 canceled 3 REPLACED, rests 2
//   masscancel [of alice] [on BTC-USD] [buy] [tag T] [session 7|any] [reason disconnected]
//   deadman alice 60s|off                        -> ok, alice armed until 12:01:00
//   tick [+60s]
//   balance alice USD                            -> available 702 held 0
//   book BTC-USD                                 -> ask 1 @ 100, bid 2 @ 99; what it shows
//   order alice B1                               -> open 2, executed 1, prevented 0; filled, ...
//   totals BTC-USD                               -> bids 2 of 5 shows 4, asks 0 of 0 shows 0,
//                                                   waiting 1 buy of 3, 0 sell of 0
//   auction BTC-USD                              -> 5 @ 101, as it would uncross now; nothing
//   due                                          -> 12:01:00: the engine wants a tick; now; never
//   repeat 5 place alice B* ...                  the row 5 times, * is 1 to 5
//   at 12:00:00 place ...                        when; later rows follow a nanosecond apart
//   +60s place ...                               that much after the row before
//
// After `->` comes everything the command did, in order: the verdict (a refusal with its need and
// have), trades with their fees, what rests, moves, is canceled or reduced, is triggered; of other
// orders than the command's own with the order's name before it: `S1 triggered at 95, S1 trade B2 1
// @ 94`. More than ten trades, cancels or triggers are told as one: `12 trades of 6`. For a cancel
// or amend what the order has executed comes last. `...` at the end: whatever else. Every row also
// checks what it does not show; see scenario_audit.h. Raw engine units: 5lots, 7ticks, 9units, 3ns;
// raw fields of an order: tif=6. Names nobody defined are unknown ids. Lines that start with // are
// comments.
#pragma once

#include <cstdint>
#include <optional>
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
    friend bool operator==(const Level&, const Level&) = default;
  };
  // Where an auction would trade now, and how much; 0: nothing would.
  struct Indication {
    Price price;
    Quantity volume;
  };

  virtual ~ScenarioEngine() = default;
  virtual Outcome Apply(const CommandHeader& header, const Command& command, Events& events) = 0;
  // What an order would hear; nullopt: this engine does not say.
  virtual std::optional<Outcome> Foresee(const PlaceOrder&, Timestamp) const {
    return std::nullopt;
  }
  virtual Balance BalanceOf(AccountId account_id, AssetId asset_id) const = 0;
  // One side of a book as it shows itself, best price first.
  virtual std::vector<Level> Levels(InstrumentId instrument_id, Side side) const = 0;
  // REQUIRES: the instrument exists.
  virtual Indication IndicativeAuction(InstrumentId instrument_id) const = 0;
  // When something is due next; 0: never; in the past: at once.
  virtual Timestamp NextDue() const = 0;
  // CHECKs the engine's invariants.
  virtual void Validate() const = 0;
};

// Runs the rows in order. Empty when all held; else the first that did not, expected and actual.
std::string RunScenario(std::string_view text, ScenarioEngine& engine);

}  // namespace rialto::engine
