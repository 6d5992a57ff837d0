#include "tools/replay/lobster_replay.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

const std::string kTestData = RIALTO_REPLAY_TESTDATA;

LobsterRecording ReadTiny() {
  const auto messages = RecordedFile::Open(kTestData + "LAKE_tiny_message.csv");
  const auto rows = RecordedFile::Open(kTestData + "LAKE_tiny_orderbook.csv");
  EXPECT_TRUE(messages.ok() && rows.ok());
  const auto recording = ReadLobster(*messages, *rows);
  EXPECT_TRUE(recording.ok()) << recording.status();
  return *recording;
}

class LobsterReplayTest : public testing::Test {
 protected:
  absl::Status Run(const LobsterRecording& recording, size_t levels) {
    LocalFeed feed(venue_);
    OrderDesk desk(venue_, "t");
    BookAudit audit(feed, kLocalInstrument, RowComparison::kLevels, levels);
    LobsterReplay replay(recording, desk, audit, 1);
    Pace pace(std::nullopt);
    Progress progress(recording.messages.size());
    const absl::Status status = replay.Run(pace, progress);
    counts_ = replay.counts();
    audit_ = audit.result();
    desk_ = desk.counts();
    return status;
  }

  LocalVenue venue_;
  LobsterCounts counts_;
  AuditResult audit_;
  DeskCounts desk_;
};

TEST_F(LobsterReplayTest, FollowsTheRecordThroughLevelsThatComeAndGo) {
  const LobsterRecording recording = ReadTiny();
  ASSERT_TRUE(Run(recording, 2).ok());
  EXPECT_EQ(audit_.rows_checked, 9);
  EXPECT_EQ(audit_.rows_equal, 9);
  EXPECT_EQ(counts_.executions_recorded, 2);
  EXPECT_EQ(counts_.executions_matched, 2);
  EXPECT_EQ(counts_.recorded_sold, Quantity(5));
  EXPECT_EQ(counts_.venue_sold, Quantity(5));
  EXPECT_EQ(counts_.venue_bought, Quantity(0));
  EXPECT_EQ(counts_.hidden_executions, 1);
  EXPECT_EQ(counts_.other_messages, 1);
  EXPECT_EQ(counts_.levels_seeded, 4 + 2);  // The first row; 104 and 105 when they came into view.
  EXPECT_EQ(counts_.levels_reduced, 1);     // 98 came back with less.
  EXPECT_EQ(counts_.levels_canceled, 1);    // 104 had left unseen.
  EXPECT_EQ(counts_.unexplained, 0);
}

TEST_F(LobsterReplayTest, NeverCorrectsWhatWasInView) {
  LobsterRecording recording = ReadTiny();
  recording.messages[6].size = Quantity(3);  // The record now says 4 less, the message 3.
  ASSERT_TRUE(Run(recording, 1).ok());
  EXPECT_EQ(audit_.rows_checked, 9);
  EXPECT_EQ(audit_.rows_equal, 9 - 4);
  EXPECT_EQ(audit_.differences[0].line, 7u);
}

TEST_F(LobsterReplayTest, CountsAnExecutionThatFindsLessAsNotMatched) {
  LobsterRecording recording = ReadTiny();
  recording.messages[3].size = Quantity(4);
  ASSERT_TRUE(Run(recording, 1).ok());
  EXPECT_EQ(counts_.executions_recorded, 2);
  EXPECT_EQ(counts_.executions_matched, 1);
  EXPECT_EQ(counts_.recorded_sold, Quantity(6));
  EXPECT_EQ(counts_.venue_sold, Quantity(5));
}

TEST_F(LobsterReplayTest, EveryPointOfInterruptionEndsInTheSameBook) {
  const LobsterRecording recording = ReadTiny();
  ASSERT_TRUE(Run(recording, 2).ok());
  const auto bids = venue_.book().Levels(Side::kBuy, SIZE_MAX);
  const auto asks = venue_.book().Levels(Side::kSell, SIZE_MAX);
  const auto calls = static_cast<uint64_t>(desk_.commands());
  for (uint64_t call = 1; call <= calls; ++call) {
    venue_ = LocalVenue();
    venue_.FailFrom(call);
    EXPECT_FALSE(Run(recording, 2).ok());
    venue_.FailFrom(0);
    ASSERT_TRUE(Run(recording, 2).ok()) << call;
    EXPECT_EQ(venue_.book().Levels(Side::kBuy, SIZE_MAX), bids);
    EXPECT_EQ(venue_.book().Levels(Side::kSell, SIZE_MAX), asks);
    EXPECT_EQ(audit_.rows_equal, 9);
    EXPECT_THAT(desk_.rejects, testing::IsEmpty());
  }
}

}  // namespace
}  // namespace rialto::replay
