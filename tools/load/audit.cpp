#include "tools/load/audit.h"

#include "absl/strings/str_cat.h"
#include "tools/load/status_name.h"

namespace rialto::load {
namespace {

using Outcome = OutcomeLine::Outcome;

constexpr size_t kExamplesMax = 20;

// History calls a refused cancel by its order's name, too.
bool IsOfACancel(const engine::v1::OrderRejected& rejected) {
  return rejected.order_id() != 0 || rejected.reason() == common::v1::REJECT_REASON_UNKNOWN_ORDER ||
         rejected.reason() == common::v1::REJECT_REASON_ORDER_STATE;
}

std::string TagOf(const std::string& name) { return name.substr(0, name.rfind('-')); }

}  // namespace

void Audit::Blame(uint64_t& count, const std::string& what) {
  ++count;
  if (report_.examples.size() < kExamplesMax) report_.examples.push_back(what);
}

void Audit::AddLine(const OutcomeLine& line) {
  ++report_.lines;
  tags_.insert(TagOf(line.name));
  Order& order = orders_[line.name];
  if (line.kind == Kind::kCancel) {
    if (line.outcome != Outcome::kAccepted) return;
    ++report_.cancels;
    order.canceled = true;
    order.cancel_sequence = line.sequence;
    return;
  }
  switch (line.outcome) {
    case Outcome::kAccepted:
    case Outcome::kRefused:
      return AddDecision(line, order);
    case Outcome::kShed:
      order.shed = true;
      // "Not now" says nothing of earlier attempts; any other status says that it never was.
      if (line.reason != StatusName(grpc::StatusCode::RESOURCE_EXHAUSTED)) order.maybe = false;
      return;
    case Outcome::kUnknown:
      order.maybe = true;
      return;
    case Outcome::kUnresolved:
      order.unresolved = true;
      order.maybe = true;  // The attempt that nobody answered, after one that was shed.
      ++report_.unresolved;
      return;
  }
}

void Audit::AddDecision(const OutcomeLine& line, Order& order) {
  const bool accepted = line.outcome == Outcome::kAccepted;
  if (line.repeated) ++report_.answered_repeatedly;
  if (order.decided && (order.accepted != accepted || order.sequence != line.sequence ||
                        order.order_id != line.order_id)) {
    Blame(report_.different, absl::StrCat(line.name, " was answered in two ways: at ",
                                          order.sequence, " and at ", line.sequence));
  }
  order.decided = true;
  order.accepted = accepted;
  order.sequence = line.sequence;
  order.order_id = line.order_id;
}

void Audit::AddHistory(const engine::v1::CommandEvents& command) {
  if (command.sequence() != report_.sequence + 1) {
    Blame(report_.different,
          absl::StrCat("history goes on with ", command.sequence(), " after ", report_.sequence));
  }
  report_.sequence = command.sequence();
  for (const engine::v1::Event& event : command.events()) {
    if (event.has_order_accepted()) {
      const engine::v1::OrderAccepted& accepted = event.order_accepted();
      names_.emplace(accepted.order_id(), accepted.client_order_id());
      Found(accepted.client_order_id(), {.history_accepted = true,
                                         .history_order_id = accepted.order_id(),
                                         .history_sequence = command.sequence()});
    } else if (event.has_order_rejected() && !IsOfACancel(event.order_rejected())) {
      Found(event.order_rejected().client_order_id(), {.history_sequence = command.sequence()});
    } else if (event.has_order_canceled()) {
      const auto name = names_.find(event.order_canceled().order_id());
      if (name == names_.end()) continue;
      const auto order = orders_.find(name->second);
      if (order != orders_.end()) order->second.history_cancel_sequence = command.sequence();
    }
  }
}

void Audit::Found(const std::string& name, const Order& decision) {
  if (tags_.count(TagOf(name)) == 0) return;
  const auto found = orders_.find(name);
  if (found == orders_.end()) {
    return Blame(report_.never_sent,
                 absl::StrCat(name, " is at ", decision.history_sequence, " and was never sent"));
  }
  Order& order = found->second;
  if (++order.times > 1) {
    return Blame(report_.twice, absl::StrCat(name, " is at ", order.history_sequence, " and at ",
                                             decision.history_sequence));
  }
  order.history_accepted = decision.history_accepted;
  order.history_order_id = decision.history_order_id;
  order.history_sequence = decision.history_sequence;
}

void Audit::Judge(const std::string& name, const Order& order) {
  if (order.decided) {
    ++report_.decisions;
    if (order.times == 0) {
      Blame(report_.lost,
            absl::StrCat(name, " was answered at ", order.sequence, " and is not in history"));
    } else if (order.sequence != order.history_sequence ||
               order.accepted != order.history_accepted ||
               order.order_id != order.history_order_id) {
      Blame(report_.different, absl::StrCat(name, " was answered at ", order.sequence,
                                            " and is at ", order.history_sequence));
    }
  } else if (order.shed && !order.maybe && order.times > 0) {
    Blame(report_.shed_but_done,
          absl::StrCat(name, " was shed and is at ", order.history_sequence));
  }
  if (order.canceled && order.cancel_sequence != order.history_cancel_sequence) {
    Blame(report_.lost,
          absl::StrCat("the cancel of ", name, " was answered at ", order.cancel_sequence,
                       "; history has it at ", order.history_cancel_sequence));
  }
}

AuditReport Audit::Finish() {
  report_.orders = orders_.size();
  for (const auto& [name, order] : orders_) Judge(name, order);
  return report_;
}

std::string ToJson(const AuditReport& report) {
  std::string json =
      absl::StrCat("{\"lines\": ", report.lines, ", \"orders\": ", report.orders,
                   ", \"decisions\": ", report.decisions, ", \"cancels\": ", report.cancels,
                   ", \"answered_repeatedly\": ", report.answered_repeatedly,
                   ", \"sequence\": ", report.sequence, ", \"unresolved\": ", report.unresolved);
  absl::StrAppend(&json, ", \"lost\": ", report.lost, ", \"twice\": ", report.twice,
                  ", \"never_sent\": ", report.never_sent,
                  ", \"shed_but_done\": ", report.shed_but_done,
                  ", \"different\": ", report.different, ", \"violations\": ", report.violations(),
                  ", \"examples\": [");
  const char* comma = "";
  for (const std::string& example : report.examples) {
    absl::StrAppend(&json, comma, "\"", example, "\"");
    comma = ", ";
  }
  return json + "]}\n";
}

}  // namespace rialto::load
