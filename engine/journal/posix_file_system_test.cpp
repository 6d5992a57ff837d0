#include "engine/journal/posix_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/journal/archive.h"
#include "engine/journal/cursor.h"
#include "engine/journal/recovery.h"
#include "engine/journal/writer.h"

namespace rialto::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PosixFileSystemTest : public testing::Test {
 protected:
  PosixFileSystemTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "journal_test_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    options_.directory = root_ + "/deep/journal";
    options_.segment_bytes = 256u << 10;
    options_.record_bytes_max = 64u << 10;
  }
  ~PosixFileSystemTest() override { std::filesystem::remove_all(root_); }

  absl::StatusOr<RecoveredTail> Recover(RecoveryMode mode = RecoveryMode::kRepairTornTail) {
    payload_bytes_ = 0;
    return journal::Recover(files_, options_, mode, [&](const Record& record) {
      payload_bytes_ += record.payload.size();
      return absl::OkStatus();
    });
  }

  PosixFileSystem files_;
  std::string root_;
  Options options_;
  uint64_t payload_bytes_ = 0;
};

TEST_F(PosixFileSystemTest, JournalSurvivesReopenOnARealDisk) {
  uint64_t written_bytes = 0;
  Position position;
  for (int life = 0; life < 3; ++life) {
    auto tail = Recover();
    ASSERT_TRUE(tail.ok()) << tail.status();
    EXPECT_EQ(payload_bytes_, written_bytes);
    EXPECT_EQ(tail->position, position);
    auto writer = Writer::Open(files_, options_, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    for (int batch = 0; batch < 20; ++batch) {
      for (int record = 0; record < 10; ++record) {
        const std::string payload(static_cast<size_t>(batch * 100 + record), 'p');
        (*writer)->Append({.sequence = (*writer)->next_sequence(), .payload = payload});
        written_bytes += payload.size();
      }
      ASSERT_TRUE((*writer)->Sync().ok());
    }
    position = (*writer)->position();
    OffsetIndex index;
    Cursor cursor(files_, options_, index, Sequence(1));
    uint64_t read_bytes = 0;
    for (;;) {
      const auto record = cursor.Next(position.sequence);
      ASSERT_TRUE(record.ok()) << record.status();
      if (!record->has_value()) break;
      read_bytes += (*record)->payload.size();
    }
    EXPECT_EQ(read_bytes, written_bytes);
  }
}

TEST_F(PosixFileSystemTest, TornTailOnARealDiskIsRepaired) {
  std::string path;
  {
    auto writer = Writer::Open(files_, options_, *Recover());
    ASSERT_TRUE(writer.ok());
    (*writer)->Append({.sequence = Sequence(1), .payload = "kept"});
    ASSERT_TRUE((*writer)->Sync().ok());
    (*writer)->Append({.sequence = Sequence(2), .payload = "torn"});
    ASSERT_TRUE((*writer)->Sync().ok());
    path = options_.directory + "/" + SegmentName(Sequence(1));
  }
  // Two batches of 40 and 80 bytes; an odd size, so that the file does not end on a block.
  std::filesystem::resize_file(path, kSegmentHeaderBytes + 120 + 57);
  auto tail = Recover();
  ASSERT_TRUE(tail.ok()) << tail.status();
  EXPECT_EQ(tail->position.sequence, Sequence(1));
  EXPECT_EQ(tail->timestamp, Timestamp(0));
  EXPECT_GT(tail->dropped_bytes, 0u);
  EXPECT_EQ(std::filesystem::file_size(path), options_.segment_bytes);
  tail->lock.reset();
  EXPECT_EQ(Recover()->damage, "");
}

TEST_F(PosixFileSystemTest, DirectoryIsLockedWhileTheWriterLives) {
  auto writer = Writer::Open(files_, options_, *Recover());
  ASSERT_TRUE(writer.ok());
  EXPECT_THAT(Recover().status().ToString(), HasSubstr("another process writes here"));
  EXPECT_TRUE(Recover(RecoveryMode::kVerify).ok());
  writer->reset();
  EXPECT_TRUE(Recover().ok());
}

TEST_F(PosixFileSystemTest, PathThatIsNoDirectoryIsAClearError) {
  std::ofstream(root_ + "/file") << "not a directory";
  options_.directory = root_ + "/file";
  const absl::Status status = Recover().status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), HasSubstr(root_ + "/file"));
  EXPECT_FALSE(Recover(RecoveryMode::kVerify).ok());
}

TEST_F(PosixFileSystemTest, UnreadableDirectoryIsAClearError) {
  constexpr uid_t kNobody = 65534;
  const uid_t user = geteuid();
  std::filesystem::create_directories(options_.directory);
  std::filesystem::permissions(options_.directory, std::filesystem::perms::none);
  // The superuser may read everything, so it is somebody else for a moment.
  ASSERT_EQ(seteuid(user == 0 ? kNobody : user), 0);
  const absl::Status status = Recover().status();
  ASSERT_EQ(seteuid(user), 0);
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr(root_));
  std::filesystem::permissions(options_.directory, std::filesystem::perms::owner_all);
}

TEST_F(PosixFileSystemTest, ErrorsNameTheAttemptAndThePath) {
  EXPECT_TRUE(absl::IsNotFound(files_.List(root_ + "/none").status()));
  EXPECT_THAT(files_.Open(root_ + "/none", Access::kRead).status().ToString(),
              HasSubstr("open " + root_ + "/none"));
  ASSERT_TRUE(files_.Create(root_ + "/a").ok());
  ASSERT_TRUE(files_.Create(root_ + "/b").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(files_.Create(root_ + "/a").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(files_.Rename(root_ + "/a", root_ + "/b")));
  EXPECT_TRUE(absl::IsNotFound(files_.Remove(root_ + "/none")));
  EXPECT_THAT(*files_.List(root_), ElementsAre("a", "b"));
  auto file = files_.Open(root_ + "/a", Access::kRead);
  EXPECT_FALSE((*file)->WriteAt(0, "x").ok());
}

// Beside the journal it is a rename; in memory, where there is such a disk, a copy.
TEST_F(PosixFileSystemTest, ArchiveMovesSegmentsWithinADiskAndBetweenDisks) {
  std::string memory = "/dev/shm/journal_test_XXXXXX";
  const bool has_memory = mkdtemp(memory.data()) != nullptr;
  options_.spare_segments = 0;
  uint64_t written_bytes = 0;
  for (const std::string& archive : {root_ + "/archive", memory}) {
    if (archive == memory && !has_memory) continue;
    options_.archive_directory = archive;
    options_.directory = root_ + "/journal" + std::to_string(archive == memory ? 2 : 1);
    auto tail = Recover();
    ASSERT_TRUE(tail.ok()) << tail.status();
    auto writer = Writer::Open(files_, options_, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    written_bytes = 0;
    const std::string payload(60'000, 'p');
    for (int batch = 0; batch < 20; ++batch) {
      (*writer)->Append({.sequence = (*writer)->next_sequence(), .payload = payload});
      ASSERT_TRUE((*writer)->Sync().ok());
      written_bytes += payload.size();
    }
    const auto moved = Archive(files_, options_, (*writer)->next_sequence());
    ASSERT_TRUE(moved.ok()) << moved.status();
    EXPECT_EQ(*moved, 4);
    EXPECT_EQ(files_.List(archive)->size(), 4u);
    EXPECT_EQ(files_.List(options_.directory)->size(), 1u);
    writer->reset();
    ASSERT_TRUE(Recover().ok());
    EXPECT_EQ(payload_bytes_, written_bytes);
  }
  if (has_memory) std::filesystem::remove_all(memory);
}

TEST_F(PosixFileSystemTest, FreeBytesAreThoseOfTheDisk) {
  ASSERT_TRUE(files_.FreeBytes(root_).ok());
  EXPECT_GT(files_.FreeBytes(root_).value(), 0u);
  EXPECT_TRUE(absl::IsNotFound(files_.FreeBytes(root_ + "/nowhere").status()));
}

}  // namespace
}  // namespace rialto::journal
