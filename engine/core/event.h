// What can happen in the engine, and the outcome a caller hears.
//
// Fields mean what rialto.engine.v1 (event.proto) says of theirs. README.md says in which order
// they come; every balance touched comes last, in order of touch.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/command.h"
#include "engine/core/order_types.h"
#include "engine/core/reject_reason.h"

namespace rialto::engine {

// Why an instrument changed its state.
enum class StateCause : uint8_t { kCommand = 1, kSchedule = 2, kVolatility = 3, kAuctionEnd = 4 };
constexpr bool IsKnown(StateCause cause) {
  return cause >= StateCause::kCommand && cause <= StateCause::kAuctionEnd;
}

struct AssetCreated {
  AssetId asset_id;
  CallerId symbol;
  uint32_t scale = 0;
  friend bool operator==(const AssetCreated&, const AssetCreated&) = default;
};

struct InstrumentCreated {
  InstrumentId instrument_id;
  CreateInstrument definition;
  friend bool operator==(const InstrumentCreated&, const InstrumentCreated&) = default;
};

struct AccountOpened {
  AccountId account_id;
  CallerId name;
  friend bool operator==(const AccountOpened&, const AccountOpened&) = default;
};

struct InstrumentChanged {
  InstrumentId instrument_id;
  CreateInstrument definition;
  friend bool operator==(const InstrumentChanged&, const InstrumentChanged&) = default;
};

struct InstrumentStateChanged {
  InstrumentId instrument_id;
  InstrumentState state = InstrumentState::kTrading;
  StateCause cause = StateCause::kCommand;
  Timestamp auction_end;  // 0: open end.
  friend bool operator==(const InstrumentStateChanged&, const InstrumentStateChanged&) = default;
};

struct AuctionUncrossed {
  InstrumentId instrument_id;
  Price price;  // 0: nothing crossed.
  Quantity volume;
  friend bool operator==(const AuctionUncrossed&, const AuctionUncrossed&) = default;
};

struct ScheduleSet {
  InstrumentId instrument_id;
  std::string calendar;
  std::vector<Transition> transitions;
  friend bool operator==(const ScheduleSet&, const ScheduleSet&) = default;
};

struct MarkPriceSet {
  InstrumentId instrument_id;
  Price price;
  friend bool operator==(const MarkPriceSet&, const MarkPriceSet&) = default;
};

struct FeeTierSet {
  InstrumentId instrument_id;
  uint32_t tier = 0;
  int32_t maker_fee_ppm = 0;
  uint32_t taker_fee_ppm = 0;
  friend bool operator==(const FeeTierSet&, const FeeTierSet&) = default;
};

struct AccountSettingsSet {
  SetAccountSettings settings;
  friend bool operator==(const AccountSettingsSet&, const AccountSettingsSet&) = default;
};

struct TradingStateSet {
  AccountId account_id;  // 0: everyone.
  TradingState state = TradingState::kActive;
  friend bool operator==(const TradingStateSet&, const TradingStateSet&) = default;
};

struct RuleSetActivated {
  uint32_t rule_set = 0;
  friend bool operator==(const RuleSetActivated&, const RuleSetActivated&) = default;
};

struct AccountLimitsSet {
  AccountId account_id;
  InstrumentId instrument_id;
  Quantity order_quantity_max;
  Amount order_notional_max;
  Quantity position_max;
  Amount exposure_max;
  friend bool operator==(const AccountLimitsSet&, const AccountLimitsSet&) = default;
};

struct Deposited {
  TransactionId transaction_id;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
  friend bool operator==(const Deposited&, const Deposited&) = default;
};

struct Withdrawn {
  TransactionId transaction_id;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
  friend bool operator==(const Withdrawn&, const Withdrawn&) = default;
};

struct TransferRejected {
  TransactionId transaction_id;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
  RejectReason reason = RejectReason::kNone;
  int64_t need = 0;
  int64_t have = 0;
  friend bool operator==(const TransferRejected&, const TransferRejected&) = default;
};

// An amount went from one account to another.
struct Transferred {
  TransactionId transaction_id;
  AccountId debit_account_id;
  AccountId credit_account_id;
  AssetId asset_id;
  Amount amount;
  TransactionId reverses;  // Empty: it is no reversal.
  CallerId reference;
  friend bool operator==(const Transferred&, const Transferred&) = default;
};

// An amount is held on the debit account.
struct TransferPending {
  TransactionId transaction_id;
  AccountId debit_account_id;
  AccountId credit_account_id;
  AssetId asset_id;
  Amount amount;
  Timestamp expires;  // 0: never.
  CallerId reference;
  friend bool operator==(const TransferPending&, const TransferPending&) = default;
};

// A pending transfer is over.
struct PendingResolved {
  TransactionId transaction_id;  // Of the transfer that resolved it; empty: it expired.
  TransactionId pending_id;
  TransferState state = TransferState::kPosted;  // Or kVoided, kExpired.
  AccountId debit_account_id;
  AccountId credit_account_id;
  AssetId asset_id;
  Amount posted;    // What the credit account got.
  Amount released;  // What the debit account got back.
  CallerId reference;
  friend bool operator==(const PendingResolved&, const PendingResolved&) = default;
};

struct OrderAccepted {
  OrderId order_id;
  PlaceOrder order;
  Amount hold;
  // Of a list: its first order and the kind; else 0.
  OrderId list_id;
  uint8_t list_kind = 0;
  friend bool operator==(const OrderAccepted&, const OrderAccepted&) = default;
};

struct OrderRejected {
  AccountId account_id;
  ClientOrderId client_order_id;
  OrderId order_id;
  InstrumentId instrument_id;
  RejectReason reason = RejectReason::kNone;
  int64_t need = 0;
  int64_t have = 0;
  friend bool operator==(const OrderRejected&, const OrderRejected&) = default;
};

// A pending order becomes a new one: its trigger fired (source and price say which price), or its
// parent was over (source kNone).
struct OrderTriggered {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  TriggerSource source = TriggerSource::kNone;
  Price price;        // 0 for a child. MID: rounded down to a tick.
  Quantity quantity;  // The order's, from here on.
  Amount hold;        // The order's, from here on.
  friend bool operator==(const OrderTriggered&, const OrderTriggered&) = default;
};

struct Trade {
  TradeId trade_id;
  InstrumentId instrument_id;
  Price price;
  Quantity quantity;
  Side taker_side = Side::kBuy;
  OrderId taker_order_id;
  AccountId taker_account_id;
  Quantity taker_remaining;
  OrderId maker_order_id;
  AccountId maker_account_id;
  Quantity maker_remaining;
  // The levels this took `quantity` from: the maker's, and in an auction the taker's; else 0.
  Price maker_price;
  Price taker_price;
  Amount base_amount;
  Amount buyer_cost;
  Amount seller_gross;
  Amount buyer_fee;  // Below 0: a rebate.
  Amount seller_fee;
  friend bool operator==(const Trade&, const Trade&) = default;
};

// Two orders of one owner or group met and did not trade. What was prevented is no longer open.
struct SelfTradePrevented {
  TradeId match_id;  // Counted with the trades of the command.
  InstrumentId instrument_id;
  Price price;
  SelfTrade mode = SelfTrade::kAllow;
  Side taker_side = Side::kBuy;
  OrderId taker_order_id;
  AccountId taker_account_id;
  Quantity taker_prevented;
  Quantity taker_remaining;
  OrderId maker_order_id;
  AccountId maker_account_id;
  Quantity maker_prevented;
  Quantity maker_remaining;
  // What the book shows less at the maker's price and, in an auction, at the taker's.
  Price maker_price;
  Quantity maker_displayed;
  Price taker_price;
  Quantity taker_displayed;
  friend bool operator==(const SelfTradePrevented&, const SelfTradePrevented&) = default;
};

struct OrderRested {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;
  Quantity remaining;
  Quantity displayed;
  friend bool operator==(const OrderRested&, const OrderRested&) = default;
};

// The next part of an ICEBERG is at the end of its price.
struct OrderReplenished {
  OrderId order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;
  Quantity displayed;
  friend bool operator==(const OrderReplenished&, const OrderReplenished&) = default;
};

struct OrderCanceled {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;  // The level it rested at; else 0.
  Quantity canceled;
  Quantity displayed;  // What the book shows less; 0 when it did not rest.
  CancelReason reason = CancelReason::kNone;
  bool was_resting = false;
  friend bool operator==(const OrderCanceled&, const OrderCanceled&) = default;
};

// In place: priority is kept.
struct OrderReduced {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;  // The level it rests at; 0: pending.
  Quantity reduced;
  Quantity remaining;
  Quantity displayed;  // What the book shows less.
  friend bool operator==(const OrderReduced&, const OrderReduced&) = default;
};

// It left its place for another: OrderRested says where it went, if it did.
struct OrderMoved {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price from_price;         // The level it left; 0: it was in none.
  Quantity from_displayed;  // What the book shows less there.
  Price price;              // Its limit from here on.
  Quantity quantity;        // Its total from here on.
  Amount hold;              // From here on.
  friend bool operator==(const OrderMoved&, const OrderMoved&) = default;
};

struct MassCanceled {
  MassCancel filter;
  uint32_t canceled = 0;
  bool more = false;  // The bound of one command was hit.
  friend bool operator==(const MassCanceled&, const MassCanceled&) = default;
};

struct CancelAllAfterSet {
  AccountId account_id;
  Timestamp at;  // 0: disarmed.
  friend bool operator==(const CancelAllAfterSet&, const CancelAllAfterSet&) = default;
};

struct BalanceChanged {
  AccountId account_id;
  AssetId asset_id;
  Amount available;
  Amount held;
  friend bool operator==(const BalanceChanged&, const BalanceChanged&) = default;
};

using Event =
    std::variant<AssetCreated, InstrumentCreated, AccountOpened, AccountLimitsSet, Deposited,
                 Withdrawn, TransferRejected, OrderAccepted, OrderRejected, Trade, OrderRested,
                 OrderCanceled, OrderReduced, BalanceChanged, InstrumentChanged,
                 InstrumentStateChanged, AuctionUncrossed, ScheduleSet, MarkPriceSet, FeeTierSet,
                 AccountSettingsSet, TradingStateSet, OrderTriggered, SelfTradePrevented,
                 OrderReplenished, OrderMoved, MassCanceled, CancelAllAfterSet, Transferred,
                 TransferPending, PendingResolved, RuleSetActivated>;
using Events = std::vector<Event>;

// Appends an event, made in place from its fields in their order.
template <typename E, typename... Fields>
void Emit(Events& events, Fields&&... fields) {
#ifdef __cpp_aggregate_paren_init
  events.emplace_back(std::in_place_type<E>, std::forward<Fields>(fields)...);
#else  // Clang before 16, for the fuzzers.
  events.emplace_back(E{std::forward<Fields>(fields)...});
#endif
}

// Of MakeTransfers.
struct TransferOutcome {
  Amount amount;               // What the first one moved or holds (VOID: gave back).
  AccountId debit_account_id;  // Who paid it, or gets it back.
  uint32_t refused = 0;  // Which of them was refused, from 1; 0: none was, or all for their number.
  AssetId asset_id;      // Of the one that was refused, else of the first; 0: not known.
  friend bool operator==(const TransferOutcome&, const TransferOutcome&) = default;
};

// What the caller of one command hears. A repeat hears the first outcome again.
struct Outcome {
  Sequence sequence;  // Of the decision: for a repeat, the first one's.
  bool repeated = false;
  RejectReason reason = RejectReason::kNone;
  int64_t need = 0;  // The number the reason is about, in engine units.
  int64_t have = 0;

  // Of CreateAsset, CreateInstrument, OpenAccount: the id that was given.
  uint64_t created_id = 0;

  // Of Deposit, Withdraw, MakeTransfers of one: the balance when the command was over; of the
  // account that was debited, for a deposit that was credited.
  Amount available;
  Amount held;

  // Of CancelAllAfter: when it will fire, nanoseconds; 0: disarmed.
  // Of MakeTransfers: when the first one expires; 0: never.
  // Of MassCancel: how many orders it ended, and whether more are left to end.
  int64_t due_ns = 0;
  uint32_t canceled_orders = 0;
  bool more = false;

  // Of PlaceOrder, CancelOrder, AmendOrder, ReplaceOrder (the new order), PlaceOrderList (the
  // first): the order when the command was over.
  OrderId order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderStatus status = OrderStatus::kNone;
  CancelReason cancel_reason = CancelReason::kNone;
  Quantity executed;
  Amount executed_quote;  // Before fees: buyer_cost or seller_gross of its trades.
  Quantity remaining;
  Quantity prevented;  // By self-trade prevention.

  TransferOutcome transfer;

  bool accepted() const { return reason == RejectReason::kNone; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace rialto::engine
