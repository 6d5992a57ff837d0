// Damage in the middle of a history: bits, sectors, batches and segments that are lost, doubled,
// swapped or older than they were. None is ever accepted.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/archive.h"
#include "engine/journal/journal_fixture.h"
#include "engine/journal/seeded_fixture.h"

namespace rialto::journal {
namespace {

using Image = FaultyFileSystem::Image;

constexpr size_t kSectorBytes = 512;
constexpr int kWays = 14;

class MidDamageTest : public JournalTest {
 protected:
  // Several segments, half of them archived, and every state that they have had.
  void WriteHistory() {
    options_.archive_directory = "archive";
    options_.segment_bytes = 16u << 10;
    WriteOnce();
    other_history_ = whole_;
    files_.Load({});
    older_.clear();
    paths_.clear();
    WriteOnce();
  }

  void WriteOnce() {
    WriteMany(40);
    for (int part = 0; part < 5; ++part) {
      older_.push_back(files_.Save());
      std::mt19937_64 dice(static_cast<uint64_t>(part));
      for (int batch = 0; batch < 24; ++batch) {
        std::vector<std::string> records(1 + dice() % 4);
        for (std::string& payload : records)
          payload = std::string(dice() % 300, static_cast<char>('a' + part));
        Write(records);
      }
    }
    Close();
    extents_ = Extents();
    ASSERT_TRUE(Archive(files_, options_, Sequence(extents_.back().last_sequence / 2)).ok());
    extents_ = Extents();
    whole_ = files_.Save();
    truth_ = Recover(RecoveryMode::kVerify);
    ASSERT_TRUE(truth_.status.ok());
    for (const auto& [path, bytes] : whole_) paths_.push_back(path);
    std::sort(paths_.begin(), paths_.end(), [](const std::string& a, const std::string& b) {
      return a.substr(a.rfind('/')) < b.substr(b.rfind('/'));
    });
    ASSERT_GT(paths_.size(), 6u);
  }

  const Extent& AnyExtent(size_t count, std::mt19937_64& dice) const {
    return extents_[dice() % count];
  }

  // Some batch with its neighbour in the same segment; never the last of all.
  size_t AnyPair(std::mt19937_64& dice) const {
    for (;;) {
      const size_t index = dice() % (extents_.size() - 2);
      if (extents_[index].path == extents_[index + 1].path) return index;
    }
  }

  // What the file has between its batches' begin and the end of its last one.
  uint64_t UsedEnd(const std::string& path) const {
    uint64_t end = kSegmentHeaderBytes;
    for (const Extent& extent : extents_) {
      if (extent.path == path) end = extent.end;
    }
    return end;
  }

  // Puts `bytes` in place of the range and keeps the file's size.
  void Splice(std::string& file, uint64_t begin, uint64_t end, const std::string& bytes) const {
    const size_t size = file.size();
    file = file.substr(0, begin) + bytes + file.substr(end);
    file.resize(size, '\0');
  }

  void DamageBatches(uint64_t way, Image& image, std::mt19937_64& dice) const;
  void DamageSegments(uint64_t way, Image& image, std::mt19937_64& dice) const;

  std::vector<Extent> extents_;
  std::vector<std::string> paths_;  // Of all segments, oldest first.
  std::vector<Image> older_;
  Image whole_;
  Image other_history_;
  History truth_;
};

void MidDamageTest::DamageBatches(uint64_t way, Image& image, std::mt19937_64& dice) const {
  const Extent& any = AnyExtent(extents_.size() - 1, dice);
  const size_t pair = AnyPair(dice);
  const Extent& one = extents_[pair];
  const Extent& two = extents_[pair + 1];
  const auto bytes_of = [&](const Extent& extent) {
    return whole_.at(extent.path).substr(extent.begin, extent.end - extent.begin);
  };
  std::string& file = image.at(way < 4 ? any.path : one.path);
  switch (way) {
    case 0: {  // A bit.
      const uint64_t bit = any.begin * 8 + dice() % ((any.end - any.begin) * 8);
      file[bit / 8] = static_cast<char>(file[bit / 8] ^ static_cast<char>(1 << bit % 8));
      break;
    }
    case 1:    // A sector that was lost,
    case 2: {  // or is another's.
      const uint64_t begin =
          (any.begin + dice() % (any.end - any.begin)) / kSectorBytes * kSectorBytes;
      const uint64_t from = dice() % (file.size() / kSectorBytes) * kSectorBytes;
      // A sector that reaches into the last batch may make it and the one before look torn.
      if (any.path == extents_.back().path && begin + kSectorBytes > extents_.back().begin) break;
      file.replace(begin, kSectorBytes,
                   way == 1 ? std::string(kSectorBytes, '\0')
                            : whole_.at(any.path).substr(from, kSectorBytes));
      break;
    }
    case 3: {  // Garbage.
      const uint64_t at = any.begin + dice() % (any.end - any.begin);
      const uint64_t run = 1 + dice() % std::min<uint64_t>(kSectorBytes, any.end - at);
      for (uint64_t i = 0; i < run; ++i) file[at + i] = static_cast<char>(dice());
      break;
    }
    case 4:  // A batch is gone.
      Splice(file, one.begin, one.end, "");
      break;
    case 5:  // Twice.
      Splice(file, one.end, one.end, bytes_of(one));
      break;
    case 6:  // Two in the wrong order.
      Splice(file, one.begin, two.end, bytes_of(two) + bytes_of(one));
      break;
    case 7: {  // An older one over a newer one.
      const Extent& older = extents_[dice() % (pair + 1)];
      Splice(file, two.begin, two.end, bytes_of(older));
      break;
    }
  }
}

void MidDamageTest::DamageSegments(uint64_t way, Image& image, std::mt19937_64& dice) const {
  const size_t index = dice() % (paths_.size() - 1);  // Not the last.
  const size_t other = dice() % paths_.size();
  const std::string& path = paths_[index];
  switch (way) {
    case 8:  // A segment is gone.
      image.erase(path);
      break;
    case 9:  // Under another's name.
      image[path] = whole_.at(paths_[other]);
      break;
    case 10:
      std::swap(image[path], image[paths_[other]]);
      break;
    case 11: {  // As it was once, from a copy.
      const Image& past = older_[dice() % older_.size()];
      for (const auto& [name, bytes] : past) {
        const auto now = std::find_if(
            paths_.begin(), paths_.end() - 1,
            [&, end = name.substr(name.rfind('/'))](const auto& p) { return p.ends_with(end); });
        if (now != paths_.end() - 1 && whole_.at(*now) != bytes) image[*now] = bytes;
      }
      break;
    }
    case 13:  // Of a history that looks the same and is another one: other salts, so another chain.
      image[path] = other_history_.at(path);
      break;
    case 12:  // Cut short.
      image[path].resize(dice() % UsedEnd(path));
      break;
  }
}

TEST_F(MidDamageTest, NoDamageIsEverAccepted) {
  WriteHistory();
  std::map<uint64_t, int> refused;
  ForEachSeed({.commit = 2'000, .nightly = 100'000}, [&](uint64_t seed) {
    std::mt19937_64 dice(seed);
    const uint64_t way = seed % kWays;
    Image image = whole_;
    way < 8 ? DamageBatches(way, image, dice) : DamageSegments(way, image, dice);
    if (image == whole_) return;
    ++refused[way];
    files_.Load(image);
    for (const RecoveryMode mode : {RecoveryMode::kVerify, RecoveryMode::kRepairTornTail}) {
      const History history = Recover(mode);
      ASSERT_TRUE(absl::IsDataLoss(history.status)) << "way " << way << ": " << history.status;
      ASSERT_TRUE(IsPrefix(history.payloads, truth_.payloads)) << "way " << way;
      ASSERT_LT(history.payloads.size(), truth_.payloads.size()) << "way " << way;
      ASSERT_EQ(files_.Save(), image) << "a corrupt journal must stay as it is";
    }
  });
  if (std::getenv("RIALTO_SEED") != nullptr) return;
  int total = 0;
  for (uint64_t way = 0; way < kWays; ++way) {
    EXPECT_GT(refused[way], 50) << "way " << way << " never did anything";
    total += refused[way];
  }
  EXPECT_GE(total, IsNightly() ? 10'000 : 1'000);
}

// What no reader of the files alone can see, the end of history among it, is seen by whoever knows
// how far it went: a mark, a follower.
TEST_F(MidDamageTest, WithAKnownEndNoDamageAtAllIsAccepted) {
  WriteHistory();
  std::map<absl::StatusCode, int> codes;
  ForEachSeed({.commit = 2'000, .nightly = 20'000}, [&](uint64_t seed) {
    std::mt19937_64 dice(seed);
    Image image = whole_;
    const Extent& last = extents_.back();
    std::string& file = image.at(last.path);
    switch (dice() % 5) {
      case 0: {  // A bit of the last two batches.
        const Extent& extent = extents_[extents_.size() - 1 - dice() % 2];
        const uint64_t bit = extent.begin * 8 + dice() % ((extent.end - extent.begin) * 8);
        file[bit / 8] = static_cast<char>(file[bit / 8] ^ static_cast<char>(1 << bit % 8));
        break;
      }
      case 1: {  // The end is gone.
        const uint64_t size = kSegmentHeaderBytes + dice() % (last.end - kSegmentHeaderBytes);
        if (dice() % 2 == 0) {
          file.resize(size);
        } else {
          file.replace(size, file.size() - size, file.size() - size, '\0');
        }
        break;
      }
      case 2:  // The last segment is gone.
        image.erase(last.path);
        break;
      case 3: {  // The last segment from an old copy.
        const Image& past = older_[dice() % older_.size()];
        if (past.contains(last.path)) file = past.at(last.path);
        break;
      }
      case 4: {  // Everything from an old copy.
        image = older_[dice() % older_.size()];
        break;
      }
    }
    if (image == whole_) return;
    files_.Load(image);
    ASSERT_TRUE(files_.CreateDirectory(options_.directory).ok());
    const auto tail = journal::Recover(
        files_, options_,
        RecoveryPlan{.mode = RecoveryMode::kRepairTornTail, .known = {truth_.position}},
        [](const Record&) { return absl::OkStatus(); });
    ASSERT_TRUE(absl::IsDataLoss(tail.status()) || absl::IsOutOfRange(tail.status()) ||
                absl::IsFailedPrecondition(tail.status()))
        << tail.status();
    ++codes[tail.status().code()];
    ASSERT_EQ(files_.Save(), image) << "nothing is written before a person has looked";
  });
  if (std::getenv("RIALTO_SEED") != nullptr) return;
  EXPECT_GT(codes[absl::StatusCode::kOutOfRange], 100);
  EXPECT_GT(codes[absl::StatusCode::kDataLoss], 50);
}

}  // namespace
}  // namespace rialto::journal
