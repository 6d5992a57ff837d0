#include "engine/journal/spare_segments.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

class SpareSegmentsTest : public JournalTest {
 protected:
  // Polls; the background thread has no one to wait for.
  template <typename Condition>
  bool Eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

TEST_F(SpareSegmentsTest, RotationTakesASpareFilledInTheBackground) {
  options_.spare_segments = 2;
  const std::vector<std::string> payloads = WriteMany(200);
  EXPECT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  const History history = Recover();
  EXPECT_TRUE(history.status.ok()) << history.status;
  EXPECT_EQ(history.payloads, payloads);
  for (const auto& [name, bytes] : files_.Save()) EXPECT_TRUE(name.ends_with(".jnl")) << name;
}

TEST_F(SpareSegmentsTest, GarbageLeftInSparesIsRemovedAndNeverRead) {
  Write({"a"});
  Close();
  FaultyFileSystem::Image image = files_.Save();
  image["journal/spare-1.tmp"] = std::string(8192, '\xFF');
  image["journal/spare-77.tmp"] = "short";
  files_.Load(image);
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  for (const auto& [name, bytes] : files_.Save()) EXPECT_TRUE(name.ends_with(".jnl")) << name;
  EXPECT_EQ(Recover().payloads.size(), payloads.size() + 1);
}

TEST_F(SpareSegmentsTest, FullDiskShowsWhileThereIsStillASpare) {
  options_.spare_segments = 2;
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  EXPECT_TRUE(writer_->spare_failure().ok());
  files_.SetCapacityBytes(3 * 8192 + 100);  // What there is, and no fourth file.
  while (writer_->stats().rotations < 2) Write({std::string(1000, 'x')});
  EXPECT_TRUE(Eventually([&] { return absl::IsResourceExhausted(writer_->spare_failure()); }));
  Write({"still going"});
}

TEST_F(SpareSegmentsTest, FillingGoesOnWhenSpaceComesBack) {
  options_.spare_segments = 2;
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  EXPECT_FALSE(writer_->spares_failing());
  files_.SetCapacityBytes(3 * 8192 + 100);
  while (writer_->stats().rotations < 2) Write({std::string(1000, 'x')});
  ASSERT_TRUE(Eventually([&] { return writer_->spares_failing(); }));
  EXPECT_EQ(writer_->stats().spares_ready, 1u);
  files_.SetCapacityBytes(100 * 8192);
  ASSERT_TRUE(Eventually([&] { return !writer_->spares_failing(); }));
  EXPECT_TRUE(writer_->spare_failure().ok());
  EXPECT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  while (writer_->stats().rotations < 9) Write({std::string(1000, 'y')});
  EXPECT_TRUE(Recover().status.ok());
}

TEST_F(SpareSegmentsTest, RetriesAboutOnceASecondAndTouchesNoDiskWithoutRoom) {
  options_.spare_segments = 1;
  files_.SetCapacityBytes(2 * 8192 + 8191);
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 1; }));
  while (writer_->stats().rotations < 2) Write({std::string(1000, 'x')});
  ASSERT_TRUE(Eventually([&] { return writer_->spares_failing(); }));
  const uint64_t failures = writer_->stats().spare_failures;
  const uint64_t changes = files_.changes();
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spare_failures == failures + 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(2000));
  EXPECT_EQ(files_.changes(), changes);
}

TEST_F(SpareSegmentsTest, WhereFreeBytesAreUnknownAHalfFilledSpareIsGivenBack) {
  options_.spare_segments = 1;
  files_.HideFreeBytes();
  files_.SetCapacityBytes(2 * 8192 + 8191);
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 1; }));
  while (writer_->stats().rotations < 2) Write({std::string(1000, 'x')});
  ASSERT_TRUE(Eventually([&] { return writer_->spares_failing(); }));
  EXPECT_TRUE(Eventually([&] {
    const FaultyFileSystem::Image image = files_.Save();
    return std::all_of(image.begin(), image.end(),
                       [](const auto& file) { return file.first.ends_with(".jnl"); });
  }));
}

TEST_F(SpareSegmentsTest, BytesLeftAreWhatCanStillBeWritten) {
  options_.spare_segments = 2;
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  EXPECT_EQ(writer_->bytes_left(), 3u * (8192 - kSegmentHeaderBytes));
  files_.SetCapacityBytes(3 * 8192);
  absl::Status status;
  uint64_t left = writer_->bytes_left();
  while (status.ok()) {
    left = writer_->bytes_left();
    Append(std::string(40, 'x'));
    status = writer_->Sync();
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_LT(left, 72u + kCommitBytes);
}

TEST_F(SpareSegmentsTest, BallastIsMadeBehindTheSparesAndIsZeros) {
  options_.spare_segments = 2;
  options_.ballast_bytes = (9u << 20) + 77;
  OpenWriter();
  const auto ballast_bytes = [&] {
    const FaultyFileSystem::Image image = files_.Save();
    return image.contains("journal/ballast.tmp") ? image.at("journal/ballast.tmp").size() : 0;
  };
  ASSERT_TRUE(Eventually([&] { return ballast_bytes() == options_.ballast_bytes; }));
  EXPECT_EQ(writer_->stats().spares_ready, 2u);
  EXPECT_EQ(files_.Save().at("journal/ballast.tmp").find_first_not_of('\0'), std::string::npos);
  Write({"a"});
  EXPECT_EQ(Recover().payloads, std::vector<std::string>{"a"});
  // A whole one stays as it is, whatever is in it; a part of one is made anew.
  FaultyFileSystem::Image image = files_.Save();
  image["journal/ballast.tmp"][5] = 'x';
  files_.Load(image);
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  Close();
  EXPECT_EQ(files_.Save().at("journal/ballast.tmp")[5], 'x');
  image["journal/ballast.tmp"].resize(1000);
  files_.Load(image);
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return ballast_bytes() == options_.ballast_bytes; }));
  EXPECT_EQ(files_.Save().at("journal/ballast.tmp")[5], '\0');
}

TEST_F(SpareSegmentsTest, BallastThatWouldFillTheDiskIsNotMade) {
  options_.spare_segments = 2;
  options_.ballast_bytes = 8192;
  files_.SetCapacityBytes(5 * 8192 - 1);  // Two spares, the ballast, and not two more.
  OpenWriter();
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  while (writer_->stats().rotations < 2) Write({std::string(1000, 'x')});
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
  EXPECT_FALSE(files_.Save().contains("journal/ballast.tmp"));
  EXPECT_FALSE(writer_->spares_failing());
}

TEST_F(SpareSegmentsTest, DeletedBallastLetsTheWriterGoOnAndStaysDeleted) {
  options_.spare_segments = 1;
  options_.ballast_bytes = 8 * 8192;
  files_.SetCapacityBytes(12 * 8192);
  OpenWriter();
  const auto has_ballast = [&] {
    const FaultyFileSystem::Image image = files_.Save();
    return image.contains("journal/ballast.tmp") &&
           image.at("journal/ballast.tmp").size() == options_.ballast_bytes;
  };
  ASSERT_TRUE(Eventually(has_ballast));
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 1; }));
  while (!writer_->spares_failing() && writer_->stats().rotations < 9) {
    Write({std::string(1000, 'x')});
    Eventually([&] { return writer_->stats().spares_ready == 1 || writer_->spares_failing(); });
  }
  ASSERT_LT(writer_->stats().rotations, 9u);
  ASSERT_TRUE(files_.Remove("journal/ballast.tmp").ok());
  ASSERT_TRUE(Eventually([&] { return !writer_->spares_failing(); }));
  const uint64_t rotations = writer_->stats().rotations;
  while (writer_->stats().rotations < rotations + 3) Write({std::string(1000, 'y')});
  ASSERT_TRUE(Eventually([&] { return writer_->stats().spares_ready == 1; }));
  EXPECT_FALSE(files_.Save().contains("journal/ballast.tmp"));
  EXPECT_TRUE(Recover().status.ok());
}

TEST_F(SpareSegmentsTest, DirectoryThatVanishedFailsTheOpen) {
  options_.directory = "nowhere";
  EXPECT_TRUE(absl::IsNotFound(SpareSegments::Open(files_, options_).status()));
}

}  // namespace
}  // namespace rialto::journal
