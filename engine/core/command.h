// What can be asked of the engine. One struct per question; sequence and time come in the header.
//
// Form (id syntax, enum values, decimals) is checked where a command enters the process; the engine
// still answers every field value with a decision, never with a crash.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/time.h"
#include "engine/core/order_types.h"

namespace rialto::engine {

// Given by the sequencer. Sequences are dense, timestamps strictly increasing.
struct CommandHeader {
  Sequence sequence;
  Timestamp timestamp;
};

// Defines an asset; the same definition again is a repeat, not an error.
struct CreateAsset {
  CallerId symbol;
  uint32_t scale = 0;  // 0 to kScaleMax.
};

// Defines an instrument; the same definition again is a repeat, not an error. Bounds of 0: none.
struct CreateInstrument {
  CallerId symbol;
  AssetId base;
  AssetId quote;
  int64_t tick_size_e12 = 0;   // Units of 10^-12 quote per base.
  int64_t lot_size_units = 0;  // Minor units of base.
  Quantity quantity_min;
  Quantity quantity_max;
  Amount notional_min;
  Amount notional_max;
  int32_t maker_fee_ppm = 0;  // Of tier 0; below 0: a rebate.
  uint32_t taker_fee_ppm = 0;
  Price price_min;
  Price price_max;
  // How far a price may be from another, in parts per million of that other. A market order from
  // the best price it meets (0: kMarketCollarPpmDefault); a limit on placement, and an execution,
  // from the reference price.
  uint32_t market_collar_ppm = 0;
  uint32_t limit_collar_ppm = 0;
  uint32_t price_band_ppm = 0;
  // An execution further than this from the anchor interrupts trading; see README, Volatility.
  uint32_t volatility_ppm = 0;
  int64_t volatility_window_ns = 0;
  int64_t volatility_auction_ns = 0;  // 0: HALTED instead of an auction.
  uint32_t open_orders_max = 0;       // Per account.
  uint32_t pending_orders_max = 0;    // Per account: orders that wait for a trigger.
  uint32_t iceberg_parts_max = 0;
  SelfTrade self_trade_default = SelfTrade::kDefault;  // kDefault: kAllow.
  uint8_t self_trade_modes = 0;  // Bit n: mode n may be asked for. 0: every mode may.

  friend bool operator==(const CreateInstrument&, const CreateInstrument&) = default;
};

// Gives an instrument other parameters. Symbol, base and quote stay.
struct SetInstrument {
  InstrumentId instrument_id;
  CreateInstrument definition;
};

struct SetInstrumentState {
  InstrumentId instrument_id;
  InstrumentState state = InstrumentState::kTrading;
  Timestamp auction_end;  // AUCTION only; 0: until the next SetInstrumentState.
};

// One change of state to come.
struct Transition {
  Timestamp at;
  InstrumentState state = InstrumentState::kTrading;
  friend bool operator==(const Transition&, const Transition&) = default;
};

// The states an instrument will go through; replaces what was there. `calendar` is the definition
// the transitions come from, kept for whoever extends it.
struct SetSchedule {
  InstrumentId instrument_id;
  std::string calendar;
  std::vector<Transition> transitions;  // Times strictly increasing and to come.
};

struct SetMarkPrice {
  InstrumentId instrument_id;
  Price price;
};

// Fees of one tier on one instrument. Tier 0 is the instrument's own.
struct SetFeeTier {
  InstrumentId instrument_id;
  uint32_t tier = 0;
  int32_t maker_fee_ppm = 0;  // Below 0: a rebate.
  uint32_t taker_fee_ppm = 0;
};

// Opens an account; the same name again answers with the same account.
struct OpenAccount {
  CallerId name;
};

// Sets what one account may do on one instrument; 0: no limit.
struct SetAccountLimits {
  AccountId account_id;
  InstrumentId instrument_id;
  Quantity order_quantity_max;
  Amount order_notional_max;
  Quantity position_max;  // Base owned and on order to buy, in lots.
  Amount exposure_max;    // Notional of all open orders, minor units of quote.
};

// Sets what holds for an account everywhere. Rates of 0: no limit.
struct SetAccountSettings {
  AccountId account_id;
  uint32_t fee_tier = 0;
  uint64_t trade_group = 0;  // Accounts of one group are one owner (self-trade modes); 0: alone.
  uint32_t open_orders_max = 0;
  uint32_t order_rate_max = 0;  // Orders taken per window.
  int64_t order_rate_window_ns = 0;
  int64_t duplicate_window_ns = 0;

  friend bool operator==(const SetAccountSettings&, const SetAccountSettings&) = default;
};

// Of one account, or of everyone: account 0.
struct SetTradingState {
  AccountId account_id;
  TradingState state = TradingState::kActive;
};

struct Deposit {
  TransactionId transaction_id;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
};

struct Withdraw {
  TransactionId transaction_id;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
};

// How a transfer takes effect.
enum class TransferKind : uint8_t {
  kSingle = 1,   // At once.
  kPending = 2,  // Holds the amount until it is posted or voided, or expires.
  kPost = 3,     // Settles a pending one, or a part of it: the rest is given back.
  kVoid = 4,     // Gives a pending one back.
  kReverse = 5,  // Moves back what another one moved.
  kDeposit = 6,  // What Deposit and Withdraw are remembered as; not for MakeTransfers.
  kWithdraw = 7,
};
constexpr bool IsKnown(TransferKind kind) {
  return kind >= TransferKind::kSingle && kind <= TransferKind::kWithdraw;
}

// What became of a transfer.
enum class TransferState : uint8_t {
  kRefused = 1,
  kDone = 2,
  kPending = 3,
  kPosted = 4,  // This and what follows: it was pending.
  kVoided = 5,
  kExpired = 6,
};
constexpr bool IsKnown(TransferState state) {
  return state >= TransferState::kRefused && state <= TransferState::kExpired;
}

// An amount that goes from one account to another, house accounts included. README.md says which
// fields go with which kind.
struct Transfer {
  TransactionId transaction_id;
  TransferKind kind = TransferKind::kSingle;
  AccountId debit_account_id;
  AccountId credit_account_id;
  AssetId asset_id;
  Amount amount;           // POST: 0 is all of it.
  int64_t timeout_ns = 0;  // PENDING: 0 is never.
  TransactionId target;    // POST, VOID: the pending one; REVERSE: the one to move back.
  CallerId reference;      // The caller's note; may be empty.

  friend bool operator==(const Transfer&, const Transfer&) = default;
};

// Transfers of which all are made or none; each sees what the ones before it did.
struct MakeTransfers {
  std::vector<Transfer> transfers;
};

// What most orders do without.
struct OrderTerms {
  Quantity display_quantity;  // LIMIT: what the book shows at a time; 0: all.
  TriggerSource trigger_source = TriggerSource::kNone;
  Price trigger_price;     // STOP*, TAKE_PROFIT*; TRAILING_STOP: where tracking starts, 0: at once.
  uint32_t trail_ppm = 0;  // TRAILING_STOP: one of these two.
  int64_t trail_ticks = 0;  // TRAILING_STOP.
  PegReference peg = PegReference::kNone;
  int64_t peg_offset_ticks = 0;  // Added to the reference.
  Timestamp expire_time;         // GTD.
  Timestamp not_after;           // 0: none. Refused when taken up later.
  CallerId tag;                  // For mass cancels; may be empty.
  uint32_t session = 0;          // The stream it dies with; 0: none.

  friend bool operator==(const OrderTerms&, const OrderTerms&) = default;
};

// README.md says which fields go with which type.
struct PlaceOrder {
  AccountId account_id;
  ClientOrderId client_order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  TimeInForce time_in_force = TimeInForce::kGoodTillCanceled;
  PostOnly post_only = PostOnly::kNo;
  SelfTrade self_trade = SelfTrade::kDefault;
  Price price;
  Quantity quantity;
  Amount quote_amount;
  OrderTerms terms;

  friend bool operator==(const PlaceOrder&, const PlaceOrder&) = default;
};

// Orders that depend on each other; all are taken or none is.
struct PlaceOrderList {
  ListKind kind = ListKind::kOneCancelsOther;
  std::vector<PlaceOrder> orders;
};

// An order by its own id, or, where that is 0, by its owner's.
struct OrderReference {
  AccountId account_id;
  OrderId order_id;
  ClientOrderId client_order_id;
};

struct CancelOrder {
  OrderReference order;
  CancelOnlyIf only_if = CancelOnlyIf::kAny;
};

// Changes quantity (the total, executed part included; 0: as it is) and price (0: as it is). Only a
// smaller quantity keeps priority. At or below what has executed, the rest is canceled.
struct AmendOrder {
  OrderReference order;
  Quantity quantity;
  Price price;
};

// Ends one order and places another, or does neither.
struct ReplaceOrder {
  OrderReference order;
  PlaceOrder replacement;
};

// Ends every open order that fits all of these; empty or 0: any.
struct MassCancel {
  AccountId account_id;
  InstrumentId instrument_id;
  uint8_t side = 0;  // 0, or a Side.
  CallerId tag;
  uint32_t session = 0;                               // kAnySession: every order that has one.
  CancelReason reason = CancelReason::kMassCanceled;  // Or kDisconnected.

  friend bool operator==(const MassCancel&, const MassCancel&) = default;
};
inline constexpr uint32_t kAnySession = UINT32_MAX;

// Cancels all orders of an account when nobody repeats this in time; 0 disarms.
struct CancelAllAfter {
  AccountId account_id;
  int64_t timeout_ns = 0;
};

// Lets time pass: what is due happens.
struct Tick {};

// Rules for the commands behind it; see rule_set.h.
struct ActivateRuleSet {
  uint32_t rule_set = 0;
};

// The order of the alternatives is nobody's business; the journal has its own numbers.
using Command = std::variant<CreateAsset, CreateInstrument, OpenAccount, SetAccountLimits, Deposit,
                             Withdraw, PlaceOrder, CancelOrder, AmendOrder, SetInstrument,
                             SetInstrumentState, SetSchedule, SetMarkPrice, SetFeeTier,
                             SetAccountSettings, SetTradingState, PlaceOrderList, ReplaceOrder,
                             MassCancel, CancelAllAfter, Tick, MakeTransfers, ActivateRuleSet>;

}  // namespace rialto::engine
