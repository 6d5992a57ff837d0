// The last two batches of a journal: cut at every byte, every bit flipped, sectors lost and
// garbled.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/journal_fixture.h"
#include "engine/journal/seeded_fixture.h"

namespace rialto::journal {
namespace {

constexpr size_t kSectorBytes = 512;

// A journal in one segment whose last two batches are long; damage is done to the file in place.
class LastBatchesTest : public JournalTest {
 protected:
  void WriteJournal(uint64_t last_batch_bytes) {
    options_.segment_bytes = std::max<uint64_t>(32u << 10, 4 * last_batch_bytes);
    WriteMany(8);
    std::mt19937_64 dice(last_batch_bytes);
    for (int batch = 0; batch < 2; ++batch) {
      std::vector<std::string> records;
      for (uint64_t bytes = 0; bytes + 200 < last_batch_bytes;
           bytes += records.back().size() + 40) {
        std::string payload(1 + dice() % 150, '\0');
        for (char& byte : payload) byte = static_cast<char>(dice());
        records.push_back(payload);
      }
      Write(records);
    }
    Close();
    extents_ = Extents();
    ASSERT_EQ(extents_.front().path, extents_.back().path);
    whole_ = files_.Save().at(last().path);
    truth_ = Recover(RecoveryMode::kVerify);
    file_ = *files_.Open(last().path, Access::kReadWrite);
  }

  const Extent& last() const { return extents_.back(); }
  const Extent& before() const { return extents_[extents_.size() - 2]; }
  uint64_t sequences_before_both() const { return extents_[extents_.size() - 3].last_sequence; }

  void Put(uint64_t offset, std::string_view bytes) {
    ASSERT_TRUE(file_->WriteAt(offset, bytes).ok());
  }

  // The history is the true one up to `sequence` and what follows is said to be torn.
  void ExpectTornBehind(uint64_t sequence, const Position& position) {
    const History history = Recover(RecoveryMode::kVerify);
    ASSERT_TRUE(history.status.ok()) << history.status;
    ASSERT_EQ(history.payloads.size(), sequence);
    ASSERT_TRUE(IsPrefix(history.payloads, truth_.payloads));
    ASSERT_EQ(history.position, position);
    ASSERT_NE(history.damage, "");
  }

  Position PositionAt(uint64_t sequence) {
    const auto digest = ChainHashAt(files_, options_, Sequence(sequence));
    EXPECT_TRUE(digest.ok()) << digest.status();
    return {Sequence(sequence), *digest};
  }

  std::vector<Extent> extents_;
  std::string whole_;
  History truth_;
  std::unique_ptr<File> file_;
};

TEST_F(LastBatchesTest, CutAtEveryByteTheWholeBatchesStay) {
  WriteJournal(IsNightly() ? 32u << 10 : 4u << 10);
  const Position two = PositionAt(sequences_before_both());
  const Position one = PositionAt(before().last_sequence);
  // From the end: one byte less each time, as a file that was cut and zeros as a disk gives them.
  for (uint64_t size = last().end; size-- > before().begin;) {
    files_.Load({{last().path, whole_.substr(0, size)}});
    const uint64_t left = size < before().end ? sequences_before_both() : before().last_sequence;
    ExpectTornBehind(left, size < before().end ? two : one);
    ASSERT_FALSE(HasFatalFailure()) << "cut at " << size;
  }
}

TEST_F(LastBatchesTest, ZerosFromEveryByteOnTheWholeBatchesStay) {
  WriteJournal(IsNightly() ? 32u << 10 : 4u << 10);
  const Position two = PositionAt(sequences_before_both());
  const Position one = PositionAt(before().last_sequence);
  uint64_t ends = 0;
  for (uint64_t size = last().end; size-- > before().begin;) {
    Put(size, std::string_view("\0", 1));
    // Where the bytes that are left end: zeros at the end of a batch may go without harm.
    const uint64_t left = whole_.find_last_not_of('\0', size - 1) + 1;
    if (whole_.find_last_not_of('\0', last().end - 1) < size) continue;  // Nothing is gone yet.
    const Position& position = size < before().end && left < before().end ? two : one;
    if (left == whole_.find_last_not_of('\0', before().end - 1) + 1 ||
        left <= whole_.find_last_not_of('\0', before().begin - 1) + 1) {
      ++ends;  // No byte of a batch that is not whole: the history ends here.
      const History history = Recover(RecoveryMode::kVerify);
      ASSERT_EQ(history.damage, "") << size;
      ASSERT_EQ(history.position, left > before().begin ? one : two) << size;
      continue;
    }
    ExpectTornBehind(position.sequence.value(), position);
    ASSERT_FALSE(HasFatalFailure()) << "zeros from " << size;
  }
  EXPECT_GE(ends, 2u);
}

TEST_F(LastBatchesTest, EveryFlippedBitIsATornTailOrCorruption) {
  WriteJournal(IsNightly() ? 16u << 10 : 2u << 10);
  const Position one = PositionAt(before().last_sequence);
  for (uint64_t bit = before().begin * 8; bit < last().end * 8; ++bit) {
    const char flipped = static_cast<char>(whole_[bit / 8] ^ static_cast<char>(1 << bit % 8));
    Put(bit / 8, {&flipped, 1});
    if (bit / 8 >= last().begin) {
      ExpectTornBehind(before().last_sequence, one);
    } else {  // The last batch behind it proves that it was durable.
      const History history = Recover(RecoveryMode::kVerify);
      ASSERT_TRUE(absl::IsDataLoss(history.status)) << history.status;
      ASSERT_TRUE(IsPrefix(history.payloads, truth_.payloads));
      ASSERT_LE(history.payloads.size(), sequences_before_both());
    }
    ASSERT_FALSE(HasFatalFailure()) << "bit " << bit;
    Put(bit / 8, {&whole_[bit / 8], 1});
  }
}

// Power fails while the last batch is written: of each sector the old (zeros), the new or garbage.
TEST_F(LastBatchesTest, AnySectorsOfTheUnsyncedBatchAreATornTail) {
  WriteJournal(8u << 10);
  const Position one = PositionAt(before().last_sequence);
  uint64_t damaged = 0;
  ForEachSeed({.commit = 5'000, .nightly = 50'000}, [&](uint64_t seed) {
    std::mt19937_64 dice(seed);
    const uint64_t keep_of_8 = dice() % 9;
    std::string torn = whole_;
    for (uint64_t begin = last().begin; begin < last().end;) {
      const uint64_t end = std::min(last().end, (begin / kSectorBytes + 1) * kSectorBytes);
      if (dice() % 8 >= keep_of_8) {
        const bool garbage = dice() % 3 == 0;
        for (uint64_t i = begin; i < end; ++i) torn[i] = garbage ? static_cast<char>(dice()) : '\0';
      }
      begin = end;
    }
    if (torn == whole_) return;
    ++damaged;
    Put(last().begin, std::string_view(torn).substr(last().begin, last().end - last().begin));
    const bool nothing_left = torn.find_first_not_of('\0', last().begin) == std::string::npos;
    if (nothing_left) {
      ASSERT_EQ(Recover(RecoveryMode::kVerify).position, one);
    } else {
      ExpectTornBehind(before().last_sequence, one);
    }
  });
  EXPECT_GT(damaged, 0u);
}

}  // namespace
}  // namespace rialto::journal
