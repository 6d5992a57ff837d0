// The engine once more, in the most obvious code: maps, whole scans, 128-bit integers.
//
// Says what engine/core/README.md says and nothing else; tests run it beside the core and compare
// every event. Shares with the core the commands, the events and the limits, but no logic. Never to
// be optimised.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/naive_instrument.h"

namespace rialto::engine {

class NaiveEngine {
 public:
  NaiveEngine();

  // Decides one command and appends what happened.
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events);

  // --- What tests ask. ---

  struct Balance {
    int64_t available = 0;
    int64_t held = 0;
  };
  struct Level {
    Price price;
    Wide lots = 0;
    friend bool operator==(const Level&, const Level&) = default;
  };

  Balance BalanceOf(AccountId account_id, AssetId asset_id) const;
  // One side of a book, best price first.
  std::vector<Level> Levels(InstrumentId instrument_id, Side side) const;
  // Sum of all balances of an asset, the house's included: 0.
  Wide Total(AssetId asset_id) const;
  uint64_t open_orders() const { return orders_.size(); }
  uint64_t asset_count() const { return assets_.size(); }

 private:
  struct Asset {
    CallerId symbol;
    uint32_t scale = 0;
  };
  struct Order {
    OrderId id;
    PlaceOrder placed;  // `quantity` as amended or, by quote amount, as planned.
    int64_t remaining = 0;
    int64_t hold = 0;
    Wide executed_quote = 0;
  };
  struct Fill {
    OrderId maker_id;
    int64_t lots = 0;
  };
  // What a new order would trade with now.
  struct Plan {
    std::vector<Fill> fills;
    Wide lots = 0;
    Wide cost = 0;
    Wide fees = 0;
    bool fill_limit_hit = false;  // With more to trade.
    bool book_ran_out = false;    // Before the quote amount did.
    Wide hold = 0;
  };
  struct Refusal {
    RejectReason reason = RejectReason::kNone;
    int64_t need = 0;
    int64_t have = 0;
  };
  struct Pocket {
    AccountId account_id;
    AssetId asset_id;
    enum Part { kAvailable, kHeld } part = kAvailable;
  };
  struct Limits {
    int64_t quantity = 0;
    int64_t notional = 0;
  };
  struct Transfer {
    TransactionId transaction_id;
    bool is_deposit = false;
    AccountId account_id;
    AssetId asset_id;
    Amount amount;
    auto Content() const { return std::tuple(is_deposit, account_id, asset_id, amount); }
  };
  // Best first: what counts as better is smaller.
  using Rank = std::pair<int64_t, OrderId>;
  using Queue = std::map<Rank, OrderId>;

  Outcome Decide(const CreateAsset& command, Events& events);
  Outcome Decide(const CreateInstrument& command, Events& events);
  Outcome Decide(const OpenAccount& command, Events& events);
  Outcome Decide(const SetAccountLimits& command, Events& events);
  Outcome Decide(const Deposit& command, Events& events);
  Outcome Decide(const Withdraw& command, Events& events);
  Outcome Decide(const PlaceOrder& command, Events& events);
  Outcome Decide(const CancelOrder& command, Events& events);
  Outcome Decide(const AmendOrder& command, Events& events);

  Outcome Refused(const Refusal& refusal) const;
  Outcome RefuseOrder(const OrderReference& reference, const Refusal& refusal, Events& events);
  Outcome OutcomeOf(const Order& order, OrderStatus status, CancelReason reason) const;
  Outcome DecideTransfer(const Transfer& transfer, Events& events);
  Refusal CheckTransfer(const Transfer& transfer) const;

  bool IsUser(AccountId id) const;
  const NaiveInstrument* Find(InstrumentId id) const;
  Refusal Check(const PlaceOrder& order, Plan* plan) const;
  Refusal CheckSize(const PlaceOrder& order, const Plan& plan) const;
  Plan MakePlan(const PlaceOrder& order) const;
  int64_t LotsToTake(const PlaceOrder& taker, const Order& maker, const Plan& plan) const;
  const Order* BestOpposite(const PlaceOrder& order) const;

  Outcome Execute(Order order, const Plan& plan, Events& events);
  void Settle(Order& taker, const Fill& fill, uint32_t index, Events& events);
  Outcome Finish(Order& order, const Plan& plan, Events& events);
  Outcome Cancel(Order& order, CancelReason reason, Events& events);

  OrderId FindOpen(const OrderReference& reference) const;
  int64_t CountOpen(AccountId id) const;
  Rank RankOf(const Order& order) const;
  void Rest(const Order& order);
  void Leave(const Order& order);

  AssetId HoldAsset(const PlaceOrder& order) const;
  void Move(const Pocket& from, const Pocket& to, Wide amount);
  int64_t& Use(const Pocket& pocket);
  void Release(Order& order, int64_t amount);

  Sequence sequence_;
  std::vector<Asset> assets_;                 // By id - 1.
  std::vector<NaiveInstrument> instruments_;  // By id - 1.
  std::map<CallerId, AccountId> accounts_;
  std::map<std::pair<AccountId, InstrumentId>, Limits> limits_;
  std::map<std::pair<AccountId, AssetId>, Balance> balances_;
  std::vector<std::pair<AccountId, AssetId>> touched_;
  std::map<OrderId, Order> orders_;  // The open ones.
  std::map<std::pair<AccountId, ClientOrderId>, OrderId> open_by_client_id_;
  std::map<AccountId, int64_t> open_counts_;
  std::map<std::pair<InstrumentId, Side>, Queue> queues_;
  std::map<std::pair<AccountId, ClientOrderId>, std::pair<PlaceOrder, Outcome>> decided_orders_;
  std::map<TransactionId, std::pair<Transfer, Outcome>> decided_transfers_;
};

}  // namespace rialto::engine
