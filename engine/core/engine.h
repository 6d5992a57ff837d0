// The venue's state machine: decides commands, one at a time, in the order given.
//
// A pure function of (state, command): no clock, no I/O, no randomness, no thread, no float. The
// same commands give the same events on every machine and for ever. README.md is the rule book.
// Knows nothing of the journal, of time beyond the command's, or of who asks.
//
// One class, told in several files: definitions.cpp, transfer.cpp, check_order.cpp (what is
// refused), place_order.cpp, arrival.cpp (matching), settlement.cpp (money), order_life.cpp,
// amend_order.cpp, mass_cancel.cpp, lists.cpp, settling.cpp (triggers, pegs), auction.cpp,
// timers.cpp, queries.cpp, snapshot.cpp.
//
// Thread: the sequencer's only; queries too.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "engine/core/accounts.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/instrument.h"
#include "engine/core/limits.h"
#include "engine/core/market.h"
#include "engine/core/open_orders.h"
#include "engine/core/outcome_memory.h"
#include "engine/core/rule_set.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

// An open order as it stands.
struct OpenOrder {
  OrderId id;
  AccountId account_id;
  ClientOrderId client_order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  TimeInForce time_in_force = TimeInForce::kGoodTillCanceled;
  PostOnly post_only = PostOnly::kNo;
  SelfTrade self_trade = SelfTrade::kDefault;
  OrderStatus status = OrderStatus::kOpen;  // kOpen: in the book; kPending: not yet.
  Price limit;                              // 0: none.
  Price level;                              // Where it rests; 0: nowhere.
  Quantity quantity;
  Quantity executed;
  Quantity prevented;
  Quantity remaining;
  Quantity displayed;
  Amount executed_quote;
  Amount hold;
  OrderTerms terms;
  OrderId list_id;  // 0: of no list.
};

// What an uncross would do now.
struct Auction {
  Price price;  // 0: nothing crosses.
  Quantity volume;
  absl::int128 buy_lots = 0;  // At the price or better.
  absl::int128 sell_lots = 0;
};

class Engine {
 public:
  // What is remembered of orders that are over: at least `remembered`; the venue's bounds are the
  // default. `hash_seed`: any number that callers do not know, see OutcomeMemory; it changes
  // nothing that happens.
  explicit Engine(MemoryBounds remembered = kVenueBounds, uint64_t hash_seed = 0);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Decides one command and appends what happened. REQUIRES: header.sequence is sequence().Next().
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events);

  // The whole state as bytes that depend on nothing else: equal states, equal bytes. An engine that
  // loaded them does what the one that saved them would. docs/formats/snapshot.md.
  void Save(StateWriter& out) const;
  // False: these are not the bytes of a state; the engine is then good for nothing.
  // REQUIRES: nothing was applied, and `remembered` is as it was where the bytes come from.
  bool Load(StateReader& in);

  // --- Queries: the state after command sequence(). ---

  Sequence sequence() const { return sequence_; }
  Timestamp now() const { return now_; }  // Of that command.
  // When a command must come at the latest, a Tick if nothing else: in the past: at once; 0: never.
  Timestamp NextDue() const;
  // What a new order would hear at this time, from every check; nothing changes. Of what became of
  // it the outcome says nothing.
  Outcome Check(const PlaceOrder& order, Timestamp now) const;

  const std::vector<Asset>& assets() const { return assets_; }                      // By id - 1.
  const std::vector<std::unique_ptr<Market>>& markets() const { return markets_; }  // By id - 1.
  const Accounts& accounts() const { return accounts_; }
  const OpenOrders& orders() const { return orders_; }
  TradingState trading_state() const { return trading_state_; }
  // In force for the next command.
  uint32_t rule_set() const { return rule_set_; }
  // nullptr when there is none.
  const Asset* FindAsset(AssetId id) const;
  const Market* FindMarket(InstrumentId id) const;
  // An open order of that account; nullopt when there is none.
  std::optional<OpenOrder> FindOpenOrder(const OrderReference& reference) const;
  // Of an account, oldest first; or of an instrument: bids, asks (best first), then those in no
  // book by id. Until `visit` returns false.
  template <typename Visit>
  void ForEachOpenOrder(AccountId account_id, Visit visit) const;
  template <typename Visit>
  void ForEachOpenOrder(InstrumentId instrument_id, Visit visit) const;
  // What is remembered of a deposit, withdrawal or transfer; nullptr when there was none.
  const RememberedTransfer* FindTransfer(const TransactionId& id) const {
    return memory_.FindTransfer(id);
  }
  uint64_t pending_transfer_count() const { return pending_.size(); }
  // REQUIRES: the instrument exists.
  Auction IndicativeAuction(InstrumentId id) const { return FindAuction(*FindMarket(id)); }

  // CHECKs every invariant of the state: conservation, holds equal their orders' needs, books
  // consistent. Linear in the state: for tests.
  void Validate() const;

 private:
  // Why a command is refused, with the numbers; kNone: it is not.
  struct Refusal {
    RejectReason reason = RejectReason::kNone;
    int64_t need = 0;
    int64_t have = 0;
    explicit operator bool() const { return reason != RejectReason::kNone; }
  };
  struct AccountLimits {
    Quantity order_quantity_max;
    Amount order_notional_max;
    Quantity position_max;
    Amount exposure_max;
  };
  // How far a taker trades, and why no further; kNone: its own limit.
  struct Bound {
    Price price;
    CancelReason reason = CancelReason::kNone;
  };
  // An order as matching sees it before it exists.
  struct Taker {
    Side side = Side::kBuy;
    AccountIndex owner = 0;
    SelfTrade mode = SelfTrade::kAllow;
    Quantity quantity;    // 0: by quote amount.
    Amount quote_amount;  // 0: by quantity.
    uint32_t fee_ppm = 0;
    Bound bound;
    bool is_fill_or_kill = false;
  };
  // What an order would trade with now.
  struct Sweep {
    enum class End {
      kComplete,   // Its quantity is reached, or no more lot fits its amount.
      kBook,       // Nothing more rests on the other side.
      kBound,      // Nothing more within its bound.
      kFillLimit,  // kFillsPerCommandMax, with more to trade.
      kOwn,        // An order of its own owner ends it.
    };
    End end = End::kBook;
    absl::int128 quantity = 0;  // Lots.
    absl::int128 cost = 0;      // Minor units of quote: buyer_cost or seller_gross.
    absl::int128 fees = 0;      // The taker's.
    uint32_t encounters = 0;    // Fills and prevented matches.
  };
  class Sweeper;
  class TransferDraft;
  // Where an order stands among others when it is checked.
  struct Circumstances {
    OrderIndex replaced = kNoOrder;  // As if it were gone.
    int64_t list_orders_before = 0;
    enum class Role { kAlone, kFirstOfTwo, kSecondOfTwo, kParent, kChild } role = Role::kAlone;
    Amount first_hold;  // kSecondOfTwo: the first's.
  };
  // What an accepted order will do: made by the checks, carried out after them.
  struct Plan {
    Market* market = nullptr;
    Price limit;
    FeeRates rates;
    Quantity quantity;  // To trade or rest; of an order by quote amount: the sweep's.
    Amount hold;
    Amount notional;
    bool fits = true;  // See Instrument::Size.
    Sweep sweep;
  };
  // Sums over an account's open orders of one instrument.
  struct OpenSums {
    absl::int128 buy_lots = 0;
    absl::int128 notional = 0;
    int64_t orders = 0;
    int64_t with_trigger = 0;
  };
  // What an order adds to the sums; `except`: an order that counts as gone.
  struct Addition {
    AccountIndex account = 0;
    Side side = Side::kBuy;
    Quantity quantity;
    Amount notional;
    OrderIndex except = kNoOrder;
  };
  // How far an order would go.
  struct Intent {
    OrderType type = OrderType::kLimit;
    Side side = Side::kBuy;
    Price limit;  // 0: none.
  };
  // How a taker's matching ended.
  enum class MatchEnd { kNothingMore, kFillLimit, kTakerOver };
  struct StateChange {
    InstrumentState state = InstrumentState::kTrading;
    StateCause cause = StateCause::kCommand;
    Timestamp auction_end;
  };
  // What an order is to become; the check adds the hold.
  struct Amendment {
    Price price;
    Quantity quantity;
    Quantity remaining;
    Amount hold;
  };
  // Two orders that meet at a price.
  struct Encounter {
    OrderIndex taker = kNoOrder;
    OrderIndex maker = kNoOrder;
    Price price;
    bool is_auction = false;  // Then the taker rests, too.
  };

  Outcome Decide(const CreateAsset& command, Events& events);
  Outcome Decide(const CreateInstrument& command, Events& events);
  Outcome Decide(const SetInstrument& command, Events& events);
  Outcome Decide(const SetInstrumentState& command, Events& events);
  Outcome Decide(const SetSchedule& command, Events& events);
  Outcome Decide(const SetMarkPrice& command, Events& events);
  Outcome Decide(const SetFeeTier& command, Events& events);
  Outcome Decide(const OpenAccount& command, Events& events);
  Outcome Decide(const SetAccountLimits& command, Events& events);
  Outcome Decide(const SetAccountSettings& command, Events& events);
  Outcome Decide(const SetTradingState& command, Events& events);
  Outcome Decide(const Deposit& command, Events& events);
  Outcome Decide(const Withdraw& command, Events& events);
  Outcome Decide(const PlaceOrder& command, Events& events);
  Outcome Decide(const PlaceOrderList& command, Events& events);
  Outcome Decide(const CancelOrder& command, Events& events);
  Outcome Decide(const AmendOrder& command, Events& events);
  Outcome Decide(const ReplaceOrder& command, Events& events);
  Outcome Decide(const MassCancel& command, Events& events);
  Outcome Decide(const CancelAllAfter& command, Events& events);
  Outcome Decide(const Tick& command, Events& events);
  Outcome Decide(const MakeTransfers& command, Events& events);
  Outcome Decide(const ActivateRuleSet& command, Events& events);

  Outcome NewOutcome() const;
  Outcome Refuse(const Refusal& refusal) const;
  void Describe(Outcome& outcome);
  Market* MutableMarket(InstrumentId id) { return const_cast<Market*>(FindMarket(id)); }
  Market& MarketOf(const Order& order) { return *markets_[order.instrument_id.value() - 1]; }
  const Market& MarketOf(const Order& order) const {
    return *markets_[order.instrument_id.value() - 1];
  }
  Market& MarketOf(OrderIndex index) { return MarketOf(orders_[index]); }
  const Market& MarketOf(OrderIndex index) const { return MarketOf(orders_[index]); }
  // The market will be settled at the end of the command, if anything could follow.
  void Touch(Market& market) {
    if (!market.has_followers || market.touched == sequence_) return;
    market.touched = sequence_;
    touched_.push_back(&market);
  }

  // transfer.cpp
  Outcome DecideTransfers(std::span<const Transfer> transfers, Events& events);
  void Make(const Transfer& transfer, const RememberedTransfer& made, Events& events);
  void Move(const Transfer& transfer, const RememberedTransfer& made, Events& events);
  void HoldPending(const Transfer& transfer, const RememberedTransfer& made, Events& events);
  void Resolve(const Transfer& transfer, const RememberedTransfer& made, Events& events);
  void Expire(uint64_t pending, Events& events);
  // It is pending no more.
  void ClosePending(RememberedTransfer& transfer, TransferState state);

  // check_order.cpp
  Refusal Check(const PlaceOrder& order, const Circumstances& circumstances, Timestamp now,
                Plan& plan) const;
  Refusal CheckMayTrade(AccountIndex account, Side side) const;
  static Refusal CheckState(const Market& market, OrderType type, TimeInForce time_in_force);
  static Refusal CheckPrices(const PlaceOrder& order, const Market& market);
  static Refusal CheckPrice(const Instrument& instrument, Price price);
  static Refusal CheckCollar(const Market& market, Price price);
  static Refusal CheckNotional(const Instrument& instrument, Amount notional);
  Refusal CheckSize(const PlaceOrder& order, const Plan& plan) const;
  static Refusal CheckAccountLimits(const AccountLimits& limits, Quantity quantity,
                                    Amount notional);
  Refusal CheckSums(const AccountLimits& limits, const Market& market,
                    const Addition& addition) const;
  Refusal CheckPace(const PlaceOrder& order, const Circumstances& circumstances,
                    Timestamp now) const;
  Refusal CheckCounts(const PlaceOrder& order, const Circumstances& circumstances,
                      const Market& market) const;
  static Refusal CheckTakes(Side side, Price limit, const Market& market);
  Refusal CheckFunds(const PlaceOrder& order, const Circumstances& circumstances, Plan& plan) const;
  OpenSums SumOpenOrders(AccountIndex account, InstrumentId id, OrderIndex except) const;
  const AccountLimits* LimitsOf(AccountIndex account, InstrumentId id) const;
  FeeRates RatesOf(AccountIndex account, const Market& market) const;

  // place_order.cpp
  // Makes the accepted order; it has its hold and its OrderAccepted, and has not arrived.
  OrderIndex Take(const PlaceOrder& order, const Plan& plan, OrderId id, uint32_t memory);
  void RememberTaken(const PlaceOrder& order);
  // It trades, rests, or waits.
  void Start(OrderIndex index, const Sweep& sweep, bool is_by_amount, Events& events);
  Outcome RefuseNewOrder(const PlaceOrder& order, const Refusal& refusal, Events& events) const;

  // arrival.cpp
  Bound BoundOf(const Market& market, const Intent& intent, Timestamp now) const;
  SelfTrade ModeOf(const Market& market, SelfTrade asked, bool is_by_amount) const;
  bool SameOwner(AccountIndex a, AccountIndex b) const;
  Sweep SweepBook(const Market& market, const Taker& taker) const;
  static bool MeetsNobody(const Market& market, const Order& order);
  void Arrive(OrderIndex index, const Sweep* plan, bool is_by_amount, Events& events);
  MatchEnd Match(OrderIndex taker, const Bound& bound, SelfTrade mode, Events& events);
  // What becomes of a taker that is not over; `plan`: how the sweep of an order by quote amount
  // ended, or that the fill limit was hit; else nullptr.
  void Conclude(OrderIndex index, const Bound& bound, const Sweep* plan, Events& events);
  // True when the taker is over.
  bool Prevent(const Encounter& encounter, SelfTrade mode, Events& events);
  void Interrupt(Market& market, Events& events);

  // settlement.cpp
  Amount NeedOf(OrderIndex index) const;
  void ShrinkHold(OrderIndex index, Amount need);
  void Trade(const Encounter& encounter, Quantity lots, Events& events);
  void MoveMoney(const Market& market, struct Trade& trade, OrderIndex buyer, OrderIndex seller);

  // order_life.cpp
  // It becomes an open order. REQUIRES: it is none yet.
  void Link(OrderIndex index);
  void Rest(OrderIndex index, Price price, Events& events);
  // What the book is to show of what remains; the rest of an iceberg is hidden.
  Quantity Display(const Order& order, Quantity remaining);
  void TellRested(OrderIndex index, Price price, Quantity remaining, Events& events) const;
  void Wait(OrderIndex index, Waiting waiting);
  void StopWaiting(OrderIndex index);
  // Takes lots off what an order displays; an iceberg at rest shows its next part.
  void Lessen(OrderIndex index, Quantity lots, Events& events);
  void Cancel(OrderIndex index, CancelReason reason, Events& events);
  // OrderCanceled without anything canceled: it has been prevented. `level`: where it rested, or 0.
  void EndPrevented(OrderIndex index, Price level, Events& events);
  // REQUIRES: it is in no book.
  void End(OrderIndex index, OrderStatus status, CancelReason reason);
  void ReactToEnd(OrderIndex index);
  void ReactToTrade(OrderIndex index, Quantity lots);
  void ReactToPrevention(OrderIndex index, Quantity lots);
  void ReduceInPlace(OrderIndex index, Quantity lots, Events& events);
  void DescribeIn(Outcome& outcome, OrderIndex index, OrderStatus status) const;

  // amend_order.cpp
  [[gnu::noinline]] OrderId FindByClientOrderId(const OrderReference& reference) const;
  OrderIndex FindOpenOrderIndex(const OrderReference& reference) const;
  Outcome RefuseOrder(const OrderReference& reference, const Refusal& refusal,
                      Events& events) const;
  Refusal CheckAmend(const Market& market, OrderIndex index, Amendment& amendment) const;

  // mass_cancel.cpp
  bool Fits(OrderIndex index, const MassCancel& filter) const;
  std::vector<OrderIndex> CollectFitting(const MassCancel& filter) const;

  // lists.cpp
  Refusal CheckList(const PlaceOrderList& list, std::vector<Plan>& plans, size_t& refused) const;
  OrderIndex Sibling(OrderIndex index) const;
  bool IsSecondary(OrderIndex index) const;
  bool React(Market& market, Events& events);
  void ActivateChild(OrderIndex index, Quantity executed, Events& events);
  void ReduceSibling(OrderIndex index, Quantity lots, Events& events);

  // settling.cpp
  void Settle(Events& events);
  void SettleMarket(Market& market, Events& events);
  bool ActivateFired(Market& market, Events& events);
  void ActivateTriggered(OrderIndex index, Events& events);
  bool MayActivate() const;
  bool LookAtPegs(Market& market, Events& events);
  OrderMoved DescribeMove(OrderIndex index) const;
  Price FixedBest(const Market& market, Side side) const;
  Price PegTarget(const Market& market, OrderIndex index, Price bid, Price ask) const;

  // auction.cpp
  Auction FindAuction(const Market& market) const;
  void ChangeState(Market& market, const StateChange& change, Events& events);
  void EnterState(Market& market, const StateChange& change, Events& events);
  void Continue(Market& market);
  // True when it is done.
  bool ContinueUncross(Market& market, Events& events);
  bool UncrossAtPrice(Market& market, Events& events);
  static bool MustOpen(const Market& market);
  bool ContinueDayEnd(Market& market, Events& events);

  // timers.cpp
  enum class TimerKind : uint8_t {
    kTransition = 1,
    kAuctionEnd = 2,
    kOrder = 3,
    kCancelAll = 4,
    kPending = 5
  };
  friend constexpr bool IsKnown(TimerKind kind) {
    return kind >= TimerKind::kTransition && kind <= TimerKind::kPending;
  }
  using Timer = std::tuple<Timestamp, TimerKind, uint64_t>;
  void RunDue(Events& events);
  // False when no other may run in this command.
  bool Run(const Timer& timer, Events& events);
  bool RunCancelAll(AccountId account_id, Events& events);
  void SetAuctionEnd(Market& market, Timestamp at);
  void SetTransitionTimer(Market& market);

  // snapshot.cpp
  void SaveMarket(const Market& market, const std::vector<uint32_t>& ordinals,
                  StateWriter& out) const;
  void LoadMarket(StateReader& in);
  void SaveOrders(StateWriter& out, std::vector<uint32_t>& ordinals) const;
  void LoadOrders(StateReader& in);
  void LoadPending(StateReader& in);
  void LoadBook(Market& market, StateReader& in);
  void LoadTimers(StateReader& in);
  // Whether what was loaded names only what is there.
  bool OrderFits(OrderIndex index) const;
  bool ConsequencesFit(const Market& market) const;
  bool TransferFits(const RememberedTransfer& transfer) const;
  bool TimerFits(const Timer& timer) const;

  // queries.cpp
  OpenOrder Describe(OrderIndex index) const;
  void ValidateMarket(const Market& market, std::vector<absl::int128>& held) const;
  void ValidatePending(std::vector<absl::int128>& held) const;

  Sequence sequence_;
  Timestamp now_;
  std::vector<Asset> assets_;
  std::vector<std::unique_ptr<Market>> markets_;
  absl::flat_hash_map<CallerId, AssetId> assets_by_symbol_;
  absl::flat_hash_map<CallerId, InstrumentId> instruments_by_symbol_;
  absl::flat_hash_map<std::pair<AccountIndex, InstrumentId>, AccountLimits> account_limits_;
  uint32_t rule_set_ = rules::kFirst;
  TradingState trading_state_ = TradingState::kActive;
  Accounts accounts_;
  OpenOrders orders_;
  OutcomeMemory memory_;
  // Pending transfers by number, which says their age; and how many each debit account has.
  absl::btree_map<uint64_t, TransactionId> pending_;
  absl::flat_hash_map<AccountId, uint32_t> pending_of_account_;
  absl::btree_set<Timer> timers_;
  // Work that goes on with the next command: uncrosses and day ends; settling.
  std::vector<Market*> continuing_;
  std::vector<Market*> unsettled_;

  // Of the command at hand.
  uint32_t encounters_ = 0;   // Trades and prevented matches so far.
  uint32_t activations_ = 0;  // Pending orders made active, or tried.
  uint32_t cancels_ = 0;      // Orders ended by dead man's switches and ends of days.
  std::vector<Market*> touched_;
  // The order that the outcome tells of, while it is open; and what it was when it ended.
  OrderIndex described_ = kNoOrder;
  bool is_described_ = false;
  Outcome described_outcome_;
  uint32_t remembered_ = 0;                    // Where the outcome is to be remembered; 0: nowhere.
  RememberedTransfer* transferred_ = nullptr;  // The transfer that was taken; or nullptr.
};

// What an order's funds are held in: buys hold quote, sells hold base.
inline AssetId HoldAsset(const Instrument& instrument, Side side) {
  return side == Side::kBuy ? instrument.definition.quote : instrument.definition.base;
}

// What a buy with this limit must hold for what remains: the worst case, fees included.
inline Amount BuyNeed(const Instrument& instrument, Price limit, Quantity remaining,
                      int64_t fee_ppm) {
  if (remaining == Quantity(0)) return Amount(0);
  return instrument.BuyerCost(limit, remaining, fee_ppm);
}

template <typename Visit>
void Engine::ForEachOpenOrder(AccountId account_id, Visit visit) const {
  const Account* account = accounts_.FindUser(account_id);
  if (account == nullptr) return;
  for (OrderIndex i = account->first_order; i != kNoOrder; i = orders_[i].account_next) {
    if (!visit(Describe(i))) return;
  }
}

template <typename Visit>
void Engine::ForEachOpenOrder(InstrumentId instrument_id, Visit visit) const {
  const Market* market = FindMarket(instrument_id);
  if (market == nullptr) return;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (OrderIndex i = market->book.Best(side); i != kNoOrder; i = market->book.After(i)) {
      if (!visit(Describe(i))) return;
    }
  }
  for (const auto& [id, index] : market->waiting) {
    if (!visit(Describe(index))) return;
  }
}

}  // namespace rialto::engine
