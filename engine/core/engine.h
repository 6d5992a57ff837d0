// The venue's state machine: decides commands, one at a time, in the order given.
//
// A pure function of (state, command): no clock, no I/O, no randomness, no thread, no float. The
// same commands give the same events on every machine and for ever. Owns assets, instruments,
// accounts, books and the memory of outcomes. Knows nothing of the journal, of time beyond the
// command's, or of who asks.
//
// Thread: the sequencer's only; queries too.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
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
  const std::vector<Asset>& assets() const { return assets_; }                      // By id - 1.
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

  // Why a command is refused, with the numbers; kNone: it is not.
  struct Refusal {
    RejectReason reason = RejectReason::kNone;
    int64_t need = 0;
    int64_t have = 0;
  };
  struct AccountLimits {
    Quantity order_quantity_max;  // 0: none.
    Amount order_notional_max;    // 0: none.
  };
  // What an accepted order will do: made by Check, carried out by Place.
  struct Plan {
    Market* market = nullptr;
    Quantity quantity;  // To trade or rest; of an order by quote amount: the sweep's.
    Amount hold;
    bool hit_fill_limit = false;  // By quote amount: with more to trade.
    bool killed = false;          // FOK that can not trade in full.
    bool book_ran_out = false;    // By quote amount: before the amount was spent.
  };
  // What a new order would trade with now.
  struct Sweep {
    absl::int128 quantity = 0;    // Lots.
    absl::int128 cost = 0;        // Minor units of quote: buyer_cost or seller_gross.
    absl::int128 fees = 0;        // The taker's.
    bool hit_fill_limit = false;  // By quote amount: with more to trade.
    bool complete = false;        // Reached its quantity, or no more lot fits its amount.
  };

  Outcome NewOutcome() const;
  Outcome Refuse(const Refusal& refusal) const;
  Outcome RefuseOrder(const OrderReference& reference, const Refusal& refusal,
                      Events& events) const;
  void EmitTouchedBalances(Events& events) const;

  // transfer.cpp
  Outcome Transfer(const TransactionId& id, RememberedTransfer transfer, Events& events);
  Refusal CheckTransfer(const RememberedTransfer& transfer) const;

  // place_order.cpp
  Outcome Place(const PlaceOrder& order, const Plan& plan, Events& events);
  Refusal Check(const PlaceOrder& order, Plan& plan);
  Refusal CheckSize(const PlaceOrder& order, const Instrument& instrument,
                    const Sweep& sweep) const;
  Refusal CheckState(const PlaceOrder& order, Plan& plan, const Sweep& sweep) const;
  Sweep SweepBook(const PlaceOrder& order, const Market& market) const;
  bool Match(Order& taker, Market& market, Events& events);
  void Fill(Order& taker, OrderIndex maker_index, Market& market, Events& events);

  // Ends a resting order: its funds are released.
  void Cancel(OrderIndex index, CancelReason reason, Events& events);
  OrderIndex FindOpenOrderIndex(const OrderReference& reference) const;
  Market* MutableMarket(InstrumentId id);

  Sequence sequence_;
  Timestamp now_;
  std::vector<Asset> assets_;
  std::vector<std::unique_ptr<Market>> markets_;
  absl::flat_hash_map<CallerId, AssetId> assets_by_symbol_;
  absl::flat_hash_map<CallerId, InstrumentId> instruments_by_symbol_;
  absl::flat_hash_map<std::pair<AccountId, InstrumentId>, AccountLimits> account_limits_;
  Accounts accounts_;
  OrderPool orders_;
  OutcomeMemory memory_;
};

// What an order's funds are held in: buys hold quote, sells hold base.
inline AssetId HoldAsset(const Instrument& instrument, Side side) {
  return side == Side::kBuy ? instrument.definition.quote : instrument.definition.base;
}

// What a resting LIMIT order with this much left must hold: the worst case, fees included.
Amount HoldNeed(const Instrument& instrument, Side side, Price price, Quantity remaining);

}  // namespace rialto::engine
