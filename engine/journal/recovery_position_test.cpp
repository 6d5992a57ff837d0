// Recovery behind a known position, as a snapshot gives it.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

using testing::HasSubstr;

// Notes which files were opened.
class NotingFileSystem : public FileSystem {
 public:
  explicit NotingFileSystem(FileSystem& files) : files_(files) {}

  absl::Status CreateDirectory(const std::string& path) override {
    return files_.CreateDirectory(path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return files_.List(path);
  }
  absl::StatusOr<std::unique_ptr<DirectoryLock>> Lock(const std::string& path) override {
    return files_.Lock(path);
  }
  absl::Status SyncDirectory(const std::string& path) override {
    return files_.SyncDirectory(path);
  }
  absl::StatusOr<std::unique_ptr<File>> Create(const std::string& path) override {
    return files_.Create(path);
  }
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Access access) override {
    opened.insert(path);
    return files_.Open(path, access);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    return files_.Rename(from, to);
  }
  absl::Status Remove(const std::string& path) override { return files_.Remove(path); }

  std::set<std::string> opened;

 private:
  FileSystem& files_;
};

class RecoveryPositionTest : public JournalTest {
 protected:
  struct BatchEnd {
    Position position;
    Timestamp timestamp;
    std::string path;
    bool ends_segment = false;
  };

  // Several segments of batches; fills ends_.
  void WriteHistory() {
    payloads_ = WriteMany(120);
    Close();
    auto reader = Reader::Open(files_, options_);
    while ((*reader)->NextBatch().value() == ReadOutcome::kBatch) {
      const std::string& path = (*reader)->segment()->path;
      if (!ends_.empty()) ends_.back().ends_segment = ends_.back().path != path;
      ends_.push_back({(*reader)->position(), (*reader)->timestamp(), path});
    }
  }

  static constexpr RecoveryMode kEveryMode[] = {
      RecoveryMode::kVerify, RecoveryMode::kRepairTornTail, RecoveryMode::kDiscardFromDamage};

  absl::StatusOr<RecoveredTail> RecoverAfter(const Position& after,
                                             RecoveryMode mode = RecoveryMode::kRepairTornTail) {
    applied_.clear();
    NotingFileSystem noting(files_);
    auto tail =
        journal::Recover(noting, options_, RecoveryPlan{mode, after}, [&](const Record& record) {
          EXPECT_EQ(record.sequence.value(), after.sequence.value() + applied_.size() + 1);
          applied_.emplace_back(record.payload);
          return absl::OkStatus();
        });
    opened_ = noting.opened;
    return tail;
  }

  static constexpr RecoveryMode kTrueHistory[] = {RecoveryMode::kVerify,
                                                  RecoveryMode::kRepairTornTail};

  // Refused without a change of any byte.
  void ExpectRefused(const Position& after, absl::StatusCode code, const std::string& why,
                     absl::Span<const RecoveryMode> modes = kTrueHistory) {
    const FaultyFileSystem::Image before = files_.Save();
    for (const RecoveryMode mode : modes) {
      const absl::Status status = RecoverAfter(after, mode).status();
      EXPECT_EQ(status.code(), code) << status;
      EXPECT_THAT(status.ToString(), HasSubstr(why));
      EXPECT_TRUE(applied_.empty());
      EXPECT_EQ(files_.Save(), before);
    }
  }

  std::vector<std::string> payloads_;
  std::vector<BatchEnd> ends_;
  std::vector<std::string> applied_;
  std::set<std::string> opened_;
};

TEST_F(RecoveryPositionTest, BehindEveryBatchEndComesExactlyTheRest) {
  WriteHistory();
  int borders = 0;
  for (const BatchEnd& end : ends_) {
    const auto tail = RecoverAfter(end.position);
    const uint64_t sequence = end.position.sequence.value();
    ASSERT_TRUE(tail.ok()) << sequence << ": " << tail.status();
    ASSERT_EQ(applied_, std::vector<std::string>(
                            payloads_.begin() + static_cast<ptrdiff_t>(sequence), payloads_.end()));
    ASSERT_EQ(tail->position, ends_.back().position);
    ASSERT_EQ(tail->timestamp, ends_.back().timestamp);
    ASSERT_EQ(tail->records, applied_.size());
    ASSERT_EQ(*opened_.begin(), end.path) << "segments before the one with " << sequence;
    if (end.ends_segment) ++borders;
  }
  EXPECT_GE(borders, 3);
  EXPECT_GT(ends_.size(), 100u);
}

TEST_F(RecoveryPositionTest, SequenceZeroIsTheBeginning) {
  WriteHistory();
  ASSERT_TRUE(RecoverAfter({}).ok());
  EXPECT_EQ(applied_, payloads_);
}

TEST_F(RecoveryPositionTest, WriterContinuesBehindIt) {
  options_.epoch = 4;
  WriteHistory();
  for (const size_t index : {size_t{3}, ends_.size() / 2, ends_.size() - 1}) {
    const FaultyFileSystem::Image image = files_.Save();
    auto tail = RecoverAfter(ends_[index].position);
    ASSERT_TRUE(tail.ok()) << tail.status();
    EXPECT_EQ(tail->epoch, 4u) << "known even when nothing is applied";
    auto writer = Writer::Open(files_, options_, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
    Write({"continued"});
    const History whole = Recover();
    ASSERT_TRUE(whole.status.ok()) << whole.status;
    EXPECT_EQ(whole.payloads.size(), payloads_.size() + 1);
    EXPECT_EQ(whole.payloads.back(), "continued");
    files_.Load(image);
  }
}

TEST_F(RecoveryPositionTest, PositionInMidBatchIsRefused) {
  WriteHistory();
  std::set<uint64_t> whole;
  for (const BatchEnd& end : ends_) whole.insert(end.position.sequence.value());
  int refused = 0;
  for (uint64_t sequence = 1; sequence < payloads_.size(); ++sequence) {
    if (whole.contains(sequence)) continue;
    ++refused;
    ExpectRefused({Sequence(sequence), ends_[4].position.chain_hash},
                  absl::StatusCode::kFailedPrecondition, "is not of this history: the batch that");
    ASSERT_FALSE(HasFailure()) << sequence;
  }
  EXPECT_GT(refused, 50);
}

TEST_F(RecoveryPositionTest, AnotherChainHashIsRefused) {
  WriteHistory();
  for (const BatchEnd& end : ends_) {
    Position other = end.position;
    other.chain_hash[31] ^= 1;
    ExpectRefused(other, absl::StatusCode::kFailedPrecondition,
                  "is not of this history: its chain hash is");
    ASSERT_FALSE(HasFailure()) << end.position.sequence.value();
  }
}

// A refusal comes before the repair: the torn bytes stay for whoever looks into it.
TEST_F(RecoveryPositionTest, RefusalLeavesATornTailAsItIs) {
  WriteHistory();
  FaultyFileSystem::Image image = files_.Save();
  const Extent last = Extents().back();
  image[last.path][last.end - 3] ^= 4;
  files_.Load(image);
  Position other = ends_[ends_.size() - 5].position;
  other.chain_hash[0] ^= 1;
  ExpectRefused(other, absl::StatusCode::kFailedPrecondition, "chain hash");
  // What the snapshot knows was durable, so this is loss and no torn tail.
  ExpectRefused(ends_.back().position, absl::StatusCode::kOutOfRange, last.path, kEveryMode);
  ASSERT_TRUE(RecoverAfter(ends_[ends_.size() - 2].position).ok());
  EXPECT_TRUE(applied_.empty());
}

TEST_F(RecoveryPositionTest, PositionBeyondTheEndIsMissingHistory) {
  WriteHistory();
  const std::string last = std::to_string(payloads_.size());
  ExpectRefused({Sequence(payloads_.size() + 1), ends_.back().position.chain_hash},
                absl::StatusCode::kOutOfRange,
                "the journal ends at sequence " + last + ", before sequence " +
                    std::to_string(payloads_.size() + 1) + ": history is missing",
                kEveryMode);
  FaultyFileSystem::Image image = files_.Save();
  image.erase(ends_.back().path);  // The last segment is lost.
  files_.Load(image);
  ExpectRefused(ends_.back().position, absl::StatusCode::kOutOfRange, "history is missing",
                kEveryMode);
  files_.Load({});
  ASSERT_TRUE(files_.CreateDirectory(options_.directory).ok());
  ExpectRefused(ends_[0].position, absl::StatusCode::kOutOfRange, "ends at sequence 0", kEveryMode);
}

TEST_F(RecoveryPositionTest, DamageBehindItIsCorruptionAndBeforeItsSegmentIsNotRead) {
  WriteHistory();
  const FaultyFileSystem::Image whole = files_.Save();
  const std::vector<Extent> extents = Extents();
  const size_t from = extents.size() / 2;
  FaultyFileSystem::Image image = whole;
  image[extents[0].path][extents[0].begin + 5] ^= 1;
  files_.Load(image);
  ASSERT_NE(extents[0].path, extents[from].path);
  EXPECT_TRUE(RecoverAfter(ends_[from].position).ok());
  image[extents[from].path][extents[from].begin + 5] ^= 1;
  files_.Load(image);
  EXPECT_TRUE(absl::IsDataLoss(RecoverAfter(ends_[from].position).status()));
  image = whole;
  image[extents[from + 2].path][extents[from + 2].begin + 5] ^= 1;
  files_.Load(image);
  EXPECT_TRUE(absl::IsDataLoss(RecoverAfter(ends_[from].position).status()));
  EXPECT_EQ(files_.Save(), image);
  image = whole;
  for (const Extent& extent : extents) {
    if (extent.last_sequence < extents[from].last_sequence) image.erase(extent.path);
  }
  image.erase(extents[from].path);  // The segment that holds it: nothing to compare with.
  files_.Load(image);
  EXPECT_TRUE(absl::IsDataLoss(RecoverAfter(ends_[from].position).status()));
}

// A feed has batches of its own: only the sequence counts.
TEST_F(RecoveryPositionTest, DerivedFilesGoOnBehindAnySequenceTheyHold) {
  WriteHistory();
  for (uint64_t sequence = 1; sequence <= payloads_.size(); ++sequence) {
    const auto tail = RecoverAfter({Sequence(sequence), {}}, RecoveryMode::kDiscardFromDamage);
    ASSERT_TRUE(tail.ok()) << sequence << ": " << tail.status();
    ASSERT_EQ(applied_, std::vector<std::string>(
                            payloads_.begin() + static_cast<ptrdiff_t>(sequence), payloads_.end()));
    ASSERT_EQ(tail->records, applied_.size());
    ASSERT_EQ(tail->position, ends_.back().position);
  }
}

TEST_F(RecoveryPositionTest, KnownPositionsMustBeOfTheHistory) {
  WriteHistory();
  const auto recover = [&](const std::vector<Position>& known, size_t after) {
    applied_.clear();
    return journal::Recover(files_, options_,
                            {.mode = RecoveryMode::kRepairTornTail,
                             .after = after == 0 ? Position{} : ends_[after].position,
                             .known = known,
                             .known_by = "the mark"},
                            [&](const Record& record) {
                              applied_.emplace_back(record.payload);
                              return absl::OkStatus();
                            })
        .status();
  };
  const auto refuses = [&](const Position& known, size_t after) {
    const absl::Status status = recover({ends_[2].position, known}, after);
    EXPECT_TRUE(absl::IsOutOfRange(status)) << status << " after " << after;
    EXPECT_TRUE(applied_.empty()) << "what is made of records must not be made of these";
    return std::string(status.message());
  };
  const size_t middle = ends_.size() / 2;
  for (const size_t after : {size_t{0}, middle, ends_.size() - 1}) {
    std::vector<Position> all = {Position{}};
    for (const BatchEnd& end : ends_) all.push_back(end.position);
    EXPECT_EQ(recover(all, after), absl::OkStatus());
    for (const size_t index : {size_t{0}, middle - 1, middle, middle + 1, ends_.size() - 1}) {
      Position other = ends_[index].position;
      other.chain_hash[7] ^= 1;
      EXPECT_THAT(refuses(other, after),
                  HasSubstr("the mark's position at sequence " +
                            std::to_string(other.sequence.value()) + " is not of this history"));
    }
    Position inside = ends_[4].position;
    inside.sequence = Sequence(inside.sequence.value() - 1);
    EXPECT_THAT(refuses(inside, after), HasSubstr("the batch that holds it ends at"));
    Position beyond = ends_.back().position;
    beyond.sequence = beyond.sequence.Next();
    EXPECT_THAT(refuses(beyond, after), HasSubstr("the mark has seen more: the journal ends at"));
  }
}

// The last batch was acknowledged and has rotted: it looks torn, and somebody knows better.
TEST_F(RecoveryPositionTest, KnownBatchThatLooksTornStaysAsItIs) {
  WriteHistory();
  FaultyFileSystem::Image image = files_.Save();
  const Extent last = Extents().back();
  image[last.path][last.end - 3] ^= 4;
  files_.Load(image);
  const absl::Status status =
      journal::Recover(files_, options_,
                       {.mode = RecoveryMode::kRepairTornTail, .known = {ends_.back().position}},
                       [](const Record&) { return absl::OkStatus(); })
          .status();
  EXPECT_TRUE(absl::IsOutOfRange(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr(last.path));
  EXPECT_EQ(files_.Save(), image);
}

TEST_F(RecoveryPositionTest, ChainHashAtABatchEndIsFoundInItsSegment) {
  WriteHistory();
  std::map<uint64_t, BatchEnd> by_sequence;
  for (const BatchEnd& end : ends_) by_sequence[end.position.sequence.value()] = end;
  for (uint64_t sequence = 1; sequence <= payloads_.size(); ++sequence) {
    NotingFileSystem noting(files_);
    const auto hash = ChainHashAt(noting, options_, Sequence(sequence));
    const auto end = by_sequence.find(sequence);
    if (end == by_sequence.end()) {
      ASSERT_TRUE(absl::IsFailedPrecondition(hash.status())) << hash.status();
      continue;
    }
    ASSERT_TRUE(hash.ok()) << hash.status();
    ASSERT_EQ(*hash, end->second.position.chain_hash);
    ASSERT_EQ(noting.opened, std::set<std::string>{end->second.path});
  }
  EXPECT_EQ(ChainHashAt(files_, options_, Sequence(0)).value(), Digest{});
  EXPECT_TRUE(
      absl::IsOutOfRange(ChainHashAt(files_, options_, Sequence(payloads_.size() + 1)).status()));
}

}  // namespace
}  // namespace rialto::journal
