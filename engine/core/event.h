// What can happen in the engine, and the outcome a caller hears.
//
// Fields mean what rialto.engine.v1 (event.proto) says of theirs. Within a command the order is:
// what was accepted, its trades, what became of the order, then every balance touched, in order of
// touch.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/command.h"
#include "engine/core/order_types.h"
#include "engine/core/reject_reason.h"

namespace rialto::engine {

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

struct AccountLimitsSet {
  AccountId account_id;
  InstrumentId instrument_id;
  Quantity order_quantity_max;
  Amount order_notional_max;
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

struct OrderAccepted {
  OrderId order_id;
  PlaceOrder
      order;  // `quantity` of an order by quote amount: the lots that amount buys or sells now.
  Amount hold;
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
  Amount base_amount;
  Amount buyer_cost;
  Amount seller_gross;
  Amount buyer_fee;
  Amount seller_fee;
  friend bool operator==(const Trade&, const Trade&) = default;
};

struct OrderRested {
  OrderId order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;
  Quantity remaining;
  friend bool operator==(const OrderRested&, const OrderRested&) = default;
};

struct OrderCanceled {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;
  Quantity canceled;
  CancelReason reason = CancelReason::kNone;
  bool was_resting = false;
  friend bool operator==(const OrderCanceled&, const OrderCanceled&) = default;
};

struct OrderReduced {
  OrderId order_id;
  AccountId account_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  Price price;
  Quantity reduced;
  Quantity remaining;
  friend bool operator==(const OrderReduced&, const OrderReduced&) = default;
};

struct BalanceChanged {
  AccountId account_id;
  AssetId asset_id;
  Amount available;
  Amount held;
  friend bool operator==(const BalanceChanged&, const BalanceChanged&) = default;
};

using Event = std::variant<AssetCreated, InstrumentCreated, AccountOpened, AccountLimitsSet,
                           Deposited, Withdrawn, TransferRejected, OrderAccepted, OrderRejected,
                           Trade, OrderRested, OrderCanceled, OrderReduced, BalanceChanged>;
using Events = std::vector<Event>;

// What the caller of one command hears. A repeat hears the first outcome again.
struct Outcome {
  Sequence sequence;  // Of the decision: for a repeat, the first one's.
  bool repeated = false;
  RejectReason reason = RejectReason::kNone;
  int64_t need = 0;  // The number the reason is about, in engine units.
  int64_t have = 0;

  // Of CreateAsset, CreateInstrument, OpenAccount: the id that was given.
  uint64_t created_id = 0;

  // Of Deposit, Withdraw: the balance when the command was over.
  Amount available;
  Amount held;

  // Of PlaceOrder, CancelOrder, AmendOrder: the order when the command was over.
  OrderId order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderStatus status = OrderStatus::kNone;
  CancelReason cancel_reason = CancelReason::kNone;
  Quantity executed;
  Amount executed_quote;  // Before fees: buyer_cost or seller_gross of its trades.
  Quantity remaining;

  bool accepted() const { return reason == RejectReason::kNone; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace rialto::engine
