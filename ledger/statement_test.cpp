// Balances of the past, statements, transactions and the trial balance, over gRPC and a real
// PostgreSQL.
#include "ledger/statement_store.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/follower/follower.h"
#include "common/mirror/test_mirror.h"
#include "common/service/channel.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "ledger/history_fixture.h"
#include "ledger/service.h"
#include "ledger/store.h"

namespace rialto::ledger {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The fixture's command n happens n seconds after this.
constexpr int64_t kEpochNs = 1'700'000'000'000'000'000;
constexpr int64_t kSecondNs = 1'000'000'000;

class StatementTest : public testing::Test {
 protected:
  void SetUp() override {
    metrics_ = std::make_unique<Metrics>(registry_);
    store_ = std::make_unique<Store>(*metrics_);
    mirror_ = TestMirror::Create(*store_);
    if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    history_ = std::make_unique<History>(
        [this](const engine::v1::CommandEvents& command) { commands_.push_back(command); });
    reader_ = std::make_unique<MirrorReader>(mirror_->url(), "ledger");
    statements_ = std::make_unique<StatementStore>(*reader_);
    pool_ = std::make_unique<postgres::Pool>(mirror_->url(), 2);
    reads_ = std::make_unique<ReadStore>(*pool_);
    FollowerOptions options;
    options.service = "ledger";
    options.engine_address = "127.0.0.1:1";
    options.database_url = mirror_->url();
    follower_ = std::make_unique<Follower>(options, *store_, registry_);
    service_ = std::make_unique<LedgerService>(*reads_, *statements_, *follower_, reversals_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ledger_ = v1::LedgerService::NewStub(OpenChannel(absl::StrCat("127.0.0.1:", port)));
  }

  void Write() {
    mirror_->ApplyInBatches(commands_, 1'000);
    commands_.clear();
  }

  // What Alice owned of USD, or the message.
  std::string OwnedAt(uint64_t sequence, int64_t time_ns) {
    v1::GetBalanceAtRequest request;
    request.set_account_id(kAlice);
    request.set_asset("USD");
    request.set_as_of_sequence(sequence);
    request.set_as_of_time_ns(time_ns);
    v1::GetBalanceAtResponse response;
    grpc::ClientContext context;
    const grpc::Status status = ledger_->GetBalanceAt(&context, request, &response);
    return status.ok() ? response.owned() : status.error_message();
  }

  std::string Text(v1::StatementFormat format, int64_t from_ns = 0, int64_t to_ns = 0) {
    v1::StreamStatementRequest request;
    request.set_account_id(kAlice);
    request.set_asset("USD");
    request.set_format(format);
    request.set_from_time_ns(from_ns);
    request.set_to_time_ns(to_ns);
    grpc::ClientContext context;
    const auto stream = ledger_->StreamStatement(&context, request);
    std::string text;
    v1::StreamStatementResponse part;
    while (stream->Read(&part)) text += part.text();
    const grpc::Status status = stream->Finish();
    return status.ok() ? text : status.error_message();
  }

  prometheus::Registry registry_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TestMirror> mirror_;
  TestMirror::History commands_;
  std::unique_ptr<History> history_;
  std::unique_ptr<MirrorReader> reader_;
  std::unique_ptr<StatementStore> statements_;
  ReversalClient reversals_{"127.0.0.1:1"};
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<ReadStore> reads_;
  std::unique_ptr<Follower> follower_;
  std::unique_ptr<LedgerService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::LedgerService::Stub> ledger_;
};

TEST_F(StatementTest, TellsWhatWasOwnedAtASequenceOrATime) {
  history_->Deposit(kAlice, 1, 10'000);  // 2
  history_->Deposit(kBob, 2, 50);        // 3
  history_->Trade();                     // 4: -1.02
  history_->Deposit(kBob, 1, 1);         // 5
  history_->Trade();                     // 6: -1.02
  Write();
  EXPECT_EQ(OwnedAt(1, 0), "0.00");
  EXPECT_EQ(OwnedAt(2, 0), "100.00");
  EXPECT_EQ(OwnedAt(3, 0), "100.00");
  EXPECT_EQ(OwnedAt(4, 0), "98.98");
  EXPECT_EQ(OwnedAt(5, 0), "98.98");
  EXPECT_EQ(OwnedAt(0, 0), "97.96");
  EXPECT_EQ(OwnedAt(7, 0), "NOT_MIRRORED: sequence 7, the mirror is at 6");
  EXPECT_EQ(OwnedAt(0, kEpochNs + 2 * kSecondNs - 1), "0.00");
  EXPECT_EQ(OwnedAt(0, kEpochNs + 2 * kSecondNs), "100.00");
  EXPECT_EQ(OwnedAt(0, kEpochNs + 5 * kSecondNs), "98.98");
  EXPECT_EQ(OwnedAt(0, kEpochNs + 500 * kSecondNs), "97.96");
  EXPECT_THAT(OwnedAt(1, 1), StartsWith("BAD_MOMENT"));
}

// At every sequence of a random history, what is told is the sum of the postings up to it.
TEST_F(StatementTest, WhatWasOwnedIsTheSumOfThePostings) {
  for (int i = 0; i < 40; ++i) {
    if (i % 3 == 0) history_->Deposit(kAlice, 1, 1'000 + i);
    history_->Trade();
  }
  Write();
  const auto last = static_cast<int64_t>(history_->sequence());
  for (int64_t sequence = 1; sequence <= last; ++sequence) {
    const std::string sum = mirror_->Dump(
        absl::StrCat("SELECT coalesce(sum(amount), 0) / 100.00::numeric(20, 2) FROM postings WHERE"
                     " account_id = 1001 AND asset_id = 1 AND sequence <= ",
                     sequence));
    EXPECT_EQ(std::stod(OwnedAt(static_cast<uint64_t>(sequence), 0)), std::stod(sum)) << sequence;
  }
}

TEST_F(StatementTest, AStatementGoesFromOpeningToClosing) {
  history_->Deposit(kAlice, 1, 10'000);
  history_->Trade();
  history_->Trade();
  history_->Deposit(kAlice, 1, 123'456'789);
  history_->Pay({.transaction_id = "P<1>", .units = 500, .reference = "rent"});
  Write();
  EXPECT_EQ(Text(v1::STATEMENT_FORMAT_CSV, kEpochNs + 3 * kSecondNs, kEpochNs + 4 * kSecondNs),
            "sequence,leg,time,kind,reference,amount,owned,note,target\r\n"
            "2,,,opening,,,100.00,,\r\n"
            "3,2,2023-11-14T22:13:23.000000000Z,trade,\"trade 1\",-1.00,99.00,\"\",\"\"\r\n"
            "3,5,2023-11-14T22:13:23.000000000Z,fee,\"trade 1\",-0.02,98.98,\"\",\"\"\r\n"
            "3,,,closing,,,98.98,,\r\n");
  const std::string page = Text(v1::STATEMENT_FORMAT_HTML);
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("<dt>Account</dt><dd>1001 (alice)</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd>the beginning to sequence 6</dd>"));
  EXPECT_THAT(page, HasSubstr("<td>2023-11-14 22:13:25.000</td><td>deposit</td><td>D1</td>"
                              "<td class=\"number\">1,234,567.89</td>"
                              "<td class=\"number\">1,234,665.85</td></tr>"));
  EXPECT_THAT(page, HasSubstr("<td>P&lt;1&gt;<br><span class=\"note\">rent</span></td>"
                              "<td class=\"number\">-5.00</td>"));
  EXPECT_THAT(page, HasSubstr("1,234,660.85</td></tr>\n</tbody>\n</table>\n</body>\n</html>\n"));
  EXPECT_THAT(Text(v1::STATEMENT_FORMAT_CSV, 5, 4), StartsWith("BAD_TIME"));
}

// Resident memory of the process, which is server and client.
int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

// 100,000 rows: none is lost or doubled, every one continues the one before, and the server holds
// no more of them at the end than at the beginning.
TEST_F(StatementTest, ALongStatementIsWholeInOrderAndTakesNoMemory) {
  constexpr int kTrades = 50'000;
  history_->Deposit(kAlice, 1, 100'000'000);
  for (int i = 0; i < kTrades; ++i) {
    history_->Trade();
    if (i % 5'000 == 0) Write();
  }
  Write();
  // The threads, buffers and caches that any statement needs.
  Text(v1::STATEMENT_FORMAT_ROWS, kEpochNs, kEpochNs + 2'000 * kSecondNs);
  malloc_trim(0);
  const int64_t resident_before = ResidentBytes();

  v1::StreamStatementRequest request;
  request.set_account_id(kAlice);
  request.set_asset("USD");
  grpc::ClientContext context;
  const auto stream = ledger_->StreamStatement(&context, request);
  v1::StreamStatementResponse part;
  int64_t owned = 0;
  uint64_t count = 0;
  int64_t grown_bytes = 0;
  while (stream->Read(&part)) {
    if (part.has_head()) {
      EXPECT_EQ(part.head().opening_units(), 0);
    }
    for (const v1::Entry& entry : part.entries().entries()) {
      ++count;
      owned += entry.amount_units();
      ASSERT_EQ(entry.owned_units(), owned);
    }
    if (part.has_foot()) {
      EXPECT_EQ(part.foot().closing_units(), owned);
      EXPECT_EQ(part.foot().entry_count(), count);
    }
    grown_bytes = std::max(grown_bytes, ResidentBytes() - resident_before);
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(count, 2 * kTrades + 1u);
  // All rows at once would be 25 MB and more.
  EXPECT_LT(grown_bytes, 8 << 20);
}

TEST_F(StatementTest, FindsATransactionBySequenceAndByItsId) {
  history_->Deposit(kAlice, 1, 10'000);
  history_->Trade();
  Write();
  const auto get = [&](uint64_t sequence, const std::string& id, v1::Transaction& found) {
    v1::GetTransactionRequest request;
    request.set_transaction_sequence(sequence);
    request.set_transaction_id(id);
    v1::GetTransactionResponse response;
    grpc::ClientContext context;
    const grpc::Status status = ledger_->GetTransaction(&context, request, &response);
    found = response.transaction();
    return status.error_message();
  };
  v1::Transaction transaction;
  EXPECT_EQ(get(0, "D1", transaction), "");
  EXPECT_EQ(transaction.sequence(), 2u);
  EXPECT_EQ(transaction.request_id(), "D1");
  EXPECT_EQ(transaction.entries_size(), 2);
  EXPECT_EQ(get(3, "", transaction), "");
  EXPECT_EQ(transaction.type(), v1::ENTRY_KIND_TRADE);
  EXPECT_EQ(transaction.effective_time_ns(), kEpochNs + 3 * kSecondNs);
  EXPECT_EQ(transaction.entries_size(), 9);
  EXPECT_EQ(get(1, "", transaction), "UNKNOWN_TRANSACTION: command 1 moved no money");
  EXPECT_EQ(get(0, "D9", transaction), "UNKNOWN_TRANSACTION: no transfer \"D9\"");
  EXPECT_THAT(get(0, "", transaction), StartsWith("TRANSACTION_REQUIRED"));
}

TEST_F(StatementTest, ATransactionTellsItsNoteAndWhatMovedItBack) {
  history_->Deposit(kAlice, 1, 10'000);                                            // 2
  history_->Pay({.transaction_id = "T1", .units = 500, .reference = "rent-may"});  // 3
  history_->Pay({.transaction_id = "R1",
                 .debit_id = kBob,
                 .credit_id = kAlice,
                 .units = 500,
                 .reverses = "T1",
                 .reference = "twice"});  // 4
  Write();
  const auto get = [&](const std::string& id) {
    v1::GetTransactionRequest request;
    request.set_transaction_id(id);
    v1::GetTransactionResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(ledger_->GetTransaction(&context, request, &response).ok());
    return response.transaction();
  };
  const v1::Transaction paid = get("T1");
  EXPECT_EQ(paid.reference(), "rent-may");
  EXPECT_EQ(paid.reverses(), "");
  EXPECT_THAT(paid.reversed_by_sequences(), testing::ElementsAre(4));
  const v1::Transaction reversal = get("R1");
  EXPECT_EQ(reversal.type(), v1::ENTRY_KIND_REVERSAL);
  EXPECT_EQ(reversal.reverses(), "T1");
  EXPECT_EQ(reversal.entries(0).target_transaction_id(), "T1");
  EXPECT_EQ(reversal.entries(1).reference(), "twice");
  EXPECT_EQ(reversal.reversed_by_sequences_size(), 0);
  EXPECT_EQ(
      mirror_->Dump("SELECT sequence, account, amount, note, target_transaction_id FROM statement"
                    " WHERE sequence = 4 ORDER BY leg"),
      "4|bob|-5|twice|T1\n4|alice|5|twice|T1");
}

TEST_F(StatementTest, TheTrialBalanceAddsUpToZero) {
  history_->Deposit(kAlice, 1, 10'000);
  history_->Deposit(kBob, 2, 50);
  history_->Trade();
  Write();
  v1::GetTrialBalanceResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(ledger_->GetTrialBalance(&context, {}, &response).ok());
  ASSERT_EQ(response.assets_size(), 2);
  const v1::TrialBalance& dollars = response.assets(0);
  EXPECT_EQ(dollars.asset(), "USD");
  EXPECT_EQ(dollars.credits(), "100.00");
  EXPECT_EQ(dollars.debits(), "100.00");
  EXPECT_EQ(dollars.difference(), "0.00");
  ASSERT_EQ(dollars.lines_size(), 4);
  EXPECT_EQ(dollars.lines(0).name(), "external");
  EXPECT_EQ(dollars.lines(0).owned(), "-100.00");
  EXPECT_EQ(dollars.lines(1).owned(), "0.03");
  EXPECT_EQ(dollars.lines(2).owned(), "0.01");
  EXPECT_EQ(dollars.lines(3).name(), "users");
  EXPECT_EQ(dollars.lines(3).owned(), "99.96");
  EXPECT_EQ(response.assets(1).difference(), "0.00000000");
}

}  // namespace
}  // namespace rialto::ledger
