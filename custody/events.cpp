#include "custody/events.h"

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "custody/request.h"
#include "custody/rules.h"

namespace rialto::custody {

absl::StatusOr<EventRow> Events::Take(const v1::ProviderEvent& event) {
  RETURN_IF_ERROR(CheckForm(event));
  EventRow form{.event = event};
  if (event.kind() == v1::PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED) {
    form.transaction_id = TransactionIdOf(Purpose::kDeposit, event.event_id());
  }
  ASSIGN_OR_RETURN(const EventRow row, store_.AddEvent(form));
  return row.state == EventState::kReceived ? Decide(row) : row;
}

absl::StatusOr<EventRow> Events::Decide(const EventRow& row) {
  EventRow ended = row;
  if (row.event.kind() == v1::PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED) {
    ASSIGN_OR_RETURN(const Decision decision, engine_.Deposit(row));
    ended.state = decision.refusal.empty() ? EventState::kDone : EventState::kRefused;
    ended.sequence = decision.sequence;
    ended.reason = decision.refusal;
    RETURN_IF_ERROR(store_.EndEvent(ended));
  } else {
    ASSIGN_OR_RETURN(ended, store_.ApplyToWithdrawal(row));
  }
  metrics_.events_total.Add({{"state", std::string(NameOf(ended.state))}}).Increment();
  if (ended.state == EventState::kRefused) {
    LOG_ERROR("provider_event_refused event_id={} reason=\"{}\"", ended.event.event_id(),
              ended.reason);
  }
  return ended;
}

}  // namespace rialto::custody
