#include "engine/journal/writer.h"

#include <string>
#include <vector>

#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WriterTest : public JournalTest {};

TEST_F(WriterTest, RecordsComeBackAsTheyWereAppended) {
  Write({"a", "", "ccc"});
  Write({std::string(1024, 'd')});
  const Position written = writer_->position();
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_THAT(history.payloads, ElementsAre("a", "", "ccc", std::string(1024, 'd')));
  EXPECT_EQ(history.position, written);
  EXPECT_EQ(history.timestamp, Timestamp(1004));
  EXPECT_EQ(history.damage, "");
}

TEST_F(WriterTest, RecordKeepsItsTypeVersionCountAndTime) {
  OpenWriter();
  Append("one of five", 5);
  Append("next", 2);
  ASSERT_TRUE(writer_->Sync().ok());
  EXPECT_EQ(writer_->position().sequence, Sequence(7));
  Close();
  auto reader = Reader::Open(files_, options_);
  ASSERT_EQ((*reader)->NextBatch().value(), ReadOutcome::kBatch);
  ASSERT_EQ((*reader)->records().size(), 2u);
  const Record& record = (*reader)->records()[1];
  EXPECT_EQ(record.sequence, Sequence(6));
  EXPECT_EQ(record.count, 2u);
  EXPECT_EQ(record.last(), Sequence(7));
  EXPECT_EQ(record.timestamp, Timestamp(1006));
  EXPECT_EQ(record.type, 3);
  EXPECT_EQ(record.version, 2);
  EXPECT_EQ((*reader)->NextBatch().value(), ReadOutcome::kEnd);
}

TEST_F(WriterTest, BatchIsOneWriteAndOneSync) {
  OpenWriter();
  const uint64_t writes = files_.writes();
  const uint64_t syncs = files_.syncs();
  for (int i = 0; i < 10; ++i) Append("x");
  ASSERT_TRUE(writer_->Sync().ok());
  EXPECT_EQ(files_.writes(), writes + 1);
  EXPECT_EQ(files_.syncs(), syncs + 1);
  ASSERT_TRUE(writer_->Sync().ok());  // Nothing to write.
  EXPECT_EQ(files_.writes(), writes + 1);
}

TEST_F(WriterTest, PaddingIsZerosNotLeftovers) {
  Write({std::string(1000, 'x')});
  const uint64_t end = Extents().back().end;
  Write({"y"});
  const std::string bytes = files_.Save().begin()->second;
  EXPECT_EQ(bytes.substr(end + kFrameHeaderBytes, 8), std::string("y\0\0\0\0\0\0\0", 8));
}

TEST_F(WriterTest, FeedIsWrittenWithoutSync) {
  options_.sync = SyncPolicy::kNever;
  OpenWriter();
  const uint64_t syncs = files_.syncs();
  Write({"a"});
  Write({"b"});
  EXPECT_EQ(files_.syncs(), syncs);
  EXPECT_THAT(Recover().payloads, ElementsAre("a", "b"));
}

TEST_F(WriterTest, RotatesThroughManySegmentsWithOneChain) {
  const std::vector<std::string> payloads = WriteMany(300);
  EXPECT_GT(writer_->stats().rotations, 5u);
  EXPECT_EQ(writer_->stats().batches, 300u);
  const Position written = writer_->position();
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads, payloads);
  EXPECT_EQ(history.position, written);
}

TEST_F(WriterTest, ContinuesWhereTheLastProcessStopped) {
  std::vector<std::string> payloads = WriteMany(50);
  const Position before = writer_->position();
  Close();
  OpenWriter();
  EXPECT_EQ(writer_->position(), before);
  Write({"after"});
  payloads.push_back("after");
  EXPECT_EQ(Recover().payloads, payloads);
}

TEST_F(WriterTest, FillsABatchToTheLastByteOfASegment) {
  OpenWriter();
  while (writer_->HasRoomFor(480)) Append(std::string(480, 'x'));  // Frames of 512 bytes.
  const uint64_t left = options_.segment_bytes - kSegmentHeaderBytes - kCommitBytes - 7 * 512;
  ASSERT_TRUE(writer_->HasRoomFor(left - kFrameHeaderBytes));
  EXPECT_FALSE(writer_->HasRoomFor(left - kFrameHeaderBytes + 1));
  Append(std::string(left - kFrameHeaderBytes, 'y'));
  ASSERT_TRUE(writer_->Sync().ok());
  EXPECT_EQ(writer_->stats().bytes, options_.segment_bytes - kSegmentHeaderBytes);
  Write({"next segment"});
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads.size(), 9u);
  EXPECT_EQ(history.payloads.back(), "next segment");
}

TEST_F(WriterTest, BatchHoldsNoMoreSequencesThanItsFramesCanCount) {
  OpenWriter();
  Append("most of them", 65'000);
  EXPECT_TRUE(writer_->HasRoomFor(1, 535));
  EXPECT_FALSE(writer_->HasRoomFor(1, 536));
  Append("the rest", 535);
  ASSERT_TRUE(writer_->Sync().ok());
  Append("after", 65'535);
  ASSERT_TRUE(writer_->Sync().ok());
  const Position written = writer_->position();
  EXPECT_EQ(written.sequence, Sequence(131'070));
  Close();
  OpenWriter();
  EXPECT_EQ(writer_->position(), written);
}

TEST_F(WriterTest, FailedSyncPoisonsAndNothingIsTouchedAgain) {
  Write({"kept"});
  files_.FailSync(1);
  Append("lost");
  const absl::Status failed = writer_->Sync();
  EXPECT_TRUE(absl::IsUnavailable(failed)) << failed;
  EXPECT_EQ(writer_->position().sequence, Sequence(1));
  const uint64_t writes = files_.writes();
  const uint64_t syncs = files_.syncs();
  EXPECT_EQ(writer_->Sync(), failed);
  EXPECT_EQ(writer_->Sync(), failed);
  EXPECT_EQ(files_.writes(), writes);
  EXPECT_EQ(files_.syncs(), syncs);
}

// The page cache still shows the batch whose sync failed, and calls it clean. Recovery must believe
// the device, and the next batch must not write the lost one's pages back.
TEST_F(WriterTest, BatchOfAFailedSyncNeverComesBack) {
  Write({"kept"});
  files_.FailSync(1);
  for (int i = 0; i < 10; ++i) Append("lost lost lost lost");
  EXPECT_FALSE(writer_->Sync().ok());
  EXPECT_THAT(Recover().payloads, ElementsAre("kept"));
  Write({"new"});
  EXPECT_THAT(Recover().payloads, ElementsAre("kept", "new"));
  files_.Crash(1);
  const History history = Recover();
  EXPECT_THAT(history.payloads, ElementsAre("kept", "new"));
  EXPECT_EQ(history.damage, "");
}

TEST_F(WriterTest, ShortWritePoisonsAndIsATornTail) {
  for (const size_t bytes : {0u, 1u, 31u, 40u, 100u, 119u}) {
    files_.Load({});
    Write({"kept"});
    files_.CutWrite(1, bytes);
    Append("lost");
    EXPECT_TRUE(absl::IsResourceExhausted(writer_->Sync()));
    EXPECT_FALSE(writer_->Sync().ok());
    const History history = Recover();
    EXPECT_TRUE(history.status.ok()) << history.status;
    EXPECT_THAT(history.payloads, ElementsAre("kept"));
    EXPECT_LE(history.dropped_bytes, bytes);
    EXPECT_EQ(history.damage.empty(), history.dropped_bytes == 0);
  }
}

TEST_F(WriterTest, FullDiskFailsTheRotationNotTheHistory) {
  Write({"a"});
  files_.SetCapacityBytes(12'000);  // Not enough for a second segment.
  absl::Status status;
  uint64_t acknowledged = 1;
  while (status.ok()) {
    Append(std::string(1000, 'x'));
    status = writer_->Sync();
    if (status.ok()) ++acknowledged;
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_FALSE(writer_->Sync().ok());
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads.size(), acknowledged);
}

TEST_F(WriterTest, SecondWriterOfADirectoryIsRefused) {
  Write({"a"});
  const absl::Status status =
      journal::Recover(files_, options_, RecoveryMode::kRepairTornTail, [](const Record&) {
        return absl::OkStatus();
      }).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(WriterTest, HistoryRecoveredForReadingOnlyIsNotWritten) {
  Write({"a"});
  Close();
  auto tail = journal::Recover(files_, options_, RecoveryMode::kVerify,
                               [](const Record&) { return absl::OkStatus(); });
  ASSERT_TRUE(tail.ok());
  EXPECT_TRUE(
      absl::IsFailedPrecondition(Writer::Open(files_, options_, *std::move(tail)).status()));
}

TEST_F(WriterTest, EpochNeverGoesBack) {
  options_.epoch = 5;
  Write({"a"});
  Close();
  options_.epoch = 4;
  auto tail = journal::Recover(files_, options_, RecoveryMode::kRepairTornTail,
                               [](const Record&) { return absl::OkStatus(); });
  ASSERT_TRUE(tail.ok());
  EXPECT_EQ(tail->epoch, 5u);
  const absl::Status status = Writer::Open(files_, options_, *std::move(tail)).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(WriterTest, ChangedOptionsBeginANewSegment) {
  Write({"a"});
  Close();
  options_.segment_bytes = 16'384;
  options_.record_bytes_max = 4096;
  OpenWriter();
  EXPECT_EQ(writer_->stats().rotations, 1u);
  Close();
  options_.record_bytes_max = 8192;  // The segment just begun is empty and is begun again.
  Write({std::string(8192, 'b')});
  EXPECT_EQ(files_.Save().size(), 2u);
  EXPECT_THAT(Recover().payloads, ElementsAre("a", std::string(8192, 'b')));
}

TEST_F(WriterTest, OptionsOutOfBoundsAreNamed) {
  const auto refused = [&](const char* what) {
    const absl::Status status = Recover().status;
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.ToString(), HasSubstr(what));
  };
  const Options good = options_;
  options_.directory = "";
  refused("directory");
  options_ = good;
  options_.segment_bytes = 8191;
  refused("segment_bytes");
  options_ = good;
  options_.record_bytes_max = 4096;
  refused("too small for one record");
  options_ = good;
  options_.record_bytes_max = 16;
  refused("record_bytes_max");
}

using WriterDeathTest = WriterTest;

TEST_F(WriterDeathTest, GapInSequencesIsABug) {
  OpenWriter();
  EXPECT_DEATH(writer_->Append({.sequence = Sequence(2), .payload = "x"}), "next_sequence_");
}

TEST_F(WriterDeathTest, RecordBeyondTheLimitIsABug) {
  OpenWriter();
  EXPECT_DEATH(Append(std::string(1025, 'x')), "record_bytes_max");
}

}  // namespace
}  // namespace rialto::journal
