#include "engine/server/sequencer.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/server/engine_under_test.h"

namespace rialto::engine {
namespace {

Balance BalanceOf(EngineUnderTest& engine, uint64_t account, uint32_t asset) {
  std::promise<Balance> promise;
  CHECK_OK(engine.sequencer.Ask([&](const Engine& state) {
    promise.set_value(state.accounts().Get(AccountId(account), AssetId(asset)));
  }));
  return promise.get_future().get();
}

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SequencerTest, AnOwnerReadsItsOwnWrites) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  const Outcome placed = engine.Do(LimitOrder("b-1", Side::kBuy, 100, 1000));
  EXPECT_EQ(placed.status, OrderStatus::kOpen);
  EXPECT_EQ(BalanceOf(engine, 1001, 1).held, Amount(101));  // 1.00 USD and the fee of 0.0002, up.
}

TEST(SequencerTest, EverythingAcknowledgedIsThereAfterARestart) {
  TemporaryFolder folder;
  Balance before;
  uint64_t sequence = 0;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    for (int i = 0; i < 400; ++i) {  // Several segments of the journal.
      const Side side = i % 2 == 0 ? Side::kBuy : Side::kSell;
      sequence =
          engine.Do(LimitOrder(absl::StrCat("o-", i), side, 100, 1 + i % 3)).sequence.value();
    }
    before = BalanceOf(engine, 1001, 1);
  }
  EngineUnderTest engine(folder.path());
  const Balance after = BalanceOf(engine, 1001, 1);
  EXPECT_EQ(after.available, before.available);
  EXPECT_EQ(after.held, before.held);
  EXPECT_EQ(engine.feed.published(), Sequence(sequence + 1));  // And the note of the start.
  const Outcome repeated = engine.Do(LimitOrder("o-399", Side::kSell, 100, 1 + 399 % 3));
  EXPECT_TRUE(repeated.repeated);
  EXPECT_EQ(repeated.sequence, Sequence(sequence));
}

TEST(SequencerTest, ManyCallersAreDecidedInOneDenseOrder) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  constexpr int kCallers = 8;
  constexpr int kOrders = 200;
  std::vector<std::thread> callers;
  absl::Mutex mutex;
  std::set<Sequence> sequences;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kOrders; ++i) {
        const Outcome outcome =
            engine.Do(LimitOrder(absl::StrCat("c", caller, "-", i), Side::kBuy, 1 + i, 1));
        absl::MutexLock lock(&mutex);
        sequences.insert(outcome.sequence);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  ASSERT_EQ(sequences.size(), static_cast<size_t>(kCallers * kOrders));
  EXPECT_EQ(sequences.rbegin()->value() - sequences.begin()->value() + 1, sequences.size());
}

// A log whose disk waits for a signal, or fails.
class GatedLog : public CommitLog {
 public:
  absl::Status Recover(const journal::Position&, const SeenHistory&, ApplyRecord) override {
    return absl::OkStatus();
  }
  uint32_t engine_version() const override { return 1; }
  uint64_t dropped_bytes() const override { return 0; }
  bool HasRoomFor(size_t) const override { return true; }
  void Append(const CommandHeader& header, std::string_view) override {
    position_.sequence = header.sequence;
  }
  absl::Status Commit() override {
    if (position_.sequence == Sequence(1)) return absl::OkStatus();  // The note of the start.
    if (!committing.HasBeenNotified()) committing.Notify();
    gate.WaitForNotification();
    return fails ? absl::InternalError("EIO") : absl::OkStatus();
  }
  journal::Position position() const override { return position_; }
  uint64_t bytes_written() const override { return 0; }

  absl::Notification committing;
  absl::Notification gate;
  bool fails = false;

 private:
  journal::Position position_;
};

struct GatedEngine {
  explicit GatedEngine(const std::string& folder)
      : feed(files, FeedIn(folder)),
        snapshots(files, SnapshotOptions{}),
        metrics(registry),
        sequencer({log, feed, snapshots, clock, metrics}) {
    InitLog("engine");
    CHECK_OK(sequencer.Start());
  }
  journal::PosixFileSystem files;
  SystemClock clock;
  prometheus::Registry registry;
  GatedLog log;
  EventFeed feed;
  SnapshotStore snapshots;
  Metrics metrics;
  Sequencer sequencer;
};

TEST(SequencerTest, NothingIsAnsweredOrPublishedBeforeItIsDurable) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  std::atomic<bool> answered = false;
  absl::Notification done;
  ASSERT_TRUE(engine.sequencer
                  .Submit({CreateAsset{Id("USD"), 2}},
                          [&](absl::Span<const Outcome>) {
                            answered = true;
                            done.Notify();
                          })
                  .ok());
  engine.log.committing.WaitForNotification();
  EXPECT_FALSE(answered);
  EXPECT_EQ(engine.feed.published(), Sequence(1));  // The note of the start.
  EXPECT_EQ(engine.sequencer.catalog()->FindAsset("USD"), nullptr);
  engine.log.gate.Notify();
  done.WaitForNotification();
  engine.sequencer.Stop();
  EXPECT_EQ(engine.feed.published(), Sequence(2));
  EXPECT_NE(engine.sequencer.catalog()->FindAsset("USD"), nullptr);
}

TEST(SequencerTest, AFullInboxRefusesAndTakesNothing) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  const auto ignore = [](absl::Span<const Outcome>) {};
  ASSERT_TRUE(engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, ignore).ok());
  engine.log.committing.WaitForNotification();
  absl::Status status;
  int taken = 0;
  while ((status = engine.sequencer.Submit({OpenAccount{Id("x")}}, ignore)).ok()) ++taken;
  EXPECT_EQ(taken, 16'384);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message().substr(0, 10), "INBOX_FULL");
  engine.log.gate.Notify();
  engine.sequencer.Stop();
  EXPECT_EQ(engine.feed.published(), Sequence(2 + 16'384));
  EXPECT_EQ(engine.sequencer.Submit({OpenAccount{Id("x")}}, ignore).code(),
            absl::StatusCode::kUnavailable);
}

// The feed takes more room than the journal; both are asked.
TEST(SequencerTest, WithoutRoomForTheFeedOnlyCancelsAreTaken) {
  InitLog("engine");
  journal::FaultyFileSystem files;
  journal::Options options = FeedIn("somewhere");
  options.spare_segments = 1;
  files.SetCapacityBytes(options.segment_bytes * 3 / 2);  // Of the one it writes, and no spare.
  EventFeed feed(files, options);
  GatedLog log;
  log.gate.Notify();
  SystemClock clock;
  prometheus::Registry registry;
  Metrics metrics(registry);
  const SnapshotStore snapshots(files, SnapshotOptions{});
  Sequencer sequencer({log, feed, snapshots, clock, metrics});
  ASSERT_TRUE(sequencer.Start().ok());
  const auto ignore = [](absl::Span<const Outcome>) {};
  absl::Status status;
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (status.ok() && absl::Now() < deadline) {
    status = sequencer.Submit({OpenAccount{Id("x")}}, ignore);
    std::this_thread::yield();
  }
  EXPECT_THAT(std::string(status.message()), testing::StartsWith("DISK_FULL"));
  EXPECT_TRUE(sequencer.Submit({CancelOrder{}}, ignore).ok());
  sequencer.Stop();
}

// What is decided together settles together, after 256 commands at the latest.
TEST(SequencerTest, EveryPieceOfWorkSettlesOnceSoonAfterItsReply) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  ASSERT_TRUE(
      engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, [](absl::Span<const Outcome>) {}).ok());
  engine.log.committing.WaitForNotification();
  std::string heard;
  for (int i = 0; i < 300; ++i) {
    Work work;
    work.commands.push_back(OpenAccount{Id("x")});
    work.reply = [&heard](absl::Span<const Outcome>) { heard += 'r'; };
    work.settled = [&heard] { heard += 's'; };
    ASSERT_TRUE(engine.sequencer.Submit(std::move(work), nullptr).ok());
  }
  engine.log.gate.Notify();
  engine.sequencer.Stop();
  const auto times = [](size_t count, char what) { return std::string(count, what); };
  EXPECT_EQ(heard, times(256, 'r') + times(256, 's') + times(44, 'r') + times(44, 's'));
}

TEST(SequencerTest, AQuestionBetweenCommandsOfABatchIsAnsweredAtTheJournalsEnd) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  const auto ignore = [](absl::Span<const Outcome>) {};
  ASSERT_TRUE(engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, ignore).ok());
  engine.log.committing.WaitForNotification();
  Sequence of_state;
  Sequence of_journal;
  ASSERT_TRUE(engine.sequencer.Submit({OpenAccount{Id("x")}}, ignore).ok());
  ASSERT_TRUE(engine.sequencer
                  .Ask([&](const Engine& state) {
                    of_state = state.sequence();
                    of_journal = engine.sequencer.journal_position().sequence;
                  })
                  .ok());
  ASSERT_TRUE(engine.sequencer.Submit({OpenAccount{Id("y")}}, ignore).ok());
  engine.log.gate.Notify();
  engine.sequencer.Stop();
  EXPECT_EQ(of_state, Sequence(4));
  EXPECT_EQ(of_journal, Sequence(4));
}

TEST(SequencerTest, OnceTheInboxIsFullCancelsStillPass) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  const auto ignore = [](absl::Span<const Outcome>) {};
  ASSERT_TRUE(engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, ignore).ok());
  engine.log.committing.WaitForNotification();
  while (engine.sequencer.Submit({OpenAccount{Id("x")}}, ignore).ok()) {
  }
  int taken = 0;
  while (engine.sequencer.Submit({CancelOrder{}}, ignore).ok()) ++taken;
  EXPECT_EQ(taken, 65'536);
  engine.log.gate.Notify();
  engine.sequencer.Stop();
}

TEST(SequencerTest, TheEndOfASessionIsNotLostInAFullInbox) {
  TemporaryFolder folder;
  GatedEngine engine(folder.path());
  const auto ignore = [](absl::Span<const Outcome>) {};
  ASSERT_TRUE(engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, ignore).ok());
  engine.log.committing.WaitForNotification();
  while (engine.sequencer.Submit({OpenAccount{Id("x")}}, ignore).ok()) {
  }
  engine.sequencer.EndSession(7);
  engine.log.gate.Notify();
  engine.sequencer.Stop();
  EXPECT_EQ(engine.feed.published(), Sequence(2 + 16'384 + 1));
}

// What time did on its own is history like everything else.
TEST(SequencerTest, TimeThatPassedIsRememberedAfterARestart) {
  TemporaryFolder folder;
  Sequence sequence;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    engine.Do(LimitOrder("b-1", Side::kBuy, 100, 1000));
    const Outcome armed = engine.Do(CancelAllAfter{AccountId(1001), 50'000'000});
    EXPECT_GT(armed.due_ns, 0);
    while (engine.feed.published() == armed.sequence) std::this_thread::yield();
    sequence = engine.feed.published();
    EXPECT_EQ(sequence, armed.sequence.Next());  // One Tick.
    EXPECT_EQ(BalanceOf(engine, 1001, 1).held, Amount(0));
  }
  EngineUnderTest engine(folder.path());
  EXPECT_EQ(BalanceOf(engine, 1001, 1).held, Amount(0));
  EXPECT_EQ(engine.feed.published(), sequence.Next());  // The note of the start.
}

TEST(SequencerTest, SessionsHaveNumbersOfTheirOwn) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  std::set<uint32_t> sessions;
  for (int i = 0; i < 1'000; ++i) sessions.insert(engine.sequencer.NewSession().value());
  EXPECT_EQ(sessions.size(), 1'000u);
  EXPECT_FALSE(sessions.contains(0));
  engine.sequencer.Stop();
  EXPECT_EQ(engine.sequencer.NewSession().status().code(), absl::StatusCode::kUnavailable);
}

double MetricOf(EngineUnderTest& engine, const std::string& name, const std::string& label) {
  for (const prometheus::MetricFamily& family : engine.registry.Collect()) {
    if (family.name != name) continue;
    for (const prometheus::ClientMetric& metric : family.metric) {
      for (const prometheus::ClientMetric::Label& found : metric.label) {
        if (found.value == label) return metric.counter.value + metric.gauge.value;
      }
    }
  }
  return -1;
}

TEST(SequencerTest, MetricsTellWhatHappened) {
  TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  engine.DefineMarket();
  PlaceOrder stop = LimitOrder("stop", Side::kSell, 0, 1);
  stop.type = OrderType::kStop;
  stop.terms.trigger_source = TriggerSource::kMark;
  stop.terms.trigger_price = Price(90);
  ASSERT_TRUE(engine.Do(stop).accepted());
  engine.Do(SetMarkPrice{InstrumentId(1), Price(90)});
  EXPECT_EQ(MetricOf(engine, "engine_orders_triggered_total", "mark"), 1);
  EXPECT_EQ(MetricOf(engine, "engine_orders_triggered_total", "last"), 0);

  engine.Do(LimitOrder("b-1", Side::kBuy, 100, 1));
  PlaceOrder own = LimitOrder("s-1", Side::kSell, 100, 1);
  own.account_id = AccountId(1001);
  own.self_trade = SelfTrade::kExpireMaker;
  engine.Do(own);
  EXPECT_EQ(MetricOf(engine, "engine_self_trades_prevented_total", "expire_maker"), 1);

  EXPECT_EQ(MetricOf(engine, "engine_instrument_state", "trading"), 1);
  engine.Do(SetInstrumentState{InstrumentId(1), InstrumentState::kHalted, Timestamp(0)});
  EXPECT_EQ(MetricOf(engine, "engine_instrument_state", "trading"), 0);
  EXPECT_EQ(MetricOf(engine, "engine_instrument_state", "halted"), 1);
  engine.Do(LimitOrder("b-2", Side::kBuy, 100, 1));
  EXPECT_EQ(MetricOf(engine, "engine_rejects_total", "INSTRUMENT_STATE"), 1);
}

TEST(SequencerDeathTest, AFailedCommitEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        TemporaryFolder folder;
        GatedEngine engine(folder.path());
        engine.log.fails = true;
        engine.log.gate.Notify();
        (void)engine.sequencer.Submit({CreateAsset{Id("A"), 2}}, [](absl::Span<const Outcome>) {
          std::fprintf(stderr, "ANSWERED");
        });
        absl::Notification().WaitForNotification();  // The writer thread ends the process.
      },
      testing::ExitedWithCode(70), "exit_code=70");
}

TEST(SequencerDeathTest, ACorruptJournalIsNotStarted) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  TemporaryFolder folder;
  { EngineUnderTest(folder.path()).DefineMarket(); }
  const std::string segment = folder.path() + "/journal/00000000000000000001.jnl";
  {
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 40);  // Inside the first command, with many after it.
    file.put('\x7f');
  }
  EXPECT_EXIT({ EngineUnderTest engine(folder.path()); }, testing::ExitedWithCode(71),
              "00000000000000000001.jnl");
}

TEST(SequencerDeathTest, AFeedAheadOfTheJournalIsAHardStop) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  TemporaryFolder folder;
  { EngineUnderTest(folder.path()).DefineMarket(); }
  std::filesystem::remove_all(folder.path() + "/journal");
  EXPECT_EXIT({ EngineUnderTest engine(folder.path()); }, testing::ExitedWithCode(72),
              "the feed has seen more: the journal ends at sequence 0");
}

TEST(SequencerDeathTest, WhatAFollowerHasSeenMustBeThere) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  TemporaryFolder folder;
  Sequence last;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    last = engine.feed.published();
  }
  const std::string segment = folder.path() + "/journal/00000000000000000001.jnl";
  const std::string journal = ContentOf(segment);
  const auto start = [&](SeenHistory seen) { EngineUnderTest engine(folder.path(), {seen}); };
  EXPECT_EXIT(start({.by = "ledger", .sequence = last.Next()}), testing::ExitedWithCode(72),
              "ledger has seen more: the journal ends at sequence");
  EXPECT_EQ(ContentOf(segment), journal);
  start({.by = "ledger", .sequence = last});
}

TEST(SequencerDeathTest, AFollowerOfAnotherHistoryIsAHardStop) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  TemporaryFolder folder;
  Attestation checkpoint;
  {
    EngineUnderTest engine(folder.path());
    engine.DefineMarket();
    checkpoint = engine.sequencer.replica().last_attestation();
    ASSERT_NE(checkpoint.sequence, Sequence());
  }
  const auto start = [&] {
    EngineUnderTest engine(
        folder.path(), {{.by = "pms", .sequence = checkpoint.sequence, .checkpoint = checkpoint}});
  };
  start();
  checkpoint.hash.back() ^= 1;
  EXPECT_EXIT(start(), testing::ExitedWithCode(72), "another history than the one pms has seen");
}

}  // namespace
}  // namespace rialto::engine
