// Export and import on a real PostgreSQL.
#include "ledger/export_store.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/mirror/test_mirror.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/history_fixture.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  void SetUp() override {
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    mirror_ = TestMirror::Create(*store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    TestMirror::History commands;
    History history([&](const engine::v1::CommandEvents& command) { commands.push_back(command); });
    history.Deposit(kAlice, 1, 100'000);
    history.Deposit(kBob, 2, 1'000);
    for (int i = 0; i < 50; ++i) history.Trade();
    history.Place(kAlice, "mine");
    history.Place(kBob, "his");
    history.Hold(kAlice, 1, 7);
    history.Pay({.transaction_id = "R1", .reverses = "D1", .reference = "typo"});
    mirror_->ApplyInBatches(commands, 7);
    auto connection = postgres::Connection::Open(mirror_->url());
    CHECK_OK(connection);
    connection_ = *std::move(connection);
  }

  absl::StatusOr<ExportSummary> Export(const std::string& schema, std::vector<std::string>& lines) {
    return ExportLedger(*connection_, schema, [&](std::string_view line) {
      lines.emplace_back(line);
      return absl::OkStatus();
    });
  }

  absl::StatusOr<ExportSummary> Import(const std::vector<std::string>& lines) {
    size_t next = 0;
    return ImportLedger(*connection_, "copy", [&](std::string& line) {
      if (next == lines.size()) return false;
      line = lines[next++];
      return true;
    });
  }

  std::string Problem(const std::vector<std::string>& lines) {
    const absl::StatusOr<ExportSummary> summary = Import(lines);
    EXPECT_EQ(mirror_->Dump("SELECT count(*) FROM pg_namespace WHERE nspname = 'copy'"), "0");
    return std::string(summary.status().message());
  }

  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TestMirror> mirror_;
  std::unique_ptr<postgres::Connection> connection_;
};

TEST_F(ExportTest, WhatIsImportedIsWhatWasExported) {
  std::vector<std::string> lines, again;
  const absl::StatusOr<ExportSummary> exported = Export("ledger", lines);
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(exported->batches, 9);
  EXPECT_EQ(exported->postings, 2 * 2 + 50 * 9 + 2);
  EXPECT_EQ(exported->orders, 2);
  const absl::StatusOr<ExportSummary> imported = Import(lines);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->hash, exported->hash);
  EXPECT_EQ(imported->lines_hash, exported->lines_hash);
  ASSERT_TRUE(Export("copy", again).ok());
  EXPECT_EQ(again, lines);
  for (const char* table : {"orders", "postings", "holds", "batches"}) {
    const auto rows = [&](const char* schema) {
      return mirror_->Dump(
          absl::StrCat("SELECT t::text FROM ", schema, ".", table, " AS t ORDER BY 1"));
    };
    EXPECT_EQ(rows("copy"), rows("ledger")) << table;
  }
  ASSERT_TRUE(connection_->ExecuteScript("SET search_path = copy").ok());
  auto transaction = postgres::Transaction::Begin(*connection_);
  ASSERT_TRUE(transaction.ok());
  const auto report = AuditLedger(*transaction);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->is_clean()) << report->findings.front().what;
}

TEST_F(ExportTest, AFileThatWasChangedIsRefusedAndNothingStays) {
  std::vector<std::string> lines;
  ASSERT_TRUE(Export("ledger", lines).ok());
  size_t batch = 0;
  while (!lines[batch].starts_with("{\"batch\"")) ++batch;
  const auto with =
      [&](const std::vector<std::pair<absl::string_view, absl::string_view>>& change) {
        std::vector<std::string> changed = lines;
        changed[batch + 2] = absl::StrReplaceAll(changed[batch + 2], change);
        EXPECT_NE(changed, lines);
        return Problem(changed);
      };
  EXPECT_THAT(with({{"\"amount\":\"99\"", "\"amount\":\"98\""}}),
              HasSubstr("batch 21: its hash is not that of its transactions"));
  EXPECT_THAT(with({{"\"order_id\":\"8\"", "\"order_id\":\"9\""}}), HasSubstr("its hash is not"));
  EXPECT_THAT(with({{"\"batch\"", "\"butch\""}}), HasSubstr("not a line of an exported ledger"));

  // What is in no batch: an order, an account, an asset, a balance.
  struct Change {
    const char* from;
    const char* to;
  };
  for (const Change& change : {Change{"\"mine\"", "\"yours\""},
                               {"\"name\":\"alice\"", "\"name\":\"malice\""},
                               {"\"scale\":2", "\"scale\":3"},
                               {"\"held\":\"7\",\"sequence\"", "\"held\":\"8\",\"sequence\""}}) {
    std::vector<std::string> changed = lines;
    for (std::string& line : changed) {
      line = absl::StrReplaceAll(line, {{change.from, change.to}});
    }
    EXPECT_NE(changed, lines) << change.from;
    EXPECT_THAT(Problem(changed), HasSubstr("the hash of the lines is another")) << change.from;
  }
  std::vector<std::string> missing = lines;
  missing.erase(missing.begin() + static_cast<ptrdiff_t>(batch) + 1);
  EXPECT_THAT(Problem(missing), HasSubstr("does not follow on the batch before"));
  std::vector<std::string> swapped = lines;
  std::swap(swapped[batch + 1], swapped[batch + 2]);
  EXPECT_THAT(Problem(swapped), HasSubstr("does not follow on the batch before"));
  std::vector<std::string> cut(lines.begin(), lines.end() - 1);
  EXPECT_EQ(Problem(cut), "the file ends before its end");
}

// A file of the time before there were orders, holds and the hash of all lines.
TEST_F(ExportTest, AFileOfFormatOneIsTaken) {
  std::vector<std::string> lines;
  ASSERT_TRUE(Export("ledger", lines).ok());
  std::vector<std::string> old;
  for (std::string& line : lines) {
    if (!line.starts_with("{\"orders\"") && !line.starts_with("{\"batch\"")) old.push_back(line);
  }
  old.front() = absl::StrReplaceAll(old.front(), {{"\"format\":2", "\"format\":1"}});
  old.back() = absl::StrCat("{\"end\":{\"hash\":\"", std::string(43, 'A'), "=\"}}");
  const absl::StatusOr<ExportSummary> imported = Import(old);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->batches, 0);
  EXPECT_EQ(mirror_->Dump("SELECT count(*) FROM copy.balances"), "8");
}

TEST_F(ExportTest, RowsThatWereChangedAreNotExported) {
  ASSERT_TRUE(mirror_->connection()
                  .ExecuteScript("GRANT ALL ON ALL TABLES IN SCHEMA ledger TO CURRENT_USER;"
                                 "ALTER TABLE postings_0 DISABLE TRIGGER USER;"
                                 "ALTER TABLE postings DISABLE TRIGGER USER;"
                                 "UPDATE postings SET order_id = 77 WHERE sequence = 9 AND leg = 0")
                  .ok());
  std::vector<std::string> lines;
  EXPECT_THAT(std::string(Export("ledger", lines).status().message()),
              HasSubstr("at batch 14 sequence 9"));
}

TEST_F(ExportTest, AnImportReplacesNothing) {
  const absl::Status status =
      ImportLedger(*connection_, "ledger", [](std::string&) { return false; }).status();
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_EQ(mirror_->Dump("SELECT count(*) FROM ledger.trades"), "50");
}

}  // namespace
}  // namespace rialto::ledger
