// How the naive model takes a new order, a replacement, and a list.
#include <set>

#include "common/base/check.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

constexpr int kListIndexShift = 56;

PlaceOrder WithoutDelivery(PlaceOrder order) {
  order.terms.session = 0;
  order.terms.not_after = Timestamp(0);
  return order;
}

bool IsRestingLimit(const PlaceOrder& order) {
  return order.type == OrderType::kLimit && MayRest(order);
}

bool IsSameSize(const PlaceOrder& a, const PlaceOrder& b) {
  return a.side == b.side && a.quantity == b.quantity;
}

bool HasShape(const PlaceOrderList& list) {
  const std::vector<PlaceOrder>& orders = list.orders;
  std::set<CallerId> client_ids;
  for (const PlaceOrder& order : orders) {
    if (order.account_id != orders[0].account_id) return false;
    if (order.instrument_id != orders[0].instrument_id) return false;
    if (IsByAmount(order) || !client_ids.insert(order.client_order_id).second) return false;
  }
  switch (list.kind) {
    case ListKind::kOneCancelsOther:
      return orders.size() == 2 && IsRestingLimit(orders[0]) && HasTrigger(orders[1]) &&
             IsSameSize(orders[0], orders[1]);
    case ListKind::kOneTriggersOther:
      return orders.size() == 2 && IsRestingLimit(orders[0]) &&
             (orders[1].type == OrderType::kLimit || HasTrigger(orders[1]));
    case ListKind::kBracket:
      return orders.size() == 3 && IsRestingLimit(orders[0]) && IsRestingLimit(orders[1]) &&
             orders[1].side == Opposite(orders[0].side) &&
             orders[1].quantity == orders[0].quantity && HasTrigger(orders[2]) &&
             IsSameSize(orders[1], orders[2]);
  }
  return false;
}

}  // namespace

// --- One order ---

Outcome NaiveEngine::Decide(const PlaceOrder& command) {
  const NaiveContent content{
      .kind = NaiveContent::kPlace, .reference = {}, .orders = {WithoutDelivery(command)}};
  if (const auto answer = AnswerRepeat(command, content)) return *answer;
  const Refusal refusal = CheckNew(command, {});
  if (refusal.applies()) return RefusePlace(command, refusal);
  NaiveOrder& order = AcceptAlone(command);
  Arrive(order);
  return About(order);
}

Outcome NaiveEngine::Decide(const ReplaceOrder& command) {
  const NaiveContent content{.kind = NaiveContent::kReplace,
                             .reference = command.order,
                             .orders = {WithoutDelivery(command.replacement)}};
  if (const auto answer = AnswerRepeat(command.replacement, content)) return *answer;
  const Refusal refusal = CheckReplace(command);
  if (refusal.applies()) {
    return RefusePlace(command.replacement, refusal, command.order.order_id);
  }
  Cancel(orders_.at(FindOpen(command.order)), CancelReason::kReplaced);
  NaiveOrder& order = AcceptAlone(command.replacement);
  Arrive(order);
  return About(order);
}

NaiveEngine::Refusal NaiveEngine::CheckReplace(const ReplaceOrder& command) const {
  const PlaceOrder& replacement = command.replacement;
  const int64_t not_after = replacement.terms.not_after.value();
  if (not_after > 0 && now_ns_ > not_after) {
    return {RejectReason::kRequestExpired, not_after, now_ns_};
  }
  if (command.order.account_id != replacement.account_id) return {RejectReason::kInvalidOrder};
  if (!IsUser(replacement.account_id)) return {RejectReason::kUnknownAccount};
  const OrderId old_id = FindOpen(command.order);
  if (old_id == OrderId(0)) return {RejectReason::kUnknownOrder};
  const NaiveOrder& old = orders_.at(old_id);
  if (old.list_id != OrderId(0)) return {RejectReason::kOrderState};
  if (old.placed.instrument_id != replacement.instrument_id ||
      old.placed.side != replacement.side) {
    return {RejectReason::kInvalidOrder};
  }
  return CheckNew(replacement, {.gone = old_id});
}

NaiveOrder NaiveEngine::Draft(const PlaceOrder& order) const {
  const NaiveMarket& market = MarketOf(order.instrument_id);
  const CreateInstrument& definition = market.definition();
  NaiveOrder draft;
  draft.placed = order;
  draft.remaining = order.quantity.value();
  if (order.price != Price(0)) draft.limit = order.price.value();
  if (order.type == OrderType::kStop || order.type == OrderType::kTakeProfit) {
    const int64_t trigger = order.terms.trigger_price.value();
    const int64_t ppm = MarketCollarOf(definition);
    draft.limit = IsBuy(order) ? MovedUp(trigger, ppm) : MovedDown(trigger, ppm);
  }
  const uint32_t tier = SettingsOf(order.account_id).fee_tier;
  const auto fees = market.tiers.find(tier);
  draft.maker_ppm = definition.maker_fee_ppm;
  draft.taker_ppm = definition.taker_fee_ppm;
  if (tier != 0 && fees != market.tiers.end()) {
    draft.maker_ppm = fees->second.maker_ppm;
    draft.taker_ppm = fees->second.taker_ppm;
  }
  return draft;
}

Wide NaiveEngine::HoldOf(const NaiveOrder& order, const Sweep& sweep) const {
  const bool by_amount = IsByAmount(order.placed);
  if (!IsBuy(order.placed)) {
    const Wide lots = by_amount ? sweep.lots : Wide{order.remaining};
    return MarketOf(order).instrument.BaseAmount(lots);
  }
  if (order.limit) return NeedOf(order, order.remaining);
  return by_amount ? Wide{order.placed.quote_amount.value()} : sweep.cost + sweep.fees;
}

NaiveOrder& NaiveEngine::AcceptAlone(const PlaceOrder& order) {
  NaiveOrder draft = Draft(order);
  draft.id = OrderId(sequence_.value());
  Sweep sweep;
  if (order.type == OrderType::kMarket) sweep = SweepBook(draft);
  const Wide hold = HoldOf(draft, sweep);
  if (IsByAmount(order)) {
    draft.remaining = static_cast<int64_t>(sweep.lots);
    draft.placed.quantity = Quantity(draft.remaining);
  }
  return Accept(draft, hold);
}

NaiveOrder& NaiveEngine::Accept(const NaiveOrder& draft, Wide hold) {
  const AccountId account_id = draft.placed.account_id;
  NaiveOrder& order = orders_[draft.id];
  order = draft;
  order.age = ++orders_accepted_;
  order.expires_ns = ExpiryOf(order.placed);
  if (order.expires_ns != 0) expiries_.insert({order.expires_ns, order.id});
  MarketOf(order).outside.insert(order.id);
  open_by_client_id_[{account_id, order.placed.client_order_id}] = order.id;
  open_by_account_[account_id][order.age] = order.id;
  ++open_order_count_;
  PlaceOrder as_given = order.placed;
  if (IsByAmount(as_given)) as_given.quantity = Quantity(0);
  taken_[account_id].push_back({now_ns_, as_given});
  Touch(order.placed.instrument_id);
  CHECK(hold >= 0 && hold <= kAmountMax);
  const uint8_t kind = order.list_id == OrderId(0) ? 0 : static_cast<uint8_t>(order.list_kind);
  Say(OrderAccepted{order.id, order.placed, Amount(static_cast<int64_t>(hold)), order.list_id,
                    kind});
  Hold(order, static_cast<int64_t>(hold));
  return order;
}

// --- A list ---

Outcome NaiveEngine::Decide(const PlaceOrderList& list) {
  if (list.orders.empty()) {
    return RefusePlace(PlaceOrder(), {RejectReason::kInvalidOrder});
  }
  NaiveContent content{
      .kind = NaiveContent::kList, .reference = {}, .list_kind = list.kind, .orders = {}};
  for (const PlaceOrder& order : list.orders) content.orders.push_back(WithoutDelivery(order));
  if (const auto answer = AnswerRepeat(list.orders[0], content)) return *answer;
  size_t at_fault = 0;
  const Refusal refusal = CheckList(list, &at_fault);
  if (refusal.applies()) {
    Outcome outcome = RefusePlace(list.orders[at_fault], refusal);
    outcome.instrument_id = list.orders[0].instrument_id;
    outcome.side = list.orders[0].side;
    return outcome;
  }
  AcceptList(list);
  const OrderId first_id(sequence_.value());
  for (size_t i = 0; i < list.orders.size(); ++i) {
    NaiveOrder& order = orders_.at(OrderId(sequence_.value() | i << kListIndexShift));
    if (!order.waits_for_parent) Arrive(order);
  }
  return About(orders_.at(first_id));
}

NaiveEngine::Refusal NaiveEngine::CheckList(const PlaceOrderList& list, size_t* at_fault) const {
  for (size_t i = 1; i < list.orders.size(); ++i) {
    *at_fault = i;
    const PlaceOrder& order = list.orders[i];
    if (decided_orders_.count({order.account_id, order.client_order_id}) > 0) {
      return {RejectReason::kClientOrderIdReused};
    }
  }
  *at_fault = 0;
  if (!HasShape(list)) return {RejectReason::kInvalidOrder};
  const bool is_oco = list.kind == ListKind::kOneCancelsOther;
  for (size_t i = 0; i < list.orders.size(); ++i) {
    *at_fault = i;
    Beside beside{.role = Beside::kAlone, .gone = {}, .earlier_count = static_cast<int64_t>(i)};
    if (i == 0 && is_oco) beside.role = Beside::kOcoFirst;
    if (i == 1 && is_oco) {
      beside.role = Beside::kOcoSecond;
      beside.sibling_hold = HoldOf(Draft(list.orders[0]), {});
    } else if (i > 0) {
      beside.role = Beside::kChild;
    }
    const Refusal refusal = CheckNew(list.orders[i], beside);
    if (refusal.applies()) return refusal;
  }
  return {};
}

void NaiveEngine::AcceptList(const PlaceOrderList& list) {
  const auto id = [&](size_t index) {
    return OrderId(sequence_.value() | static_cast<uint64_t>(index) << kListIndexShift);
  };
  const bool is_oco = list.kind == ListKind::kOneCancelsOther;
  const bool is_bracket = list.kind == ListKind::kBracket;
  for (size_t i = 0; i < list.orders.size(); ++i) {
    const PlaceOrder& placed = list.orders[i];
    NaiveOrder draft = Draft(placed);
    draft.id = id(i);
    draft.list_id = id(0);
    draft.list_kind = list.kind;
    draft.list_index = static_cast<int>(i);
    draft.waits_for_parent = i > 0 && !is_oco;
    if (is_oco) draft.sibling = id(1 - i);
    if (is_bracket && i > 0) draft.sibling = id(3 - i);
    draft.is_bound = draft.sibling != OrderId(0);
    Wide hold = draft.waits_for_parent ? 0 : HoldOf(draft, {});
    if (is_oco && i == 1) hold = std::max<Wide>(0, hold - orders_.at(id(0)).hold);
    Accept(draft, hold);
    if (i > 0) {
      decided_orders_[{placed.account_id, placed.client_order_id}] = {
          NaiveContent{.kind = NaiveContent::kOfList, .reference = {}, .orders = {}}, Outcome{}};
    }
  }
}

// --- Repeats and refusals ---

bool NaiveContent::Equals(const NaiveContent& other) const {
  if (kind == kOfList || kind != other.kind) return false;
  return reference.account_id == other.reference.account_id &&
         reference.order_id == other.reference.order_id &&
         reference.client_order_id == other.reference.client_order_id &&
         list_kind == other.list_kind && orders == other.orders;
}

std::optional<Outcome> NaiveEngine::AnswerRepeat(const PlaceOrder& keyed,
                                                 const NaiveContent& content) {
  const OrderKey key(keyed.account_id, keyed.client_order_id);
  const auto first = decided_orders_.find(key);
  if (first == decided_orders_.end()) {
    to_remember_ = {key, content};
    return std::nullopt;
  }
  if (!first->second.first.Equals(content)) {
    return RefusePlace(keyed, {RejectReason::kClientOrderIdReused}, content.reference.order_id);
  }
  Outcome outcome = first->second.second;
  outcome.repeated = true;
  return outcome;
}

Outcome NaiveEngine::RefusePlace(const PlaceOrder& order, const Refusal& refusal, OrderId named) {
  Say(OrderRejected{order.account_id, order.client_order_id, named, order.instrument_id,
                    refusal.reason, refusal.need, refusal.have});
  Outcome outcome = Refused(refusal);
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  return outcome;
}

}  // namespace rialto::engine
