#include "tools/journal/inspection.h"

#include "engine/journal/mark.h"
#include "tools/journal/journal_tool_fixture.h"

namespace rialto::journal_tool {
namespace {

using testing::HasSubstr;
using testing::Not;

class InspectionTest : public JournalToolTest {};

TEST_F(InspectionTest, CleanJournalIsCountedWhileItsWriterHoldsTheLock) {
  WriteAccounts(100);
  const std::string chain_hash = [&] {
    std::string hex;
    for (const uint8_t byte : writer_->position().chain_hash) {
      hex += "0123456789abcdef"[byte >> 4];
      hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
  }();
  const journal::FaultyFileSystem::Image before = files_.Save();
  uint64_t done_bytes = 0;
  const auto inspection = Inspect(files_, place_, [&](uint64_t done) {
    EXPECT_GT(done, done_bytes);
    done_bytes = done;
  });
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(files_.Save(), before);
  EXPECT_EQ(inspection->exit_code(), kExitClean);
  EXPECT_EQ(inspection->batches, 100u);
  EXPECT_EQ(inspection->records, 200u);
  EXPECT_GT(inspection->segments, 3u);
  EXPECT_EQ(inspection->bytes, inspection->segments * 8192);
  EXPECT_LE(done_bytes, inspection->bytes);
  EXPECT_GT(done_bytes, inspection->bytes - 8192);
  const std::string table = ToTable(*inspection);
  EXPECT_THAT(table, HasSubstr("commands of venue 7\n"));
  EXPECT_THAT(table, HasSubstr("sequence 1 at 2026-11-18T11:06:40.000000001Z\n"));
  EXPECT_THAT(table, HasSubstr("sequence 200 at 2026-11-18T11:06:40.000000200Z\n"));
  EXPECT_THAT(table, HasSubstr("engine rules        2\n"));
  EXPECT_THAT(table, HasSubstr("chain hash          " + chain_hash + "\n"));
  EXPECT_THAT(table, HasSubstr("verdict             clean\n"));
  EXPECT_THAT(table, Not(HasSubstr("being written")));
  const std::string json = ToJson(*inspection);
  EXPECT_THAT(json, HasSubstr("\"last_sequence\": 200, \"last_time\": \"2026-"));
  EXPECT_THAT(json, HasSubstr("\"chain_hash\": \"" + chain_hash + "\""));
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"clean\"}"));
}

TEST_F(InspectionTest, ArchivedSegmentsArePartOfIt) {
  WriteAccounts(100);
  ASSERT_EQ(journal::Archive(files_, options_, Sequence(100)).value(), 2);
  const auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitClean);
  EXPECT_EQ(inspection->segments_archived, 2u);
  EXPECT_THAT(ToTable(*inspection), HasSubstr(", 2 of them archived\n"));
  place_.archive_directory.clear();
  EXPECT_EQ(InspectQuietly()->exit_code(), kExitCorrupt) << "the beginning is missing";
}

TEST_F(InspectionTest, EmptyJournalIsClean) {
  OpenWriter();
  const auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitClean);
  EXPECT_THAT(ToTable(*inspection), HasSubstr("last                none\n"));
}

TEST_F(InspectionTest, TornTailIsHarmlessAndMeasured) {
  WriteAccounts(30);
  TearTail();
  const journal::FaultyFileSystem::Image before = files_.Save();
  const auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(files_.Save(), before);
  EXPECT_EQ(inspection->exit_code(), kExitTornTail);
  EXPECT_EQ(inspection->records, 58u);
  EXPECT_GT(inspection->damage.dropped_bytes, 100u);
  EXPECT_THAT(ToTable(*inspection),
              HasSubstr(std::to_string(inspection->damage.dropped_bytes) +
                        " bytes behind sequence 58 of a write that did not finish"));
  EXPECT_THAT(ToJson(*inspection), HasSubstr("\"verdict\": \"torn tail\", \"damage\": {\"path\""));
}

TEST_F(InspectionTest, CorruptionIsLocatedAndWhatIsInDoubtIsBounded) {
  WriteAccounts(100);
  Close();
  const auto segments = *journal::ListSegments(files_, options_);
  FlipBit(segments[1].path, journal::kSegmentHeaderBytes + 40);
  auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitCorrupt);
  EXPECT_EQ(inspection->last.sequence.Next(), segments[1].first);
  const std::string range = std::to_string(segments[1].first.value()) + " to " +
                            std::to_string(segments[2].first.value() - 1);
  EXPECT_THAT(ToTable(*inspection), HasSubstr("in doubt            sequences " + range + "\n"));
  EXPECT_THAT(ToTable(*inspection), HasSubstr(segments[1].path + ": at offset 4096"));
  EXPECT_THAT(ToTable(*inspection), HasSubstr("verdict             corrupt\n"));
  EXPECT_THAT(ToJson(*inspection), HasSubstr("\"verdict\": \"corrupt\""));

  FlipBit(segments[1].path, journal::kSegmentHeaderBytes + 40);  // As it was.
  FlipBit(segments.back().path, 33);                             // A header.
  inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitCorrupt);
  EXPECT_EQ(inspection->last.sequence.Next(), segments.back().first);
  EXPECT_THAT(ToTable(*inspection), HasSubstr(" to the end\n"));
}

TEST_F(InspectionTest, MarkThatKnowsMoreOrAnotherHistoryIsBelieved) {
  WriteAccounts(30);
  const journal::Position last = writer_->position();
  Close();
  const journal::FaultyFileSystem::Image whole = files_.Save();
  const auto with_mark = [&](const journal::Position& mark) {
    journal::FaultyFileSystem::Image image = whole;
    image["var/journal/commit.mark"] = journal::EncodeMark(mark);
    files_.Load(image);
    return *InspectQuietly();
  };
  Inspection inspection = with_mark(last);
  EXPECT_EQ(inspection.exit_code(), kExitClean);
  EXPECT_THAT(ToTable(inspection), HasSubstr("durable for certain sequence 60 (commit.mark)\n"));
  EXPECT_EQ(with_mark({}).exit_code(), kExitClean);

  journal::Position beyond = last;
  beyond.sequence = beyond.sequence.Next();
  inspection = with_mark(beyond);
  EXPECT_EQ(inspection.exit_code(), kExitMissing);
  EXPECT_THAT(ToTable(inspection), HasSubstr("verdict             history missing\n"));
  EXPECT_THAT(ToJson(inspection), HasSubstr("\"verdict\": \"history missing\""));

  journal::Position other = last;
  other.chain_hash[3] ^= 1;
  EXPECT_EQ(with_mark(other).exit_code(), kExitMissing);
  journal::Position inside = last;
  inside.sequence = Sequence(59);
  EXPECT_EQ(with_mark(inside).exit_code(), kExitMissing);
}

TEST_F(InspectionTest, FeedThatKnowsMoreIsBelieved) {
  WriteAccounts(30);
  TearTail();
  WriteFeed(60);
  Inspection inspection = *InspectQuietly();
  EXPECT_EQ(inspection.exit_code(), kExitMissing);
  EXPECT_THAT(ToTable(inspection), HasSubstr("feed                sequence 60 in var/feed\n"));
  EXPECT_THAT(ToTable(inspection),
              HasSubstr("missing             the journal ends at sequence 58, the feed in var/feed "
                        "holds up to 60: acknowledged records are missing\n"));
  EXPECT_THAT(ToTable(inspection), HasSubstr("verdict             history missing\n"));
  EXPECT_THAT(ToJson(inspection),
              HasSubstr("\"feed_directory\": \"var/feed\", \"feed_sequence\": 60"));
}

TEST_F(InspectionTest, WhoWasAskedAboutATornTailIsSaid) {
  WriteAccounts(29);
  const journal::Position whole = writer_->position();
  WriteAccounts(1);
  TearTail();
  Inspection inspection = *InspectQuietly();
  EXPECT_EQ(inspection.exit_code(), kExitTornTail);
  EXPECT_THAT(ToTable(inspection),
              HasSubstr("nobody was asked whether it was acknowledged: there "
                        "is no commit.mark, and there is no feed in var/feed"));
  journal::FaultyFileSystem::Image image = files_.Save();
  image["var/journal/commit.mark"] = journal::EncodeMark(whole);
  files_.Load(image);
  inspection = *InspectQuietly();
  EXPECT_EQ(inspection.exit_code(), kExitTornTail);
  EXPECT_THAT(ToTable(inspection), HasSubstr("nobody but commit.mark (up to sequence 58) was asked "
                                             "whether it was acknowledged: there is no feed"));
  WriteFeed(58);
  inspection = *InspectQuietly();
  EXPECT_EQ(inspection.exit_code(), kExitTornTail);
  EXPECT_THAT(ToTable(inspection), HasSubstr("commit.mark (up to sequence 58) and the feed in "
                                             "var/feed (up to 58) know of no more\n"));
}

TEST_F(InspectionTest, EveryHeaderDamagedIsCorruptionToo) {
  WriteAccounts(1);
  FlipBit(End().first, 9);
  const auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitCorrupt);
  EXPECT_THAT(ToTable(*inspection), HasSubstr("header checksum differs"));
}

TEST_F(InspectionTest, RecordThatNoEngineUnderstandsIsFound) {
  WriteAccounts(3);
  WriteBatch({OpenAccount(7), "\x07garbage"});
  WriteAccounts(1);
  const auto inspection = InspectQuietly();
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->verdict, Verdict::kClean);
  EXPECT_EQ(inspection->exit_code(), kExitCorrupt);
  EXPECT_EQ(inspection->strange_records, 1u);
  EXPECT_THAT(ToTable(*inspection), HasSubstr("1 records, first sequence 8: "));
  EXPECT_THAT(ToTable(*inspection), HasSubstr("verdict             of another engine\n"));
}

TEST_F(InspectionTest, WriteInFlightIsNotATornTail) {
  GrowingFileSystem growing;
  std::string whole;
  WriteAccounts(1);
  const std::string path = End().first;
  for (int look = 0; look < 3; ++look) {
    const uint64_t begin = End().second;
    WriteAccounts(1);
    whole = files_.Save().at(path);
    std::string half = whole;
    half.replace(begin + 60, whole.size() - begin - 60, whole.size() - begin - 60, '\0');
    growing.images.push_back({{path, half}});
  }
  growing.images.push_back({{path, whole}});
  growing.Load(growing.images.front());
  const auto inspection = Inspect(growing, place_, [](uint64_t) {});
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->verdict, Verdict::kClean);
  EXPECT_TRUE(inspection->grew);
  EXPECT_EQ(inspection->records, 8u);
  EXPECT_THAT(ToTable(*inspection), HasSubstr("being written       yes"));
}

// A segment is read in several steps: a batch may be written behind them, and the next before them.
TEST_F(InspectionTest, ABatchThatIsSeenWithoutTheOneBeforeItIsLookedForAgain) {
  GrowingFileSystem growing;
  const auto [with_hole, whole] = WriteBatchesAroundAHole();
  growing.Load(with_hole);
  growing.images = {with_hole, with_hole, whole};
  auto inspection = Inspect(growing, place_, [](uint64_t) {});
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitClean);
  EXPECT_TRUE(inspection->grew);
  EXPECT_EQ(inspection->records, 6u);
  EXPECT_THAT(ToJson(*inspection), Not(HasSubstr("damage")));

  growing.Load(with_hole);
  inspection = Inspect(growing, place_, [](uint64_t) {});
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->exit_code(), kExitCorrupt) << "it stays so";
  EXPECT_EQ(inspection->damage.expected, Sequence(3));
  EXPECT_FALSE(inspection->grew);
}

TEST_F(InspectionTest, FolderWithoutSegmentsNamesTheOnesBelow) {
  WriteAccounts(1);
  place_ = {"var", ""};
  ASSERT_TRUE(files_.CreateDirectory("var").ok());
  const absl::Status status = InspectQuietly().status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(status.ToString(), HasSubstr("no journal segments here; did you mean var/journal"));
}

}  // namespace
}  // namespace rialto::journal_tool
