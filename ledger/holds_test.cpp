// Available and held of the past, read from a real PostgreSQL.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/mirror/test_mirror.h"
#include "gtest/gtest.h"
#include "ledger/audit_store.h"
#include "ledger/history_fixture.h"
#include "ledger/schema_files.h"
#include "ledger/statement_store.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

class HoldsTest : public testing::Test {
 protected:
  void SetUp() override {
    mirror_ = TestMirror::Create(store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    reader_ = std::make_unique<MirrorReader>(mirror_->url(), "ledger");
    statements_ = std::make_unique<StatementStore>(*reader_);
  }

  BalanceAt At(uint64_t sequence, int64_t time_ns = 0) {
    auto balance =
        statements_->ReadBalanceAt(AccountId(kAlice), "USD", {Sequence(sequence), time_ns});
    CHECK_OK(balance);
    return *std::move(balance);
  }

  // "available held @ sequence".
  std::string Text(uint64_t sequence, int64_t time_ns = 0) {
    const BalanceAt balance = At(sequence, time_ns);
    return absl::StrCat(balance.available.value(), " ", balance.held.value(), " @ ",
                        balance.held_as_of.value());
  }

  void Write(size_t batch_commands) {
    mirror_->ApplyInBatches(commands_, batch_commands);
    commands_.clear();
  }

  // Findings of the audit, one a line.
  std::string Audit() {
    auto transaction = postgres::Transaction::Begin(mirror_->connection());
    CHECK_OK(transaction);
    auto report = AuditLedger(*transaction);
    CHECK_OK(report);
    std::string text;
    for (const Finding& finding : report->findings) absl::StrAppend(&text, finding.what, "\n");
    return text;
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Store store_{metrics_};
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<MirrorReader> reader_;
  std::unique_ptr<StatementStore> statements_;
  TestMirror::History commands_;
  History history_{
      [this](const engine::v1::CommandEvents& command) { commands_.push_back(command); }};
};

TEST_F(HoldsTest, TellsAvailableAndHeldApart) {
  history_.Deposit(kAlice, 1, 100);  // 2
  history_.Hold(kAlice, 1, 40);      // 3
  history_.Deposit(kBob, 1, 5);      // 4
  history_.Hold(kAlice, 1, 0);       // 5
  Write(1);
  EXPECT_EQ(Text(1), "0 0 @ 1");
  EXPECT_EQ(Text(2), "99 1 @ 2");
  EXPECT_EQ(Text(3), "60 40 @ 3");
  EXPECT_EQ(Text(4), "60 40 @ 4");
  EXPECT_EQ(Text(5), "100 0 @ 5");
  EXPECT_EQ(Text(0), "100 0 @ 5");
  constexpr int64_t kEpochNs = 1'700'000'000'000'000'000;
  EXPECT_EQ(Text(0, kEpochNs + 3'500'000'000), "60 40 @ 3");  // No money moved at 3.
  EXPECT_EQ(Text(0, kEpochNs + 99'000'000'000), "100 0 @ 5");
}

TEST_F(HoldsTest, WithinABatchTellsTheLastOfWhichItIsKnown) {
  history_.Deposit(kAlice, 1, 100);  // 2
  history_.Hold(kAlice, 1, 40);      // 3
  Write(3);
  history_.Deposit(kAlice, 1, 10);  // 4
  history_.Hold(kAlice, 1, 50);     // 5
  history_.Deposit(kAlice, 1, 10);  // 6
  history_.Hold(kAlice, 1, 60);     // 7
  history_.Deposit(kAlice, 1, 10);  // 8
  Write(5);
  EXPECT_EQ(mirror_->Dump("SELECT first_sequence, sequence, held FROM holds WHERE account_id = 1001"
                          " ORDER BY sequence"),
            "2|3|40\n5|7|60");
  EXPECT_EQ(Text(2), "0 0 @ 1");
  EXPECT_EQ(Text(4), "70 40 @ 4");
  EXPECT_EQ(Text(5), "70 40 @ 4");
  EXPECT_EQ(Text(6), "70 40 @ 4");
  EXPECT_EQ(At(6).owned, Amount(120));  // What was owned is known at every sequence.
  EXPECT_EQ(Text(7), "60 60 @ 7");
  EXPECT_EQ(Text(8), "70 60 @ 8");
}

// Whatever the batches: what is told is what was, at the sequence that is told, and that is the one
// that was asked for wherever no batch hides it.
TEST_F(HoldsTest, WhatIsToldIsWhatWas) {
  std::mt19937_64 random(7);
  std::vector<std::pair<int64_t, int64_t>> truth(1);  // Available and held after each sequence.
  std::vector<uint64_t> batch_ends;
  History history([&](const engine::v1::CommandEvents& command) {
    commands_.push_back(command);
    truth.push_back(truth.back());
    for (const engine::v1::Event& event : command.events()) {
      const auto& changed = event.balance_changed();
      if (changed.account_id() != kAlice || changed.asset_id() != 1) continue;
      truth.back() = {changed.available_units(), changed.held_units()};
    }
  });
  commands_.erase(commands_.begin());  // The fixture's own history.
  for (int batch = 0; batch < 40; ++batch) {
    for (uint64_t i = random() % 6; i < 6; ++i) {
      if (random() % 3 == 0) history.Deposit(kAlice, 1, 1 + static_cast<int64_t>(random() % 50));
      if (random() % 3 == 0) history.Hold(kAlice, 1, static_cast<int64_t>(random() % 9));
      if (random() % 3 == 0) history.Trade();
    }
    if (!commands_.empty()) Write(commands_.size());
    batch_ends.push_back(history.sequence());
  }
  for (uint64_t sequence = 1; sequence <= history.sequence(); ++sequence) {
    const BalanceAt told = At(sequence);
    const auto [available, held] = truth[told.held_as_of.value()];
    EXPECT_EQ(told.available, Amount(available)) << sequence;
    EXPECT_EQ(told.held, Amount(held)) << sequence;
    EXPECT_EQ(told.owned, Amount(truth[sequence].first + truth[sequence].second)) << sequence;
    EXPECT_LE(told.held_as_of, told.as_of);
    if (std::find(batch_ends.begin(), batch_ends.end(), sequence) != batch_ends.end()) {
      EXPECT_EQ(told.held_as_of, Sequence(sequence));
    }
  }
  EXPECT_EQ(Audit(), "");
}

TEST_F(HoldsTest, WhatWasRolledBackIsWrittenAgain) {
  history_.Hold(kAlice, 1, 40);
  mirror_->ApplyAndRollBack(commands_);
  Write(2);
  EXPECT_EQ(Text(2), "-40 40 @ 2");
  EXPECT_EQ(Audit(), "");
}

// A mirror of the time before holds were kept: its rows stay, and from the next command on every
// balance's hold is known.
TEST_F(HoldsTest, AnOlderMirrorGoesOn) {
  for (const uint64_t account : {kAlice, kBob, uint64_t{1}}) history_.Hold(account, 1, 0);
  history_.Deposit(kAlice, 1, 100);  // 5
  history_.Pay({.transaction_id = "T1", .units = 10});
  Write(2);
  ASSERT_EQ(mirror_->Dump("SELECT count(*) FROM holds"), "0");
  ASSERT_TRUE(mirror_->connection()
                  .ExecuteScript("GRANT ALL ON batches TO CURRENT_USER;"
                                 "ALTER TABLE batches DISABLE TRIGGER append_only;"
                                 "UPDATE batches SET hold_count = NULL;"
                                 "UPDATE balances SET available = available - 5, held = 5"
                                 " WHERE account_id = 1001")
                  .ok());
  EXPECT_EQ(Audit(), "");
  EXPECT_EQ(Text(0), "0 0 @ 0");
  EXPECT_EQ(At(0).owned, Amount(90));

  history_.Deposit(kBob, 1, 1);  // 7
  mirror_->ApplyAndRollBack(commands_);
  Write(1);
  EXPECT_EQ(mirror_->Dump("SELECT account_id, first_sequence, sequence, held FROM holds"
                          " ORDER BY account_id"),
            "1|1|7|0\n1001|1|7|5\n1002|1|7|0");
  EXPECT_EQ(Text(5), "0 0 @ 0");
  EXPECT_EQ(At(5).owned, Amount(100));
  EXPECT_EQ(Text(7), "85 5 @ 7");
  history_.Deposit(kAlice, 1, 1);  // 8; the fixture did not hear of the 5 that are held.
  Write(1);
  EXPECT_EQ(Text(8), "91 0 @ 8");
  EXPECT_EQ(Audit(), "");
}

TEST_F(HoldsTest, EveryPartitionThereIsGetsItsHolds) {
  auto database = postgres::TestDatabase::Create();
  auto connection = postgres::Connection::Open(database->url());
  CHECK_OK(connection);
  postgres::Schema before = kSchema;
  before.migration_count = 5;
  CHECK_OK(postgres::Migrate(**connection, before));
  CHECK_OK((*connection)->ExecuteScript("SET search_path = ledger; SELECT open_partition(7)"));
  CHECK_OK(postgres::Migrate(**connection, kSchema));
  auto tables = (*connection)
                    ->Execute(
                        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
                        " WHERE relname ~ '^holds_[0-9]+$'");
  CHECK_OK(tables);
  EXPECT_EQ(tables->row(0).Text(0), "holds_0 holds_7");
  auto columns =
      (*connection)
          ->Execute(
              "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'ledger'"
              " AND table_name IN ('postings_0', 'postings_7') AND column_name = 'reference'");
  CHECK_OK(columns);
  EXPECT_EQ(columns->row(0).Int64(0), 2);
}

}  // namespace
}  // namespace rialto::ledger
