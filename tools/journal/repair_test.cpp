#include "tools/journal/repair.h"

#include "engine/journal/mark.h"
#include "tools/journal/journal_tool_fixture.h"

namespace rialto::journal_tool {
namespace {

using testing::HasSubstr;

class RepairTest : public JournalToolTest {
 protected:
  absl::StatusOr<RepairReport> Run(RepairStep step, const std::string& confirmed_name = "") {
    return Repair(files_, {place_, step, confirmed_name});
  }

  // Neither a byte nor a name has changed.
  void ExpectUntouched(RepairStep step, const std::string& confirmed_name, int exit_code,
                       const std::string& text) {
    const journal::FaultyFileSystem::Image before = files_.Save();
    const uint64_t changes = files_.changes();
    const auto report = Run(step, confirmed_name);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->exit_code, exit_code);
    EXPECT_THAT(report->text, HasSubstr(text));
    EXPECT_FALSE(report->repaired);
    EXPECT_EQ(files_.Save(), before);
    EXPECT_EQ(files_.changes(), changes);
  }
};

TEST_F(RepairTest, WritesOnlyWhenToldTwice) {
  WriteAccounts(30);
  TearTail();
  ExpectUntouched(RepairStep::kExplain, "journal", kExitFailed, "Corruption is never repaired");
  ExpectUntouched(RepairStep::kDryRun, "journal", kExitTornTail, "Nothing was written");
  ExpectUntouched(RepairStep::kTruncate, "", kExitFailed, "Not confirmed");
  for (const char* wrong : {"var/journal", "Journal", "feed", "journal "}) {
    ExpectUntouched(RepairStep::kTruncate, wrong, kExitFailed, "Not confirmed");
  }
  const auto report = Run(RepairStep::kTruncate, "journal");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->exit_code, kExitClean);
  EXPECT_TRUE(report->repaired);
  EXPECT_THAT(report->text, HasSubstr("behind sequence 58"));
  const auto inspection = InspectQuietly();
  EXPECT_EQ(inspection->exit_code(), kExitClean);
  EXPECT_EQ(inspection->last.sequence, Sequence(58));
  WriteAccounts(1);
}

TEST_F(RepairTest, CleanJournalIsLeftAlone) {
  WriteAccounts(30);
  Close();
  ExpectUntouched(RepairStep::kDryRun, "", kExitClean, "nothing to repair");
  ExpectUntouched(RepairStep::kTruncate, "journal", kExitClean, "nothing to repair");
}

TEST_F(RepairTest, CorruptionIsNeverRepaired) {
  WriteAccounts(30);
  FlipBit("var/journal/00000000000000000001.jnl", 5000);
  ExpectUntouched(RepairStep::kDryRun, "", kExitCorrupt, "corrupt: var/journal/");
  ExpectUntouched(RepairStep::kTruncate, "journal", kExitCorrupt, "Nothing is written");
}

// It looks torn, and was acknowledged: the mark beside the files knows.
TEST_F(RepairTest, AcknowledgedBatchThatLooksTornIsNeverCutOff) {
  WriteAccounts(30);
  const journal::Position last = writer_->position();
  TearTail();
  journal::FaultyFileSystem::Image image = files_.Save();
  image["var/journal/commit.mark"] = journal::EncodeMark(last);
  files_.Load(image);
  ExpectUntouched(RepairStep::kDryRun, "", kExitMissing, "was durable and acknowledged");
  ExpectUntouched(RepairStep::kTruncate, "journal", kExitMissing, "durable up to 60 (commit.mark)");
}

// The mark was written before that batch; only the feed knows.
TEST_F(RepairTest, WhatOnlyTheFeedKnowsIsNeverCutOff) {
  WriteAccounts(29);
  const journal::Position marked = writer_->position();
  WriteAccounts(1);
  TearTail();
  journal::FaultyFileSystem::Image image = files_.Save();
  image["var/journal/commit.mark"] = journal::EncodeMark(marked);
  files_.Load(image);
  WriteFeed(60);
  const std::string found = "the journal ends at sequence 58, the feed in var/feed holds up to 60";
  ExpectUntouched(RepairStep::kDryRun, "", kExitMissing, found);
  ExpectUntouched(RepairStep::kTruncate, "journal", kExitMissing, found);
}

TEST_F(RepairTest, WhoWasAskedIsSaid) {
  WriteAccounts(30);
  TearTail();
  ExpectUntouched(RepairStep::kDryRun, "", kExitTornTail, "nobody was asked");
  WriteFeed(58);
  ExpectUntouched(RepairStep::kDryRun, "", kExitTornTail,
                  "the feed in var/feed (up to 58) knows of no more");
  EXPECT_TRUE(Run(RepairStep::kTruncate, "journal")->repaired);
}

TEST_F(RepairTest, RunningEngineIsInTheWay) {
  WriteAccounts(30);
  TearTail();
  const auto lock = files_.Lock(options_.directory);
  ASSERT_TRUE(lock.ok());
  const journal::FaultyFileSystem::Image before = files_.Save();
  EXPECT_TRUE(absl::IsFailedPrecondition(Run(RepairStep::kTruncate, "journal").status()));
  EXPECT_EQ(files_.Save(), before);
  ExpectUntouched(RepairStep::kDryRun, "", kExitTornTail, "Would overwrite");
}

TEST_F(RepairTest, NameIsTheLastPartOfThePath) {
  EXPECT_EQ(NameOfDirectory("var/engine/journal"), "journal");
  EXPECT_EQ(NameOfDirectory("/srv/journal//"), "journal");
  EXPECT_EQ(NameOfDirectory("journal"), "journal");
}

}  // namespace
}  // namespace rialto::journal_tool
