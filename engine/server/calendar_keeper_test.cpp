#include "engine/server/calendar_keeper.h"

#include <future>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "engine/core/limits.h"
#include "engine/server/engine_under_test.h"
#include "google/protobuf/text_format.h"

namespace rialto::engine {
namespace {

v1::SessionCalendar EveryDay() {
  v1::SessionCalendar calendar;
  CHECK(google::protobuf::TextFormat::ParseFromString(
      R"(time_zone: "UTC" sessions { days: [1, 2, 3, 4, 5, 6, 7] open: "09:00" close: "15:00" })",
      &calendar));
  return calendar;
}

// The end of what is to come for BTC-USD, and how much of it there is.
struct Coming {
  absl::Time last;
  size_t transitions = 0;
};
Coming ComingOf(EngineUnderTest& engine) {
  std::promise<Coming> coming;
  CHECK_OK(engine.sequencer.Ask([&](const Engine& state) {
    const Market& market = *state.FindMarket(InstrumentId(1));
    coming.set_value({market.transitions.empty()
                          ? absl::InfinitePast()
                          : absl::FromUnixNanos(market.transitions.back().at.value()),
                      market.transitions.size() - market.next_transition});
  }));
  return coming.get_future().get();
}

// A schedule of that calendar which ends in so many days.
void ScheduleUntil(EngineUnderTest& engine, const std::string& calendar, int days) {
  const int64_t at = absl::ToUnixNanos(absl::Now() + absl::Hours(24 * days));
  const Outcome outcome = engine.Do(
      SetSchedule{InstrumentId(1), calendar, {{Timestamp(at), InstrumentState::kClosed}}});
  CHECK(outcome.accepted());
}

TEST(CalendarKeeperTest, ExtendsWhatEndsSoon) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  CalendarKeeper keeper(engine.sequencer);
  ScheduleUntil(engine, EveryDay().SerializeAsString(), 59);
  keeper.ExtendAll();
  const Coming extended = ComingOf(engine);
  EXPECT_GT(extended.last, absl::Now() + absl::Hours(24 * 398));
  EXPECT_GE(extended.transitions, 799u);
  // Once is enough.
  const Outcome before = engine.Do(Tick{});
  keeper.ExtendAll();
  EXPECT_EQ(engine.Do(Tick{}).sequence, before.sequence.Next());
}

TEST(CalendarKeeperTest, LeavesAloneWhatLastsOrIsNoCalendar) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  CalendarKeeper keeper(engine.sequencer);
  for (const std::string& calendar :
       {std::string(), std::string("\xff\xff no calendar"), EveryDay().SerializeAsString()}) {
    ScheduleUntil(engine, calendar, calendar.size() == EveryDay().ByteSizeLong() ? 61 : 1);
    keeper.ExtendAll();
    EXPECT_EQ(ComingOf(engine).transitions, 1u);
  }
}

// The thread looks at its start.
TEST(CalendarKeeperTest, ExtendsAfterARestart) {
  TemporaryFolder folder;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    ScheduleUntil(engine, EveryDay().SerializeAsString(), 1);
  }
  EngineUnderTest engine(folder.path());
  CalendarKeeper keeper(engine.sequencer);
  ASSERT_TRUE(keeper.Start().ok());
  // Its own requests wait behind that.
  std::promise<absl::Status> answered;
  keeper.Set(InstrumentId(77), EveryDay(),
             [&](const auto& decision) { answered.set_value(decision.status()); });
  EXPECT_TRUE(answered.get_future().get().ok());
  keeper.Stop();
  EXPECT_GE(ComingOf(engine).transitions, 799u);
}

TEST(CalendarKeeperTest, AKeeperThatDoesNotRunSaysSo) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  CalendarKeeper keeper(engine.sequencer);
  absl::Status status;
  const auto keep = [&](const auto& decision) { status = decision.status(); };
  keeper.Set(InstrumentId(1), EveryDay(), keep);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  ASSERT_TRUE(keeper.Start().ok());
  keeper.Stop();
  status = absl::OkStatus();
  keeper.Set(InstrumentId(1), EveryDay(), keep);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

// A state change nobody asks for: the schedule's, by a Tick.
TEST(CalendarKeeperTest, AScheduleRunsOnAQuietVenue) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  const int64_t at = absl::ToUnixNanos(absl::Now() + absl::Milliseconds(300));
  const Outcome set =
      engine.Do(SetSchedule{InstrumentId(1), "", {{Timestamp(at), InstrumentState::kClosed}}});
  ASSERT_TRUE(set.accepted());
  while (engine.feed.published() == set.sequence) std::this_thread::yield();
  std::promise<InstrumentState> state;
  CHECK_OK(engine.sequencer.Ask(
      [&](const Engine& venue) { state.set_value(venue.FindMarket(InstrumentId(1))->state); }));
  EXPECT_EQ(state.get_future().get(), InstrumentState::kClosed);
  EXPECT_GE(absl::ToUnixNanos(absl::Now()), at);
}

}  // namespace
}  // namespace rialto::engine
