// The engine once more, in the most obvious code: maps, whole scans, 128-bit integers.
//
// Says what engine/core/README.md says and nothing else; tests run it beside the core and compare
// every event. Shares with the core the commands, the events and the limits, but no logic. Never to
// be optimised. One file per chapter of the rules: naive_checks.cpp, naive_matching.cpp, ...
//
// Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/rule_set.h"
#include "engine/sim/naive_market.h"
#include "engine/sim/naive_order.h"

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
  // What the book shows at one price.
  struct Level {
    Price price;
    Wide lots = 0;
    friend bool operator==(const Level&, const Level&) = default;
  };
  struct AuctionPrice {
    Price price;  // 0: nothing crosses.
    Quantity volume;
  };

  Balance BalanceOf(AccountId account_id, AssetId asset_id) const;
  // One side of a book, best price first.
  std::vector<Level> Levels(InstrumentId instrument_id, Side side) const;
  // Sum of all balances of an asset, the house's included: 0.
  Wide Total(AssetId asset_id) const;
  uint64_t open_orders() const { return open_order_count_; }
  uint64_t asset_count() const { return assets_.size(); }
  uint64_t instrument_count() const { return markets_.size(); }
  // What is left of an open order; 0 when there is none.
  int64_t RemainingOf(OrderId id) const;
  // REQUIRES: the instrument exists.
  InstrumentState StateOf(InstrumentId id) const;
  // Where the book would uncross now, whatever its state. REQUIRES: the instrument exists.
  AuctionPrice IndicativePrice(InstrumentId id) const;
  // When the earliest timer is due; 1 when work is left over that the next command goes on with; 0
  // when nothing is due ever.
  Timestamp NextDue() const;
  // CHECKs the invariants of the state between two commands.
  void Validate() const;

 private:
  struct Asset {
    CallerId symbol;
    uint32_t scale = 0;
  };
  struct Refusal {
    RejectReason reason = RejectReason::kNone;
    int64_t need = 0;
    int64_t have = 0;
    bool applies() const { return reason != RejectReason::kNone; }
  };
  struct Pocket {
    AccountId account_id;
    AssetId asset_id;
    enum Part { kAvailable, kHeld } part = kAvailable;
  };
  struct Limits {
    int64_t order_quantity = 0;
    int64_t order_notional = 0;
    int64_t position = 0;
    int64_t exposure = 0;
  };
  struct NaiveTransfer {
    TransferKind kind = TransferKind::kSingle;
    TransferState state = TransferState::kRefused;
    bool is_reversed = false;
    AccountId debit_account_id;
    AccountId credit_account_id;
    AssetId asset_id;
    Amount amount;
    Timestamp expires;
    uint64_t age = 0;               // Of a pending one: the how manieth.
    std::vector<Transfer> command;  // All transfers of its command.
    Outcome outcome;                // Of its command.
  };
  using OrderKey = std::pair<AccountId, ClientOrderId>;
  // An order that was accepted, for the checks of later ones.
  struct Taken {
    int64_t at_ns = 0;
    PlaceOrder placed;
  };
  // What a new order is checked beside.
  struct Beside {
    enum Role { kAlone, kOcoFirst, kOcoSecond, kChild } role = kAlone;
    OrderId gone;               // Counts as canceled.
    int64_t earlier_count = 0;  // Orders of its list before it.
    Wide sibling_hold = 0;      // kOcoSecond.
  };
  struct Bound {
    std::optional<int64_t> price;
    CancelReason reason = CancelReason::kNone;  // kNone: the order's own limit.
  };
  // What a new order would trade with now.
  struct Sweep {
    enum End { kDone, kRanOut, kBound, kFillLimit } end = kRanOut;
    CancelReason bound_reason = CancelReason::kNone;
    Wide lots = 0;
    Wide cost = 0;
    Wide fees = 0;
  };
  // Two orders that meet.
  struct Meeting {
    NaiveOrder& taker;
    NaiveOrder& maker;
    int64_t price = 0;
    bool in_auction = false;
  };
  struct Timer {
    enum Kind { kTransition = 1, kAuctionEnd = 2, kExpiry = 3, kDeadMan = 4, kPending = 5 };
    int64_t at_ns = 0;
    Kind kind = kTransition;
    uint64_t id = 0;
    friend auto operator<=>(const Timer&, const Timer&) = default;
  };

  // naive_settings.cpp
  Outcome Decide(const CreateAsset& command);
  Outcome Decide(const CreateInstrument& command);
  Outcome Decide(const SetInstrument& command);
  Outcome Decide(const SetInstrumentState& command);
  Outcome Decide(const SetSchedule& command);
  Outcome Decide(const SetMarkPrice& command);
  Outcome Decide(const SetFeeTier& command);
  Outcome Decide(const OpenAccount& command);
  Outcome Decide(const SetAccountLimits& command);
  Outcome Decide(const SetAccountSettings& command);
  Outcome Decide(const SetTradingState& command);
  Outcome Decide(const ActivateRuleSet& command);
  Outcome Decide(const CancelAllAfter& command);
  Outcome Decide(const Tick& command);

  // naive_transfers.cpp
  Outcome Decide(const Deposit& command);
  Outcome Decide(const Withdraw& command);
  Outcome Decide(const MakeTransfers& command);
  Outcome DecideTransfers(const std::vector<Transfer>& transfers);
  // Makes it, if it can be made.
  Refusal TryTransfer(const Transfer& transfer);
  Refusal TryMove(const Transfer& transfer);
  Refusal TryResolve(const Transfer& transfer);
  Refusal TryReverse(const Transfer& transfer);
  Refusal CheckMove(const Transfer& transfer) const;
  Refusal CheckFunds(AccountId account_id, AssetId asset_id, int64_t amount) const;
  AssetId AssetOfTarget(const Transfer& transfer, const Refusal& refusal) const;
  void SayRefused(const std::vector<Transfer>& transfers, size_t refused, const Refusal& refusal);
  void EndPending(const TransactionId& id, TransferState state, int64_t posted, const Transfer& by);
  void Move(const Pocket& from, const Pocket& to, Wide amount);
  int64_t& Use(const Pocket& pocket);
  AssetId HoldAsset(const PlaceOrder& order) const;
  void Hold(NaiveOrder& order, int64_t amount);
  void Release(NaiveOrder& order, int64_t amount);
  void ReleaseUnneeded(NaiveOrder& order);
  // What an order with a limit, or a sell, must hold for these lots.
  Wide NeedOf(const NaiveOrder& order, int64_t lots) const;

  // naive_place.cpp
  Outcome Decide(const PlaceOrder& command);
  Outcome Decide(const ReplaceOrder& command);
  Outcome Decide(const PlaceOrderList& command);
  Refusal CheckReplace(const ReplaceOrder& command) const;
  Refusal CheckList(const PlaceOrderList& list, size_t* at_fault) const;
  void AcceptList(const PlaceOrderList& list);
  NaiveOrder Draft(const PlaceOrder& order) const;
  NaiveOrder& Accept(const NaiveOrder& draft, Wide hold);
  NaiveOrder& AcceptAlone(const PlaceOrder& order);
  Wide HoldOf(const NaiveOrder& order, const Sweep& sweep) const;
  // The answer to a key that was used before.
  std::optional<Outcome> AnswerRepeat(const PlaceOrder& keyed, const NaiveContent& content);
  Outcome RefusePlace(const PlaceOrder& order, const Refusal& refusal, OrderId named = OrderId());

  // naive_checks.cpp and naive_checks_account.cpp: in the order of the rules.
  Refusal CheckNew(const PlaceOrder& order, const Beside& beside) const;
  Refusal CheckAdmission(const PlaceOrder& order) const;
  Refusal CheckTrading(const PlaceOrder& order) const;
  Refusal CheckState(const PlaceOrder& order) const;
  Refusal CheckTerms(const PlaceOrder& order) const;
  Refusal CheckPrices(const PlaceOrder& order) const;
  Refusal CheckSize(const NaiveOrder& order, const Sweep& sweep) const;
  Refusal CheckNotional(const NaiveOrder& order, const Sweep& sweep) const;
  Refusal CheckParts(const NaiveOrder& order) const;
  Refusal CheckOrderLimits(const NaiveOrder& order, const Sweep& sweep) const;
  Refusal CheckPosition(const NaiveOrder& order, const Sweep& sweep, OrderId gone) const;
  Refusal CheckDuplicate(const PlaceOrder& order) const;
  Refusal CheckRate(const PlaceOrder& order, const Beside& beside) const;
  Refusal CheckOpenOrders(const PlaceOrder& order, const Beside& beside) const;
  Refusal CheckPendingOrders(const PlaceOrder& order, OrderId gone) const;
  Refusal CheckWouldTrigger(const PlaceOrder& order, OrderId gone) const;
  Refusal CheckWouldTake(const PlaceOrder& order, PostOnly post_only) const;
  Refusal CheckFunds(const NaiveOrder& order, const Sweep& sweep, const Beside& beside) const;
  // nullopt: it has none and is not checked.
  std::optional<Wide> NotionalOf(const NaiveOrder& order, const Sweep& sweep) const;
  bool CountsInLimits(const NaiveOrder& order) const;
  const Limits& LimitsOf(const PlaceOrder& order) const;

  // naive_sweep.cpp
  Bound BoundOf(const NaiveOrder& taker) const;
  Sweep SweepBook(const NaiveOrder& taker) const;
  Wide LotsThatFit(const NaiveOrder& taker, int64_t price, int64_t lots_max,
                   const Sweep& so_far) const;
  bool AreOfOneOwner(AccountId a, AccountId b) const;
  SelfTrade ModeOf(const NaiveOrder& taker) const;
  // The anchor is due to be set anew by an order that arrives.
  bool IsAnchorOld(const NaiveMarket& market) const;

  // naive_matching.cpp
  void Arrive(NaiveOrder& order);
  void Match(NaiveOrder& taker);
  void Finish(NaiveOrder& order, CancelReason stopped);
  CancelReason UnfilledReason(const PlaceOrder& order) const;
  void Rest(NaiveOrder& order, int64_t price);

  // naive_trade.cpp
  void Meet(const Meeting& meeting);
  void Exchange(const Meeting& meeting);
  void Pay(const Meeting& meeting, int64_t lots, Trade& trade);
  void Prevent(const Meeting& meeting, SelfTrade mode);
  void Replenish(NaiveOrder& order);

  // naive_book.cpp
  NaiveMarket::Rank RankOf(const NaiveOrder& order) const;
  void Enter(NaiveOrder& order, int64_t price);
  void Leave(NaiveOrder& order);
  void Cancel(NaiveOrder& order, CancelReason reason);
  void Close(NaiveOrder& order, OrderStatus status, CancelReason reason);
  void Reduce(NaiveOrder& order, int64_t lots);
  std::vector<OrderId> OrdersOf(InstrumentId id) const;

  // naive_amend.cpp
  Outcome Decide(const CancelOrder& command);
  Outcome Decide(const AmendOrder& command);
  Outcome Decide(const MassCancel& command);
  Refusal CheckAmend(const NaiveOrder& order, const AmendOrder& command) const;
  Refusal CheckMove(const NaiveOrder& order, const NaiveOrder& wanted) const;
  void MoveOrder(NaiveOrder& order, const NaiveOrder& wanted);
  Outcome RefuseOrder(const OrderReference& reference, const Refusal& refusal);
  bool Fits(const NaiveOrder& order, const MassCancel& filter) const;

  // naive_states.cpp
  void ChangeState(InstrumentId id, const NaiveTransition& transition);
  void StartUncross(InstrumentId id, const NaiveTransition& then);
  void GoOnUncrossing(InstrumentId id);
  void EnterState(InstrumentId id, const NaiveTransition& transition);
  void GoOnEndingDay(InstrumentId id);
  void NoteWhatGoesOn(InstrumentId id);
  void Interrupt(InstrumentId id);
  AuctionPrice UncrossPrice(const NaiveMarket& market) const;

  // naive_timers.cpp
  void RunWhatIsDue();
  // False when the rest of it waits for the next command.
  bool RunTimer(const Timer& timer);
  bool RunDeadMan(AccountId id);
  std::optional<Timer> EarliestTimer() const;
  int64_t ExpiryOf(const PlaceOrder& order) const;

  // naive_triggers.cpp; each returns true when something happened.
  void Settle(InstrumentId id);
  bool LookAtTriggers(InstrumentId id);
  // What a look found: an order that fires.
  struct Look {
    OrderId order_id;
    bool is_buy = false;
    Wide level = 0;     // Trigger price or fire price.
    int64_t price = 0;  // For the event.
  };
  std::optional<Look> LookAt(const NaiveOrder& order) const;
  void NoteWhatTradesFire(const NaiveOrder& other);
  std::vector<Wide> PricesSeenBy(const NaiveOrder& order) const;
  std::optional<Look> FiredBy(const NaiveOrder& order, const std::vector<Wide>& prices) const;
  std::optional<Look> LookAtTrailing(NaiveOrder& order);
  std::vector<NaiveMarket::Seen> SeenBy(const NaiveOrder& order) const;
  // Doubled; what it is now, without an order that is as good as gone.
  std::optional<Wide> ReferenceOf(const PlaceOrder& order, OrderId gone) const;
  bool ActivateFired(InstrumentId id);
  // Of what no look has seen, when nobody waits to see it.
  void ForgetTrades(InstrumentId id);
  void Fire(NaiveOrder& order, int64_t price);
  bool MayActivate() const;

  // naive_lists.cpp
  void ReactToEnd(const NaiveOrder& order);
  void ReactToTrade(const NaiveOrder& order, int64_t lots);
  bool React(InstrumentId id);
  void Activate(NaiveOrder& child, int64_t executed);
  void ReduceLeg(NaiveOrder& leg, int64_t lots);

  // naive_pegs.cpp
  bool LookAtPegs(InstrumentId id);
  void TakePegsOut(InstrumentId id);
  std::vector<OrderId> PegsOf(InstrumentId id) const;
  std::optional<int64_t> BestUnpegged(const NaiveMarket& market, Side side) const;
  std::optional<int64_t> TargetOf(const NaiveOrder& order) const;
  void LeavePeg(NaiveOrder& order);

  // naive_validate.cpp
  void ValidateMoney() const;
  void ValidateOrder(const NaiveOrder& order) const;

  // naive_engine.cpp
  void Say(Event event) { events_->push_back(std::move(event)); }
  Outcome Accepted() const { return Outcome{.sequence = sequence_}; }
  Outcome Refused(const Refusal& refusal) const;
  // Described when the command is over.
  Outcome About(const NaiveOrder& order);
  void CompleteOutcome(Outcome& outcome);
  bool IsUser(AccountId id) const;
  const NaiveMarket* Find(InstrumentId id) const;
  // REQUIRES: the instrument exists.
  NaiveMarket& MarketOf(InstrumentId id) { return markets_[id.value() - 1]; }
  const NaiveMarket& MarketOf(InstrumentId id) const { return markets_[id.value() - 1]; }
  NaiveMarket& MarketOf(const NaiveOrder& order) { return MarketOf(order.placed.instrument_id); }
  const NaiveMarket& MarketOf(const NaiveOrder& order) const {
    return MarketOf(order.placed.instrument_id);
  }
  const SetAccountSettings& SettingsOf(AccountId id) const;
  OrderId FindOpen(const OrderReference& reference) const;
  bool IsOpen(OrderId id) const;
  void Touch(InstrumentId id);
  bool HasWorkLeft(const NaiveMarket& market) const;

  Sequence sequence_;
  int64_t now_ns_ = 0;
  // Of this command.
  Events* events_ = nullptr;
  uint32_t fills_ = 0;  // And prevented matches.
  std::map<InstrumentId, uint32_t> uncross_fills_;
  std::vector<InstrumentId> continuing_;  // Uncrosses and day ends that go on, as they began.
  uint32_t activations_ = 0;
  uint32_t timed_cancels_ = 0;
  std::vector<std::pair<AccountId, AssetId>> touched_balances_;
  std::vector<InstrumentId> touched_instruments_;
  std::vector<OrderId> over_;
  OrderId subject_;  // The order the outcome describes; 0: none.
  std::optional<std::pair<OrderKey, NaiveContent>> to_remember_;
  std::optional<TransactionId> transfer_to_complete_;

  std::vector<Asset> assets_;         // By id - 1.
  std::vector<NaiveMarket> markets_;  // By id - 1.
  std::vector<InstrumentId> left_over_;
  std::map<CallerId, AccountId> accounts_;
  std::map<std::pair<AccountId, InstrumentId>, Limits> limits_;
  std::map<AccountId, SetAccountSettings> settings_;
  std::map<AccountId, TradingState> trading_states_;
  uint32_t rule_set_ = rules::kFirst;
  std::map<AccountId, int64_t> dead_man_ns_;
  std::map<std::pair<AccountId, AssetId>, Balance> balances_;
  std::map<OrderId, NaiveOrder> orders_;            // The open ones and those this command ended.
  std::set<std::pair<int64_t, OrderId>> expiries_;  // By time.
  std::map<OrderKey, OrderId> open_by_client_id_;
  std::map<AccountId, std::map<uint64_t, OrderId>> open_by_account_;  // By age.
  uint64_t open_order_count_ = 0;
  uint64_t orders_accepted_ = 0;
  uint64_t arrivals_ = 0;
  uint64_t sweep_count_ = 0;
  std::map<AccountId, std::vector<Taken>> taken_;
  std::map<OrderKey, std::pair<NaiveContent, Outcome>> decided_orders_;
  std::map<TransactionId, NaiveTransfer> transfers_;
  struct Pending {
    TransactionId id;
    AccountId debit_account_id;
    int64_t expires_ns = 0;
  };
  std::map<uint64_t, Pending> pending_;  // Transfers by age.
  uint64_t pendings_made_ = 0;
};

}  // namespace rialto::engine
