#include "tools/journal/feed_end.h"

#include "tools/journal/journal_tool_fixture.h"

namespace rialto::journal_tool {
namespace {

using testing::HasSubstr;

class FeedEndTest : public JournalToolTest {
 protected:
  void SetUp() override {
    WriteAccounts(30);
    Close();
  }

  absl::StatusOr<FeedEnd> Find() {
    return FindFeedEnd(files_, place_, OpenJournal(files_, place_).value());
  }
};

TEST_F(FeedEndTest, TheFolderBesideTheJournalIsAskedHoweverThatIsWritten) {
  WriteFeed(60);
  for (const char* directory : {"var/journal", "var/journal/", "var/journal//"}) {
    place_.directory = directory;
    const auto end = FindFeedEnd(files_, place_, OpenJournal(files_, {"var/journal"}).value());
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_EQ(end->directory, "var/feed");
    EXPECT_EQ(end->last, Sequence(60));
  }
}

TEST_F(FeedEndTest, AFolderThatIsNamedMustHoldTheFeed) {
  WriteFeed(40);
  place_.feed_directory = "var/feed";
  EXPECT_EQ(Find()->last, Sequence(40));
  place_.feed_directory = "var/elsewhere";
  EXPECT_TRUE(absl::IsNotFound(Find().status())) << Find().status();
  place_.feed_directory = "var/journal";
  EXPECT_TRUE(absl::IsFailedPrecondition(Find().status())) << Find().status();
}

TEST_F(FeedEndTest, WithoutAFeedBesideItSaysWhy) {
  auto end = Find();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_FALSE(end->last.has_value());
  EXPECT_EQ(end->why_not, "there is no feed in var/feed");
  WriteFeed(60, 8);
  end = Find();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_FALSE(end->last.has_value());
  EXPECT_EQ(end->why_not, "var/feed holds no feed of venue 7 that can be read");
}

// The feed is not synced: after a loss of power it may have holes.
TEST_F(FeedEndTest, DamageEndsItOnlyInTheLastSegmentThatCanBeRead) {
  WriteFeed(500);
  const auto segments = journal::ListSegments(files_, {.directory = "var/feed"}).value();
  ASSERT_GT(segments.size(), 3u);
  FlipBit(segments[0].path, 5000);
  EXPECT_EQ(Find()->last, Sequence(500));
  FlipBit(segments.back().path, 33);  // Its header.
  EXPECT_EQ(Find()->last, Sequence(segments.back().first.value() - 1));
  FlipBit(segments[segments.size() - 2].path, journal::kSegmentHeaderBytes + 40);
  EXPECT_EQ(Find()->last, Sequence(segments[segments.size() - 2].first.value() - 1));
  for (size_t i = 0; i + 1 < segments.size(); ++i) FlipBit(segments[i].path, 33);
  EXPECT_THAT(Find()->why_not, HasSubstr("that can be read"));
}

}  // namespace
}  // namespace rialto::journal_tool
