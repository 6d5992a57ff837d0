// The venue's state machine: decides commands, one at a time, in the order given.
//
// A pure function of (state, command): no clock, no I/O, no randomness, no thread, no float. The same
// commands give the same events on every machine and for ever. Owns assets, instruments, accounts,
// books and the memory of outcomes. Knows nothing of the journal, of time beyond the command's, or of
// who asks.
//
// Thread: the sequencer's only; queries too.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/core/accounts.h"
#include "engine/core/book.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/instrument.h"
#include "engine/core/limits.h"
#include "engine/core/order_pool.h"
#include "engine/core/outcome_memory.h"

namespace rialto::engine {

// One instrument and its book.
struct Market {
  Instrument instrument;
  Book book;
};

class Engine {
 public:
  Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Decides one command and appends what happened. REQUIRES: header.sequence is sequence().Next().
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events);

  // --- Queries: the state after command sequence(). ---

  Sequence sequence() const { return sequence_; }
  const std::vector<Asset>& assets() const { return assets_; }  // By id - 1.
  const std::vector<std::unique_ptr<Market>>& markets() const { return markets_; }  // By id - 1.
  const Accounts& accounts() const { return accounts_; }
  const OrderPool& orders() const { return orders_; }
  // nullptr when there is none.
  const Asset* FindAsset(AssetId id) const;
  const Market* FindMarket(InstrumentId id) const;
  // An open order of that account; nullptr when there is none.
  const Order* FindOpenOrder(const OrderReference& reference) const;

  // CHECKs every invariant of the state: conservation, holds equal their orders' needs, books
  // uncrossed and consistent. Linear in the state: for tests.
  void Validate() const;

 private:
  Outcome Decide(const CreateAsset& command, Events& events);
  Outcome Decide(const CreateInstrument& command, Events& events);
  Outcome Decide(const OpenAccount& command, Events& events);
  Outcome Decide(const SetAccountLimits& command, Events& events);
  Outcome Decide(const Deposit& command, Events& events);
  Outcome Decide(const Withdraw& command, Events& events);
  Outcome Decide(const PlaceOrder& command, Events& events);
  Outcome Decide(const CancelOrder& command, Events& events);
  Outcome Decide(const AmendOrder& command, Events& events);

  struct Refusal {
    RejectReason reason = RejectReason::kNone;
    int64_t need = 0;
    int64_t have = 0;
  };
  struct Plan;        // What a new order needs and would do; see place_order.cpp.
  struct Settlement;  // What one fill moves; see place_order.cpp.
  struct AccountLimits {
    Quantity order_quantity_max;
    Amount order_notional_max;
  };
  struct Transferred;

  Refusal CheckOrder(const PlaceOrder& order, Plan& plan) const;
  Outcome Place(const PlaceOrder& order, const Plan& plan, Events& events);
  void Match(Order& taker, const Plan& plan, Events& events);
  ...
};

}  // namespace rialto::engine
