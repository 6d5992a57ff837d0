#include "engine/server/session_calendar.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/core/limits.h"
#include "google/protobuf/text_format.h"

namespace rialto::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::SessionCalendar Calendar(const std::string& text) {
  v1::SessionCalendar calendar;
  CHECK(google::protobuf::TextFormat::ParseFromString(text, &calendar));
  return calendar;
}

// New York, weekdays 09:30 to 16:00 with an opening and a closing auction.
v1::SessionCalendar Stocks(const std::string& more = "") {
  return Calendar(R"(time_zone: "America/New_York"
                     sessions { days: DAY_OF_WEEK_MONDAY days: DAY_OF_WEEK_TUESDAY
                                days: DAY_OF_WEEK_WEDNESDAY days: DAY_OF_WEEK_THURSDAY
                                days: DAY_OF_WEEK_FRIDAY open: "09:30" close: "16:00"
                                opening_auction_seconds: 300 closing_auction_seconds: 600
                                pre_open_seconds: 1800 })" +
                  more);
}

// Open from midnight to midnight on one day of the week.
v1::SessionCalendar WholeDays(const std::string& zone, const std::string& day) {
  return Calendar(absl::StrCat("time_zone: \"", zone, "\" sessions { days: ", day,
                               " open: \"00:00\" close: \"24:00\" }"));
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  CHECK(absl::ParseTime(absl::RFC3339_full, text, &time, &error));
  return time;
}

// "03-06 09:30:00 -05:00 TRADING"
std::vector<std::string> Expand(const v1::SessionCalendar& calendar, const std::string& from,
                                const std::string& until) {
  static constexpr const char* kStates[] = {"",          "TRADING", "HALTED", "CANCEL_ONLY",
                                            "POST_ONLY", "AUCTION", "CLOSED"};
  const auto transitions = ExpandCalendar(calendar, At(from), At(until));
  if (!transitions.ok()) return {std::string(transitions.status().message())};
  absl::TimeZone zone;
  CHECK(absl::LoadTimeZone(calendar.time_zone(), &zone));
  std::vector<std::string> texts;
  for (const Transition& transition : *transitions) {
    texts.push_back(absl::StrCat(
        absl::FormatTime("%m-%d %H:%M:%E*S %Ez", absl::FromUnixNanos(transition.at.value()), zone),
        " ", kStates[static_cast<int>(transition.state)]));
  }
  return texts;
}

TEST(SessionCalendarTest, ADayGoesFromPreOpenToClose) {
  EXPECT_THAT(Expand(Stocks(), "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z"),
              ElementsAre("11-20 08:55:00 -05:00 POST_ONLY", "11-20 09:25:00 -05:00 AUCTION",
                          "11-20 09:30:00 -05:00 TRADING", "11-20 15:50:00 -05:00 AUCTION",
                          "11-20 16:00:00 -05:00 CLOSED"));
}

TEST(SessionCalendarTest, OnlyWhatIsToComeCounts) {
  // The first moment is excluded, the last included.
  EXPECT_THAT(Expand(Stocks(), "2026-11-20T09:30:00-05:00", "2026-11-20T15:50:00-05:00"),
              ElementsAre("11-20 15:50:00 -05:00 AUCTION"));
  EXPECT_THAT(Expand(Stocks(), "2026-11-21T00:00:00-05:00", "2026-11-23T00:00:00-05:00"),
              IsEmpty());  // A weekend.
}

TEST(SessionCalendarTest, TheClockOfThePlaceDecides) {
  // Summer time began on Sunday, 8 March 2026: 09:30 is an hour earlier in UTC from then on.
  const auto friday =
      ExpandCalendar(Stocks(), At("2026-03-06T14:00:00Z"), At("2026-03-06T14:30:00Z"));
  ASSERT_EQ(friday->size(), 2u);
  EXPECT_EQ(friday->back().at.value(), absl::ToUnixNanos(At("2026-03-06T14:30:00Z")));
  EXPECT_THAT(Expand(Stocks(), "2026-03-09T13:26:00Z", "2026-03-09T13:30:00Z"),
              ElementsAre("03-09 09:30:00 -04:00 TRADING"));
}

TEST(SessionCalendarTest, ADayOf23HoursAndOneOf25) {
  const auto length = [](const char* from, const char* until) {
    const auto changes =
        ExpandCalendar(WholeDays("America/New_York", "DAY_OF_WEEK_SUNDAY"), At(from), At(until));
    CHECK(changes.ok() && changes->size() == 2);
    return absl::Nanoseconds(changes->back().at.value() - changes->front().at.value());
  };
  EXPECT_EQ(length("2026-03-07T12:00:00Z", "2026-03-10T00:00:00Z"), absl::Hours(23));
  EXPECT_EQ(length("2026-10-31T12:00:00Z", "2026-11-03T00:00:00Z"), absl::Hours(25));
  EXPECT_EQ(length("2026-11-07T12:00:00Z", "2026-11-10T00:00:00Z"), absl::Hours(24));
}

TEST(SessionCalendarTest, ASkippedTimeIsTheMomentOfTheJump) {
  // 02:00 to 03:00 does not exist on 29 March 2026 in Berlin.
  const auto berlin = [](const char* open, const char* close) {
    return Calendar(absl::StrCat("time_zone: \"Europe/Berlin\" sessions { days: DAY_OF_WEEK_SUNDAY",
                                 " open: \"", open, "\" close: \"", close, "\" }"));
  };
  EXPECT_THAT(Expand(berlin("02:30", "04:00"), "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"),
              ElementsAre("03-29 03:00:00 +02:00 TRADING", "03-29 04:00:00 +02:00 CLOSED"));
  // Nothing is left of a session within the hour that is skipped.
  EXPECT_THAT(Expand(berlin("02:10", "02:50"), "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"),
              IsEmpty());
  EXPECT_EQ(Expand(berlin("02:10", "02:50"), "2026-03-28T12:00:00Z", "2026-04-06T00:00:00Z").size(),
            2u);
}

TEST(SessionCalendarTest, ARepeatedTimeIsTheFirstOne) {
  // 02:00 to 03:00 comes twice on 25 October 2026 in Berlin.
  EXPECT_THAT(
      Expand(Calendar("time_zone: \"Europe/Berlin\" sessions { days: DAY_OF_WEEK_SUNDAY "
                      "open: \"01:30\" close: \"02:30\" } sessions { days: "
                      "DAY_OF_WEEK_SUNDAY open: \"02:30\" close: \"03:30\" }"),
             "2026-10-24T12:00:00Z", "2026-10-26T00:00:00Z"),
      ElementsAre("10-25 01:30:00 +02:00 TRADING", "10-25 02:30:00 +02:00 CLOSED",
                  "10-25 02:30:00.000000001 +02:00 TRADING", "10-25 03:30:00 +01:00 CLOSED"));
}

TEST(SessionCalendarTest, ALeadThatAJumpPushesIntoTheLastSessionWaits) {
  // By the clock 02:45 is long after 02:00; on this night it is the moment of the jump, and the
  // auction would begin before the first session has ended.
  EXPECT_THAT(
      Expand(Calendar("time_zone: \"Europe/Berlin\" sessions { days: DAY_OF_WEEK_SUNDAY "
                      "open: \"00:00\" close: \"02:00\" } sessions { days: "
                      "DAY_OF_WEEK_SUNDAY open: \"02:45\" close: \"05:00\" "
                      "opening_auction_seconds: 600 pre_open_seconds: 600 }"),
             "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
      ElementsAre("03-29 00:00:00 +01:00 TRADING", "03-29 03:00:00 +02:00 CLOSED",
                  "03-29 03:00:00.000000001 +02:00 TRADING", "03-29 05:00:00 +02:00 CLOSED"));
}

TEST(SessionCalendarTest, SessionsGoOverMidnight) {
  EXPECT_THAT(Expand(Calendar("time_zone: \"America/Chicago\" sessions { days: DAY_OF_WEEK_SUNDAY "
                              "open: \"17:00\" close: \"16:00\" }"),
                     "2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z"),
              ElementsAre("11-22 17:00:00 -06:00 TRADING", "11-23 16:00:00 -06:00 CLOSED"));
  // Asked in the middle of it: its end is to come.
  EXPECT_THAT(Expand(Calendar("time_zone: \"America/Chicago\" sessions { days: DAY_OF_WEEK_SUNDAY "
                              "open: \"17:00\" close: \"16:00\" }"),
                     "2026-11-23T12:00:00Z", "2026-11-24T00:00:00Z"),
              ElementsAre("11-23 16:00:00 -06:00 CLOSED"));
}

TEST(SessionCalendarTest, HolidaysDoNotOpen) {
  EXPECT_THAT(
      Expand(Stocks(R"(holidays: "2026-11-26")"), "2026-11-26T05:00:00Z", "2026-11-27T14:00:00Z"),
      ElementsAre("11-27 08:55:00 -05:00 POST_ONLY"));
}

TEST(SessionCalendarTest, EarlyClosesEndEarly) {
  EXPECT_THAT(Expand(Stocks(R"(early_closes { date: "2026-11-27" close: "13:00" })"),
                     "2026-11-27T09:26:00-05:00", "2026-11-28T05:00:00Z"),
              ElementsAre("11-27 09:30:00 -05:00 TRADING", "11-27 12:50:00 -05:00 AUCTION",
                          "11-27 13:00:00 -05:00 CLOSED"));
  // So early that only the auction is left, or nothing.
  EXPECT_THAT(Expand(Stocks(R"(early_closes { date: "2026-11-27" close: "09:35" })"),
                     "2026-11-27T09:26:00-05:00", "2026-11-28T05:00:00Z"),
              ElementsAre("11-27 09:30:00 -05:00 AUCTION", "11-27 09:35:00 -05:00 CLOSED"));
  EXPECT_THAT(Expand(Stocks(R"(early_closes { date: "2026-11-27" close: "09:30" })"),
                     "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"),
              IsEmpty());
  // Later than usual changes nothing.
  EXPECT_EQ(Expand(Stocks(R"(early_closes { date: "2026-11-27" close: "20:00" })"),
                   "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"),
            Expand(Stocks(), "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"));
}

TEST(SessionCalendarTest, AYearIsInOrderAndBounded) {
  const auto year =
      ExpandCalendar(Stocks(), At("2026-01-01T00:00:00Z"), At("2027-02-05T00:00:00Z"));
  ASSERT_TRUE(year.ok());
  EXPECT_EQ(year->size(), 286u * 5);  // Weekdays of 400 days.
  for (size_t i = 1; i < year->size(); ++i) ASSERT_LT((*year)[i - 1].at, (*year)[i].at);

  std::string busy = "time_zone: \"UTC\" ";
  for (const char* hours : {"\"00:00\" close: \"05:00\"", "\"06:00\" close: \"11:00\"",
                            "\"12:00\" close: \"17:00\"", "\"18:00\" close: \"23:00\""}) {
    absl::StrAppend(&busy, "sessions { days: [1,2,3,4,5,6,7] open: ", hours,
                    " opening_auction_seconds: 60 closing_auction_seconds: 60 pre_open_seconds: 60 "
                    "} ");
  }
  const auto full =
      ExpandCalendar(Calendar(busy), At("2026-01-01T00:00:00Z"), At("2027-02-05T00:00:00Z"));
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->size(), limits::kTransitionsMax);
  EXPECT_GT(full->back().at.value(), absl::ToUnixNanos(At("2026-05-30T00:00:00Z")));
}

TEST(SessionCalendarTest, RefusesWhatIsMalformed) {
  const auto refused = [](const std::string& text) {
    const auto changes =
        ExpandCalendar(Calendar(text), At("2026-01-01T00:00:00Z"), At("2026-02-01T00:00:00Z"));
    return changes.ok() ? std::string("accepted") : std::string(changes.status().message());
  };
  const std::string monday = R"(sessions { days: 1 open: "09:00" close: "17:00" })";
  EXPECT_EQ(refused("time_zone: \"UTC\" " + monday), "accepted");
  for (const char* zone : {"", "Mars/Olympus", "/etc/passwd", "../../etc/passwd", "localtime"}) {
    EXPECT_THAT(refused(absl::StrCat("time_zone: \"", zone, "\" ", monday)),
                HasSubstr("INVALID_CALENDAR: time_zone"));
  }
  const auto session = [&](const std::string& fields) {
    return refused("time_zone: \"UTC\" sessions { " + fields + " }");
  };
  EXPECT_THAT(refused("time_zone: \"UTC\""), HasSubstr("sessions: need at least one"));
  EXPECT_THAT(session(R"(open: "09:00" close: "17:00")"), HasSubstr("sessions.days"));
  EXPECT_THAT(session(R"(days: 0 open: "09:00" close: "17:00")"), HasSubstr("sessions.days"));
  EXPECT_THAT(session(R"(days: 8 open: "09:00" close: "17:00")"), HasSubstr("sessions.days"));
  for (const char* time : {"", "9:00", "09-00", "09:60", "24:01", "ab:cd", "09:00:0", "09:00:60"}) {
    EXPECT_THAT(session(absl::StrCat("days: 1 open: \"", time, "\" close: \"17:00\"")),
                HasSubstr("sessions.open"))
        << time;
  }
  EXPECT_THAT(session(R"(days: 1 open: "24:00" close: "17:00")"), HasSubstr("sessions.open"));
  EXPECT_THAT(session(R"(days: 1 open: "09:00" close: "25:00")"), HasSubstr("sessions.close"));
  EXPECT_THAT(session(R"(days: 1 open: "09:00" close: "09:10" closing_auction_seconds: 600)"),
              HasSubstr("closing_auction_seconds"));
  EXPECT_THAT(session(R"(days: 1 open: "09:00" close: "17:00" pre_open_seconds: 43201)"),
              HasSubstr("pre_open_seconds"));
  EXPECT_THAT(session(R"(days: 1 days: 1 open: "09:00" close: "17:00")"), HasSubstr("overlap"));
  // From Sunday evening over the end of the week into Monday.
  EXPECT_THAT(session(R"(days: 7 days: 1 open: "09:00" close: "09:00" opening_auction_seconds: 1)"),
              HasSubstr("overlap"));
  EXPECT_THAT(refused("time_zone: \"UTC\" " + monday + R"( holidays: "2026-02-30")"),
              HasSubstr("holidays"));
  EXPECT_THAT(refused("time_zone: \"UTC\" " + monday + R"( holidays: "2026-2-3")"),
              HasSubstr("holidays"));
  EXPECT_THAT(
      refused("time_zone: \"UTC\" " + monday + R"( early_closes { date: "x" close: "12:00" })"),
      HasSubstr("early_closes.date"));
  EXPECT_THAT(refused("time_zone: \"UTC\" " + monday +
                      R"( early_closes { date: "2026-02-03" close: "12" })"),
              HasSubstr("early_closes.close"));
  EXPECT_THAT(refused("time_zone: \"UTC\" " + monday +
                      R"( early_closes { date: "2026-02-03" close: "12:00" }
                          early_closes { date: "2026-02-03" close: "13:00" })"),
              HasSubstr("twice"));
}

}  // namespace
}  // namespace rialto::engine
