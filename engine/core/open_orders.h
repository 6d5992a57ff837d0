// The open orders of the venue, each known by one position: what matching touches, what settlement
// needs, and, for the few that have them, their special terms.
//
// A position stays valid while its order is open; references stay valid, too (storage never moves).
// An order in the making has a position before it is linked to its owner and found by its id.
// Thread: the sequencer's only.
#pragma once

#include <cstdint>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/time.h"
#include "engine/core/accounts.h"
#include "engine/core/chunked_pool.h"
#include "engine/core/command.h"
#include "engine/core/hash_index.h"
#include "engine/core/order_types.h"
#include "engine/core/resting_order.h"

namespace rialto::engine {

// What keeps an open order out of the book.
enum class Waiting : uint8_t {
  kNothing = 0,  // It rests, or is on its way.
  kTrigger = 1,
  kParent = 2,
  kReference = 3,  // PEGGED, without one.
};
constexpr bool IsKnown(Waiting waiting) { return waiting <= Waiting::kReference; }

// What settlement needs of an order. What remains of it is in RestingOrder::displayed and, of an
// iceberg at rest, in SpecialTerms::hidden.
struct Order {
  Price limit;        // The worst price, which the hold goes by; 0: none.
  Quantity quantity;  // As placed or last amended.
  Amount hold;        // Minor units of quote (buy) or base (sell).
  Amount executed_quote;
  InstrumentId instrument_id;
  int32_t maker_fee_ppm = 0;
  uint32_t taker_fee_ppm = 0;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  TimeInForce time_in_force = TimeInForce::kGoodTillCanceled;
  SelfTrade self_trade = SelfTrade::kDefault;
  PostOnly post_only = PostOnly::kNo;
  Waiting waiting = Waiting::kNothing;
  bool is_linked = false;
  // Neighbours of the same account, older and younger.
  OrderIndex account_previous = kNoOrder;
  OrderIndex account_next = kNoOrder;
  uint32_t memory = 0;   // Where its outcome is remembered.
  uint32_t special = 0;  // Position of its SpecialTerms; 0: none.

  // The rate its hold provides for.
  int64_t hold_fee_ppm() const {
    return std::max<int64_t>({0, maker_fee_ppm, static_cast<int64_t>(taker_fee_ppm)});
  }
};

// What few orders have.
struct SpecialTerms {
  OrderTerms terms;
  Quantity hidden;     // Of an iceberg at rest: not displayed.
  Quantity prevented;  // By self-trade prevention.
  Timestamp expires;   // Its timer; 0: none.
  // TRAILING_STOP.
  bool is_tracking = false;
  Price watermark;
  Price fired_by;         // What fired its trigger.
  bool was_seen = false;  // PEGGED: has been looked at.
  // Of a list: its first order, its kind, and whether it and its sibling end each other.
  OrderId list_id;
  ListKind list_kind = ListKind::kOneCancelsOther;
  bool is_bound = false;
};

class OpenOrders {
 public:
  // A position for an order in the making.
  OrderIndex Allocate(OrderId id, AccountIndex owner);
  // Makes it an open order: found by its id and at the young end of its owner's list.
  void Link(OrderIndex index, Account& owner);
  // Forgets it. REQUIRES: no book holds it.
  void Free(OrderIndex index, Account& owner);

  Order& operator[](OrderIndex index) { return orders_[index]; }
  const Order& operator[](OrderIndex index) const { return orders_[index]; }
  RestingOrders& resting() { return resting_; }
  RestingOrder& resting(OrderIndex index) { return resting_[index]; }
  const RestingOrder& resting(OrderIndex index) const { return resting_[index]; }

  // The special terms of an order: given to it if it has none.
  SpecialTerms& GiveSpecial(OrderIndex index);
  SpecialTerms* special(const Order& order) {
    return order.special == 0 ? nullptr : &special_[order.special];
  }
  const SpecialTerms* special(const Order& order) const {
    return order.special == 0 ? nullptr : &special_[order.special];
  }
  SpecialTerms* special(OrderIndex index) { return special(orders_[index]); }
  const SpecialTerms* special(OrderIndex index) const { return special(orders_[index]); }

  // kNoOrder when no open order has this id.
  OrderIndex Find(OrderId id) const;
  // Open orders.
  uint64_t size() const { return size_; }

  OrderId IdOf(OrderIndex index) const { return resting_[index].id; }
  AccountIndex OwnerOf(OrderIndex index) const { return resting_[index].owner; }
  AccountId AccountOf(OrderIndex index) const { return Accounts::IdOf(OwnerOf(index)); }
  Quantity Hidden(OrderIndex index) const {
    const SpecialTerms* terms = special(index);
    return terms == nullptr ? Quantity(0) : terms->hidden;
  }
  Quantity Prevented(OrderIndex index) const {
    const SpecialTerms* terms = special(index);
    return terms == nullptr ? Quantity(0) : terms->prevented;
  }
  Quantity Remaining(OrderIndex index) const { return resting_[index].displayed + Hidden(index); }
  Quantity Executed(OrderIndex index) const {
    return orders_[index].quantity - Remaining(index) - Prevented(index);
  }

 private:
  RestingOrders resting_;
  ChunkedVector<Order> orders_;  // By position in resting_.
  ChunkedPool<SpecialTerms> special_;
  HashIndex by_id_;
  uint64_t size_ = 0;
};

// The order of a list that stands `leg` places behind its first one.
constexpr int kListLegShift = 56;
constexpr OrderId LegId(OrderId list_id, uint64_t leg) {
  return OrderId(list_id.value() | leg << kListLegShift);
}
constexpr uint64_t LegOf(OrderId id) { return id.value() >> kListLegShift; }

constexpr bool HasTrigger(OrderType type) {
  return type >= OrderType::kStop && type <= OrderType::kTrailingStop;
}
// Rests what does not trade at once, if it gets as far as the book.
constexpr bool Rests(TimeInForce time_in_force) {
  return time_in_force == TimeInForce::kGoodTillCanceled ||
         time_in_force == TimeInForce::kGoodTillDate || time_in_force == TimeInForce::kDay;
}

}  // namespace rialto::engine
