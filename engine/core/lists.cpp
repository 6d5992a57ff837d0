// Orders that depend on each other: README.md, Lists.

#include <algorithm>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

bool IsRestingLimit(const PlaceOrder& order) {
  return order.type == OrderType::kLimit && Rests(order.time_in_force);
}

bool HaveOneOwner(const PlaceOrderList& list) {
  for (const PlaceOrder& order : list.orders) {
    if (order.account_id != list.orders[0].account_id ||
        order.instrument_id != list.orders[0].instrument_id || order.quote_amount != Amount(0)) {
      return false;
    }
  }
  return true;
}

bool HaveDistinctIds(const PlaceOrderList& list) {
  for (size_t i = 0; i < list.orders.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (list.orders[i].client_order_id == list.orders[j].client_order_id) return false;
    }
  }
  return true;
}

bool HasItsShape(const PlaceOrderList& list) {
  const std::vector<PlaceOrder>& orders = list.orders;
  if (!HaveOneOwner(list) || !HaveDistinctIds(list)) return false;
  switch (list.kind) {
    case ListKind::kOneCancelsOther:
      return orders.size() == 2 && IsRestingLimit(orders[0]) && HasTrigger(orders[1].type) &&
             orders[1].side == orders[0].side && orders[1].quantity == orders[0].quantity;
    case ListKind::kOneTriggersOther:
      return orders.size() == 2 && IsRestingLimit(orders[0]) &&
             (orders[1].type == OrderType::kLimit || HasTrigger(orders[1].type));
    case ListKind::kBracket:
      return orders.size() == 3 && IsRestingLimit(orders[0]) && IsRestingLimit(orders[1]) &&
             HasTrigger(orders[2].type) && orders[1].side == Opposite(orders[0].side) &&
             orders[2].side == orders[1].side && orders[1].quantity == orders[0].quantity &&
             orders[2].quantity == orders[0].quantity;
  }
  return false;
}

}  // namespace

Outcome Engine::Decide(const PlaceOrderList& list, Events& events) {
  if (list.orders.empty()) {
    return RefuseNewOrder(PlaceOrder(), {RejectReason::kInvalidOrder}, events);
  }
  const PlaceOrder& first = list.orders[0];
  const uint64_t fingerprint = Fingerprint(list);
  const OrderKey key = memory_.KeyOf(first.account_id, first.client_order_id);
  if (const uint32_t known = memory_.Find(key); known != 0) {
    if (memory_[known].fingerprint == fingerprint) return memory_[known].ToOutcome();
    return RefuseNewOrder(first, {RejectReason::kClientOrderIdReused}, events);
  }
  std::vector<Plan> plans(list.orders.size());
  size_t refused = 0;
  const Refusal refusal = CheckList(list, plans, refused);
  remembered_ = memory_.Remember(key, fingerprint, now_);
  if (refusal) {
    Outcome outcome = RefuseNewOrder(list.orders[refused], refusal, events);
    outcome.instrument_id = first.instrument_id;
    outcome.side = first.side;
    return outcome;
  }

  // From here on the orders must succeed.
  const OrderId list_id(sequence_.value());
  const bool has_parent = list.kind != ListKind::kOneCancelsOther;
  std::vector<OrderIndex> taken;
  for (size_t leg = 0; leg < list.orders.size(); ++leg) {
    const PlaceOrder& order = list.orders[leg];
    const OrderId id = LegId(list_id, leg);
    uint32_t memory = remembered_;
    if (leg > 0) {
      memory = memory_.Remember(memory_.KeyOf(order.account_id, order.client_order_id),
                                fingerprint + leg, now_);
      Outcome outcome = NewOutcome();
      outcome.order_id = id;
      memory_.SetOutcome(memory, outcome);
    }
    if (has_parent && leg > 0) plans[leg].hold = Amount(0);
    const OrderIndex index = Take(order, plans[leg], id, memory);
    SpecialTerms& special = orders_.GiveSpecial(index);
    special.list_id = list_id;
    special.list_kind = list.kind;
    special.is_bound =
        list.kind == ListKind::kOneCancelsOther || (list.kind == ListKind::kBracket && leg > 0);
    taken.push_back(index);
    if (leg == 0) described_ = index;
    Emit<OrderAccepted>(events, id, order, plans[leg].hold, list_id,
                        static_cast<uint8_t>(list.kind));
  }
  for (size_t leg = 0; leg < taken.size(); ++leg) {
    if (has_parent && leg > 0) {
      Wait(taken[leg], Waiting::kParent);
    } else {
      Start(taken[leg], Sweep(), false, events);
    }
  }
  return NewOutcome();
}

Engine::Refusal Engine::CheckList(const PlaceOrderList& list, std::vector<Plan>& plans,
                                  size_t& refused) const {
  for (refused = 1; refused < list.orders.size(); ++refused) {
    const PlaceOrder& order = list.orders[refused];
    if (memory_.Find(memory_.KeyOf(order.account_id, order.client_order_id)) != 0) {
      return {RejectReason::kClientOrderIdReused};
    }
  }
  refused = 0;
  if (!HasItsShape(list)) return {RejectReason::kInvalidOrder};
  using Role = Circumstances::Role;
  for (; refused < list.orders.size(); ++refused) {
    Circumstances circumstances;
    circumstances.list_orders_before = static_cast<int64_t>(refused);
    if (list.kind == ListKind::kOneCancelsOther) {
      circumstances.role = refused == 0 ? Role::kFirstOfTwo : Role::kSecondOfTwo;
      circumstances.first_hold = plans[0].hold;
    } else {
      circumstances.role = refused == 0 ? Role::kParent : Role::kChild;
    }
    const Refusal refusal = Check(list.orders[refused], circumstances, now_, plans[refused]);
    if (refusal) return refusal;
  }
  return {};
}

// The order that ends with this one; kNoOrder when there is none, or no longer.
OrderIndex Engine::Sibling(OrderIndex index) const {
  const SpecialTerms* special = orders_.special(index);
  if (special == nullptr || !special->is_bound) return kNoOrder;
  const uint64_t leg = LegOf(orders_.IdOf(index));
  const uint64_t other = special->list_kind == ListKind::kOneCancelsOther ? 1 - leg : 3 - leg;
  const OrderIndex sibling = orders_.Find(LegId(special->list_id, other));
  if (sibling == kNoOrder) return kNoOrder;
  const SpecialTerms* terms = orders_.special(sibling);
  return terms != nullptr && terms->is_bound ? sibling : kNoOrder;
}

// Of two of which only one will trade, the one that waits.
bool Engine::IsSecondary(OrderIndex index) const {
  return HasTrigger(orders_[index].type) && Sibling(index) != kNoOrder;
}

bool Engine::React(Market& market, Events& events) {
  std::vector<Reaction>& reactions = market.reactions;
  bool has_reacted = false;
  size_t kept = 0;
  for (size_t i = 0; i < reactions.size(); ++i) {  // More may come meanwhile.
    const Reaction reaction = reactions[i];
    const OrderIndex index = orders_.Find(reaction.order_id);
    if (index == kNoOrder) continue;
    if (reaction.kind == Reaction::Kind::kActivate) {
      if (!market.is_trading() || !MayActivate()) {
        reactions[kept++] = reaction;
        continue;
      }
      ActivateChild(index, reaction.quantity, events);
    } else if (reaction.kind == Reaction::Kind::kCancel) {
      Cancel(index, reaction.reason, events);
    } else {
      ReduceSibling(index, reaction.quantity, events);
    }
    has_reacted = true;
  }
  reactions.resize(kept);
  return has_reacted;
}

void Engine::ActivateChild(OrderIndex index, Quantity executed, Events& events) {
  ++activations_;
  Order& order = orders_[index];
  Market& market = MarketOf(index);
  const AccountIndex owner = orders_.OwnerOf(index);
  const Quantity quantity = Min(order.quantity, executed);
  Amount hold = order.side == Side::kSell
                    ? market.instrument.BaseAmount(quantity)
                    : BuyNeed(market.instrument, order.limit, quantity, order.hold_fee_ppm());
  if (IsSecondary(index)) hold = std::max(Amount(0), hold - orders_[Sibling(index)].hold);
  const BalanceKey payer{orders_.AccountOf(index), HoldAsset(market.instrument, order.side)};
  const bool would_take = order.type == OrderType::kLimit && order.post_only == PostOnly::kYes &&
                          CheckTakes(order.side, order.limit, market).reason != RejectReason::kNone;
  if (CheckMayTrade(owner, order.side).reason != RejectReason::kNone || would_take ||
      hold > accounts_.Get(payer.account_id, payer.asset_id).available) {
    return Cancel(index, CancelReason::kActivationRefused, events);
  }
  StopWaiting(index);
  order.quantity = quantity;
  orders_.resting(index).displayed = quantity;
  accounts_.Reserve(payer, hold);
  order.hold = hold;
  Emit<OrderTriggered>(events, orders_.IdOf(index), payer.account_id, order.instrument_id,
                       TriggerSource::kNone, Price(0), quantity, hold);
  if (HasTrigger(order.type)) return Wait(index, Waiting::kTrigger);
  Arrive(index, nullptr, false, events);
}

void Engine::ReduceSibling(OrderIndex index, Quantity lots, Events& events) {
  // A child that is not active yet was to be as large as what its parent executed: less, now.
  Quantity left = orders_.Remaining(index);
  for (Reaction& reaction : MarketOf(index).reactions) {
    if (reaction.kind != Reaction::Kind::kActivate) continue;
    if (reaction.order_id != orders_.IdOf(index)) continue;
    left = Min(left, reaction.quantity);
    reaction.quantity = left - Min(left, lots);
  }
  if (left <= lots) return Cancel(index, CancelReason::kListSibling, events);
  ReduceInPlace(index, lots, events);
  const OrderIndex leg = Sibling(index);
  const Amount shared = leg == kNoOrder ? Amount(0) : orders_[leg].hold;
  ShrinkHold(index, std::max(Amount(0), NeedOf(index) - shared));
}

}  // namespace rialto::engine
