#include "engine/server/calendar_keeper.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/core/limits.h"
#include "engine/server/session_calendar.h"

namespace rialto::engine {
namespace {

// How far a calendar is expanded, and when that is no longer far enough.
constexpr absl::Duration kHorizon = absl::Hours(400 * 24);
constexpr absl::Duration kExtendBefore = absl::Hours(60 * 24);
constexpr absl::Duration kLookEvery = absl::Hours(1);
// Beyond it callers hear CALENDARS_BUSY.
constexpr size_t kRequestsMax = 1'000;
// A state change that was to come when it was computed may be past when it is decided.
constexpr int kTriesMax = 3;

absl::Time ToTime(Timestamp timestamp) { return absl::FromUnixNanos(timestamp.value()); }

}  // namespace

absl::Status CalendarKeeper::Start() {
  {
    absl::MutexLock lock(&mutex_);
    running_ = true;
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void CalendarKeeper::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    running_ = false;
  }
  if (thread_.joinable()) thread_.join();
}

void CalendarKeeper::Set(InstrumentId instrument_id, std::optional<v1::SessionCalendar> calendar,
                         Done done) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    if (!running_) {
      refused = absl::UnavailableError("NOT_SERVING: the engine is starting or stopping");
    } else if (requests_.size() >= kRequestsMax) {
      refused = absl::ResourceExhaustedError("CALENDARS_BUSY: too many are waiting; retry later");
    } else {
      requests_.push_back({instrument_id, std::move(calendar), std::move(done)});
      return;
    }
  }
  done(refused);
}

void CalendarKeeper::Run() {
  absl::Time look_at = absl::Now();
  while (true) {
    std::optional<Request> request;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithDeadline(absl::Condition(this, &CalendarKeeper::Ready), look_at);
      if (!requests_.empty()) {
        request = std::move(requests_.front());
        requests_.pop_front();
      } else if (!running_) {
        return;
      }
    }
    if (request.has_value()) request->done(Schedule(request->instrument_id, request->calendar));
    if (absl::Now() >= look_at) {
      ExtendAll();
      look_at = absl::Now() + kLookEvery;
    }
  }
}

absl::StatusOr<CalendarKeeper::Decision> CalendarKeeper::Schedule(
    InstrumentId instrument_id, const std::optional<v1::SessionCalendar>& calendar) {
  Decision decision;
  for (int tries = 1;; ++tries) {
    SetSchedule command{instrument_id, {}, {}};
    if (calendar.has_value()) {
      const absl::Time now = ToTime(sequencer_.now());
      ASSIGN_OR_RETURN(command.transitions, ExpandCalendar(*calendar, now, now + kHorizon));
      command.calendar = calendar->SerializeAsString();
      if (command.calendar.size() > limits::kCalendarBytesMax) {
        return absl::InvalidArgumentError(  // Not to be journaled: a record has a bound.
            absl::StrCat("INVALID_CALENDAR: need at most ", limits::kCalendarBytesMax,
                         " bytes, have ", command.calendar.size()));
      }
    }
    decision.transitions = static_cast<uint32_t>(command.transitions.size());
    const Timestamp first =
        command.transitions.empty() ? Timestamp(INT64_MAX) : command.transitions.front().at;
    ASSIGN_OR_RETURN(decision.outcome, Decide(std::move(command)));
    const bool came_too_late = decision.outcome.reason == RejectReason::kInvalidDefinition &&
                               first <= sequencer_.now() && tries < kTriesMax;
    if (!came_too_late) return decision;
  }
}

absl::StatusOr<Outcome> CalendarKeeper::Decide(SetSchedule command) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> outcome = promise->get_future();
  RETURN_IF_ERROR(sequencer_.Submit(
      {std::move(command)},
      [promise](absl::Span<const Outcome> outcomes) { promise->set_value(outcomes.front()); }));
  return outcome.get();  // The sequencer answers all it took before it stops.
}

absl::StatusOr<std::vector<CalendarKeeper::Ending>> CalendarKeeper::FindEnding() {
  const Timestamp soon(absl::ToUnixNanos(ToTime(sequencer_.now()) + kExtendBefore));
  auto promise = std::make_shared<std::promise<std::vector<Ending>>>();
  std::future<std::vector<Ending>> found = promise->get_future();
  RETURN_IF_ERROR(sequencer_.Ask([promise, soon](const Engine& engine) {
    std::vector<Ending> ending;
    for (const std::unique_ptr<Market>& market : engine.markets()) {
      if (market->calendar.empty()) continue;
      const Timestamp last =
          market->transitions.empty() ? Timestamp(0) : market->transitions.back().at;
      if (last >= soon) continue;
      v1::SessionCalendar calendar;
      // Whoever else wrote it down: nothing this server can extend.
      if (!calendar.ParseFromString(market->calendar)) continue;
      ending.push_back({market->instrument.id, std::move(calendar), last});
    }
    promise->set_value(std::move(ending));
  }));
  return found.get();
}

void CalendarKeeper::ExtendAll() {
  const absl::StatusOr<std::vector<Ending>> ending = FindEnding();
  if (!ending.ok()) return;  // Starting or stopping: looked at again.
  for (const Ending& calendar : *ending) {
    const absl::Time now = ToTime(sequencer_.now());
    const auto next = ExpandCalendar(calendar.calendar, now, now + kHorizon);
    // Nothing more to come: a zone that is gone, or only holidays.
    if (next.ok() && (next->empty() || next->back().at <= calendar.last)) continue;
    const absl::StatusOr<Decision> extended = Schedule(calendar.instrument_id, calendar.calendar);
    if (extended.ok() && extended->outcome.accepted()) {
      LOG_INFO("calendar extended instrument_id={} transitions={}", calendar.instrument_id.value(),
               extended->transitions);
    } else {
      LOG_ERROR("calendar not extended instrument_id={} why=\"{}\"", calendar.instrument_id.value(),
                extended.ok() ? "refused" : std::string(extended.status().message()));
    }
  }
}

}  // namespace rialto::engine
