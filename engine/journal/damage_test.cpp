// Random damage and random power loss, thousands of times, each reproducible from its number.
#include <random>
#include <string>
#include <vector>

#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

class DamageTest : public JournalTest {};

// Changes the file at `extent` in one of the ways storage does.
void Damage(std::string& bytes, const Extent& extent, std::mt19937_64& dice) {
  const uint64_t size = extent.end - extent.begin;
  const uint64_t at = extent.begin + dice() % size;
  const uint64_t run = 1 + dice() % std::min<uint64_t>(512, extent.end - at);
  switch (dice() % 5) {
    case 0:  // A flipped bit.
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << dice() % 8));
      break;
    case 1:  // A byte of another value.
      bytes[at] = static_cast<char>(bytes[at] + 1 + static_cast<char>(dice() % 255));
      break;
    case 2:  // A lost range.
      bytes.replace(at, run, run, '\0');
      break;
    case 3:  // Garbage.
      for (uint64_t i = 0; i < run; ++i) bytes[at + i] = static_cast<char>(dice());
      break;
    case 4: {  // A misdirected write: bytes from elsewhere in the file.
      const uint64_t from = dice() % (bytes.size() - run);
      bytes.replace(at, run, bytes.substr(from, run));
      break;
    }
  }
}

TEST_F(DamageTest, DamageBeforeTheLastBatchIsNeverAcceptedSilently) {
  const std::vector<std::string> payloads = WriteMany(60);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  int damaged = 0;
  for (uint64_t seed = 1; seed <= 10'000; ++seed) {
    std::mt19937_64 dice(seed);
    FaultyFileSystem::Image image = whole;
    const Extent& extent = extents[dice() % (extents.size() - 1)];
    Damage(image[extent.path], extent, dice);
    if (image == whole) continue;  // Zeros over zeros.
    ++damaged;
    files_.Load(image);
    const History history = Recover();
    ASSERT_TRUE(absl::IsDataLoss(history.status)) << "seed " << seed;
    ASSERT_TRUE(IsPrefix(history.payloads, payloads)) << "seed " << seed;
    ASSERT_LT(history.payloads.size(), extent.last_sequence) << "seed " << seed;
  }
  EXPECT_GT(damaged, 9'000);
}

TEST_F(DamageTest, DamageAnywhereNeverGivesAnotherHistory) {
  const std::vector<std::string> payloads = WriteMany(60);
  Close();
  const std::vector<Extent> extents = Extents();
  const FaultyFileSystem::Image whole = files_.Save();
  for (uint64_t seed = 1; seed <= 5'000; ++seed) {
    std::mt19937_64 dice(seed);
    FaultyFileSystem::Image image = whole;
    for (uint64_t wounds = 1 + dice() % 4; wounds > 0; --wounds) {
      auto file = std::next(image.begin(), static_cast<ptrdiff_t>(dice() % image.size()));
      Damage(file->second, {file->first, 0, file->second.size(), 0}, dice);
    }
    files_.Load(image);
    const History history = Recover();
    ASSERT_TRUE(IsPrefix(history.payloads, payloads)) << "seed " << seed;
    if (!history.status.ok()) continue;
    // Only the last segment's end may be gone, and it must have been said.
    if (history.payloads.size() < payloads.size()) {
      ASSERT_NE(history.damage, "") << "seed " << seed;
    }
    const Extent& last_segment =
        *std::find_if(extents.begin(), extents.end(),
                      [&](const Extent& e) { return e.path == extents.back().path; });
    ASSERT_GE(history.payloads.size() + 3, last_segment.last_sequence) << "seed " << seed;
  }
}

// Power fails in the middle of writing: sectors of the batch in flight, and names, survive or not.
TEST_F(DamageTest, PowerLossAtAnyMomentLosesNoAcknowledgedBatch) {
  for (uint64_t seed = 1; seed <= 4'000; ++seed) {
    std::mt19937_64 dice(seed);
    files_.Load({});
    std::vector<std::string> appended;
    uint64_t acknowledged = 0;
    for (int life = 0; life < 4; ++life) {
      OpenWriter();
      ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
      const bool sync_fails = dice() % 2 == 0;
      if (sync_fails) {
        files_.FailSync(1 + dice() % 6);
      } else {
        files_.CutWrite(1 + dice() % 6, dice() % 2000);
      }
      absl::Status status;
      for (int batch = 0; batch < 8 && status.ok(); ++batch) {
        for (uint64_t records = 1 + dice() % 4; records > 0; --records) {
          appended.push_back(std::to_string(dice()) + std::string(dice() % 700, 'p'));
          Append(appended.back());
        }
        status = writer_->Sync();
        if (status.ok()) acknowledged = appended.size();
      }
      Close();
      if (dice() % 4 != 0) files_.Crash(dice());
      const History history = Recover();
      ASSERT_TRUE(history.status.ok()) << "seed " << seed << ": " << history.status;
      ASSERT_GE(history.payloads.size(), acknowledged) << "seed " << seed;
      ASSERT_TRUE(IsPrefix(history.payloads, appended)) << "seed " << seed;
      appended = history.payloads;
      acknowledged = appended.size();
    }
  }
}

}  // namespace
}  // namespace rialto::journal
