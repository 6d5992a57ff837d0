#include "engine/server/snapshot_schedule.h"

#include <gtest/gtest.h>

namespace rialto::engine {
namespace {

class SnapshotScheduleTest : public testing::Test {
 protected:
  // A look one second after the last, when so many commands more have come.
  bool LookAfter(uint64_t commands) {
    now_ += absl::Seconds(1);
    last_ += commands;
    return schedule_.IsDue(now_, Sequence(last_), newest_);
  }

  absl::Time now_ = absl::UnixEpoch();
  uint64_t last_ = 0;
  Sequence newest_;
  SnapshotSchedule schedule_{
      {.every_commands = 1'000, .every_commands_busy = 1'000'000, .every_seconds = 600}, now_};
};

TEST_F(SnapshotScheduleTest, AfterSoManyCommandsWhileItIsCalm) {
  EXPECT_FALSE(LookAfter(999));
  EXPECT_TRUE(LookAfter(1));
  newest_ = Sequence(1'000);
  EXPECT_FALSE(LookAfter(999));
  EXPECT_TRUE(LookAfter(1));
}

TEST_F(SnapshotScheduleTest, AStartWithMuchBehindItsSnapshotIsNotBusy) {
  EXPECT_TRUE(LookAfter(5'000'000));
}

TEST_F(SnapshotScheduleTest, WhileItIsBusyLater) {
  EXPECT_FALSE(LookAfter(0));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(LookAfter(SnapshotSchedule::kBusyCommands)) << i;
  EXPECT_FALSE(LookAfter(199'999));
  EXPECT_TRUE(LookAfter(1));  // The millionth.
}

TEST_F(SnapshotScheduleTest, BusyEndsTenLooksAfterTheCommandsDid) {
  EXPECT_FALSE(LookAfter(0));
  EXPECT_FALSE(LookAfter(SnapshotSchedule::kBusyCommands));
  for (size_t i = 1; i < SnapshotSchedule::kLooksBack; ++i) EXPECT_FALSE(LookAfter(0)) << i;
  EXPECT_TRUE(LookAfter(0));
}

TEST_F(SnapshotScheduleTest, OneCommandLessThanBusyIsCalm) {
  EXPECT_FALSE(LookAfter(0));
  EXPECT_TRUE(LookAfter(SnapshotSchedule::kBusyCommands - 1));
}

TEST_F(SnapshotScheduleTest, AfterSoLongWithAnyCommands) {
  EXPECT_FALSE(LookAfter(0));
  now_ += absl::Seconds(700);
  EXPECT_FALSE(LookAfter(1));  // The engine's own, at its start.
  EXPECT_TRUE(LookAfter(1));
}

TEST_F(SnapshotScheduleTest, RestsFourTimesAsLongAsTheLastOneTook) {
  EXPECT_TRUE(LookAfter(1'000));
  schedule_.NoteStarted(now_);
  now_ += absl::Seconds(2);
  schedule_.NoteMade(now_);
  newest_ = Sequence(last_);
  for (int i = 3; i < 8; ++i) EXPECT_FALSE(LookAfter(1'000)) << i;
  EXPECT_TRUE(LookAfter(1'000));
}

TEST_F(SnapshotScheduleTest, RestsLongerAfterEveryFailure) {
  for (const int minutes : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_TRUE(LookAfter(1'000)) << minutes;
    schedule_.NoteStarted(now_);
    schedule_.NoteFailed();
    now_ += absl::Minutes(minutes) - absl::Seconds(2);
    EXPECT_FALSE(LookAfter(1'000)) << minutes;
  }
  EXPECT_TRUE(LookAfter(1'000));
  schedule_.NoteStarted(now_);
  schedule_.NoteMade(now_);
  EXPECT_TRUE(LookAfter(1'000));
}

}  // namespace
}  // namespace rialto::engine
