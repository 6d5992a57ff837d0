// One order of the naive model, and what its type means.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/naive_instrument.h"

namespace rialto::engine {

inline bool IsBuy(const PlaceOrder& order) { return order.side == Side::kBuy; }
inline bool IsByAmount(const PlaceOrder& order) { return order.quote_amount != Amount(0); }

inline bool HasTrigger(const PlaceOrder& order) {
  return order.type >= OrderType::kStop && order.type <= OrderType::kTrailingStop;
}
// The time in force lets it rest.
inline bool MayRest(const PlaceOrder& order) {
  return order.time_in_force == TimeInForce::kGoodTillCanceled ||
         order.time_in_force == TimeInForce::kGoodTillDate ||
         order.time_in_force == TimeInForce::kDay;
}
inline bool IsLimitNow(const PlaceOrder& order) {
  return order.type == OrderType::kLimit && !MayRest(order);
}
// Trades with the limit its owner gave: what is left of it may rest.
inline bool TradesAsLimit(const PlaceOrder& order) {
  return order.type == OrderType::kLimit || order.type == OrderType::kStopLimit ||
         order.type == OrderType::kTakeProfitLimit;
}
// Bounded by the market collar.
inline bool HasCollar(const PlaceOrder& order) {
  return order.type == OrderType::kMarket || order.type == OrderType::kStop ||
         order.type == OrderType::kTakeProfit || order.type == OrderType::kTrailingStop;
}
// Fires when the price rises to its trigger; else when it falls.
inline bool FiresRising(const PlaceOrder& order) {
  const bool takes_profit =
      order.type == OrderType::kTakeProfit || order.type == OrderType::kTakeProfitLimit;
  return IsBuy(order) != takes_profit;
}

struct NaiveOrder {
  OrderId id;
  uint64_t age = 0;   // Counts accepted orders.
  PlaceOrder placed;  // Price and quantity as amended, sized or, by quote amount, as planned.
  std::optional<int64_t> limit;
  int64_t maker_ppm = 0;
  int64_t taker_ppm = 0;
  OrderStatus status = OrderStatus::kPending;
  CancelReason reason = CancelReason::kNone;
  int64_t remaining = 0;
  int64_t executed = 0;
  int64_t prevented = 0;
  int64_t hold = 0;
  Wide executed_quote = 0;
  int64_t expires_ns = 0;  // 0: never, or on CLOSED.

  // In the book.
  bool in_book = false;
  int64_t book_price = 0;
  int64_t displayed = 0;
  uint64_t arrival = 0;

  // Before its trigger fires.
  bool triggered = false;
  bool fired = false;              // Waits for its turn to become active.
  uint64_t trades_before = 0;      // Of the instrument, when it began to look.
  std::optional<int64_t> printed;  // What fires it already, of trades before another one came.
  std::optional<int64_t> watermark;

  bool is_new_peg = false;

  // In a list.
  OrderId list_id;
  ListKind list_kind{};
  int list_index = 0;
  bool waits_for_parent = false;
  bool is_bound = false;  // To its sibling.
  OrderId sibling;

  bool is_open() const { return status == OrderStatus::kOpen || status == OrderStatus::kPending; }
  int64_t fee_ppm_max() const { return std::max<int64_t>({0, maker_ppm, taker_ppm}); }
  int64_t total() const { return executed + prevented + remaining; }
};

// What was asked under a client order id.
struct NaiveContent {
  enum Kind { kPlace, kReplace, kList, kOfList } kind = kPlace;
  OrderReference reference;        // kReplace.
  ListKind list_kind{};            // kList.
  std::vector<PlaceOrder> orders;  // Without session and not_after.

  bool Equals(const NaiveContent& other) const;
};

}  // namespace rialto::engine
