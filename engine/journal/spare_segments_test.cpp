#include "engine/journal/spare_segments.h"

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

TEST_F(SpareSegmentsTest, DirectoryThatVanishedFailsTheOpen) {
  options_.directory = "nowhere";
  EXPECT_TRUE(absl::IsNotFound(SpareSegments::Open(files_, options_).status()));
}

}  // namespace
}  // namespace rialto::journal
