#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/server/commit_mark.h"
#include "engine/server/engine_under_test.h"
#include "engine/server/snapshotter.h"

namespace rialto::engine {
namespace {

struct State {
  Sequence sequence;
  StateHash hash{};
  journal::Position position;
  Timestamp timestamp;
};

State StateOf(EngineUnderTest& engine) {
  std::promise<State> state;
  CHECK_OK(engine.sequencer.Ask([&](const Engine& core) {
    state.set_value({core.sequence(), engine.sequencer.replica().Hash(),
                     engine.sequencer.journal_position(), core.now()});
  }));
  return state.get_future().get();
}

absl::StatusOr<SnapshotHeader> TakeSnapshot(EngineUnderTest& engine, const std::string& folder) {
  const State state = StateOf(engine);
  const journal::Options journal = JournalIn(folder);
  return MakeSnapshot({engine.files, journal, engine.snapshots, engine.feed},
                      {state.position, state.timestamp, state.hash});
}

// A venue with a few hundred commands behind it; `from` keeps ids apart.
void Trade(EngineUnderTest& engine, int from) {
  for (int i = from; i < from + 200; ++i) {
    const Side side = i % 3 == 0 ? Side::kSell : Side::kBuy;
    engine.Do(LimitOrder(absl::StrCat("o-", i), side, 90 + i % 20, 1 + i % 3));
  }
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void FlipByte(const std::string& path, int64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(offset);
  const char byte = static_cast<char>(file.get() ^ 0x40);
  file.seekp(offset);
  file.put(byte);
}

class SnapshotTest : public testing::Test {
 protected:
  const std::string& folder() const { return folder_.path(); }
  std::string snapshots() const { return folder() + "/snapshots"; }

  void NoteMark(const journal::Position& position) {
    journal::PosixFileSystem files;
    CommitMark mark(files, folder() + "/journal");
    ASSERT_TRUE(mark.Open().ok());
    ASSERT_TRUE(mark.Note(position, Timestamp(INT64_MAX)).ok());
  }

  // The journal of an engine that never ran.
  void WriteBatchesOf(uint64_t commands, int batches) {
    journal::PosixFileSystem files;
    JournalCommitLog log(files, JournalIn(folder()));
    const auto ignore = [](const CommandHeader&, std::string_view) { return absl::OkStatus(); };
    ASSERT_TRUE(log.Recover({}, {}, ignore).ok());
    const std::string record = RecordOf(Tick{});
    for (int batch = 0; batch < batches; ++batch) {
      for (uint64_t i = 0; i < commands; ++i) {
        const Sequence sequence = log.position().sequence.Next();
        log.Append(
            {Sequence(sequence.value() + i), Timestamp(static_cast<int64_t>(sequence.value() + i))},
            record);
      }
      ASSERT_TRUE(log.Commit().ok());
    }
  }

  TemporaryFolder folder_;
};

TEST_F(SnapshotTest, AStartLoadsTheNewestAndReplaysOnlyWhatIsBehindIt) {
  State before;
  Sequence snapshot;
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    Trade(engine, 0);
    snapshot = TakeSnapshot(engine, folder()).value().position.sequence;
    Trade(engine, 200);
    before = StateOf(engine);
  }
  EngineUnderTest engine(folder());
  const State after = StateOf(engine);
  EXPECT_EQ(after.sequence, before.sequence.Next());  // The note of the start.
  EXPECT_EQ(engine.feed.published(), after.sequence);
  const Outcome repeated = engine.Do(LimitOrder("o-7", Side::kBuy, 90 + 7, 1 + 7 % 3));
  EXPECT_TRUE(repeated.repeated);
  EXPECT_LT(repeated.sequence, snapshot);
}

TEST_F(SnapshotTest, WithAndWithoutASnapshotTheStateIsTheSame) {
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    Trade(engine, 0);
    ASSERT_TRUE(TakeSnapshot(engine, folder()).ok());
    Trade(engine, 200);
  }
  StateHash with;
  {
    EngineUnderTest engine(folder());
    with = StateOf(engine).hash;
  }
  std::filesystem::remove_all(snapshots());
  std::filesystem::remove_all(folder() + "/feed");
  journal::PosixFileSystem files;
  Replica replayed;
  Events events;
  const journal::RecoveryPlan plan{.mode = journal::RecoveryMode::kVerify};
  const auto apply = [&](const journal::Record& record) {
    events.clear();
    replayed.Apply({record.sequence, record.timestamp}, DecodeRecord(record.payload).value(),
                   events);
    return absl::OkStatus();
  };
  ASSERT_TRUE(journal::Recover(files, JournalIn(folder()), plan, apply).ok());
  EXPECT_EQ(replayed.Hash(), with);
}

TEST_F(SnapshotTest, ADamagedOneIsPassedOverForAnOlderOne) {
  State before;
  std::string newest;
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    for (int i = 0; i < 3; ++i) {
      Trade(engine, 200 * i);
      newest = TakeSnapshot(engine, folder()).value().path;
    }
    before = StateOf(engine);
  }
  FlipByte(newest, 1'000);  // In its body.
  Sequence after;
  {
    EngineUnderTest engine(folder());
    after = StateOf(engine).sequence;
    EXPECT_EQ(after, before.sequence.Next());
  }
  FlipByte(newest, 40);  // In its header, too; and the others away altogether.
  for (const std::string& name : FilesIn(snapshots())) {
    if (snapshots() + "/" + name != newest) std::filesystem::remove(snapshots() + "/" + name);
  }
  EngineUnderTest engine(folder());
  EXPECT_EQ(StateOf(engine).sequence, after.Next());
}

TEST_F(SnapshotTest, OneOfAnotherHistoryIsPassedOver) {
  TemporaryFolder other;
  {
    EngineUnderTest engine(other.path());
    engine.DefineMarket();
    Trade(engine, 1'000);
    ASSERT_TRUE(TakeSnapshot(engine, other.path()).ok());
  }
  Sequence before;
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    Trade(engine, 0);
    Trade(engine, 200);
    before = StateOf(engine).sequence;
  }
  std::filesystem::copy(other.path() + "/snapshots", snapshots());
  EngineUnderTest engine(folder());
  EXPECT_EQ(StateOf(engine).sequence, before.Next());
  EXPECT_TRUE(engine.Do(LimitOrder("o-3", Side::kSell, 93, 1)).repeated);
}

TEST_F(SnapshotTest, AFeedThatEndsBeforeItIsRefilledFromAnOlderStart) {
  Sequence before;
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    Trade(engine, 0);
    ASSERT_TRUE(TakeSnapshot(engine, folder()).ok());
    before = StateOf(engine).sequence;
  }
  std::filesystem::remove_all(folder() + "/feed");
  EngineUnderTest engine(folder());
  EXPECT_EQ(engine.feed.published(), before.Next());
  const std::unique_ptr<journal::Cursor> cursor = engine.feed.OpenCursor(Sequence(1));
  EXPECT_EQ(cursor->Next(engine.feed.published()).value()->sequence, Sequence(1));
}

TEST_F(SnapshotTest, AnotherStateThanTheEnginesNeverCounts) {
  EngineUnderTest engine(folder());
  engine.DefineMarket();
  State state = StateOf(engine);
  ++state.hash[0];
  const journal::Options journal = JournalIn(folder());
  const absl::StatusOr<SnapshotHeader> made =
      MakeSnapshot({engine.files, journal, engine.snapshots, engine.feed},
                   {state.position, state.timestamp, state.hash});
  EXPECT_TRUE(absl::IsDataLoss(made.status())) << made.status();
  EXPECT_TRUE(!std::filesystem::exists(snapshots()) || FilesIn(snapshots()).empty());
}

TEST_F(SnapshotTest, OneThatFindsNoRoomGivesBackWhatItTook) {
  journal::FaultyFileSystem files;
  SnapshotStore store(files, SnapshotsIn("somewhere"));
  Replica replica;
  Events events;
  replica.Apply({Sequence(1), Timestamp(1)}, OpenAccount{Id("alice")}, events);
  const journal::Position position{Sequence(1), {}};
  ASSERT_TRUE(store.Save(replica, position, Timestamp(1)).ok());
  const journal::FaultyFileSystem::Image before = files.Save();
  replica.Apply({Sequence(2), Timestamp(2)}, OpenAccount{Id("bob")}, events);
  for (const uint64_t room : {0u, 100u, 200u}) {
    files.SetCapacityBytes(before.begin()->second.size() + room);
    EXPECT_TRUE(
        absl::IsResourceExhausted(store.Save(replica, {Sequence(2), {}}, Timestamp(2)).status()));
    EXPECT_EQ(files.Save(), before) << room;
  }
}

// A start with a snapshot does not look at the feed before it.
TEST_F(SnapshotTest, NoneIsMadeWhereTheFeedCanNotBeMadeDurable) {
  journal::FaultyFileSystem files;
  EventFeed feed(files, FeedIn("somewhere"));
  ASSERT_TRUE(feed.Recover().ok());
  EngineUnderTest engine(folder());
  engine.DefineMarket();
  const State state = StateOf(engine);
  const journal::Options journal = JournalIn(folder());
  files.FailSync(1);
  for (int i = 0; i < 2; ++i) {  // What the device has is not known any more.
    const absl::Status made = MakeSnapshot({engine.files, journal, engine.snapshots, feed},
                                           {state.position, state.timestamp, state.hash})
                                  .status();
    EXPECT_TRUE(absl::IsUnavailable(made)) << made;
  }
  EXPECT_TRUE(!std::filesystem::exists(snapshots()) || FilesIn(snapshots()).empty());
}

TEST_F(SnapshotTest, AStopDoesNotWaitForOne) {
  EngineUnderTest engine(folder());
  engine.DefineMarket();
  const State state = StateOf(engine);
  const journal::Options journal = JournalIn(folder());
  const std::atomic<bool> stopping = true;
  const absl::Status made =
      MakeSnapshot({engine.files, journal, engine.snapshots, engine.feed, stopping},
                   {state.position, state.timestamp, state.hash})
          .status();
  EXPECT_TRUE(absl::IsCancelled(made)) << made;
  EXPECT_TRUE(!std::filesystem::exists(snapshots()) || FilesIn(snapshots()).empty());
}

TEST_F(SnapshotTest, TheNewestThreeAreKeptAndWhatWasNeverFinishedIsNot) {
  EngineUnderTest engine(folder());
  engine.DefineMarket();
  std::vector<Sequence> sequences;
  for (int i = 0; i < 5; ++i) {
    Trade(engine, 200 * i);
    sequences.push_back(TakeSnapshot(engine, folder()).value().position.sequence);
  }
  std::ofstream(snapshots() + "/00000000000000099999.snapshot.tmp") << "half";
  EXPECT_EQ(engine.snapshots.Prune().value(), sequences[3]);
  EXPECT_EQ(FilesIn(snapshots()).size(), 3u);
}

TEST_F(SnapshotTest, AJournalThatEndsBeforeTheMarkDoesNotStart) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    journal::Position position = StateOf(engine).position;
    position.sequence = Sequence(position.sequence.value() + 3);
    NoteMark(position);
  }
  EXPECT_EXIT(EngineUnderTest engine(folder()), testing::ExitedWithCode(72), "");
}

TEST_F(SnapshotTest, AJournalWithAnotherHashThanTheMarkDoesNotStart) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  {
    EngineUnderTest engine(folder());
    engine.DefineMarket();
    journal::Position position = StateOf(engine).position;
    position.chain_hash[5] ^= 1;
    NoteMark(position);
  }
  EXPECT_EXIT(EngineUnderTest engine(folder()), testing::ExitedWithCode(72), "");
}

// Batches of another history have other ends, so that the mark may be inside one.
TEST_F(SnapshotTest, AMarkInsideABatchIsOfAnotherHistoryAndNothingOfThisOneIsPublished) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  WriteBatchesOf(1'050, 2);
  NoteMark({Sequence(1'075), {1, 2, 3}});
  EXPECT_EXIT(EngineUnderTest engine(folder()), testing::ExitedWithCode(72),
              "commit.mark's position at sequence 1075 is not of this history: the batch that "
              "holds it ends at 2100");

  journal::PosixFileSystem files;
  SystemClock clock;
  prometheus::Registry registry;
  Metrics metrics(registry);
  JournalCommitLog log(files, JournalIn(folder()));
  EventFeed feed(files, FeedIn(folder()));
  Pipeline pipeline(log, feed, clock, metrics);
  const SnapshotStore store(files, SnapshotsIn(folder()));
  EXPECT_TRUE(absl::IsOutOfRange(pipeline.Recover(store, {})));
  EXPECT_EQ(feed.stored(), Sequence(0));
}

TEST_F(SnapshotTest, AMarkThatWasNotWrittenWholeIsNoMark) {
  journal::PosixFileSystem files;
  CommitMark mark(files, folder());
  EXPECT_EQ(mark.Read().value(), std::nullopt);
  ASSERT_TRUE(mark.Open().ok());
  EXPECT_EQ(mark.Read().value(), std::nullopt);
  const journal::Position position{Sequence(7), {1, 2, 3}};
  ASSERT_TRUE(mark.Note(position, Timestamp(1'000'000'000)).ok());
  EXPECT_EQ(mark.Read().value(), position);
  ASSERT_TRUE(mark.Note({Sequence(8), {}}, Timestamp(1'050'000'000)).ok());
  EXPECT_EQ(mark.Read().value(), position);  // Too soon after the last one.
  FlipByte(folder() + "/commit.mark", 9);
  EXPECT_EQ(mark.Read().value(), std::nullopt);
}

// A replay that comes to another state than was attested stops; here the attestation lies.
TEST_F(SnapshotTest, AReplayThatDiffersFromWhatWasDoesNotStart) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  WriteJournal(folder(), {RecordOf(Tick{}), RecordOf(OpenAccount{Id("a")}),
                          RecordOf(OpenAccount{Id("b")}, {.attests = {Sequence(2), {1, 2}}})});
  EXPECT_EXIT(EngineUnderTest engine(folder()), testing::ExitedWithCode(73), "");
}

TEST_F(SnapshotTest, BoundsOfTheOptionsAreNamed) {
  EXPECT_FALSE(Validate(SnapshotOptions{.kept = 2}).ok());
  EXPECT_FALSE(Validate(SnapshotOptions{.every_commands = 0}).ok());
  EXPECT_FALSE(Validate(SnapshotOptions{.every_seconds = 0}).ok());
  EXPECT_TRUE(Validate(SnapshotOptions{}).ok());
}

}  // namespace
}  // namespace rialto::engine
