// How the orders of a list react to each other in the naive model.
#include <algorithm>

#include "engine/sim/naive_engine.h"

namespace rialto::engine {

constexpr int kListIndexShift = 56;

void NaiveEngine::ReactToEnd(const NaiveOrder& order) {
  auto& reactions = MarketOf(order).reactions;
  const bool is_parent = order.list_id != OrderId(0) && order.list_index == 0 &&
                         order.list_kind != ListKind::kOneCancelsOther;
  for (uint64_t index = 1; is_parent && index <= 2; ++index) {
    const OrderId child(order.id.value() | index << kListIndexShift);
    if (!IsOpen(child)) continue;
    if (order.executed > 0) {
      reactions.push_back({NaiveMarket::Reaction::kActivate, child, order.executed});
    } else {
      reactions.push_back({NaiveMarket::Reaction::kCancel, child, 0, CancelReason::kListParent});
    }
  }
  // Who ends because of its sibling does not end it in turn: a leg that traded in part goes on.
  const bool ends_sibling = order.is_bound && order.reason != CancelReason::kListSibling;
  if (ends_sibling && IsOpen(order.sibling)) {
    reactions.push_back(
        {NaiveMarket::Reaction::kCancel, order.sibling, 0, CancelReason::kListSibling});
  }
}

void NaiveEngine::ReactToTrade(const NaiveOrder& order, int64_t lots) {
  if (!order.is_bound || !IsOpen(order.sibling)) return;
  auto& reactions = MarketOf(order).reactions;
  if (order.list_kind == ListKind::kOneCancelsOther) {
    reactions.push_back(
        {NaiveMarket::Reaction::kCancel, order.sibling, 0, CancelReason::kListSibling});
  } else {
    reactions.push_back({NaiveMarket::Reaction::kReduce, order.sibling, lots});
  }
}

bool NaiveEngine::React(InstrumentId id) {
  NaiveMarket& market = MarketOf(id);
  std::deque<NaiveMarket::Reaction> waiting;
  bool changed = false;
  while (!market.reactions.empty()) {
    const NaiveMarket::Reaction reaction = market.reactions.front();
    market.reactions.pop_front();
    if (!IsOpen(reaction.order_id)) continue;
    NaiveOrder& order = orders_.at(reaction.order_id);
    if (reaction.kind == NaiveMarket::Reaction::kActivate &&
        !(market.IsTrading() && MayActivate())) {
      waiting.push_back(reaction);
      continue;
    }
    changed = true;
    switch (reaction.kind) {
      case NaiveMarket::Reaction::kActivate:
        Activate(order, reaction.lots);
        break;
      case NaiveMarket::Reaction::kCancel:
        Cancel(order, reaction.reason);
        break;
      case NaiveMarket::Reaction::kReduce: {
        int64_t left = order.remaining;
        for (NaiveMarket::Reaction& later : waiting) {  // Not active yet: it will be smaller.
          if (later.kind != NaiveMarket::Reaction::kActivate) continue;
          if (later.order_id != reaction.order_id) continue;
          left = std::min(left, later.lots);
          later.lots = std::max<int64_t>(0, left - reaction.lots);
        }
        if (reaction.lots >= left) {
          Cancel(order, CancelReason::kListSibling);
        } else {
          ReduceLeg(order, reaction.lots);
        }
        break;
      }
    }
  }
  market.reactions = waiting;
  return changed;
}

void NaiveEngine::Activate(NaiveOrder& child, int64_t executed) {
  ++activations_;
  NaiveOrder sized = child;
  sized.remaining = std::min(child.remaining, executed);
  sized.placed.quantity = Quantity(sized.remaining);
  Wide hold = HoldOf(sized, {});
  const auto sibling = orders_.find(child.sibling);
  if (child.list_index == 2 && sibling != orders_.end()) {
    hold = std::max<Wide>(0, hold - sibling->second.hold);
  }
  const int64_t available = BalanceOf(child.placed.account_id, HoldAsset(child.placed)).available;
  if (CheckTrading(child.placed).applies() ||
      CheckWouldTake(child.placed, child.placed.post_only).applies() || hold > available) {
    return Cancel(child, CancelReason::kActivationRefused);
  }
  child.remaining = sized.remaining;
  child.placed.quantity = sized.placed.quantity;
  child.waits_for_parent = false;
  Hold(child, static_cast<int64_t>(hold));
  Say(OrderTriggered{child.id, child.placed.account_id, child.placed.instrument_id,
                     TriggerSource::kNone, Price(0), child.placed.quantity, Amount(child.hold)});
  Arrive(child);
}

void NaiveEngine::ReduceLeg(NaiveOrder& leg, int64_t lots) {
  if (lots >= leg.remaining) return Cancel(leg, CancelReason::kListSibling);
  Reduce(leg, lots);
  const auto sibling = orders_.find(leg.sibling);
  const int64_t sibling_hold = sibling == orders_.end() ? 0 : sibling->second.hold;
  const Wide need = std::max<Wide>(0, NeedOf(leg, leg.remaining) - sibling_hold);
  if (leg.hold > need) Release(leg, leg.hold - static_cast<int64_t>(need));
}

}  // namespace rialto::engine
