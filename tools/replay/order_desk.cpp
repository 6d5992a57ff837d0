#include "tools/replay/order_desk.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

using common::v1::REJECT_REASON_QUANTITY_NOT_REDUCED;
using common::v1::REJECT_REASON_UNKNOWN_ORDER;

std::string ReasonName(common::v1::RejectReason reason) {
  std::string name = common::v1::RejectReason_Name(reason);
  constexpr std::string_view kPrefix = "REJECT_REASON_";
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  return name.empty() ? absl::StrCat("REASON_", static_cast<int>(reason)) : name;
}

absl::Status Diverged(const OrderName& name, const Decision& decision, std::string_view what) {
  return absl::InternalError(absl::StrCat("order ", name.client_order_id, " (sequence ",
                                          decision.sequence, "): ", std::string(what),
                                          "; does somebody else trade in this instrument?"));
}

}  // namespace

NewOrder OrderDesk::Name(const Ask& ask) {
  asks_of_line_ = ask.line == line_ ? asks_of_line_ + 1 : 0;
  line_ = ask.line;
  NewOrder order;
  order.client_order_id = absl::StrCat(tag_, "-", ask.line, "-", asks_of_line_);
  order.side = ask.side;
  order.price = ask.price;
  order.quantity = ask.quantity;
  order.lifetime = ask.lifetime;
  if (ask.lifetime == Lifetime::kImmediate) {
    order.trader = {Role::kTaker, static_cast<int>(taker_turn_++ % kAccountsPerRole)};
  } else {
    const uint64_t turn = ask.recorded_id != 0 ? ask.recorded_id : ask.line;
    order.trader = {ask.side == Side::kBuy ? Role::kBuyer : Role::kSeller,
                    static_cast<int>(turn % kAccountsPerRole)};
  }
  return order;
}

void OrderDesk::Count(const Decision& decision) {
  counts_.latencies_ns.push_back(decision.latency_ns);
  if (decision.resent) ++counts_.resent;
}

absl::Status OrderDesk::CheckFirst(const NewOrder& order, const Decision& decision) {
  if (first_sequence_ != 0) return absl::OkStatus();
  first_sequence_ = decision.sequence;
  if (!expects_earlier_run_ || decision.repeated || decision.resent) return absl::OkStatus();
  if (decision.accepted()) {
    RETURN_IF_ERROR(venue_.Cancel({order.trader, order.client_order_id}).status());
  }
  return absl::FailedPreconditionError(
      "the instrument's book is not empty, and not from an earlier run of this recording; "
      "choose another one with --instrument");
}

absl::StatusOr<Placed> OrderDesk::Place(const Ask& ask) {
  const NewOrder order = Name(ask);
  ASSIGN_OR_RETURN(const Decision decision, venue_.Place(order));
  RETURN_IF_ERROR(CheckFirst(order, decision));
  Count(decision);
  ++counts_.orders;
  if (ask.lifetime == Lifetime::kImmediate) ++counts_.immediate;
  if (decision.repeated && !decision.resent) ++counts_.repeated;
  last_milestone_ = {.sequence = decision.sequence};

  Placed placed;
  if (!decision.accepted()) {
    ++counts_.rejects[ReasonName(decision.reject_reason)];
    return placed;
  }
  Quantity expected;
  for (const Fill& fill : book_.Take(ask.side, ask.price, ask.quantity)) {
    expected += fill.quantity;
    ++placed.fills;
  }
  if (decision.executed != expected) {
    return Diverged({order.trader, order.client_order_id}, decision,
                    absl::StrCat("executed ", decision.executed.value(), " lots where price-time ",
                                 "priority gives ", expected.value()));
  }
  placed.accepted = true;
  placed.executed = decision.executed;
  placed.executed_quote = decision.executed_quote;
  placed.key = orders_.size();
  orders_.push_back(
      {{order.trader, order.client_order_id}, decision.order_id, ask.quantity, decision.repeated});
  const Quantity rest = ask.quantity - expected;
  if (ask.lifetime == Lifetime::kUntilCanceled && rest > Quantity(0))
    book_.Rest({placed.key, ask.side, ask.price, rest});
  return placed;
}

absl::Status OrderDesk::Reduce(uint64_t key, Quantity by) {
  const RestingOrder* resting = book_.Find(key);
  CHECK(resting != nullptr);
  const Order& order = orders_[key];
  const Quantity executed = order.quantity - resting->remaining;
  const Quantity left = resting->remaining - by;

  Decision decision;
  if (left == Quantity(0)) {
    ASSIGN_OR_RETURN(decision, venue_.Cancel(order.name));
    ++counts_.cancels;
  } else {
    ASSIGN_OR_RETURN(decision, venue_.Amend(order.name, order.quantity - by));
    ++counts_.amends;
  }
  Count(decision);
  last_milestone_ = {
      .order_id = order.order_id, .remaining = left, .sequence_limit = decision.sequence};

  const bool tolerated = (order.repeated || decision.resent) &&
                         (decision.reject_reason == REJECT_REASON_UNKNOWN_ORDER ||
                          decision.reject_reason == REJECT_REASON_QUANTITY_NOT_REDUCED);
  if (!decision.accepted() && !tolerated) {
    ++counts_.rejects[ReasonName(decision.reject_reason)];
    return Diverged(order.name, decision, decision.message);
  }
  // An order of an earlier run may have traded more by now than at this line.
  if (!tolerated && !order.repeated && decision.executed != executed)
    return Diverged(order.name, decision, "has executed another quantity than expected");
  if (left > Quantity(0)) orders_[key].quantity = order.quantity - by;
  book_.Reduce(key, by);
  return absl::OkStatus();
}

}  // namespace rialto::replay
