#include "engine/journal/cursor.h"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

using testing::HasSubstr;

class CursorTest : public JournalTest {
 protected:
  CursorTest() { options_.sync = SyncPolicy::kNever; }

  // Payloads up to `published`.
  std::vector<std::string> ReadAll(Cursor& cursor, uint64_t published) {
    std::vector<std::string> payloads;
    for (;;) {
      const auto record = cursor.Next(Sequence(published));
      EXPECT_TRUE(record.ok()) << record.status();
      if (!record.ok() || !record->has_value()) return payloads;
      EXPECT_LE((*record)->last(), Sequence(published));
      payloads.emplace_back((*record)->payload);
    }
  }

  OffsetIndex index_;
};

TEST_F(CursorTest, GivesEveryRecordFromAnySequence) {
  const std::vector<std::string> payloads = WriteMany(150);
  for (uint64_t from = 1; from <= payloads.size() + 1; ++from) {
    Cursor cursor(files_, options_, index_, Sequence(from));
    const std::vector<std::string> read = ReadAll(cursor, payloads.size());
    ASSERT_EQ(read, std::vector<std::string>(payloads.begin() + static_cast<ptrdiff_t>(from - 1),
                                             payloads.end()));
    ASSERT_EQ(cursor.next_sequence(), Sequence(payloads.size() + 1));
  }
}

TEST_F(CursorTest, ReadsNothingThatIsNotPublished) {
  Cursor cursor(files_, options_, index_, Sequence(1));
  EXPECT_TRUE(ReadAll(cursor, 0).empty());  // Not even a directory is there.
  const std::vector<std::string> payloads = WriteMany(30);
  std::vector<std::string> read;
  for (uint64_t published = 1; published <= payloads.size(); ++published) {
    for (const std::string& payload : ReadAll(cursor, published)) read.push_back(payload);
    ASSERT_EQ(read.size(), published);
  }
  EXPECT_EQ(read, payloads);
}

TEST_F(CursorTest, SeesWhatIsWrittenBehindWhatItHasBuffered) {
  OpenWriter();
  Cursor cursor(files_, options_, index_, Sequence(1));
  for (uint64_t number = 1; number <= 200; ++number) {
    Write({"record " + std::to_string(number)});
    ASSERT_EQ(ReadAll(cursor, number),
              std::vector<std::string>{"record " + std::to_string(number)});
  }
  EXPECT_GT(writer_->stats().rotations, 2u);
}

TEST_F(CursorTest, RecordOfSeveralSequencesIsGivenToWhoAsksForAnyOfThem) {
  OpenWriter();
  Append("one to five", 5);
  Append("six to nine", 4);
  ASSERT_TRUE(writer_->Sync().ok());
  for (uint64_t from = 1; from <= 9; ++from) {
    Cursor cursor(files_, options_, index_, Sequence(from));
    const auto record = cursor.Next(Sequence(9));
    ASSERT_TRUE(record.ok() && record->has_value());
    EXPECT_EQ((*record)->payload, from <= 5 ? "one to five" : "six to nine");
  }
  Cursor cursor(files_, options_, index_, Sequence(1));
  EXPECT_EQ(ReadAll(cursor, 8).size(), 1u);
}

TEST_F(CursorTest, ReadsRecordsLargerThanItsBuffer) {
  options_.segment_bytes = 1u << 20;
  options_.record_bytes_max = 500'000;
  const std::vector<std::string> payloads = {"small", std::string(300'000, 'x'), "small again",
                                             std::string(500'000, 'y'), "end"};
  for (const std::string& payload : payloads) Write({payload});
  Cursor cursor(files_, options_, index_, Sequence(1));
  EXPECT_EQ(ReadAll(cursor, payloads.size()), payloads);
  Cursor late(files_, options_, index_, Sequence(5));
  EXPECT_EQ(ReadAll(late, payloads.size()), std::vector<std::string>{"end"});
}

TEST_F(CursorTest, FollowsAWriterInAnotherThread) {
  constexpr uint64_t kRecords = 20'000;
  options_.segment_bytes = 1u << 20;
  options_.spare_segments = 2;
  OpenWriter();
  std::atomic<uint64_t> published = 0;
  std::atomic<uint64_t> mismatches = 0;
  std::vector<std::thread> readers;
  for (const uint64_t from : {1u, 5'000u, 19'999u}) {
    readers.emplace_back([&, from] {
      Cursor cursor(files_, options_, index_, Sequence(from));
      uint64_t expected = from;
      while (expected <= kRecords) {
        const auto record = cursor.Next(Sequence(published.load()));
        if (!record.ok()) {
          ADD_FAILURE() << record.status();
          return;
        }
        if (!record->has_value()) {
          std::this_thread::yield();
          continue;
        }
        if ((*record)->payload != "record " + std::to_string(expected)) ++mismatches;
        ++expected;
      }
    });
  }
  std::mt19937_64 dice(1);
  for (uint64_t number = 1; number <= kRecords;) {
    for (uint64_t batch = 1 + dice() % 200; batch > 0 && number <= kRecords; --batch, ++number) {
      Append("record " + std::to_string(number));
    }
    ASSERT_TRUE(writer_->Sync().ok());
    published = number - 1;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mismatches, 0u);
}

TEST_F(CursorTest, SaysWhereTheFilesLackWhatIsPublished) {
  const std::vector<std::string> payloads = WriteMany(100);
  Close();
  const FaultyFileSystem::Image whole = files_.Save();
  const auto broken = [&](const FaultyFileSystem::Image& image, uint64_t published) {
    files_.Load(image);
    OffsetIndex index;
    Cursor cursor(files_, options_, index, Sequence(1));
    for (;;) {
      const auto record = cursor.Next(Sequence(published));
      if (!record.ok()) return record.status();
      if (!record->has_value()) return absl::OkStatus();
    }
  };
  EXPECT_TRUE(broken(whole, payloads.size()).ok());
  EXPECT_THAT(broken(whole, payloads.size() + 1).ToString(), HasSubstr("published but"));
  FaultyFileSystem::Image image = whole;
  image.erase(std::next(image.begin(), 1));
  EXPECT_THAT(broken(image, payloads.size()).ToString(), HasSubstr("in no segment"));
  image.erase(image.begin());
  EXPECT_THAT(broken(image, payloads.size()).ToString(), HasSubstr("no segment holds sequence 1"));
  image = whole;
  image.begin()->second[kSegmentHeaderBytes + 40] ^= 1;
  const absl::Status status = broken(image, payloads.size());
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(status.ToString(), HasSubstr("at offset 4096, sequence 1 expected"));
}

TEST(OffsetIndexTest, KnowsTheNearestBatchBefore) {
  OffsetIndex index;
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(99)).offset, kSegmentHeaderBytes);
  index.Add(Sequence(10), {Sequence(11), 5000});  // Close to the beginning: not worth an entry.
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(99)).first, Sequence(10));
  index.Add(Sequence(10), {Sequence(50), 400'000});
  index.Add(Sequence(10), {Sequence(90), 800'000});
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(49)).first, Sequence(10));
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(50)).offset, 400'000u);
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(89)).offset, 400'000u);
  EXPECT_EQ(index.Floor(Sequence(10), Sequence(1000)).first, Sequence(90));
  EXPECT_EQ(index.Floor(Sequence(20), Sequence(1000)).first, Sequence(20));
}

}  // namespace
}  // namespace rialto::journal
