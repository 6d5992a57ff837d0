// The rebuild against a real PostgreSQL and a feed.
#include "ledger/rebuild_command.h"

#include <memory>
#include <string>

#include "common/follower/follower.h"
#include "common/follower/test_feed.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/follower_options.h"
#include "ledger/history_fixture.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

using testing::HasSubstr;

class RebuildTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres::TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    history_.Deposit(kAlice, 1, 100'000);
    history_.Deposit(kBob, 2, 50);
    for (int i = 0; i < 20; ++i) history_.Trade();
    StartLedger();
  }

  void TearDown() override {
    if (follower_ != nullptr) follower_->Stop();
  }

  void StartLedger() {
    registry_ = std::make_unique<prometheus::Registry>();
    metrics_ = std::make_unique<Metrics>(*registry_);
    store_ = std::make_unique<Store>(*metrics_);
    follower_ = std::make_unique<Follower>(OptionsOfFollower(feed_.address(), database_->url()),
                                           *store_, *registry_);
    ASSERT_TRUE(follower_->Start().ok());
    ASSERT_TRUE(WaitUntil([&] { return follower_->position() == Sequence(history_.sequence()); }));
  }

  absl::StatusOr<Sequence> Run() {
    return Rebuild({.engine_address = feed_.address(),
                    .database_url = database_->url(),
                    .patience_seconds = 2});
  }

  std::string Text(const std::string& sql) {
    auto connection = postgres::Connection::Open(database_->url());
    CHECK_OK(connection);
    auto result = (*connection)->Execute(sql);
    CHECK_OK(result);
    return std::string(result->row(0).Text(0));
  }

  TestFeed feed_;
  History history_{[this](const engine::v1::CommandEvents& command) { feed_.Append(command); }};
  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Follower> follower_;
};

TEST_F(RebuildTest, ReplacesWhatWasTamperedWithAndTheServiceGoesOn) {
  constexpr char kHoldings[] =
      "SELECT string_agg(concat_ws(' ', account_id, asset_id, available, held), ', '"
      " ORDER BY account_id, asset_id) FROM ledger.balances";
  const std::string before = Text(kHoldings);
  follower_->Stop();
  auto connection = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE((*connection)->ExecuteScript("UPDATE ledger.balances SET available = 7").ok());
  follower_.reset();

  const absl::StatusOr<Sequence> rebuilt = Run();
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(*rebuilt, Sequence(history_.sequence()));
  EXPECT_EQ(Text(kHoldings), before);
  EXPECT_EQ(Text("SELECT max(available) FROM ledger_replaced.balances"), "7");

  StartLedger();  // From where the rebuild ended, into the tables that changed their name.
  history_.Trade();
  ASSERT_TRUE(WaitUntil([&] { return follower_->position() == Sequence(history_.sequence()); }));
  EXPECT_EQ(metrics_->drift_accounts.Value(), 0);
  EXPECT_EQ(Text("SELECT count(*) FROM ledger.trades"), "21");
  EXPECT_THAT(std::string((*connection)
                              ->ExecuteScript("GRANT ALL ON ALL TABLES IN SCHEMA ledger TO"
                                              " CURRENT_USER; DELETE FROM ledger.postings")
                              .message()),
              HasSubstr("append-only"));
  ASSERT_TRUE(
      (*connection)->ExecuteScript("SET search_path = ledger; SELECT open_partition(1)").ok());
}

TEST_F(RebuildTest, LeavesTheLedgerAloneWhileItsServiceRuns) {
  const absl::StatusOr<Sequence> rebuilt = Run();
  EXPECT_THAT(std::string(rebuilt.status().message()), HasSubstr("still writes to schema ledger"));
  history_.Trade();
  EXPECT_TRUE(WaitUntil([&] { return follower_->position() == Sequence(history_.sequence()); }));
}

TEST_F(RebuildTest, EndsOnAVenueThatTrades) {
  follower_.reset();
  // Whenever somebody looks, a few commands are on their way.
  feed_.SetTrouble([](engine::v1::SubscribeResponse& message) {
    message.set_head_sequence(message.head_sequence() + 20);
  });
  const absl::StatusOr<Sequence> rebuilt = Run();
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(*rebuilt, Sequence(history_.sequence()));
}

TEST_F(RebuildTest, DoesNotEndWhileItIsFarBehind) {
  follower_.reset();
  feed_.SetTrouble([](engine::v1::SubscribeResponse& message) {
    message.set_head_sequence(message.head_sequence() + 50'000);
  });
  EXPECT_THAT(std::string(Run().status().message()), HasSubstr("nothing came from the engine"));
}

TEST_F(RebuildTest, SaysThatTheEngineIsSilent) {
  feed_.Kill();
  EXPECT_THAT(std::string(Run().status().message()), HasSubstr("nothing came from the engine"));
}

}  // namespace
}  // namespace rialto::ledger
