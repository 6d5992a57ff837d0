#include "engine/server/session_calendar.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

// A week's sessions, counted once per day on which they open. With five state changes each, an
// expansion always reaches further than five months.
constexpr size_t kOpeningsPerWeekMax = 28;
constexpr int kDatesMax = 400;
constexpr uint32_t kLeadSecondsMax = 12 * 3600;
constexpr int64_t kDaySeconds = 24 * 3600;
constexpr int kZoneNameMax = 64;

// A WeeklySession on one of its days. Seconds are local, from the midnight of the day it opens.
struct Opening {
  int weekday = 0;  // 0: Monday.
  int64_t open = 0;
  int64_t close = 0;
  int64_t pre_open_length = 0;
  int64_t opening_auction_length = 0;
  int64_t closing_auction_length = 0;

  int64_t lead() const { return pre_open_length + opening_auction_length; }
};

// A calendar that was understood.
struct Sessions {
  absl::TimeZone zone;
  std::vector<Opening> openings;
  absl::flat_hash_set<absl::CivilDay> holidays;
  absl::flat_hash_map<absl::CivilDay, int64_t> early_closes;
};

template <typename... Parts>
absl::Status Invalid(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("INVALID_CALENDAR: ", parts...));
}

// Two digits, or -1.
int64_t TwoDigits(const std::string& text, size_t at) {
  if (at + 2 > text.size() || !absl::ascii_isdigit(static_cast<unsigned char>(text[at])) ||
      !absl::ascii_isdigit(static_cast<unsigned char>(text[at + 1]))) {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "HH:MM" or "HH:MM:SS" as seconds from midnight; 24:00 is the last.
absl::StatusOr<int64_t> ParseTimeOfDay(const char* field, const std::string& text) {
  const int64_t hours = TwoDigits(text, 0);
  const int64_t minutes = TwoDigits(text, 3);
  const int64_t seconds = text.size() == 5 ? 0 : TwoDigits(text, 6);
  const bool shaped = (text.size() == 5 || (text.size() == 8 && text[5] == ':')) && text[2] == ':';
  const int64_t time = hours * 3600 + minutes * 60 + seconds;
  if (!shaped || hours < 0 || minutes < 0 || seconds < 0 || minutes > 59 || seconds > 59 ||
      time > kDaySeconds) {
    return Invalid(field, ": need HH:MM or HH:MM:SS, have \"", text.substr(0, 20), "\"");
  }
  return time;
}

absl::StatusOr<absl::CivilDay> ParseDate(const char* field, const std::string& text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    return Invalid(field, ": need a date as YYYY-MM-DD, have \"", text.substr(0, 20), "\"");
  }
  return day;
}

absl::StatusOr<absl::TimeZone> ParseZone(const std::string& name) {
  // The name becomes a file's: nothing but a name of the database may pass, and not the zone of
  // this machine.
  const bool is_name =
      !name.empty() && name.size() <= kZoneNameMax && name[0] != '/' && name != "localtime" &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
      });
  absl::TimeZone zone;
  if (!is_name || !absl::LoadTimeZone(name, &zone)) {
    return Invalid("time_zone: need an IANA name, have \"", name.substr(0, kZoneNameMax), "\"");
  }
  return zone;
}

absl::StatusOr<Opening> ParseSession(const v1::WeeklySession& session) {
  Opening opening;
  ASSIGN_OR_RETURN(opening.open, ParseTimeOfDay("sessions.open", session.open()));
  ASSIGN_OR_RETURN(opening.close, ParseTimeOfDay("sessions.close", session.close()));
  if (opening.open == kDaySeconds) return Invalid("sessions.open: must be before 24:00");
  if (opening.close <= opening.open) opening.close += kDaySeconds;
  if (session.pre_open_seconds() > kLeadSecondsMax ||
      session.opening_auction_seconds() > kLeadSecondsMax) {
    return Invalid("sessions: pre_open_seconds and opening_auction_seconds must be at most ",
                   kLeadSecondsMax);
  }
  opening.pre_open_length = session.pre_open_seconds();
  opening.opening_auction_length = session.opening_auction_seconds();
  opening.closing_auction_length = session.closing_auction_seconds();
  if (opening.closing_auction_length >= opening.close - opening.open) {
    return Invalid("sessions.closing_auction_seconds: must be shorter than the session");
  }
  return opening;
}

// By the clock of a week without clock changes.
absl::Status CheckOverlaps(const std::vector<Opening>& openings) {
  for (size_t i = 0; i < openings.size(); ++i) {
    const bool is_last = i + 1 == openings.size();
    const Opening& next = openings[is_last ? 0 : i + 1];
    const int64_t next_midnight = (next.weekday + (is_last ? 7 : 0)) * kDaySeconds;
    if (openings[i].weekday * kDaySeconds + openings[i].close >
        next_midnight + next.open - next.lead()) {
      return Invalid("sessions: they must not overlap, pre-open and auctions included");
    }
  }
  return absl::OkStatus();
}

absl::Status ParseDates(const v1::SessionCalendar& calendar, Sessions& sessions) {
  if (calendar.holidays_size() > kDatesMax || calendar.early_closes_size() > kDatesMax) {
    return Invalid("holidays, early_closes: at most ", kDatesMax, " each");
  }
  for (const std::string& holiday : calendar.holidays()) {
    ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDate("holidays", holiday));
    sessions.holidays.insert(day);
  }
  for (const v1::EarlyClose& early : calendar.early_closes()) {
    ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDate("early_closes.date", early.date()));
    ASSIGN_OR_RETURN(const int64_t close, ParseTimeOfDay("early_closes.close", early.close()));
    if (!sessions.early_closes.emplace(day, close).second) {
      return Invalid("early_closes: ", early.date(), " is there twice");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Sessions> Parse(const v1::SessionCalendar& calendar) {
  Sessions sessions;
  ASSIGN_OR_RETURN(sessions.zone, ParseZone(calendar.time_zone()));
  for (const v1::WeeklySession& session : calendar.sessions()) {
    ASSIGN_OR_RETURN(Opening opening, ParseSession(session));
    if (session.days().empty()) return Invalid("sessions.days: need at least one");
    for (const int day : session.days()) {
      if (!v1::DayOfWeek_IsValid(day) || day == v1::DAY_OF_WEEK_UNSPECIFIED) {
        return Invalid("sessions.days: need MONDAY to SUNDAY");
      }
      opening.weekday = day - v1::DAY_OF_WEEK_MONDAY;
      if (sessions.openings.size() == kOpeningsPerWeekMax) {
        return Invalid("sessions: at most ", kOpeningsPerWeekMax, " openings a week");
      }
      sessions.openings.push_back(opening);
    }
  }
  if (sessions.openings.empty()) return Invalid("sessions: need at least one");
  std::sort(sessions.openings.begin(), sessions.openings.end(),
            [](const Opening& a, const Opening& b) {
              return a.weekday * kDaySeconds + a.open < b.weekday * kDaySeconds + b.open;
            });
  RETURN_IF_ERROR(CheckOverlaps(sessions.openings));
  RETURN_IF_ERROR(ParseDates(calendar, sessions));
  return sessions;
}

struct StateChange {
  absl::Time at;
  InstrumentState state = InstrumentState::kTrading;
};

// What one opening does on one day, in order; empty when it does not take place.
std::vector<StateChange> ChangesOf(const Sessions& sessions, const Opening& opening,
                                   absl::CivilDay day) {
  if (sessions.holidays.contains(day)) return {};
  int64_t close = opening.close;
  if (const auto early = sessions.early_closes.find(day); early != sessions.early_closes.end()) {
    close = std::min(close, early->second);
  }
  // Skipped local times are the moment of the jump, repeated ones their first occurrence: the order
  // of local times is kept.
  const auto at = [&](int64_t seconds) {
    return absl::FromCivil(absl::CivilSecond(day) + seconds, sessions.zone);
  };
  const absl::Time open_at = at(opening.open);
  const absl::Time close_at = at(close);
  if (close <= opening.open || close_at <= open_at) return {};

  const absl::Time auction_at = open_at - absl::Seconds(opening.opening_auction_length);
  const absl::Time closing_at =
      std::max(open_at, close_at - absl::Seconds(opening.closing_auction_length));
  std::vector<StateChange> changes;
  if (opening.pre_open_length > 0) {
    changes.push_back(
        {auction_at - absl::Seconds(opening.pre_open_length), InstrumentState::kPostOnly});
  }
  if (auction_at < open_at) changes.push_back({auction_at, InstrumentState::kAuction});
  changes.push_back({open_at, InstrumentState::kTrading});
  if (closing_at < close_at) changes.push_back({closing_at, InstrumentState::kAuction});
  changes.push_back({close_at, InstrumentState::kClosed});
  return changes;
}

}  // namespace

absl::StatusOr<std::vector<Transition>> ExpandCalendar(const v1::SessionCalendar& calendar,
                                                       absl::Time from, absl::Time until) {
  ASSIGN_OR_RETURN(const Sessions sessions, Parse(calendar));
  std::vector<Transition> transitions;
  absl::Time closed_at = absl::InfinitePast();  // End of the session before.
  const auto add = [&](const StateChange& change) {
    if (change.at > from && change.at <= until && transitions.size() < limits::kTransitionsMax) {
      transitions.push_back({Timestamp(absl::ToUnixNanos(change.at)), change.state});
    }
  };
  // A session reaches at most two days beyond the day it opens, and a day before it.
  const absl::CivilDay last = absl::ToCivilDay(until, sessions.zone) + 2;
  for (absl::CivilDay day = absl::ToCivilDay(from, sessions.zone) - 3; day <= last; ++day) {
    const auto weekday = static_cast<int>(absl::GetWeekday(day));  // Monday is 0.
    for (const Opening& opening : sessions.openings) {
      if (opening.weekday != weekday) continue;
      std::vector<StateChange> changes = ChangesOf(sessions, opening, day);
      // What would begin before the end of the session before, begins right after it.
      for (StateChange& change : changes) {
        change.at = std::max(change.at, closed_at + absl::Nanoseconds(1));
      }
      for (size_t i = 0; i < changes.size(); ++i) {
        const bool is_overtaken = i + 1 < changes.size() && changes[i + 1].at == changes[i].at;
        if (!is_overtaken) add(changes[i]);
      }
      if (!changes.empty()) closed_at = changes.back().at;
    }
  }
  return transitions;
}

}  // namespace rialto::engine
