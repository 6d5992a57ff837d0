#include "engine/journal/recovery.h"

#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "engine/journal/chain.h"
#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RecoveryTest : public JournalTest {
 protected:
  // Puts the image on a fresh disk and recovers it.
  History RecoverImage(const FaultyFileSystem::Image& image,
                       RecoveryMode mode = RecoveryMode::kRepairTornTail) {
    files_.Load(image);
    return Recover(mode);
  }

  void ExpectCorrupt(const FaultyFileSystem::Image& image, const std::string& where) {
    const History history = RecoverImage(image);
    EXPECT_TRUE(absl::IsDataLoss(history.status)) << history.status;
    EXPECT_THAT(history.status.ToString(), HasSubstr(where));
    EXPECT_EQ(files_.Save(), image) << "a corrupt journal must stay as it is";
  }

  // Makes the checksum of every frame in the extent right; returns the file.
  static std::string_view FixChecksums(std::string& bytes, const Extent& extent) {
    const SegmentHeader segment = *DecodeSegmentHeader(bytes);
    for (uint64_t offset = extent.begin; offset < extent.end;) {
      const uint64_t padded_bytes = PaddedBytes(DecodeFrameHeader(bytes.data() + offset).length);
      const auto frame = std::string_view(bytes).substr(offset, padded_bytes);
      SetInt(bytes, offset + offsetof(FrameHeader, crc32c), FrameChecksum(frame, segment.salt));
      offset += padded_bytes;
    }
    return bytes;
  }

  std::vector<std::string> SegmentPaths() {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files_.Save()) paths.push_back(path);
    return paths;
  }

  static void Flip(std::string& bytes, uint64_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ static_cast<char>(1 << bit % 8));
  }
};

TEST_F(RecoveryTest, MissingDirectoryIsCreatedAndEmpty) {
  EXPECT_TRUE(absl::IsNotFound(Recover(RecoveryMode::kVerify).status));
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.position, Position{});
  EXPECT_TRUE(history.payloads.empty());
}

TEST_F(RecoveryTest, SegmentWithoutBatchesIsAnEmptyHistory) {
  OpenWriter();
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.position.sequence, Sequence(0));
  Write({"first"});
  EXPECT_THAT(Recover().payloads, ElementsAre("first"));
}

TEST_F(RecoveryTest, ErrorOfApplyEndsIt) {
  WriteMany(3);
  Close();
  const absl::Status status =
      journal::Recover(files_, options_, RecoveryMode::kVerify, [](const Record& record) {
        return record.sequence == Sequence(2) ? absl::InternalError("no") : absl::OkStatus();
      }).status();
  EXPECT_EQ(status, absl::InternalError("no"));
}

TEST_F(RecoveryTest, TruncationAtEveryByteGivesWholeBatchesUpToIt) {
  const std::vector<std::string> payloads = WriteMany(10);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  const Extent& last = extents.back();
  const Extent& before = extents[extents.size() - 2];
  ASSERT_EQ(before.path, last.path);
  for (uint64_t size = before.begin; size <= last.end; ++size) {
    FaultyFileSystem::Image image = whole;
    image[last.path].resize(size);
    const History history = RecoverImage(image);
    ASSERT_TRUE(history.status.ok()) << size << ": " << history.status;
    const uint64_t expected = size < before.end ? extents[extents.size() - 3].last_sequence
                              : size < last.end ? before.last_sequence
                                                : last.last_sequence;
    ASSERT_EQ(history.payloads.size(), expected) << size;
    ASSERT_TRUE(IsPrefix(history.payloads, payloads));
    ASSERT_NE(history.damage, "");
    Write({"continued"});
    const History again = Recover();
    ASSERT_TRUE(again.status.ok()) << size << ": " << again.status;
    ASSERT_EQ(again.payloads.size(), expected + 1);
    ASSERT_EQ(again.payloads.back(), "continued");
    ASSERT_EQ(again.damage, "");
  }
}

TEST_F(RecoveryTest, EveryFlippedBitOfTheLastBatchDropsThatBatchOnly) {
  const std::vector<std::string> payloads = WriteMany(9);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  const Extent& last = extents.back();
  for (uint64_t bit = last.begin * 8; bit < last.end * 8; ++bit) {
    FaultyFileSystem::Image image = whole;
    Flip(image[last.path], bit);
    const History history = RecoverImage(image);
    ASSERT_TRUE(history.status.ok()) << bit << ": " << history.status;
    ASSERT_EQ(history.payloads.size(), extents[extents.size() - 2].last_sequence) << bit;
    ASSERT_TRUE(IsPrefix(history.payloads, payloads));
    ASSERT_GT(history.dropped_bytes, 0u);
    ASSERT_THAT(history.damage, HasSubstr(last.path));
  }
}

TEST_F(RecoveryTest, EveryFlippedBitOfAMiddleBatchIsCorruptionAtThatBatch) {
  WriteMany(9);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  const Extent& middle = extents[5];
  const std::string expected =
      "sequence " + std::to_string(extents[4].last_sequence + 1) + " expected";
  for (uint64_t bit = middle.begin * 8; bit < middle.end * 8; ++bit) {
    FaultyFileSystem::Image image = whole;
    Flip(image[middle.path], bit);
    ExpectCorrupt(image, expected);
    ASSERT_FALSE(HasFailure()) << "bit " << bit;
  }
}

TEST_F(RecoveryTest, LastBatchButOneZeroedIsCorruption) {
  WriteMany(9);
  Close();
  const std::vector<Extent> extents = Extents();
  FaultyFileSystem::Image image = files_.Save();
  const Extent& extent = extents[extents.size() - 2];
  image[extent.path].replace(extent.begin, extent.end - extent.begin, extent.end - extent.begin,
                             '\0');
  ExpectCorrupt(image, "a valid frame of the batch of sequence");
}

TEST_F(RecoveryTest, DamageInAnEarlierSegmentIsCorruption) {
  WriteMany(100);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  const std::string first = SegmentPaths().front();
  uint64_t end = 0;
  for (const Extent& extent : extents) {
    if (extent.path == first) end = extent.end;
  }
  FaultyFileSystem::Image image = whole;
  Flip(image[first], (end - 1) * 8);  // The last batch of the segment.
  ExpectCorrupt(image, first);
  image = whole;
  image[first][8000] = 'x';  // Behind the last batch.
  ExpectCorrupt(image, first);
  image = whole;
  image[first].resize(8000);
  ExpectCorrupt(image, first);
}

TEST_F(RecoveryTest, DeletedDuplicatedAndSwappedSegmentsAreCorruption) {
  WriteMany(200);
  Close();
  const FaultyFileSystem::Image whole = files_.Save();
  const std::vector<std::string> paths = SegmentPaths();
  ASSERT_GT(paths.size(), 4u);

  FaultyFileSystem::Image image = whole;
  image.erase(paths[0]);
  ExpectCorrupt(image, paths[1]);

  image = whole;
  image.erase(paths[2]);
  ExpectCorrupt(image, paths[3]);

  image = whole;
  image[paths[2]] = whole.at(paths[1]);  // Under another's name.
  ExpectCorrupt(image, paths[2]);

  image = whole;
  image["journal/00000000000000009999.jnl"] = whole.at(paths.back());
  ExpectCorrupt(image, "00000000000000009999.jnl");

  image = whole;
  std::swap(image[paths[1]], image[paths[2]]);
  ExpectCorrupt(image, paths[1]);
}

TEST_F(RecoveryTest, SegmentOfAnotherHistoryBreaksTheChain) {
  WriteMany(100);
  Close();
  const FaultyFileSystem::Image ours = files_.Save();
  const std::vector<std::string> paths = SegmentPaths();
  files_.Load({});
  WriteMany(100);  // The same records; other salts, so another chain.
  Close();
  FaultyFileSystem::Image image = ours;
  image[paths[1]] = files_.Save().at(paths[1]);
  ExpectCorrupt(image, "previous hash differs");
}

// Not an accident but a hand: checksums are right, and the history is another one.
class ChainCoverTest : public RecoveryTest, public testing::WithParamInterface<ChainCover> {};
INSTANTIATE_TEST_SUITE_P(Covers, ChainCoverTest,
                         testing::Values(ChainCover::kBytes, ChainCover::kHeaders));

TEST_P(ChainCoverTest, RewrittenBatchWithRightChecksumsBreaksTheChain) {
  options_.chain_cover = GetParam();
  WriteMany(9);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  for (const size_t index : {size_t{4}, extents.size() - 1}) {
    FaultyFileSystem::Image image = whole;
    std::string& bytes = image[extents[index].path];
    bytes[extents[index].begin + kFrameHeaderBytes] ^= 1;
    FixChecksums(bytes, extents[index]);
    ExpectCorrupt(image, "hash chain breaks");
  }
}

TEST_P(ChainCoverTest, WhatIsWrittenWithTheOtherCoverIsOneHistoryWithTheRest) {
  std::vector<std::string> payloads = WriteMany(30);
  Close();
  options_.chain_cover = GetParam();
  for (const std::string& payload : WriteMany(30)) payloads.push_back(payload);
  const Digest end = writer_->position().chain_hash;
  const History history = Recover();
  ASSERT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads, payloads);
  EXPECT_EQ(history.position.chain_hash, end);
}

// Right checksums and a right chain do not make a batch that breaks the rules.
TEST_F(RecoveryTest, SealedBatchThatBreaksARuleIsCorruption) {
  options_.epoch = 3;
  WriteMany(9);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  const Extent& before = extents[extents.size() - 2];
  const Extent& last = extents.back();
  const uint64_t commit = last.end - kCommitBytes;
  const auto broken = [&](uint64_t offset, auto value, const char* reason) {
    FaultyFileSystem::Image image = whole;
    std::string& bytes = image[last.path];
    const Digest previous =
        DecodeCommitBody(std::string_view(bytes).substr(before.end - sizeof(CommitBody)))
            .chain_hash;
    SetInt(bytes, offset, value);
    const Digest chain_hash =
        Chain().Next(previous, FixChecksums(bytes, last).substr(last.begin, commit - last.begin),
                     ChainCover::kBytes);
    bytes.replace(last.end - chain_hash.size(), chain_hash.size(),
                  reinterpret_cast<const char*>(chain_hash.data()), chain_hash.size());
    FixChecksums(bytes, last);
    ExpectCorrupt(image, reason);
  };
  const uint64_t record = last.begin;
  broken(record + offsetof(FrameHeader, timestamp_ns), int64_t{1}, "time runs backwards");
  broken(record + offsetof(FrameHeader, sequence), uint64_t{99}, "frame of the batch of sequence");
  broken(record + offsetof(FrameHeader, batch_offset), uint16_t{1}, "frame of the batch of");
  broken(record + offsetof(FrameHeader, count), uint16_t{2}, "is due");
  broken(record + offsetof(FrameHeader, count), uint16_t{0}, "is due");
  broken(commit + offsetof(FrameHeader, count), uint16_t{9}, "does not describe its batch");
  broken(commit + offsetof(FrameHeader, version), uint16_t{2}, "unknown version");
  broken(commit + kFrameHeaderBytes + offsetof(CommitBody, cover), uint32_t{2}, "unknown version");
  const uint64_t body = commit + kFrameHeaderBytes;
  broken(body + offsetof(CommitBody, batch_bytes), uint64_t{8}, "does not describe its batch");
  broken(body + offsetof(CommitBody, epoch), uint32_t{2}, "epoch 2 after epoch 3");
}

TEST_F(RecoveryTest, EveryFlippedBitOfAUsedHeaderByteIsCorruption) {
  WriteMany(3);
  Close();
  const FaultyFileSystem::Image whole = files_.Save();
  const std::string path = SegmentPaths().front();
  for (uint64_t bit = 0; bit < sizeof(SegmentHeader) * 8; ++bit) {
    FaultyFileSystem::Image image = whole;
    Flip(image[path], bit);
    ExpectCorrupt(image, "header checksum differs");
    ASSERT_FALSE(HasFailure()) << "bit " << bit;
  }
  FaultyFileSystem::Image image = whole;
  image[path].resize(100);
  ExpectCorrupt(image, "cut short");
  image[path] = whole.at(path) + std::string(8, '\0');
  ExpectCorrupt(image, "its header says");
}

TEST_F(RecoveryTest, AnotherVenueContentOrVersionIsRefusedInEveryMode) {
  Write({"a"});
  Close();
  const FaultyFileSystem::Image whole = files_.Save();
  const auto refused = [&](const char* what) {
    for (const RecoveryMode mode :
         {RecoveryMode::kVerify, RecoveryMode::kRepairTornTail, RecoveryMode::kDiscardFromDamage}) {
      const History history = Recover(mode);
      EXPECT_TRUE(absl::IsFailedPrecondition(history.status)) << history.status;
      EXPECT_THAT(history.status.ToString(), HasSubstr(what));
    }
  };
  options_.venue_id = 8;
  refused("belongs to venue 7, this is 8");
  options_.venue_id = 7;
  options_.content = 2;
  refused("holds content 0, expected 2");
  options_.content = 0;
  FaultyFileSystem::Image image = whole;
  std::string& bytes = image.begin()->second;
  SegmentHeader header = *DecodeSegmentHeader(bytes);
  header.format_version = 9;
  bytes.replace(0, kSegmentHeaderBytes, EncodeSegmentHeader(header));
  files_.Load(image);
  refused("format version 9");
  EXPECT_EQ(files_.Save(), image);
}

TEST_F(RecoveryTest, VerifyReportsATornTailAndWritesNothing) {
  WriteMany(5);
  Close();
  FaultyFileSystem::Image image = files_.Save();
  const Extent last = Extents().back();
  Flip(image[last.path], last.begin * 8 + 300);
  const History history = RecoverImage(image, RecoveryMode::kVerify);
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_GT(history.dropped_bytes, 0u);
  EXPECT_EQ(files_.Save(), image);
}

TEST_F(RecoveryTest, GarbageBehindTheTailIsZeroed) {
  Write({"a"});
  Close();
  const Extent last = Extents().back();
  FaultyFileSystem::Image image = files_.Save();
  image[last.path].replace(last.end + 1000, 20, 20, 'x');
  const History history = RecoverImage(image);
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.dropped_bytes, 1020u);
  EXPECT_EQ(files_.Save()[last.path].find('x', last.end), std::string::npos);
  EXPECT_EQ(Recover().damage, "");
}

// A sync that fails leaves zeros in the page cache and the torn batch on the device. They must be
// written again, or the next batches end before it and it looks like damage in the middle.
TEST_F(RecoveryTest, TornTailWhoseZerosWereNotSyncedIsZeroedAgain) {
  Write({"a"});
  Write({std::string(600, 'b'), std::string(600, 'c')});
  Close();
  const Extent torn = Extents().back();
  FaultyFileSystem::Image image = files_.Save();
  image[torn.path].replace(torn.end - kCommitBytes, kCommitBytes, kCommitBytes, '\0');
  files_.Load(image);
  files_.FailSync(1);
  EXPECT_TRUE(absl::IsUnavailable(Recover().status));
  EXPECT_THAT(Recover().payloads, ElementsAre("a"));
  Write({"short"});
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_THAT(history.payloads, ElementsAre("a", "short"));
  EXPECT_EQ(history.damage, "");
}

// A killed process leaves a batch that the kernel has and the device has not. Once it has been
// applied and shown to others, it must stay.
TEST_F(RecoveryTest, WhatWasAppliedIsDurable) {
  options_.sync = SyncPolicy::kNever;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    files_.Load({});
    const std::vector<std::string> payloads = WriteMany(5);
    EXPECT_EQ(Recover().payloads, payloads);
    files_.Crash(seed);
    EXPECT_EQ(Recover().payloads, payloads) << "seed " << seed;
  }
}

TEST_F(RecoveryTest, SegmentWhoseNameWasNotDurableIsDurableAfterIt) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    files_.Load({});
    Write({std::string(1000, 'a'), std::string(1000, 'b'), std::string(1000, 'c')});
    files_.FailDirectorySync();
    Append(std::string(1000, 'd'));
    EXPECT_FALSE(writer_->Sync().ok());
    Close();
    Write({"in the second segment"});
    Close();
    ASSERT_EQ(files_.Save().size(), 2u);
    files_.Crash(seed);
    EXPECT_EQ(Recover().payloads.size(), 4u) << "seed " << seed;
  }
}

TEST_F(RecoveryTest, DiscardingCutsDerivedFilesAtTheFirstDamage) {
  const std::vector<std::string> payloads = WriteMany(200);
  Close();
  const FaultyFileSystem::Image whole = files_.Save();
  const std::vector<Extent> extents = Extents();
  for (const size_t damaged : {0u, 1u, 57u, 120u, 199u}) {
    FaultyFileSystem::Image image = whole;
    Flip(image[extents[damaged].path], extents[damaged].begin * 8 + 99);
    const History history = RecoverImage(image, RecoveryMode::kDiscardFromDamage);
    ASSERT_TRUE(history.status.ok()) << history.status;
    ASSERT_EQ(history.payloads.size(), damaged == 0 ? 0 : extents[damaged - 1].last_sequence);
    ASSERT_TRUE(IsPrefix(history.payloads, payloads));
    Write({"refilled"});
    const History again = Recover();
    ASSERT_TRUE(again.status.ok()) << again.status;
    ASSERT_EQ(again.payloads.size(), history.payloads.size() + 1);
  }
  // A damaged header drops its segment and all behind it.
  for (const size_t index : {0u, 2u}) {
    FaultyFileSystem::Image image = whole;
    const std::string path = std::next(whole.begin(), static_cast<ptrdiff_t>(index))->first;
    image[path][20] ^= 1;
    const History history = RecoverImage(image, RecoveryMode::kDiscardFromDamage);
    ASSERT_TRUE(history.status.ok()) << history.status;
    EXPECT_EQ(SegmentPaths().size(), index);
    Write({"refilled"});
    EXPECT_EQ(Recover().payloads.size(), history.payloads.size() + 1);
  }
}

TEST_F(RecoveryTest, ReaderShowsNoRecordOfABatchThatIsNotWhole) {
  Write({"whole"});
  Write({"one", "two", "three"});
  Close();
  const Extent last = Extents().back();
  FaultyFileSystem::Image image = files_.Save();
  Flip(image[last.path], (last.end - 1) * 8);
  files_.Load(image);
  auto reader = Reader::Open(files_, options_);
  EXPECT_EQ((*reader)->NextBatch().value(), ReadOutcome::kBatch);
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ((*reader)->NextBatch().value(), ReadOutcome::kTornTail);
    EXPECT_TRUE((*reader)->records().empty());
    EXPECT_EQ((*reader)->position().sequence, Sequence(1));
  }
}

TEST_F(RecoveryTest, ReaderStartsAtTheBatchOfAnySequence) {
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  for (uint64_t from = 1; from <= payloads.size() + 1; ++from) {
    auto reader = Reader::Open(files_, options_, Sequence(from));
    ASSERT_TRUE(reader.ok());
    const ReadOutcome outcome = (*reader)->NextBatch().value();
    if (from > payloads.size()) {
      ASSERT_EQ(outcome, ReadOutcome::kEnd);
      break;
    }
    ASSERT_EQ(outcome, ReadOutcome::kBatch);
    ASSERT_LE((*reader)->records().front().sequence, Sequence(from));
    ASSERT_GE((*reader)->position().sequence, Sequence(from));
  }
}

}  // namespace
}  // namespace rialto::journal
