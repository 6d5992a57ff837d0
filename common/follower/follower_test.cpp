#include "common/follower/follower.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "common/follower/stored_positions.h"
#include "common/follower/test_feed.h"
#include "common/postgres/test_database.h"
#include "common/postgres/test_proxy.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

constexpr postgres::Migration kMigrations[] = {
    {1, "0001_init.sql", "CREATE TABLE applied (sequence bigint PRIMARY KEY);"}};
constexpr postgres::Schema kSchema{"demo", kMigrations, 1};

// Writes one row per command; keeps their count in memory to see that Load() sets it right.
class DemoStore : public FollowerStore {
 public:
  const postgres::Schema& schema() const override { return schema_; }

  absl::Status Load(postgres::Transaction& transaction) override {
    ++loads_;
    ASSIGN_OR_RETURN(postgres::Result count,
                     transaction.Execute("SELECT count(*) FROM demo.applied"));
    count_ = count.row(0).Int64(0);
    return absl::OkStatus();
  }

  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override {
    std::vector<int64_t> sequences;
    for (const engine::v1::CommandEvents* command : commands) {
      sequences.push_back(static_cast<int64_t>(command->sequence()));
    }
    held_.wait(true);
    count_ += static_cast<int64_t>(commands.size());
    RETURN_IF_ERROR(
        transaction.Execute("INSERT INTO demo.applied SELECT unnest($1)", {sequences}).status());
    if (failures_ > 0) {
      --failures_;
      return absl::AbortedError("deadlock on purpose");
    }
    if (static_cast<uint64_t>(count_) != commands.back()->sequence()) {
      return absl::InternalError("what is in memory is not what is in the database");
    }
    return absl::OkStatus();
  }

  postgres::Schema schema_ = kSchema;
  std::atomic<bool> held_ = false;  // Apply() waits; notify_all() when it shall go on.
  std::atomic<int> failures_ = 0;
  std::atomic<int> loads_ = 0;

 private:
  int64_t count_ = 0;
};

class FollowerTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres::TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    feed_ = std::make_unique<TestFeed>();
  }

  void TearDown() override {
    store_.held_ = false;
    store_.held_.notify_all();
    follower_.reset();
  }

  void StartFollower() {
    follower_.reset();
    registry_ = std::make_unique<prometheus::Registry>();
    follower_ = MakeFollower(store_, *registry_);
    ASSERT_TRUE(follower_->Start().ok());
  }

  std::unique_ptr<Follower> MakeFollower(DemoStore& store, prometheus::Registry& registry) {
    FollowerOptions options;
    options.service = "demo";
    options.engine_address = feed_->address();
    options.database_url = proxy_ == nullptr ? database_->url() : proxy_->url();
    options.batch_commands_max = batch_commands_max_;
    options.on_fault = [this](FollowerFault fault) { fault_ = fault; };
    return std::make_unique<Follower>(options, store, registry);
  }

  bool Reaches(uint64_t sequence) {
    return WaitUntil([&] { return follower_->position() == Sequence(sequence); });
  }

  bool Faults(FollowerFault fault) {
    return WaitUntil([&] { return fault_.load() == fault; });
  }

  // The rows are exactly 1..sequence and the stored position says so.
  void ExpectApplied(int64_t sequence) {
    auto connection = postgres::Connection::Open(database_->url());
    ASSERT_TRUE(connection.ok());
    auto result = (*connection)
                      ->Execute(
                          "SELECT count(*), coalesce(max(applied.sequence), 0),"
                          " (SELECT sequence FROM demo.follower_position WHERE name = 'demo')"
                          " FROM demo.applied");
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->row(0).Int64(0), sequence);
    EXPECT_EQ(result->row(0).Int64(1), sequence);
    EXPECT_EQ(result->row(0).Int64(2), sequence);
  }

  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<postgres::TestProxy> proxy_;  // nullptr: straight to the database.
  std::unique_ptr<TestFeed> feed_;
  std::unique_ptr<prometheus::Registry> registry_;
  DemoStore store_;
  size_t batch_commands_max_ = 5'000;
  std::atomic<std::optional<FollowerFault>> fault_;
  std::unique_ptr<Follower> follower_;
};

TEST_F(FollowerTest, AppliesThePastAndThePresent) {
  feed_->AppendEmpty(1'000);
  StartFollower();
  EXPECT_EQ(follower_->lag(), Follower::kLagUnknown);
  ASSERT_TRUE(Reaches(1'000));
  feed_->AppendEmpty(7);
  ASSERT_TRUE(Reaches(1'007));
  ExpectApplied(1'007);
  EXPECT_EQ(follower_->lag(), 0u);
  EXPECT_EQ(follower_->engine_head(), Sequence(1'007));
}

TEST_F(FollowerTest, KnowsHowFarItIsBehindWhileItCatchesUp) {
  constexpr uint64_t kBatch = 1'000;
  constexpr uint64_t kHistory = 100'000;
  batch_commands_max_ = kBatch;
  feed_->AppendEmpty(kHistory);
  store_.held_ = true;
  StartFollower();
  ASSERT_TRUE(WaitUntil([&] { return follower_->lag() != Follower::kLagUnknown; }));
  EXPECT_EQ(follower_->lag(), kHistory);
  store_.held_ = false;
  store_.held_.notify_all();
  // Whenever it is looked at: as far behind as it is, and never level.
  uint64_t looks = 0;
  while (follower_->position().value() < kHistory - kBatch) {
    const uint64_t before = follower_->position().value();
    const uint64_t lag = follower_->lag();
    const int64_t lag_ns = follower_->lag_ns();
    const uint64_t after = follower_->position().value();
    ASSERT_LE(lag, kHistory - before);
    ASSERT_GE(lag, kHistory - after);
    ASSERT_TRUE(lag_ns > 0 || after == kHistory);
    EXPECT_EQ(follower_->engine_head(), Sequence(kHistory));
    ++looks;
  }
  EXPECT_GT(looks, 0u);
  ASSERT_TRUE(Reaches(kHistory));
  EXPECT_EQ(follower_->lag(), 0u);
}

TEST_F(FollowerTest, NamesItsMetricsAfterTheService) {
  StartFollower();
  std::vector<std::string> names;
  for (const prometheus::MetricFamily& family : registry_->Collect()) names.push_back(family.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "demo_mirror_lag_events", "demo_mirror_lag_seconds",
                         "demo_applied_sequence", "demo_mirror_batches_total",
                         "demo_mirror_batch_seconds", "demo_mirror_retries_total"));
}

TEST_F(FollowerTest, ResumesWhereItsPredecessorStopped) {
  feed_->AppendEmpty(500);
  StartFollower();
  ASSERT_TRUE(Reaches(500));
  follower_->Stop();
  feed_->AppendEmpty(500);
  StartFollower();
  ASSERT_TRUE(Reaches(1'000));
  ExpectApplied(1'000);
}

TEST_F(FollowerTest, SubscribesAgainWhenTheStreamBreaks) {
  StartFollower();
  for (int round = 1; round <= 5; ++round) {
    feed_->AppendEmpty(100);
    ASSERT_TRUE(Reaches(static_cast<uint64_t>(round) * 100));
    const int subscriptions = feed_->subscription_count();
    feed_->BreakStreams();
    ASSERT_TRUE(WaitUntil([&] { return feed_->subscription_count() > subscriptions; }));
  }
  ExpectApplied(500);
}

TEST_F(FollowerTest, WaitsForAnEngineThatIsDown) {
  feed_->AppendEmpty(10);
  feed_->Kill();
  StartFollower();
  ASSERT_TRUE(WaitUntil([&] { return store_.loads_ > 0; }));
  EXPECT_EQ(follower_->lag(), Follower::kLagUnknown);
  feed_->Restart();
  ASSERT_TRUE(Reaches(10));
  feed_->Kill();
  feed_->AppendEmpty(10);
  feed_->Restart();
  ASSERT_TRUE(Reaches(20));
  ExpectApplied(20);
}

TEST_F(FollowerTest, WaitsForADatabaseThatIsDownAndStopsAtOnce) {
  FollowerOptions options;
  options.service = "demo";
  options.engine_address = feed_->address();
  options.database_url = "host=/nowhere dbname=rialto";
  prometheus::Registry registry;
  Follower follower(options, store_, registry);
  ASSERT_TRUE(follower.Start().ok());
  EXPECT_EQ(follower.lag(), Follower::kLagUnknown);
  follower.Stop();
  EXPECT_EQ(follower.lag(), Follower::kLagUnknown);
}

TEST_F(FollowerTest, StopsAtAGap) {
  feed_->AppendEmpty(1'000);
  feed_->SetTrouble([](engine::v1::SubscribeResponse& message) {
    if (message.commands_size() > 0 && message.commands(0).sequence() == 501) {
      message.mutable_commands()->DeleteSubrange(0, 1);
    }
  });
  StartFollower();
  ASSERT_TRUE(Faults(FollowerFault::kFeedBroken));
  EXPECT_LE(follower_->position(), Sequence(500));
}

TEST_F(FollowerTest, StopsAtARepeat) {
  feed_->AppendEmpty(1'000);
  feed_->SetTrouble([](engine::v1::SubscribeResponse& message) {
    if (message.commands_size() > 0 && message.commands(0).sequence() == 501) {
      for (auto& command : *message.mutable_commands()) {
        command.set_sequence(command.sequence() - 1);
      }
    }
  });
  StartFollower();
  ASSERT_TRUE(Faults(FollowerFault::kFeedBroken));
  EXPECT_LE(follower_->position(), Sequence(500));
}

TEST_F(FollowerTest, StopsWhenTheEngineHasLostHistory) {
  feed_->AppendEmpty(100);
  StartFollower();
  ASSERT_TRUE(Reaches(100));
  feed_->Truncate(50);
  feed_->BreakStreams();
  ASSERT_TRUE(Faults(FollowerFault::kMirrorAhead));
  ExpectApplied(100);
}

TEST_F(FollowerTest, StopsWhenTheEngineHasAnotherHistory) {
  feed_->AppendEmpty(100);
  StartFollower();
  ASSERT_TRUE(Reaches(100));
  feed_->Truncate(99);
  feed_->AppendEmpty(1);  // As many commands as the follower knows of, but another one.
  feed_->BreakStreams();
  ASSERT_TRUE(Faults(FollowerFault::kMirrorAhead));
  ExpectApplied(100);
}

TEST_F(FollowerTest, ItsPositionCanBeReadByTheEngine) {
  EXPECT_TRUE(ReadStoredPositions(database_->url())->empty());
  feed_->AppendEmpty(6);
  engine::v1::CommandEvents last;
  last.mutable_checkpoint()->set_state_hash("0123456789abcdef");
  feed_->Append(last);
  StartFollower();
  ASSERT_TRUE(Reaches(7));
  const absl::StatusOr<std::vector<StoredPosition>> positions =
      ReadStoredPositions(database_->url());
  ASSERT_TRUE(positions.ok()) << positions.status();
  ASSERT_EQ(positions->size(), 1u);
  EXPECT_EQ(positions->front().service, "demo");
  EXPECT_EQ(positions->front().sequence, Sequence(7));
  EXPECT_EQ(positions->front().checkpoint_sequence, Sequence(7));
  EXPECT_EQ(positions->front().checkpoint_hash, "0123456789abcdef");
  EXPECT_FALSE(ReadStoredPositions("host=/nowhere dbname=rialto").ok());
}

// As a pg_dump does: it reads the table and goes on for an hour.
TEST_F(FollowerTest, StartsWhileSomeoneReadsItsPositionForLong) {
  feed_->AppendEmpty(3);
  StartFollower();
  ASSERT_TRUE(Reaches(3));
  follower_.reset();
  const auto reader = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->ExecuteScript("BEGIN; SELECT * FROM demo.follower_position").ok());
  feed_->AppendEmpty(3);
  StartFollower();
  EXPECT_TRUE(Reaches(6));
}

TEST_F(FollowerTest, TheEngineDoesNotWaitForALockOnItsPosition) {
  feed_->AppendEmpty(3);
  StartFollower();
  ASSERT_TRUE(Reaches(3));
  follower_.reset();
  const auto owner = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(owner.ok());
  ASSERT_TRUE((*owner)->ExecuteScript("BEGIN; LOCK TABLE demo.follower_position").ok());
  EXPECT_TRUE(absl::IsUnavailable(ReadStoredPositions(database_->url()).status()));
}

TEST_F(FollowerTest, StopsWhenSomeoneElseMovedThePosition) {
  feed_->AppendEmpty(10);
  StartFollower();
  ASSERT_TRUE(Reaches(10));
  auto connection = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE((*connection)->ExecuteScript("UPDATE demo.follower_position SET sequence = 9").ok());
  feed_->AppendEmpty(1);
  ASSERT_TRUE(Faults(FollowerFault::kFeedBroken));
}

TEST_F(FollowerTest, StopsWhenAMigrationWasChanged) {
  StartFollower();
  ASSERT_TRUE(Reaches(0) && WaitUntil([&] { return store_.loads_ > 0; }));
  const postgres::Migration changed[] = {{1, "0001_init.sql", "CREATE TABLE other (a bigint);"}};
  follower_->Stop();
  store_.schema_ = {"demo", changed, 1};
  StartFollower();
  ASSERT_TRUE(Faults(FollowerFault::kSchemaMismatch));
}

TEST_F(FollowerTest, OffersABatchAgainAfterAFailure) {
  store_.failures_ = 3;
  feed_->AppendEmpty(200);
  StartFollower();
  ASSERT_TRUE(Reaches(200));
  EXPECT_EQ(store_.loads_, 4);
  ExpectApplied(200);
}

// The batch is in the database, and the follower does not know.
TEST_F(FollowerTest, AppliesExactlyOnceWhenTheAnswerToACommitIsLost) {
  proxy_ = std::make_unique<postgres::TestProxy>(database_->url());
  StartFollower();
  feed_->AppendEmpty(10);
  ASSERT_TRUE(Reaches(10));
  for (int round = 1; round <= 5; ++round) {
    proxy_->LoseNextCommitAnswer();
    feed_->AppendEmpty(10);
    ASSERT_TRUE(WaitUntil([&] { return proxy_->lost_answer_count() == round; }));
    ASSERT_TRUE(Reaches(static_cast<uint64_t>(round + 1) * 10));
  }
  ExpectApplied(60);
  EXPECT_EQ(store_.loads_, 6);
  EXPECT_FALSE(fault_.load().has_value());
}

// Sessions die at any moment, also between COMMIT and its answer.
TEST_F(FollowerTest, AppliesExactlyOnceWhileSessionsAreTerminated) {
  batch_commands_max_ = 20;
  StartFollower();
  constexpr uint64_t kRounds = 30;
  constexpr uint64_t kCommandsPerRound = 400;
  for (uint64_t round = 0; round < kRounds; ++round) {
    feed_->AppendEmpty(kCommandsPerRound);
    const Sequence middle(round * kCommandsPerRound + round * 37 % kCommandsPerRound);
    ASSERT_TRUE(WaitUntil([&] { return follower_->position() >= middle; }));
    database_->TerminateSessions();
    if (round % 5 == 0) feed_->BreakStreams();
  }
  ASSERT_TRUE(Reaches(kRounds * kCommandsPerRound));
  ExpectApplied(kRounds * kCommandsPerRound);
  EXPECT_GT(store_.loads_, 1);
  EXPECT_FALSE(fault_.load().has_value());
}

TEST_F(FollowerTest, LeavesTheStoreToTheFirstOfTwo) {
  feed_->AppendEmpty(10);
  StartFollower();
  ASSERT_TRUE(Reaches(10));
  DemoStore second_store;
  prometheus::Registry registry;
  std::unique_ptr<Follower> second = MakeFollower(second_store, registry);
  ASSERT_TRUE(second->Start().ok());
  feed_->AppendEmpty(10);
  ASSERT_TRUE(Reaches(20));
  EXPECT_EQ(second_store.loads_, 0);
  follower_->Stop();
  follower_.reset();
  ASSERT_TRUE(WaitUntil([&] { return second->position() == Sequence(20); }));
  second->Stop();
  ExpectApplied(20);
}

}  // namespace
}  // namespace rialto
