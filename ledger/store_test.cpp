// The ledger against a real PostgreSQL: what is written, what the database refuses, what is read.
#include "ledger/store.h"

#include <memory>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "common/follower/follower.h"
#include "common/follower/test_feed.h"
#include "common/mirror/test_mirror.h"
#include "common/postgres/test_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/history_fixture.h"
#include "ledger/service.h"

namespace rialto::ledger {
namespace {

using engine::v1::CommandEvents;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres::TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    feed_ = std::make_unique<TestFeed>();
    history_ =
        std::make_unique<History>([this](const CommandEvents& command) { feed_->Append(command); });
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    FollowerOptions options;
    options.service = "ledger";
    options.engine_address = feed_->address();
    options.database_url = database_->url();
    follower_ = std::make_unique<Follower>(options, *store_, registry_);
    pool_ = std::make_unique<postgres::Pool>(database_->url(), 2);
    reads_ = std::make_unique<ReadStore>(*pool_);
    reader_ = std::make_unique<MirrorReader>(database_->url(), "ledger");
    statements_ = std::make_unique<StatementStore>(*reader_);
    service_ = std::make_unique<LedgerService>(*reads_, *statements_, *follower_, reversals_);
    ASSERT_TRUE(follower_->Start().ok());
    ASSERT_TRUE(Reaches(1));
  }

  void TearDown() override {
    if (follower_ != nullptr) follower_->Stop();
  }

  bool Reaches(uint64_t sequence) {
    return WaitUntil([&] { return follower_->position() == Sequence(sequence); });
  }

  absl::Status Execute(const std::string& sql) {
    ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                     postgres::Connection::Open(database_->url()));
    return connection->ExecuteScript(sql);
  }

  int64_t Number(const std::string& sql) {
    auto connection = postgres::Connection::Open(database_->url());
    CHECK_OK(connection);
    auto result = (*connection)->Execute(sql);
    CHECK_OK(result);
    return result->row(0).Int64(0);
  }

  // "available held", or the error's message.
  std::string Balance(uint64_t account_id, const std::string& asset) {
    v1::GetBalanceRequest request;
    request.set_account_id(account_id);
    request.set_asset(asset);
    v1::GetBalanceResponse response;
    const grpc::Status status = service_->GetBalance(nullptr, &request, &response);
    if (!status.ok()) return status.error_message();
    return response.balance().available() + " " + response.balance().held();
  }

  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<TestFeed> feed_;
  std::unique_ptr<History> history_;
  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Follower> follower_;
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<ReadStore> reads_;
  std::unique_ptr<MirrorReader> reader_;
  std::unique_ptr<StatementStore> statements_;
  ReversalClient reversals_{"127.0.0.1:1"};
  std::unique_ptr<LedgerService> service_;
};

TEST_F(StoreTest, MirrorsBalancesAndEntries) {
  history_->Deposit(kAlice, 1, 100'000);
  history_->Deposit(kBob, 2, 50);
  history_->Trade();
  ASSERT_TRUE(Reaches(4));
  EXPECT_EQ(Balance(kAlice, "USD"), "998.97 0.01");
  EXPECT_EQ(Balance(kAlice, "BTC"), "0.00000000 0.00000001");
  EXPECT_EQ(Balance(kBob, "BTC"), "0.00000048 0.00000001");
  EXPECT_EQ(Balance(1, "USD"), "-1000.01 0.01");
  EXPECT_EQ(Balance(3, "USD"), "0.00 0.00");
  EXPECT_EQ(Number("SELECT count(*) FROM ledger.postings"), 4 + 9);
  EXPECT_EQ(Number("SELECT count(*) FROM ledger.postings e FULL JOIN ledger.balances b"
                   " USING (account_id, asset_id) GROUP BY account_id, asset_id"
                   " HAVING sum(amount) <> min(available + held)"
                   " UNION ALL SELECT 0"),
            0);
  EXPECT_EQ(Number("SELECT count(*) FROM ledger.statement WHERE asset = 'USD' AND amount = 1000"),
            1);
  EXPECT_EQ(metrics_->drift_accounts.Value(), 0);
}

TEST_F(StoreTest, RemembersItsDefinitionsAfterALostSession) {
  history_->Deposit(kAlice, 1, 100'000);
  ASSERT_TRUE(Reaches(2));
  database_->TerminateSessions();
  history_->Deposit(kBob, 2, 50);
  history_->Trade();
  ASSERT_TRUE(Reaches(4));
  EXPECT_EQ(Balance(kAlice, "USD"), "998.97 0.01");
}

TEST_F(StoreTest, RecordsDriftAndGoesOn) {
  history_->Deposit(kAlice, 1, 100);
  history_->Invent(kAlice, 5);
  history_->Invent(kBob, 7);
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(5));
  EXPECT_EQ(metrics_->drift_accounts.Value(), 2);
  EXPECT_EQ(Number("SELECT sum(actual - expected) FROM ledger.drift"), 12);
  EXPECT_EQ(Balance(kAlice, "USD"), "2.04 0.01");
}

TEST_F(StoreTest, DatabaseRefusesWhatDoesNotBalance) {
  const absl::Status status = Execute(
      "INSERT INTO ledger.postings (sequence, leg, account_id, asset_id, amount, kind, owned)"
      " VALUES (9, 0, 1001, 1, 5, 1, 1), (9, 1, 1, 1, -4, 1, 1)");
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("postings of sequence 9 do not balance: asset 1 sums to 1"));
  EXPECT_TRUE(Execute("INSERT INTO ledger.postings (sequence, leg, account_id, asset_id, amount,"
                      " kind, owned) VALUES (9, 0, 1001, 1, 5, 1, 1),"
                      " (9, 1, 1, 1, -5, 1, 1)")
                  .ok());
}

TEST_F(StoreTest, DatabaseRefusesToBalanceOneSequenceWithAnother) {
  EXPECT_FALSE(Execute("INSERT INTO ledger.postings (sequence, leg, account_id, asset_id, amount,"
                       " kind, owned) VALUES (9, 0, 1001, 1, 5, 1, 1),"
                       " (10, 0, 1, 1, -5, 1, 1)")
                   .ok());
}

TEST_F(StoreTest, DatabaseRefusesUnbalancedCopies) {
  auto connection = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(connection.ok());
  postgres::CopyWriter rows(7);
  rows.Row().Int64(9).Int32(0).Int64(1001).Int32(1).Int64(5).Int16(1).Int64(1);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      (*connection)
          ->Copy("ledger.postings (sequence, leg, account_id, asset_id, amount, kind, owned)",
                 rows)));
}

TEST_F(StoreTest, DatabaseRefusesToChangeEntries) {
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(2));
  for (const char* sql :
       {"UPDATE ledger.postings SET amount = amount * 2", "DELETE FROM ledger.postings",
        "TRUNCATE ledger.postings", "UPDATE ledger.postings_0 SET amount = amount * 2",
        "DELETE FROM ledger.transactions_0", "UPDATE ledger.trades_0 SET price_ticks = 1",
        "DELETE FROM ledger.batches"}) {
    const absl::Status status =
        Execute(std::string("GRANT ALL ON ALL TABLES IN SCHEMA ledger TO CURRENT_USER; ") + sql);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << sql;
    EXPECT_THAT(std::string(status.message()), HasSubstr("append-only"));
  }
}

// With the trigger out of the way, as the tables' owner.
TEST_F(StoreTest, NobodyHasTheRightToChangeEntriesNotEvenTheirOwner) {
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(2));
  for (const char* sql : {"UPDATE ledger.postings_0 SET amount = 1",
                          "DELETE FROM ledger.postings_0", "TRUNCATE ledger.postings_0"}) {
    EXPECT_THAT(
        std::string(Execute(std::string("DROP TRIGGER append_only ON ledger.postings_0; ") + sql)
                        .message()),
        HasSubstr("permission denied"));
  }
}

TEST_F(StoreTest, AnAuditorReadsEverythingAndWritesNothing) {
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(2));
  const std::string as_auditor = "SET ROLE rialto_auditor; ";
  EXPECT_TRUE(Execute(as_auditor + "SELECT count(*) FROM ledger.statement").ok());
  for (const char* sql : {"INSERT INTO ledger.postings VALUES (9, 1001, 1, 1, 0, 0, 1, 0, 1)",
                          "UPDATE ledger.balances SET held = 0", "DELETE FROM ledger.drift"}) {
    EXPECT_THAT(std::string(Execute(as_auditor + sql).message()), HasSubstr("permission denied"));
  }
}

TEST_F(StoreTest, FindsABalanceThatSomebodyElseWrote) {
  history_->Deposit(kAlice, 1, 100);
  history_->Deposit(kBob, 1, 100);
  ASSERT_TRUE(Reaches(3));
  ASSERT_TRUE(Execute("UPDATE ledger.balances SET available = 7000 WHERE account_id = 1001").ok());
  history_->Deposit(kAlice, 1, 100);
  history_->Deposit(kBob, 1, 100);
  ASSERT_TRUE(Reaches(5));
  EXPECT_EQ(metrics_->drift_accounts.Value(), 1);
  EXPECT_EQ(Number("SELECT account_id FROM ledger.drift WHERE actual = 7001 AND expected = 100"),
            1001);
  EXPECT_EQ(Balance(kAlice, "USD"), "1.99 0.01");
}

TEST_F(StoreTest, OpensAPartitionWhenItsFirstCommandComes) {
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(2));
  auto connection = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(connection.ok() && (*connection)->ExecuteScript("SET search_path = ledger").ok());
  prometheus::Registry registry;
  Metrics metrics(registry);
  Store store(metrics);
  CommandEvents last, first;
  for (CommandEvents* command : {&last, &first}) {
    command->set_sequence(kPartitionCommands - (command == &last ? 1 : 0));
    auto& deposit = *command->add_events()->mutable_deposited();
    deposit.set_transaction_id("D1");
    deposit.set_account_id(kAlice);
    deposit.set_asset_id(1);
    deposit.set_amount_units(1);
  }
  const CommandEvents* const batch[] = {&last, &first};
  auto transaction = postgres::Transaction::Begin(**connection);
  ASSERT_TRUE(transaction.ok() && store.Load(*transaction).ok());
  const absl::Status status = store.Apply(*transaction, batch);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Number("SELECT count(*) FROM ledger.postings_0"), 4);
  EXPECT_EQ(Number("SELECT count(*) FROM ledger.postings_1"), 2);
  EXPECT_FALSE(Execute("DELETE FROM ledger.postings_1").ok());
}

// What guards the mirror should its position ever be turned back.
TEST_F(StoreTest, DatabaseRefusesABatchTwice) {
  CommandEvents command;
  command.set_sequence(50);
  auto& deposit = *command.add_events()->mutable_deposited();
  deposit.set_transaction_id("D1");
  deposit.set_account_id(kAlice);
  deposit.set_asset_id(1);
  deposit.set_amount_units(1);
  const CommandEvents* const batch[] = {&command};
  auto connection = postgres::Connection::Open(database_->url());
  ASSERT_TRUE(connection.ok() && (*connection)->ExecuteScript("SET search_path = ledger").ok());
  prometheus::Registry registry;
  Metrics metrics(registry);
  Store store(metrics);
  for (const bool is_first : {true, false}) {
    auto transaction = postgres::Transaction::Begin(**connection);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(store.Load(*transaction).ok());
    const absl::Status status = store.Apply(*transaction, batch);
    EXPECT_EQ(status.ok(), is_first) << status;
    if (is_first) {
      EXPECT_TRUE(transaction->Commit().ok());
    }
  }
}

TEST_F(StoreTest, ListsAllBalancesPageByPage) {
  history_->Deposit(kAlice, 1, 100'000);
  history_->Deposit(kBob, 2, 50);
  history_->Trade();
  ASSERT_TRUE(Reaches(4));
  std::vector<std::string> seen;
  v1::ListBalancesRequest request;
  request.set_page_size(3);
  do {
    v1::ListBalancesResponse response;
    ASSERT_TRUE(service_->ListBalances(nullptr, &request, &response).ok());
    EXPECT_LE(response.balances_size(), 3);
    EXPECT_EQ(response.sequence(), 4u);
    for (const v1::Balance& balance : response.balances()) {
      seen.push_back(std::to_string(balance.account_id()) + balance.asset());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(seen, testing::ElementsAre("1USD", "1BTC", "2USD", "4USD", "1001USD", "1001BTC",
                                         "1002USD", "1002BTC"));
}

TEST_F(StoreTest, ListsBalancesOfOneAccount) {
  history_->Deposit(kAlice, 1, 100);
  history_->Deposit(kAlice, 2, 100);
  history_->Deposit(kBob, 2, 100);
  ASSERT_TRUE(Reaches(4));
  v1::ListBalancesRequest request;
  request.set_account_id(kAlice);
  v1::ListBalancesResponse response;
  ASSERT_TRUE(service_->ListBalances(nullptr, &request, &response).ok());
  ASSERT_EQ(response.balances_size(), 2);
  EXPECT_EQ(response.balances(1).asset(), "BTC");
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(StoreTest, ListsEntriesByFilterPageByPage) {
  history_->Deposit(kAlice, 1, 100'000);
  history_->Deposit(kBob, 2, 50);
  for (int i = 0; i < 10; ++i) history_->Trade();
  ASSERT_TRUE(Reaches(13));
  v1::ListEntriesRequest request;
  request.set_account_id(kAlice);
  request.set_asset("USD");
  request.set_sequence_min(5);
  request.set_sequence_max(12);
  request.set_page_size(5);
  int count = 0;
  uint64_t previous = 0;
  do {
    v1::ListEntriesResponse response;
    ASSERT_TRUE(service_->ListEntries(nullptr, &request, &response).ok());
    for (const v1::Entry& entry : response.entries()) {
      ++count;
      EXPECT_EQ(entry.account_id(), kAlice);
      EXPECT_EQ(entry.asset(), "USD");
      EXPECT_GE(entry.sequence(), std::max<uint64_t>(5, previous));
      EXPECT_LE(entry.sequence(), 12u);
      EXPECT_EQ(entry.order_id(), 8u);
      EXPECT_EQ(entry.amount(), entry.kind() == v1::ENTRY_KIND_FEE ? "-0.02" : "-1.00");
      previous = entry.sequence();
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(count, 8 * 2);
}

TEST_F(StoreTest, ListsTheEntriesOfOneCommand) {
  history_->Deposit(kAlice, 1, 100);
  ASSERT_TRUE(Reaches(2));
  v1::ListEntriesRequest request;
  request.set_sequence_min(2);
  request.set_sequence_max(2);
  v1::ListEntriesResponse response;
  ASSERT_TRUE(service_->ListEntries(nullptr, &request, &response).ok());
  ASSERT_EQ(response.entries_size(), 2);
  EXPECT_EQ(response.entries(0).kind(), v1::ENTRY_KIND_DEPOSIT);
  EXPECT_EQ(response.entries(0).transaction_id(), "D1");
  EXPECT_EQ(response.entries(0).amount(), "1.00");
  EXPECT_EQ(response.entries(1).amount_units(), -100);
}

TEST_F(StoreTest, SaysWhatIsUnknown) {
  EXPECT_EQ(Balance(999, "USD"), "UNKNOWN_ACCOUNT: no account 999");
  EXPECT_EQ(Balance(kAlice, "EUR"), "UNKNOWN_ASSET: no asset \"EUR\"");
  v1::ListBalancesRequest balances;
  balances.set_account_id(999);
  v1::ListBalancesResponse balances_response;
  EXPECT_EQ(service_->ListBalances(nullptr, &balances, &balances_response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::ListEntriesRequest entries;
  entries.set_account_id(999);
  v1::ListEntriesResponse entries_response;
  EXPECT_EQ(service_->ListEntries(nullptr, &entries, &entries_response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  entries.set_account_id(0);
  entries.set_page_size(-1);
  EXPECT_EQ(service_->ListEntries(nullptr, &entries, &entries_response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(StoreTest, TellsHowFarItIs) {
  v1::GetServerInfoRequest request;
  v1::GetServerInfoResponse response;
  ASSERT_TRUE(service_->GetServerInfo(nullptr, &request, &response).ok());
  EXPECT_TRUE(response.connected());
  EXPECT_EQ(response.sequence(), 1u);
  EXPECT_EQ(response.engine_sequence(), 1u);
  EXPECT_EQ(response.lag_events(), 0u);
  EXPECT_FALSE(response.version().empty());
}

// What the engine would say at the end of `commands`.
engine::v1::Checkpoint CheckpointAfter(const TestMirror::History& commands) {
  absl::btree_map<std::pair<uint64_t, uint32_t>, std::pair<int64_t, int64_t>> balances;
  for (const CommandEvents& command : commands) {
    for (const engine::v1::Event& event : command.events()) {
      if (!event.has_balance_changed()) continue;
      const auto& changed = event.balance_changed();
      balances[{changed.account_id(), changed.asset_id()}] = {changed.available_units(),
                                                              changed.held_units()};
    }
  }
  BalanceDigest digest{};
  for (const auto& [key, balance] : balances) {
    const AccountId account(key.first);
    digest[BalanceBucket(account)] +=
        BalanceHash(account, AssetId(key.second), Amount(balance.first), Amount(balance.second));
  }
  engine::v1::Checkpoint checkpoint;
  checkpoint.set_state_hash(std::string(16, 'h'));
  checkpoint.mutable_balance_buckets()->Add(digest.begin(), digest.end());
  return checkpoint;
}

TEST(StoreCheckpointTest, EachIsComparedAtItsOwnSequenceWhereverItIsInItsBatch) {
  prometheus::Registry registry;
  Metrics metrics(registry);
  Store store(metrics);
  int mismatches = 0;
  store.SetMismatchListener([&] { ++mismatches; });
  const auto mirror = TestMirror::Create(store);
  if (mirror == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  TestMirror::History commands;
  History history([&](const CommandEvents& command) { commands.push_back(command); });
  history.Deposit(kAlice, 1, 100'000);
  history.Deposit(kBob, 2, 50);
  *commands.back().mutable_checkpoint() = CheckpointAfter(commands);
  history.Trade();
  history.Trade();
  *commands.back().mutable_checkpoint() = CheckpointAfter(commands);
  history.Trade();
  // One that is of another sequence.
  *commands.back().mutable_checkpoint() = commands[4].checkpoint();
  history.Trade();
  mirror->ApplyInBatches(commands, commands.size());
  EXPECT_EQ(mirror->Dump("SELECT sequence, wrong_buckets FROM checkpoints ORDER BY 1"),
            "3|[]\n5|[]\n6|[2,4,233,234]");
  EXPECT_EQ(mismatches, 1);
  EXPECT_EQ(metrics.checkpoint_mismatches_total.Value(), 1);
}

TEST(LedgerServiceTest, IsUnavailableWhileTheDatabaseIsDown) {
  prometheus::Registry registry;
  Metrics metrics(registry);
  Store store(metrics);
  FollowerOptions options;
  options.service = "ledger";
  options.engine_address = "127.0.0.1:1";
  options.database_url = "host=/nowhere";
  Follower follower(options, store, registry);
  postgres::Pool pool(options.database_url, 1);
  ReadStore reads(pool);
  MirrorReader reader(options.database_url, "ledger");
  StatementStore statements(reader);
  ReversalClient reversals(options.engine_address);
  LedgerService service(reads, statements, follower, reversals);
  v1::GetBalanceRequest request;
  request.set_account_id(kAlice);
  request.set_asset("USD");
  v1::GetBalanceResponse response;
  const grpc::Status status = service.GetBalance(nullptr, &request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), testing::StartsWith("DATABASE_UNAVAILABLE: "));
  v1::GetServerInfoRequest info;
  v1::GetServerInfoResponse info_response;
  EXPECT_TRUE(service.GetServerInfo(nullptr, &info, &info_response).ok());
  EXPECT_FALSE(info_response.connected());
}

}  // namespace
}  // namespace rialto::ledger
