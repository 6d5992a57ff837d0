// What can be asked of the engine. One struct per question; sequence and time come in the header.
//
// Form (id syntax, enum values, decimals) is checked where a command enters the process; the engine
// still answers every field value with a decision, never with a crash.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

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

// Defines an instrument; the same definition again is a repeat, not an error.
struct CreateInstrument {
  CallerId symbol;
  AssetId base;
  AssetId quote;
  int64_t tick_size_e12 = 0;   // Units of 10^-12 quote per base.
  int64_t lot_size_units = 0;  // Minor units of base.
  Quantity quantity_min;
  Quantity quantity_max;
  Amount notional_min;  // 0: no bound.
  Amount notional_max;  // 0: no bound.
  uint32_t maker_fee_ppm = 0;
  uint32_t taker_fee_ppm = 0;

  friend bool operator==(const CreateInstrument&, const CreateInstrument&) = default;
};

// Opens an account; the same name again answers with the same account.
struct OpenAccount {
  CallerId name;
};

// Sets what one account may order at most of one instrument; 0: no limit.
struct SetAccountLimits {
  AccountId account_id;
  InstrumentId instrument_id;
  Quantity order_quantity_max;
  Amount order_notional_max;
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

// LIMIT: price and quantity, no quote amount. MARKET: no price, and quantity or quote amount.
struct PlaceOrder {
  AccountId account_id;
  ClientOrderId client_order_id;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  TimeInForce time_in_force = TimeInForce::kGoodTillCanceled;
  PostOnly post_only = PostOnly::kNo;
  Price price;
  Quantity quantity;
  Amount quote_amount;

  friend bool operator==(const PlaceOrder&, const PlaceOrder&) = default;
};

// An order by its own id, or, where that is 0, by its owner's.
struct OrderReference {
  AccountId account_id;
  OrderId order_id;
  ClientOrderId client_order_id;
};

struct CancelOrder {
  OrderReference order;
};

// Lowers the total quantity, executed part included; keeps priority. At or below what has executed,
// the rest is canceled.
struct AmendOrder {
  OrderReference order;
  Quantity quantity;
};

using Command = std::variant<CreateAsset, CreateInstrument, OpenAccount, SetAccountLimits, Deposit,
                             Withdraw, PlaceOrder, CancelOrder, AmendOrder>;

}  // namespace rialto::engine
