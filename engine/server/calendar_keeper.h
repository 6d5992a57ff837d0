// Keeper of session calendars: the only one who sets schedules in the engine.
//
// Turns a calendar into state changes a year ahead when it is set, and again before they run out.
// Its own thread does one at a time, so that no extension can undo what an operator just set.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/service/background_part.h"
#include "engine/core/event.h"
#include "engine/server/sequencer.h"
#include "rialto/engine/v1/session_calendar.pb.h"

namespace rialto::engine {

class CalendarKeeper : public BackgroundPart {
 public:
  struct Decision {
    Outcome outcome;
    uint32_t transitions = 0;  // How many state changes the calendar gave.
  };
  // InvalidArgument INVALID_CALENDAR, or why nothing is known.
  using Done = absl::AnyInvocable<void(const absl::StatusOr<Decision>&)>;

  // The sequencer outlives the keeper and starts before it.
  explicit CalendarKeeper(Sequencer& sequencer) : sequencer_(sequencer) {}
  ~CalendarKeeper() override { Stop(); }

  absl::Status Start() override;
  void Stop() override;

  // Sets the calendar of an instrument, or (nullopt) takes it away; `done` hears of it on the
  // keeper's thread, or at once when it does not run. Any thread.
  void Set(InstrumentId instrument_id, std::optional<v1::SessionCalendar> calendar, Done done);

  // Extends every calendar that runs out soon, as the thread does every hour. REQUIRES: not
  // started, or on the keeper's thread.
  void ExtendAll();

 private:
  struct Request {
    InstrumentId instrument_id;
    std::optional<v1::SessionCalendar> calendar;
    Done done;
  };
  // A calendar whose state changes run out.
  struct Ending {
    InstrumentId instrument_id;
    v1::SessionCalendar calendar;
    Timestamp last;  // 0: it has none.
  };

  void Run();
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !running_ || !requests_.empty();
  }
  absl::StatusOr<Decision> Schedule(InstrumentId instrument_id,
                                    const std::optional<v1::SessionCalendar>& calendar);
  absl::StatusOr<Outcome> Decide(SetSchedule command);
  absl::StatusOr<std::vector<Ending>> FindEnding();

  Sequencer& sequencer_;
  std::thread thread_;
  absl::Mutex mutex_;
  std::deque<Request> requests_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rialto::engine
