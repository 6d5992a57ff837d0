#include "engine/core/outcome_memory.h"

#include <algorithm>

#include "common/base/check.h"

namespace rialto::engine {

bool RememberedOrder::SameContent(const PlaceOrder& order) const {
  return instrument_id == order.instrument_id && side == order.side && type == order.type &&
         time_in_force == order.time_in_force && post_only == order.post_only &&
         price == order.price && quantity == order.quantity && quote_amount == order.quote_amount;
}

Outcome RememberedOrder::ToOutcome() const {
  Outcome outcome;
  outcome.sequence = sequence;
  outcome.repeated = true;
  outcome.reason = reason;
  outcome.need = need;
  outcome.have = have;
  outcome.instrument_id = instrument_id;
  outcome.side = side;
  if (reason != RejectReason::kNone) return outcome;
  outcome.order_id = OrderId(sequence.value());
  outcome.status = status;
  outcome.cancel_reason = cancel_reason;
  outcome.executed = executed;
  outcome.executed_quote = executed_quote;
  outcome.remaining = remaining;
  return outcome;
}

const RememberedOrder* OutcomeMemory::FindOrder(AccountId account_id,
                                                const ClientOrderId& id) const {
  const auto found = orders_.find(OrderKey(account_id, id));
  return found == orders_.end() ? nullptr : &found->second;
}

const RememberedTransfer* OutcomeMemory::FindTransfer(const TransactionId& id) const {
  const auto found = transfers_.find(id);
  return found == transfers_.end() ? nullptr : &found->second;
}

void OutcomeMemory::Remember(const PlaceOrder& order, const Outcome& outcome, Timestamp now) {
  const OrderKey key(order.account_id, order.client_order_id);
  const RememberedOrder remembered{.instrument_id = order.instrument_id,
                                   .side = order.side,
                                   .type = order.type,
                                   .time_in_force = order.time_in_force,
                                   .post_only = order.post_only,
                                   .status = outcome.status,
                                   .cancel_reason = outcome.cancel_reason,
                                   .reason = outcome.reason,
                                   .price = order.price,
                                   .quantity = order.quantity,
                                   .quote_amount = order.quote_amount,
                                   .sequence = outcome.sequence,
                                   .need = outcome.need,
                                   .have = outcome.have,
                                   .executed = outcome.executed,
                                   .executed_quote = outcome.executed_quote,
                                   .remaining = outcome.remaining};
  ForgetOld(now);
  if (orders_.size() == ages_.size()) {  // Full: straighten the ring, then double it.
    std::rotate(ages_.begin(), ages_.begin() + static_cast<int64_t>(ages_first_), ages_.end());
    ages_first_ = 0;
    ages_.resize(std::max<size_t>(1024, ages_.size() * 2));
  }
  ages_[(ages_first_ + orders_.size()) % ages_.size()] = {key, now};
  CHECK(orders_.emplace(key, remembered).second);
}

void OutcomeMemory::Remember(const TransactionId& id, const RememberedTransfer& transfer) {
  CHECK(transfers_.emplace(id, transfer).second);
}

// At most two a command, so that the cost is spread and the memory still shrinks.
void OutcomeMemory::ForgetOld(Timestamp now) {
  for (int i = 0; i < 2 && orders_.size() > bounds_.orders_min; ++i) {
    const Age oldest = ages_[ages_first_];
    if (now.value() - oldest.remembered_at.value() < bounds_.age_ns_min) return;
    const auto found = orders_.find(oldest.key);
    CHECK(found != orders_.end());
    ages_first_ = (ages_first_ + 1) % ages_.size();
    if (open_orders_.Find(OrderId(found->second.sequence.value())) == kNoOrder) {
      orders_.erase(found);
    } else {  // Still open: to the young end, to be looked at again.
      ages_[(ages_first_ + orders_.size() - 1) % ages_.size()] = {oldest.key, now};
    }
  }
}

}  // namespace rialto::engine
