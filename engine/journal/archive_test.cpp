#include "engine/journal/archive.h"

#include <string>
#include <vector>

#include "engine/journal/cursor.h"
#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ArchiveTest : public JournalTest {
 protected:
  ArchiveTest() { options_.archive_directory = "archive"; }

  std::vector<std::string> NamesIn(const std::string& directory) {
    auto names = files_.List(directory);
    return names.ok() ? *names : std::vector<std::string>();
  }

  std::vector<Sequence> Firsts() {
    std::vector<Sequence> firsts;
    const auto segments = ListSegments(files_, options_);
    EXPECT_TRUE(segments.ok()) << segments.status();
    for (const SegmentFile& segment : *segments) firsts.push_back(segment.first);
    return firsts;
  }

  // From the files, as a subscriber reads them.
  std::vector<std::string> ReadByCursor(uint64_t from, uint64_t published) {
    OffsetIndex index;
    Cursor cursor(files_, options_, index, Sequence(from));
    std::vector<std::string> payloads;
    for (;;) {
      const auto record = cursor.Next(Sequence(published));
      EXPECT_TRUE(record.ok()) << record.status();
      if (!record.ok() || !record->has_value()) return payloads;
      payloads.emplace_back((*record)->payload);
    }
  }

  static constexpr Sequence kEverything = Sequence(1'000'000);
};

TEST_F(ArchiveTest, MovesWholeSegmentsBelowTheSequenceAndNeverTheLast) {
  for (const bool other_device : {false, true}) {
    if (other_device) files_.SetOtherDevice("archive");
    files_.Load({});
    const std::vector<std::string> payloads = WriteMany(200);
    Close();
    const std::vector<Sequence> firsts = Firsts();
    ASSERT_GT(firsts.size(), 5u);
    const FaultyFileSystem::Image before = files_.Save();

    EXPECT_EQ(Archive(files_, options_, firsts[0]).value(), 0);
    EXPECT_EQ(Archive(files_, options_, Sequence(firsts[1].value() - 1)).value(), 0);
    EXPECT_EQ(Archive(files_, options_, firsts[1]).value(), 1);
    EXPECT_THAT(NamesIn("archive"), ElementsAre(SegmentName(firsts[0])));
    EXPECT_EQ(Archive(files_, options_, Sequence(firsts[4].value() + 1)).value(), 3);
    EXPECT_EQ(Archive(files_, options_, kEverything).value(), static_cast<int>(firsts.size()) - 5);
    EXPECT_THAT(NamesIn("journal"), ElementsAre(SegmentName(firsts.back())));
    EXPECT_EQ(Archive(files_, options_, kEverything).value(), 0);

    for (const auto& [path, bytes] : files_.Save()) {
      EXPECT_EQ(bytes, before.at("journal/" + path.substr(path.rfind('/') + 1))) << path;
    }
    EXPECT_EQ(Firsts(), firsts);
    const History history = Recover();
    ASSERT_TRUE(history.status.ok()) << history.status;
    EXPECT_EQ(history.payloads, payloads);
    Write({"continued"});
    Close();
    EXPECT_EQ(Recover().payloads.size(), payloads.size() + 1);
  }
}

TEST_F(ArchiveTest, WithoutAnArchiveDirectoryNothingMoves) {
  options_.archive_directory.clear();
  WriteMany(100);
  Close();
  const FaultyFileSystem::Image before = files_.Save();
  EXPECT_EQ(Archive(files_, options_, kEverything).value(), 0);
  EXPECT_EQ(files_.Save(), before);
  options_.archive_directory = options_.directory;
  EXPECT_TRUE(absl::IsInvalidArgument(Archive(files_, options_, kEverything).status()));
}

TEST_F(ArchiveTest, CursorReadsAcrossTheBorderAndGoesOnWhenItsFileMoves) {
  const std::vector<std::string> payloads = WriteMany(200);
  OffsetIndex index;
  Cursor slow(files_, options_, index, Sequence(1));
  const Sequence published(payloads.size());
  ASSERT_EQ((*slow.Next(published))->payload, payloads[0]);
  ASSERT_GT(Archive(files_, options_, Sequence(payloads.size() / 2)).value(), 2);
  for (const uint64_t from : {uint64_t{1}, payloads.size() / 3, payloads.size() - 5}) {
    EXPECT_EQ(ReadByCursor(from, payloads.size()),
              std::vector<std::string>(payloads.begin() + static_cast<ptrdiff_t>(from) - 1,
                                       payloads.end()));
  }
  for (size_t i = 1; i < payloads.size(); ++i) {
    if (i == payloads.size() / 2) {
      ASSERT_GT(Archive(files_, options_, kEverything).value(), 2);
    }
    const auto record = slow.Next(published);
    ASSERT_TRUE(record.ok()) << record.status();
    ASSERT_EQ((*record)->payload, payloads[i]);
  }
}

TEST_F(ArchiveTest, ReaderFindsASegmentThatMovedAfterItWasListed) {
  const std::vector<std::string> payloads = WriteMany(200);
  Close();
  auto reader = Reader::Open(files_, options_);
  ASSERT_EQ((*reader)->NextBatch().value(), ReadOutcome::kBatch);
  ASSERT_GT(Archive(files_, options_, kEverything).value(), 5);
  for (;;) {
    const auto outcome = (*reader)->NextBatch();
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    if (*outcome == ReadOutcome::kEnd) break;
    ASSERT_EQ(*outcome, ReadOutcome::kBatch);
  }
  EXPECT_EQ((*reader)->position().sequence, Sequence(payloads.size()));
}

TEST_F(ArchiveTest, SegmentInBothCountsOnceAndTheNextCallFinishesTheMove) {
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  const std::vector<Sequence> firsts = Firsts();
  FaultyFileSystem::Image image = files_.Save();
  const std::string name = SegmentName(firsts[0]);
  image["archive/" + name] = image.at("journal/" + name);
  image["archive/" + SegmentName(firsts[1]) + kUnfinishedSuffix] = "half a copy";
  files_.Load(image);
  EXPECT_EQ(Firsts(), firsts);
  EXPECT_EQ(Recover().payloads, payloads);
  EXPECT_EQ(Archive(files_, options_, firsts[1]).value(), 1);
  EXPECT_THAT(NamesIn("archive"), ElementsAre(name));
  EXPECT_FALSE(files_.Save().contains("journal/" + name));
  EXPECT_EQ(Recover().payloads, payloads);
}

TEST_F(ArchiveTest, AnotherSegmentOfThatNameInTheArchiveIsNeverTakenForIt) {
  WriteMany(100);
  Close();
  const std::string name = SegmentName(Firsts()[0]);
  const FaultyFileSystem::Image whole = files_.Save();
  FaultyFileSystem::Image image = whole;
  std::string other = image.at("journal/" + name);
  other[5000] ^= 1;
  image["archive/" + name] = other;
  files_.Load(image);
  const absl::Status status = Archive(files_, options_, kEverything).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr("has another content"));
  EXPECT_EQ(files_.Save(), image);

  image["archive/" + name].resize(4096);
  files_.Load(image);
  EXPECT_TRUE(absl::IsDataLoss(Archive(files_, options_, kEverything).status()));
  EXPECT_TRUE(absl::IsDataLoss(Recover().status));
  EXPECT_EQ(files_.Save(), image);
}

// An archived segment was finished: what looks torn in it is rot.
TEST_F(ArchiveTest, DamageInTheArchiveIsCorruptionAlsoAtTheEndOfHistory) {
  WriteMany(100);
  Close();
  const std::vector<Extent> extents = Extents();
  ASSERT_GT(Archive(files_, options_, kEverything).value(), 2);
  FaultyFileSystem::Image image = files_.Save();
  const std::string last = "journal/" + NamesIn("journal").back();
  image.erase(last);
  Extent sealed;
  for (const Extent& extent : extents) {
    if (extent.path != last) sealed = extent;
  }
  files_.Load(image);
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads.size(), sealed.last_sequence);
  EXPECT_EQ(files_.Save(), image) << "the archive is not written";

  const std::string archived = "archive/" + sealed.path.substr(sealed.path.rfind('/') + 1);
  image[archived][sealed.end - 1] ^= 1;
  files_.Load(image);
  const absl::Status status = Recover().status;
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr("the segment is archived"));
  EXPECT_EQ(files_.Save(), image);
}

TEST_F(ArchiveTest, WriterNeverContinuesAnArchivedSegment) {
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  ASSERT_GT(Archive(files_, options_, kEverything).value(), 2);
  FaultyFileSystem::Image image = files_.Save();
  image.erase("journal/" + NamesIn("journal").back());
  files_.Load(image);
  const size_t left = Recover().payloads.size();
  Write({"in a new segment"});
  EXPECT_EQ(NamesIn("journal").size(), 1u);
  Close();
  for (const auto& [path, bytes] : files_.Save()) {
    if (!path.starts_with("archive/")) continue;
    EXPECT_EQ(bytes, image.at(path)) << path;
  }
  EXPECT_EQ(Recover().payloads.size(), left + 1);
}

TEST_F(ArchiveTest, DerivedFilesAreCutInTheArchiveToo) {
  const std::vector<std::string> payloads = WriteMany(200);
  Close();
  const std::vector<Extent> extents = Extents();
  ASSERT_GT(Archive(files_, options_, kEverything).value(), 4);
  FaultyFileSystem::Image image = files_.Save();
  const Extent& damaged = extents[60];
  const std::string name = damaged.path.substr(damaged.path.rfind('/') + 1);
  image["journal/" + name] = image.at("archive/" + name);  // A move that a crash cut short.
  image["journal/" + name][damaged.begin + 9] ^= 1;
  image["archive/" + name][damaged.begin + 9] ^= 1;
  files_.Load(image);
  EXPECT_TRUE(absl::IsDataLoss(Recover().status));
  const History history = Recover(RecoveryMode::kDiscardFromDamage);
  ASSERT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads.size(), extents[59].last_sequence);
  EXPECT_EQ(Recover(RecoveryMode::kVerify).payloads, history.payloads);
  EXPECT_EQ(Recover(RecoveryMode::kVerify).damage, "");
  Write({"refilled"});
  EXPECT_EQ(Recover().payloads.size(), history.payloads.size() + 1);
  EXPECT_TRUE(Archive(files_, options_, kEverything).ok());
}

TEST_F(ArchiveTest, FullArchiveKeepsTheSegmentAndLeavesNoHalfCopy) {
  files_.SetOtherDevice("archive");
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  const FaultyFileSystem::Image before = files_.Save();
  uint64_t used_bytes = 0;
  for (const auto& [path, bytes] : before) used_bytes += bytes.size();
  files_.SetCapacityBytes(used_bytes + 5000);
  EXPECT_TRUE(absl::IsResourceExhausted(Archive(files_, options_, kEverything).status()));
  EXPECT_EQ(files_.Save(), before);
  files_.SetCapacityBytes(used_bytes * 3);
  EXPECT_GT(Archive(files_, options_, kEverything).value(), 2);
  EXPECT_EQ(Recover().payloads, payloads);
}

// Death and power loss at every change that a move makes.
TEST_F(ArchiveTest, CrashAtEveryChangeLosesNothing) {
  for (const bool other_device : {false, true}) {
    if (other_device) files_.SetOtherDevice("archive");
    files_.Load({});
    const std::vector<std::string> payloads = WriteMany(80);
    Close();
    const FaultyFileSystem::Image whole = files_.Save();
    const std::vector<Sequence> firsts = Firsts();
    ASSERT_GE(firsts.size(), 4u);
    const uint64_t before = files_.changes();
    ASSERT_EQ(Archive(files_, options_, firsts[3]).value(), 3);
    const uint64_t changes = files_.changes() - before;
    ASSERT_GE(changes, other_device ? 18u : 9u);
    for (uint64_t n = 1; n <= changes; ++n) {
      for (uint64_t seed = 0; seed < 40; ++seed) {
        SCOPED_TRACE(testing::Message() << (other_device ? "copy" : "rename") << ", change " << n
                                        << ", seed " << seed);
        files_.Load(whole);
        files_.DieAt(n);
        ASSERT_FALSE(Archive(files_, options_, firsts[3]).ok());
        seed % 4 == 0 ? files_.Revive() : files_.Crash(seed);
        const History history = Recover(RecoveryMode::kVerify);
        ASSERT_TRUE(history.status.ok()) << history.status;
        ASSERT_EQ(history.payloads, payloads);
        ASSERT_EQ(history.damage, "");
        ASSERT_TRUE(Archive(files_, options_, firsts[3]).ok());
        ASSERT_EQ(NamesIn("archive").size(), 3u);
        ASSERT_EQ(NamesIn("journal").size(), firsts.size() - 3);
        files_.Crash(seed + 1000);
        ASSERT_EQ(Recover().payloads, payloads);
      }
    }
  }
}

}  // namespace
}  // namespace rialto::journal
