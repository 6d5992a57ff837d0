// The recorded days of RIALTO_DATA, replayed into a venue in memory.
#include <cstdlib>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/bitstamp_replay.h"
#include "tools/replay/lobster_replay.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

class RecordingOracleTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("RIALTO_DATA");
    if (root == nullptr) GTEST_SKIP() << "RIALTO_DATA is not set";
    folder_ = std::string(root) + "/order-level/";
  }

  RecordedFile Open(const std::string& name) {
    absl::StatusOr<RecordedFile> file = RecordedFile::Open(folder_ + name);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }

  // Replays into `venue_`; may be called again for a second run.
  void ReplayLobster(const std::string& stem) {
    const auto recording =
        ReadLobster(Open(stem + "_message.csv.xz"), Open(stem + "_orderbook.csv.xz"));
    ASSERT_TRUE(recording.ok()) << recording.status();
    EXPECT_EQ(recording->price_decimals, 2);
    LocalFeed feed(venue_);
    OrderDesk desk(venue_, "tag");
    BookAudit audit(feed, kLocalInstrument, RowComparison::kLevels,
                    LobsterReplay::LevelsCompared(recording->depth));
    LobsterReplay replay(*recording, desk, audit, 1);
    Pace pace(std::nullopt);
    Progress progress(recording->messages.size());
    const absl::Status status = replay.Run(pace, progress);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_THAT(desk.counts().rejects, testing::IsEmpty());
    lobster_ = replay.counts();
    desk_ = desk.counts();
    audit_ = audit.result();
    trades_ = audit.book().trades().size();
  }

  std::string folder_;
  LocalVenue venue_;
  LobsterCounts lobster_;
  DeskCounts desk_;
  AuditResult audit_;
  size_t trades_ = 0;
};

TEST_F(RecordingOracleTest, AppleBookEqualsEveryRow) {
  ReplayLobster("lobster_AAPL_2012-06-21_L10_first999");
  EXPECT_EQ(audit_.rows_checked, 998);
  EXPECT_EQ(audit_.rows_equal, 998);
  EXPECT_EQ(lobster_.executions_recorded, 98);
  EXPECT_EQ(lobster_.executions_matched, 98);
  EXPECT_EQ(lobster_.unexplained, 0);
}

TEST_F(RecordingOracleTest, AmazonExecutionsAndTouchEqualTheRecord) {
  ReplayLobster("lobster_AMZN_2012-06-21_L1");
  EXPECT_EQ(lobster_.executions_recorded, 8974);
  EXPECT_EQ(lobster_.executions_matched, 8974);
  EXPECT_EQ(lobster_.recorded_bought, lobster_.venue_bought);
  EXPECT_EQ(lobster_.recorded_sold, lobster_.venue_sold);
  EXPECT_EQ(lobster_.unexplained, 0);
  EXPECT_EQ(audit_.rows_checked, 57'514);
  EXPECT_EQ(audit_.rows_equal, 57'514);
}

TEST_F(RecordingOracleTest, SecondRunOfAppleRepeatsEverythingAndEndsTheSame) {
  venue_.LoseAnswers(7);
  ReplayLobster("lobster_AAPL_2012-06-21_L10_first999");
  const BookRow book = {venue_.book().Levels(Side::kBuy, SIZE_MAX),
                        venue_.book().Levels(Side::kSell, SIZE_MAX)};
  const DeskCounts first = desk_;
  const size_t trades_first = trades_;
  EXPECT_GT(first.resent, 0);

  ReplayLobster("lobster_AAPL_2012-06-21_L10_first999");
  EXPECT_EQ(venue_.book().Levels(Side::kBuy, SIZE_MAX), book.bids);
  EXPECT_EQ(venue_.book().Levels(Side::kSell, SIZE_MAX), book.asks);
  EXPECT_EQ(desk_.orders, first.orders);
  EXPECT_EQ(trades_, trades_first);
  EXPECT_EQ(audit_.rows_checked, 998);
  EXPECT_EQ(audit_.rows_equal, 998);
  EXPECT_EQ(lobster_.executions_matched, 98);
}

TEST_F(RecordingOracleTest, BitstampBestPricesEqualTheBooksOfTheExchange) {
  const auto recording = ReadBitstamp(Open("bitstamp_2015-05-01_first60pct.log.xz"));
  ASSERT_TRUE(recording.ok()) << recording.status();
  for (int run = 0; run < 2; ++run) {
    LocalFeed feed(venue_);
    OrderDesk desk(venue_, "tag");
    BookAudit audit(feed, kLocalInstrument, RowComparison::kBestPrices, 1);
    BitstampReplay replay(*recording, desk, audit);
    Pace pace(std::nullopt);
    Progress progress(recording->events.size());
    const absl::Status status = replay.Run(pace, progress);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_THAT(desk.counts().rejects, testing::IsEmpty());
    EXPECT_EQ(audit.result().rows_checked, 3028);
    EXPECT_EQ(audit.result().rows_equal, 3025);
    for (const RowDifference& difference : audit.result().differences)
      EXPECT_GT(difference.commands_behind, 0) << difference.line;
    EXPECT_EQ(replay.counts().trades_recorded, 359);
    EXPECT_EQ(replay.counts().trades_matched, 351);
  }
}

}  // namespace
}  // namespace rialto::replay
