// Session calendars: from "weekdays 09:30 to 16:00 in New York" to the state changes of an
// instrument.
//
// Pure functions of the calendar and the system's time zone database.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/core/command.h"
#include "rialto/engine/v1/session_calendar.pb.h"

namespace rialto::engine {

// The state changes later than `from` and not later than `until`, in order, at most
// limits::kTransitionsMax: what is beyond comes with a later expansion. Clock changes are those of
// the calendar's zone; lengths of auctions and pre-opens are real time. A pre-open or an auction
// that a clock change pushes into the session before it begins when that one ends.
//
// InvalidArgument starting with INVALID_CALENDAR and the field: unknown zone, malformed time or
// date, overlapping sessions, too many of anything.
absl::StatusOr<std::vector<Transition>> ExpandCalendar(const v1::SessionCalendar& calendar,
                                                       absl::Time from, absl::Time until);

}  // namespace rialto::engine
