// A new order: taken or refused, remembered, sent on its way. README.md is the rule book.

#include <algorithm>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

bool NeedsSpecialTerms(const OrderTerms& terms) {
  return terms.display_quantity != Quantity(0) || terms.trigger_source != TriggerSource::kNone ||
         terms.peg != PegReference::kNone || terms.expire_time != Timestamp(0) ||
         !terms.tag.empty() || terms.session != 0;
}

}  // namespace

Outcome Engine::Decide(const PlaceOrder& order, Events& events) {
  // The checks change nothing, so a repeat may be looked for behind them, when its memory has come.
  const OrderKey key = memory_.KeyOf(order.account_id, order.client_order_id);
  memory_.Prefetch(key);
  const uint64_t fingerprint = Fingerprint(order);
  Plan plan;
  const Refusal refusal = Check(order, Circumstances(), now_, plan);
  if (const uint32_t known = memory_.Find(key); known != 0) {
    if (memory_[known].fingerprint == fingerprint) return memory_[known].ToOutcome();
    return RefuseNewOrder(order, {RejectReason::kClientOrderIdReused}, events);
  }
  remembered_ = memory_.Remember(key, fingerprint, now_);
  if (refusal) return RefuseNewOrder(order, refusal, events);

  // From here on the order must succeed.
  const OrderId id(sequence_.value());
  const OrderIndex index = Take(order, plan, id, remembered_);
  described_ = index;
  Emit<OrderAccepted>(events, id, order, plan.hold);
  std::get<OrderAccepted>(events.back()).order.quantity = plan.quantity;
  Start(index, plan.sweep, order.quote_amount != Amount(0), events);
  return NewOutcome();
}

Outcome Engine::Decide(const ReplaceOrder& command, Events& events) {
  const PlaceOrder& order = command.replacement;
  const uint64_t fingerprint = Fingerprint(command);
  const auto refuse = [&](const Refusal& refusal) {
    Outcome outcome = RefuseNewOrder(order, refusal, events);
    std::get<OrderRejected>(events.back()).order_id = command.order.order_id;
    return outcome;
  };
  const OrderKey key = memory_.KeyOf(order.account_id, order.client_order_id);
  if (const uint32_t known = memory_.Find(key); known != 0) {
    if (memory_[known].fingerprint == fingerprint) return memory_[known].ToOutcome();
    return refuse({RejectReason::kClientOrderIdReused});
  }
  Plan plan;
  Circumstances circumstances;
  OrderIndex replaced = kNoOrder;
  const auto check = [&]() -> Refusal {
    if (order.terms.not_after > Timestamp(0) && now_ > order.terms.not_after) {
      return {RejectReason::kRequestExpired, order.terms.not_after.value(), now_.value()};
    }
    if (command.order.account_id != order.account_id) return {RejectReason::kInvalidOrder};
    if (accounts_.FindUser(order.account_id) == nullptr) return {RejectReason::kUnknownAccount};
    replaced = FindOpenOrderIndex(command.order);
    if (replaced == kNoOrder) return {RejectReason::kUnknownOrder};
    const SpecialTerms* special = orders_.special(replaced);
    if (special != nullptr && special->list_id != OrderId(0)) return {RejectReason::kOrderState};
    if (orders_[replaced].instrument_id != order.instrument_id ||
        orders_[replaced].side != order.side) {
      return {RejectReason::kInvalidOrder};
    }
    circumstances.replaced = replaced;
    return Check(order, circumstances, now_, plan);
  };
  const Refusal refusal = check();
  remembered_ = memory_.Remember(key, fingerprint, now_);
  if (refusal) return refuse(refusal);

  // From here on the order must succeed.
  Cancel(replaced, CancelReason::kReplaced, events);
  const OrderId id(sequence_.value());
  const OrderIndex index = Take(order, plan, id, remembered_);
  described_ = index;
  Emit<OrderAccepted>(events, id, order, plan.hold);
  std::get<OrderAccepted>(events.back()).order.quantity = plan.quantity;
  Start(index, plan.sweep, order.quote_amount != Amount(0), events);
  return NewOutcome();
}

OrderIndex Engine::Take(const PlaceOrder& order, const Plan& plan, OrderId id, uint32_t memory) {
  Market& market = *plan.market;
  Touch(market);
  const OrderIndex index = orders_.Allocate(id, Accounts::IndexOf(order.account_id));
  orders_.resting(index).displayed = plan.quantity;
  Order& taken = orders_[index];
  taken.limit = plan.limit;
  taken.quantity = plan.quantity;
  taken.hold = plan.hold;
  taken.instrument_id = order.instrument_id;
  taken.maker_fee_ppm = plan.rates.maker_ppm;
  taken.taker_fee_ppm = plan.rates.taker_ppm;
  taken.side = order.side;
  taken.type = order.type;
  taken.time_in_force = order.time_in_force;
  taken.self_trade = order.self_trade;
  taken.post_only = order.post_only;
  taken.memory = memory;
  const bool ends_at_midnight = order.time_in_force == TimeInForce::kDay &&
                                market.next_transition == market.transitions.size();
  if (NeedsSpecialTerms(order.terms) || ends_at_midnight) {
    SpecialTerms& special = orders_.GiveSpecial(index);
    special.terms = order.terms;
    special.expires = order.terms.expire_time;
    if (ends_at_midnight) {
      constexpr int64_t kDayNs = 24LL * 3600 * 1'000'000'000;
      special.expires = Timestamp((now_.value() / kDayNs + 1) * kDayNs);
    }
  }
  accounts_.Reserve({order.account_id, HoldAsset(market.instrument, order.side)}, plan.hold);
  RememberTaken(order);
  return index;
}

// For the checks of pace.
void Engine::RememberTaken(const PlaceOrder& order) {
  AccountRules* rules = accounts_.FindUser(order.account_id)->rules.get();
  if (rules == nullptr) return;
  const SetAccountSettings& settings = rules->settings;
  if (settings.order_rate_window_ns > 0) {
    const int64_t window = now_.value() / settings.order_rate_window_ns;
    if (window != rules->rate_window) rules->rate_count = 0;
    rules->rate_window = window;
    ++rules->rate_count;
  }
  if (settings.duplicate_window_ns > 0) {
    std::vector<TakenOrder>& taken = rules->taken;
    if (taken.size() == limits::kDuplicatesRemembered) taken.erase(taken.begin());
    taken.push_back({now_, order.instrument_id, order.side, order.type, order.price,
                     order.terms.trigger_price, order.quantity, order.quote_amount});
  }
}

void Engine::Start(OrderIndex index, const Sweep& sweep, bool is_by_amount, Events& events) {
  const OrderType type = orders_[index].type;
  if (HasTrigger(type)) return Wait(index, Waiting::kTrigger);
  if (type == OrderType::kPegged) {
    Market& market = MarketOf(index);
    Wait(index, Waiting::kReference);
    market.pegged.emplace(orders_.IdOf(index), index);
    market.must_look_at_pegs = true;
    return;
  }
  Arrive(index, &sweep, is_by_amount, events);
}

Outcome Engine::RefuseNewOrder(const PlaceOrder& order, const Refusal& refusal,
                               Events& events) const {
  Outcome outcome = Refuse(refusal);
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  Emit<OrderRejected>(events, order.account_id, order.client_order_id, OrderId(),
                      order.instrument_id, refusal.reason, refusal.need, refusal.have);
  return outcome;
}

}  // namespace rialto::engine
