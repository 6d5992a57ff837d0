#include "tools/replay/bitstamp_replay.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;

TEST(BitstampReplayTest, FollowsTheFeedOfTheExchange) {
  const auto file = RecordedFile::Open(std::string(RIALTO_REPLAY_TESTDATA) + "feed_tiny.log");
  ASSERT_TRUE(file.ok()) << file.status();
  const auto recording = ReadBitstamp(*file);
  ASSERT_TRUE(recording.ok()) << recording.status();
  LocalVenue venue;
  for (int run = 0; run < 2; ++run) {
    LocalFeed feed(venue);
    OrderDesk desk(venue, "t");
    BookAudit audit(feed, kLocalInstrument, RowComparison::kBestPrices, 1);
    BitstampReplay replay(*recording, desk, audit);
    Pace pace(std::nullopt);
    Progress progress(recording->events.size());
    const absl::Status status = replay.Run(pace, progress);
    ASSERT_TRUE(status.ok()) << status;

    // The last book was recorded before the event above it.
    EXPECT_EQ(audit.result().rows_checked, 3);
    EXPECT_EQ(audit.result().rows_equal, 2);
    ASSERT_EQ(audit.result().differences.size(), 1u);
    EXPECT_EQ(audit.result().differences[0].line, 17u);
    EXPECT_EQ(audit.result().differences[0].commands_behind, 1);

    const BitstampCounts& counts = replay.counts();
    EXPECT_EQ(counts.trades_recorded, 2);
    EXPECT_EQ(counts.trades_matched, 2);
    EXPECT_EQ(counts.recorded_volume, Quantity(175'000'000));
    EXPECT_EQ(counts.venue_volume, Quantity(175'000'000));
    EXPECT_EQ(counts.levels_seeded, 5);
    EXPECT_EQ(counts.orders_repriced, 1);
    EXPECT_EQ(counts.orders_adopted, 1);
    EXPECT_EQ(counts.created_after_deleted, 1);
    EXPECT_EQ(counts.already_traded, 1);

    const Quantity tenth(10'000'000);
    EXPECT_THAT(
        venue.book().Levels(Side::kSell, 9),
        ElementsAre(Level{Price(10090), tenth}, Level{Price(10100), Quantity(125'000'000)},
                    Level{Price(10200), Quantity(150'000'000)}, Level{Price(10300), tenth}));
    EXPECT_THAT(venue.book().Levels(Side::kBuy, 9),
                ElementsAre(Level{Price(9900), Quantity(100'000'000)},
                            Level{Price(9800), Quantity(400'000'000)}));
  }
}

}  // namespace
}  // namespace rialto::replay
