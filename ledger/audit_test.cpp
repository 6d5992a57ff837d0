// The audit against a real PostgreSQL: what was tampered with is found and named.
#include "ledger/audit.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/mirror/test_mirror.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/audit_store.h"
#include "ledger/history_fixture.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

using testing::HasSubstr;

constexpr size_t kBatchCommands = 20;
constexpr int kCommands = 400;
// With the triggers out of the way and all rights.
constexpr char kForce[] =
    "GRANT ALL ON ALL TABLES IN SCHEMA ledger TO CURRENT_USER;"
    "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['postings', 'postings_0', 'transactions',"
    " 'transactions_0', 'trades', 'trades_0', 'batches', 'holds', 'holds_0'] LOOP"
    " EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', t); END LOOP; END $$;";

std::string Text(const AuditReport& report) {
  return absl::StrJoin(report.findings, "\n", [](std::string* out, const Finding& finding) {
    absl::StrAppend(out, "batch ", finding.batch, " sequence ", finding.sequence, " leg ",
                    finding.leg, ": ", finding.what);
  });
}

class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    mirror_ = TestMirror::Create(*store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    TestMirror::History commands;
    History history([&](const engine::v1::CommandEvents& command) { commands.push_back(command); });
    history.Deposit(kAlice, 1, 10'000'000);
    history.Deposit(kBob, 2, 10'000'000);
    while (commands.size() < kCommands) {
      if (random_() % 8 == 0) history.Hold(kBob, 1, static_cast<int64_t>(random_() % 9));
      if (random_() % 8 == 0) {
        history.Pay({.transaction_id = "P", .reverses = "D1", .reference = "wrong"});
      }
      if (random_() % 4 == 0) history.Deposit(kAlice, 1, 1 + static_cast<int64_t>(random_() % 99));
      history.Trade();
    }
    commands.resize(kCommands);
    mirror_->ApplyInBatches(commands, kBatchCommands);
  }

  // What an audit says after the tampering, which is then undone. `audited`: see AuditLedger.
  AuditReport After(const std::string& tampering) {
    auto transaction = postgres::Transaction::Begin(mirror_->connection());
    CHECK_OK(transaction);
    CHECK_OK(transaction->ExecuteScript(kForce + tampering));
    auto report = AuditLedger(*transaction);
    CHECK_OK(report);
    return *std::move(report);
  }

  std::vector<int64_t> Column(const std::string& sql) {
    auto rows = mirror_->connection().Execute(sql);
    CHECK_OK(rows);
    std::vector<int64_t> numbers;
    for (int i = 0; i < rows->row_count(); ++i) numbers.push_back(rows->row(i).Int64(0));
    return numbers;
  }

  template <typename T>
  const T& Any(const std::vector<T>& values) {
    return values[random_() % values.size()];
  }

  std::mt19937_64 random_{42};
  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TestMirror> mirror_;
};

TEST_F(AuditTest, WhatWasWrittenIsClean) {
  const AuditReport report = After("");
  EXPECT_TRUE(report.is_clean()) << Text(report);
  EXPECT_EQ(report.batches, kCommands / static_cast<int>(kBatchCommands));
  EXPECT_EQ(report.transactions, Column("SELECT count(*) FROM transactions")[0]);
  EXPECT_GT(report.transactions, kCommands / 2);
  EXPECT_GT(report.holds, 20);
  EXPECT_GT(report.postings, report.transactions);
  EXPECT_GT(report.trades, 0);
  EXPECT_EQ(report.balances, 8);
  EXPECT_EQ(report.last_sequence, static_cast<uint64_t>(kCommands));
}

// One tampering: the SQL, with $0 for the sequence of the transaction it is about.
struct Tampering {
  const char* what;
  const char* sql;
};

constexpr Tampering kTamperings[] = {
    {"amount", "UPDATE postings SET amount = amount + 1 WHERE sequence = $0 AND leg = 1"},
    {"amounts that balance",
     "UPDATE postings SET amount = amount * 2 WHERE sequence = $0 AND asset_id = 1"},
    {"account", "UPDATE postings SET account_id = 4711 WHERE sequence = $0 AND leg = 0"},
    {"asset", "UPDATE postings SET asset_id = asset_id + 1 WHERE sequence = $0 AND leg = 1"},
    {"owned", "UPDATE postings SET owned = owned + 5 WHERE sequence = $0 AND leg = 0"},
    {"kind", "UPDATE postings SET kind = kind + 1 WHERE sequence = $0 AND leg = 1"},
    {"order of the posting",
     "UPDATE postings SET order_id = coalesce(order_id, 0) + 1 WHERE sequence = $0 AND leg = 1"},
    {"trade of the posting",
     "UPDATE postings SET trade_id = coalesce(trade_id, 0) + 1 WHERE sequence = $0 AND leg = 1"},
    {"transaction id of the posting",
     "UPDATE postings SET transaction_id = coalesce(transaction_id, '') || 'x'"
     " WHERE sequence = $0 AND leg = 0"},
    {"note of the posting",
     "UPDATE postings SET reference = coalesce(reference, '') || 'x'"
     " WHERE sequence = $0 AND leg = 0"},
    {"target of the posting",
     "UPDATE postings SET target_transaction_id = coalesce(target_transaction_id, '') || 'x'"
     " WHERE sequence = $0 AND leg = 1"},
    {"note moved to the target",
     "UPDATE postings SET reference = '', target_transaction_id = 'wrong'"
     " WHERE sequence = $0 AND leg = 1"},
    {"leg", "UPDATE postings SET leg = leg + 100 WHERE sequence = $0 AND leg = 1"},
    {"sequence", "UPDATE postings SET sequence = sequence + 1 WHERE sequence = $0 AND leg = 1"},
    {"order of two legs", "UPDATE postings SET leg = 1 - leg WHERE sequence = $0 AND leg < 2"},
    {"order of two transactions",
     "UPDATE postings SET sequence = 2 * $0 + 1 - sequence"
     " WHERE sequence IN ($0, $0 + 1)"},
    {"posting removed", "DELETE FROM postings WHERE sequence = $0 AND leg = 1"},
    {"all postings removed", "DELETE FROM postings WHERE sequence = $0"},
    {"posting twice",
     "INSERT INTO postings SELECT * FROM postings WHERE sequence = $0 AND leg = 0"},
    {"postings inserted that balance",
     "INSERT INTO postings SELECT sequence, account_id, amount, owned + amount, trade_id, order_id,"
     " asset_id, leg + 100, kind, transaction_id FROM postings WHERE sequence = $0"},
    {"posting of no transaction",
     "INSERT INTO postings SELECT $0, 1, 5, 5, NULL, NULL, 1, 200, 1, 'x'"},
    {"time", "UPDATE transactions SET effective_ns = effective_ns - 1 WHERE sequence = $0"},
    {"booked", "UPDATE transactions SET booked_ns = booked_ns + 1 WHERE sequence = $0"},
    {"type", "UPDATE transactions SET type = type + 1 WHERE sequence = $0"},
    {"digest", "UPDATE transactions SET digest = digest # 1 WHERE sequence = $0"},
    {"request", "UPDATE transactions SET request_id = 'mine' WHERE sequence = $0"},
    {"transaction removed", "DELETE FROM transactions WHERE sequence = $0"},
    {"transaction removed whole",
     "DELETE FROM transactions WHERE sequence = $0; DELETE FROM postings WHERE sequence = $0;"
     " DELETE FROM trades WHERE sequence = $0"},
    {"trade inserted", "INSERT INTO trades SELECT 99, $0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1"},
};

// Of those about batches and balances; what must be named, by a finding's text or batch.
TEST_F(AuditTest, FindsAndNamesTwoHundredTamperings) {
  const std::vector<int64_t> sequences =
      Column("SELECT sequence FROM transactions WHERE sequence < 399 ORDER BY 1");
  for (int i = 0; i < 200; ++i) {
    const Tampering& tampering = kTamperings[static_cast<size_t>(i) % std::size(kTamperings)];
    const int64_t sequence = Any(sequences);
    const AuditReport report = After(absl::Substitute(tampering.sql, sequence));
    const uint64_t batch =
        (static_cast<uint64_t>(sequence) + kBatchCommands - 1) / kBatchCommands * kBatchCommands;
    bool is_named = false;
    bool is_batch_named = false;
    for (const Finding& finding : report.findings) {
      is_named |= finding.sequence == static_cast<uint64_t>(sequence);
      is_batch_named |= finding.batch == batch;
    }
    EXPECT_TRUE(is_batch_named) << tampering.what << " at " << sequence << "\n" << Text(report);
    const bool is_whole = std::string(tampering.what) == "transaction removed whole";
    EXPECT_TRUE(is_named || is_whole) << tampering.what << " at " << sequence << "\n"
                                      << Text(report);
  }
}

TEST_F(AuditTest, FindsAndNamesWhatWasDoneToTrades) {
  for (const char* change :
       {"price_ticks = 1", "quantity_lots = 2", "quote_units = 3", "taker_order_id = 4",
        "taker_account_id = 5", "maker_order_id = 6", "maker_account_id = 7", "taker_fee_units = 8",
        "maker_fee_units = 9", "instrument_id = 10", "taker_side = 2", "timestamp_ns = 12",
        "trade_id = 0"}) {
    const int64_t sequence = Any(Column("SELECT sequence FROM trades"));
    const AuditReport report =
        After(absl::StrCat("UPDATE trades SET ", change, " WHERE sequence = ", sequence));
    ASSERT_FALSE(report.is_clean()) << change;
    EXPECT_EQ(report.findings.front().sequence, static_cast<uint64_t>(sequence)) << change;
  }
}

TEST_F(AuditTest, FindsAndNamesWhatWasDoneToHolds) {
  const std::vector<int64_t> sequences =
      Column("SELECT DISTINCT sequence FROM holds WHERE sequence < 380 ORDER BY 1");
  ASSERT_GT(sequences.size(), 5u);
  for (const char* tampering :
       {"UPDATE holds SET held = held + 1 WHERE sequence = $0",
        "UPDATE holds SET first_sequence = first_sequence + 1 WHERE sequence = $0",
        "UPDATE holds SET effective_ns = effective_ns - 1 WHERE sequence = $0",
        "UPDATE holds SET account_id = account_id + 1 WHERE sequence = $0",
        "UPDATE holds SET asset_id = asset_id + 1 WHERE sequence = $0",
        "UPDATE holds SET sequence = 399 WHERE sequence = $0",
        "DELETE FROM holds WHERE sequence = $0",
        "INSERT INTO holds SELECT sequence, 1, effective_ns, 7, 7, asset_id FROM holds"
        " WHERE sequence = $0",
        "UPDATE batches SET hold_count = hold_count + 1"
        " WHERE last_sequence = ($0 + 19) / 20 * 20",
        "UPDATE batches SET hold_count = NULL WHERE last_sequence = ($0 + 19) / 20 * 20"}) {
    const int64_t sequence = Any(sequences);
    const AuditReport report = After(absl::Substitute(tampering, sequence));
    const uint64_t batch = (static_cast<uint64_t>(sequence) + 19) / 20 * 20;
    bool is_named = false;
    for (const Finding& finding : report.findings) is_named |= finding.batch == batch;
    EXPECT_TRUE(is_named) << tampering << " at " << sequence << "\n" << Text(report);
  }
  EXPECT_THAT(Text(After("INSERT INTO holds VALUES (999, 999, 1, 1001, 5, 1)")),
              HasSubstr("the hold of account 1001 asset 1 is in no batch"));
  EXPECT_THAT(Text(After("UPDATE balances SET available = available - 1, held = held + 1"
                         " WHERE account_id = 1002 AND asset_id = 1")),
              HasSubstr("account 1002 asset 1: "));
}

TEST_F(AuditTest, FindsAndNamesWhatWasDoneToBatches) {
  const std::vector<int64_t> batches =
      Column("SELECT last_sequence FROM batches WHERE last_sequence < 380");
  for (const char* tampering :
       {"UPDATE batches SET hash = sha256('x') WHERE last_sequence = $0",
        "UPDATE batches SET previous_hash = sha256('x') WHERE last_sequence = $0",
        "UPDATE batches SET first_sequence = first_sequence + 1 WHERE last_sequence = $0",
        "UPDATE batches SET posting_count = posting_count - 1 WHERE last_sequence = $0",
        "UPDATE batches SET transaction_count = 0 WHERE last_sequence = $0",
        "UPDATE batches SET last_sequence = last_sequence - 1 WHERE last_sequence = $0",
        "UPDATE batches SET hash = 'short' WHERE last_sequence = $0",
        "DELETE FROM batches WHERE last_sequence = $0"}) {
    const int64_t batch = Any(batches);
    const AuditReport report = After(absl::Substitute(tampering, batch));
    bool is_named = false;
    for (const Finding& finding : report.findings) {
      const uint64_t first = static_cast<uint64_t>(batch) - kBatchCommands;
      is_named |= finding.batch + 1 == static_cast<uint64_t>(batch) ||
                  finding.batch == static_cast<uint64_t>(batch) ||
                  (finding.sequence > first && finding.sequence <= static_cast<uint64_t>(batch));
    }
    EXPECT_TRUE(is_named) << tampering << " at " << batch << "\n" << Text(report);
  }
}

TEST_F(AuditTest, FindsThatTheEndWasCutOff) {
  const AuditReport report = After(
      "DELETE FROM batches WHERE last_sequence > 380; DELETE FROM transactions WHERE sequence > "
      "380;"
      "DELETE FROM postings WHERE sequence > 380; DELETE FROM trades WHERE sequence > 380");
  EXPECT_EQ(report.last_sequence, 380u);
  EXPECT_THAT(Text(report), HasSubstr("account 1001 asset 1: the balance is "));
}

TEST_F(AuditTest, FindsAndNamesBalancesThatAreNotTheSumOfTheirPostings) {
  EXPECT_THAT(
      Text(After("UPDATE balances SET held = held + 1 WHERE account_id = 1002 AND asset_id = 2")),
      HasSubstr("account 1002 asset 2: the balance is "));
  EXPECT_THAT(Text(After("DELETE FROM balances WHERE account_id = 1001 AND asset_id = 1")),
              HasSubstr("account 1001 asset 1: the balance is missing"));
  EXPECT_THAT(Text(After("INSERT INTO balances VALUES (77, 1, 5, 0, 1)")),
              HasSubstr("account 77 asset 1: the balance is 5, its postings make it 0"));
}

TEST_F(AuditTest, NobodyHidesBehindARowOfDrift) {
  const AuditReport report = After(
      "UPDATE balances SET held = held + 1 WHERE account_id = 1002 AND asset_id = 2;"
      "INSERT INTO drift VALUES (5, 1002, 2, 1, 2)");
  EXPECT_THAT(Text(report), HasSubstr("account 1002 asset 2: ledger.drift has it"));
}

// Somebody who knows the rules edits a row and its digest: then the batch tells.
TEST_F(AuditTest, FindsARowThatWasEditedTogetherWithItsDigest) {
  auto rows = mirror_->connection().Execute(
      "SELECT effective_ns, booked_ns, (SELECT owned FROM postings WHERE sequence = 2 AND leg = 0),"
      " (SELECT owned FROM postings WHERE sequence = 2 AND leg = 1)"
      " FROM transactions WHERE sequence = 2");
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto digest_with = [&](std::string_view request_id) {
    TransactionDigest digest;
    digest.Begin({.sequence = Sequence(2),
                  .type = 1,
                  .effective_ns = rows->row(0).Int64(0),
                  .booked_ns = rows->row(0).Int64(1),
                  .request_id = request_id});
    for (const int leg : {0, 1}) {
      digest.Add(PostingRecord{.leg = leg,
                               .account_id = AccountId(leg == 0 ? kAlice : 1),
                               .asset_id = AssetId(1),
                               .amount = Amount(leg == 0 ? 10'000'000 : -10'000'000),
                               .owned = Amount(rows->row(0).Int64(2 + leg)),
                               .kind = 1,
                               .transaction_id = "D1"});
    }
    return StoredDigest(digest.Finish());
  };
  ASSERT_EQ(Column("SELECT digest FROM transactions WHERE sequence = 2"),
            std::vector<int64_t>{digest_with("D1")});
  const AuditReport report =
      After(absl::StrCat("UPDATE transactions SET request_id = 'D2', digest = ", digest_with("D2"),
                         " WHERE sequence = 2"));
  ASSERT_EQ(report.finding_count, 1) << Text(report);
  EXPECT_EQ(report.findings[0].batch, 20u);
  EXPECT_THAT(report.findings[0].what, HasSubstr("the hash of the batch is another"));
}

}  // namespace
}  // namespace rialto::ledger
