// AdminService: when instruments trade.

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/core/limits.h"
#include "engine/server/admin_service.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr int32_t kTransitionsStandard = 20;

absl::Status FillCalendar(const Engine& engine, const Catalog& catalog,
                          const v1::GetSessionCalendarRequest& request,
                          v1::GetSessionCalendarResponse& response) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  if (request.transitions() < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_TRANSITIONS: need 0 to ", limits::kTransitionsMax, ", have ", request.transitions()));
  }
  const Market& market = *engine.FindMarket(instrument->id);
  if (market.calendar.empty() || !response.mutable_calendar()->ParseFromString(market.calendar)) {
    return absl::NotFoundError(
        absl::StrCat("NO_CALENDAR: ", instrument->symbol, " has no session calendar"));
  }
  const auto transitions_max = static_cast<size_t>(
      request.transitions() == 0 ? kTransitionsStandard : request.transitions());
  const size_t end = std::min(market.transitions.size(), market.next_transition + transitions_max);
  for (size_t i = market.next_transition; i < end; ++i) {
    v1::ScheduledState& state = *response.add_transitions();
    *state.mutable_at() = ToTimestamp(market.transitions[i].at.value());
    state.set_state(static_cast<common::v1::InstrumentState>(market.transitions[i].state));
  }
  response.set_sequence(engine.sequence().value());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::SetSessionCalendar(
    grpc::CallbackServerContext* context, const v1::SetSessionCalendarRequest* request,
    v1::SetSessionCalendarResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const auto catalog = sequencer_.catalog();
  const absl::StatusOr<const rialto::Instrument*> instrument =
      FindInstrument(*catalog, request->instrument());
  if (!instrument.ok()) return Fail(*call, instrument.status());
  std::optional<v1::SessionCalendar> calendar;
  if (request->has_calendar()) calendar = request->calendar();
  keeper_.Set((*instrument)->id, std::move(calendar),
              [call, response](const absl::StatusOr<CalendarKeeper::Decision>& decision) {
                if (decision.ok()) {
                  response->set_sequence(decision->outcome.sequence.value());
                  if (decision->outcome.accepted()) {
                    response->set_transitions(decision->transitions);
                  } else {
                    *response->mutable_rejected() = ToTransferRejection(nullptr, decision->outcome);
                  }
                }
                call->Finish(ToGrpcStatus(decision.status()));
              });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetSessionCalendar(
    grpc::CallbackServerContext* context, const v1::GetSessionCalendarRequest* request,
    v1::GetSessionCalendarResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) {
    return FillCalendar(engine, *sequencer_.catalog(), *request, *response);
  });
  return call;
}

}  // namespace rialto::engine
