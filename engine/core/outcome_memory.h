// What the engine remembers of past orders and transfers, so that a retry hears the first outcome.
//
// Orders are forgotten, oldest first, once they are over and both bounds of limits.h allow it;
// transfers never.
// Thread: the sequencer's only.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/base/ids.h"
#include "common/base/time.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/order_pool.h"

namespace rialto::engine {

// How much must be remembered, at least; the venue's are in limits.h.
struct MemoryBounds {
  uint64_t orders_min = 0;
  int64_t age_ns_min = 0;
};

// The content of a placed order and what came of it, without the ids that are the key.
struct RememberedOrder {
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  TimeInForce time_in_force = TimeInForce::kGoodTillCanceled;
  PostOnly post_only = PostOnly::kNo;
  OrderStatus status = OrderStatus::kNone;
  CancelReason cancel_reason = CancelReason::kNone;
  RejectReason reason = RejectReason::kNone;
  Price price;
  Quantity quantity;
  Amount quote_amount;
  Sequence sequence;
  int64_t need = 0;
  int64_t have = 0;
  Quantity executed;
  Amount executed_quote;
  Quantity remaining;

  bool SameContent(const PlaceOrder& order) const;
  // The first outcome, marked as repeated.
  Outcome ToOutcome() const;
};

struct RememberedTransfer {
  bool is_deposit = false;
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
  Outcome outcome;
};

class OutcomeMemory {
 public:
  // `open_orders` outlives the memory: what is in there is not forgotten.
  OutcomeMemory(MemoryBounds bounds, const OrderPool& open_orders)
      : bounds_(bounds), open_orders_(open_orders) {}

  // nullptr when there is none. Valid until the next Remember.
  const RememberedOrder* FindOrder(AccountId account_id, const ClientOrderId& id) const;
  const RememberedTransfer* FindTransfer(const TransactionId& id) const;

  // REQUIRES: the key is new.
  void Remember(const PlaceOrder& order, const Outcome& outcome, Timestamp now);
  void Remember(const TransactionId& id, const RememberedTransfer& transfer);

  uint64_t order_count() const { return orders_.size(); }

 private:
  using OrderKey = std::pair<AccountId, ClientOrderId>;
  struct Age {
    OrderKey key;
    Timestamp remembered_at;
  };

  void ForgetOld(Timestamp now);

  const MemoryBounds bounds_;
  const OrderPool& open_orders_;
  absl::flat_hash_map<OrderKey, RememberedOrder> orders_;
  // A ring of keys, oldest at ages_first_; doubles when full.
  std::vector<Age> ages_;
  uint64_t ages_first_ = 0;
  absl::flat_hash_map<TransactionId, RememberedTransfer> transfers_;
};

}  // namespace rialto::engine
