// The comparison with an engine that answers from a table, on a real PostgreSQL.
#include "ledger/reconciler.h"

#include <map>
#include <memory>
#include <string>

#include "common/follower/test_feed.h"
#include "common/mirror/test_mirror.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "ledger/history_fixture.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

// Says the balances it was told, at the sequence it was told.
class TableEngine : public engine::v1::AdminService::Service {
 public:
  grpc::Status ListAllBalances(grpc::ServerContext*,
                               const engine::v1::ListAllBalancesRequest* request,
                               engine::v1::ListAllBalancesResponse* response) override {
    // One account a page.
    auto row = balances.begin();
    if (!request->page_token().empty()) {
      row = balances.upper_bound({std::stoull(request->page_token()), UINT32_MAX});
    }
    if (row != balances.end()) {
      const uint64_t account = row->first.first;
      for (; row != balances.end() && row->first.first == account; ++row) {
        auto& balance = *response->add_balances();
        balance.set_account_id(account);
        balance.set_asset_id(row->first.second);
        balance.set_available_units(row->second.first);
        balance.set_held_units(row->second.second);
      }
      if (row != balances.end()) response->set_next_page_token(std::to_string(account));
    }
    response->set_sequence(sequence);
    return grpc::Status::OK;
  }

  std::map<std::pair<uint64_t, uint32_t>, std::pair<int64_t, int64_t>> balances;
  uint64_t sequence = 0;
};

class ReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    mirror_ = TestMirror::Create(*store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    History history([&](const engine::v1::CommandEvents& command) {
      for (const engine::v1::Event& event : command.events()) {
        if (!event.has_balance_changed()) continue;
        const auto& changed = event.balance_changed();
        engine_.balances[{changed.account_id(), changed.asset_id()}] = {changed.available_units(),
                                                                        changed.held_units()};
      }
      engine_.sequence = command.sequence();
      ASSERT_TRUE(mirror_->Apply({command}).ok());
    });
    history.Deposit(kAlice, 1, 100'000);
    history.Deposit(kBob, 2, 50);
    history.Trade();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&engine_);
    server_ = builder.BuildAndStart();
    pool_ = std::make_unique<postgres::Pool>(mirror_->url(), 2);
    comparisons_ = std::make_unique<ComparisonStore>(*pool_);
    reconciler_ =
        std::make_unique<Reconciler>("127.0.0.1:" + std::to_string(port), *comparisons_, *metrics_);
  }

  ComparisonRecord Compare() {
    absl::StatusOr<ComparisonRecord> record = reconciler_->CompareAll("schedule");
    CHECK_OK(record);
    return *std::move(record);
  }

  void Execute(const std::string& sql) { CHECK_OK(mirror_->connection().ExecuteScript(sql)); }

  TableEngine engine_;
  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<ComparisonStore> comparisons_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerTest, EqualBalancesAreEqual) {
  for (int i = 0; i < 3; ++i) {
    const ComparisonRecord record = Compare();
    EXPECT_EQ(record.compared, 8);
    EXPECT_EQ(record.difference_count, 0);
    EXPECT_EQ(record.undecided, 0);
  }
  EXPECT_EQ(metrics_->different_balances.Value(), 0);
  EXPECT_EQ(mirror_->Dump("SELECT cause, sequence, balances, differences FROM comparisons"),
            "schedule|4|8|0");
}

TEST_F(ReconcilerTest, NamesWhatSomebodyChangedInTheDatabase) {
  Execute(
      "UPDATE balances SET available = available - 7, held = held + 7"
      " WHERE account_id = 1001 AND asset_id = 1; DELETE FROM balances WHERE account_id = 1002;"
      " INSERT INTO balances VALUES (5000, 1, 3, 0, 2)");
  const ComparisonRecord record = Compare();
  EXPECT_EQ(record.difference_count, 4);
  EXPECT_EQ(metrics_->different_balances.Value(), 4);
  EXPECT_EQ(
      mirror_->Dump("SELECT account_id, asset_id, bucket, engine_available - ledger_available,"
                    " engine_held - ledger_held FROM differences ORDER BY 1, 2"),
      "1001|1|233|7|-7\n1002|1|234|97|1\n1002|2|234|48|1\n5000|1|136|-3|0");
}

TEST_F(ReconcilerTest, WhatChangesTooOftenIsUndecidedAndNoDifference) {
  Execute(
      "UPDATE balances SET sequence = 5, available = 1 WHERE account_id = 1001 AND asset_id = 1;"
      "UPDATE follower_position SET sequence = 5");
  const ComparisonRecord record = Compare();
  EXPECT_EQ(record.difference_count, 0);
  EXPECT_EQ(record.undecided, 1);
  EXPECT_EQ(record.compared, 7);
}

TEST_F(ReconcilerTest, ALedgerThatStaysBehindIsNotCompared) {
  engine_.sequence = 9;
  EXPECT_EQ(reconciler_->CompareAll("schedule").status().message(),
            "the ledger is at 4, the engine at 9");
}

TEST_F(ReconcilerTest, ACheckpointThatDoesNotFitIsLookedIntoAtOnce) {
  Execute("UPDATE balances SET available = 0 WHERE account_id = 1001");
  ASSERT_TRUE(reconciler_->Start().ok());
  reconciler_->CheckpointDiffers();
  EXPECT_TRUE(WaitUntil([&] { return metrics_->different_balances.Value() == 1; }));
  reconciler_->Stop();
  EXPECT_EQ(mirror_->Dump("SELECT cause FROM comparisons LIMIT 1"), "checkpoint");
}

}  // namespace
}  // namespace rialto::ledger
