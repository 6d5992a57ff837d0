// A real worker, on its own thread, beside withdrawals that can not go on.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "custody/flow_under_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::StartsWith;

class WorkerTest : public FlowTest {
 protected:
  void TearDown() override {
    if (next_worker_ != nullptr) next_worker_->Stop();
  }

  void StartWorker() {
    worker_.reset();
    ASSERT_TRUE(next_worker_->Start().ok());
  }

  // What Get() says as soon as it says `wanted`, or in the end.
  std::string Await(const std::string& id, const std::string& wanted) {
    const absl::Time give_up = absl::Now() + absl::Seconds(20);
    while (Get(id) != wanted && absl::Now() < give_up) {
      absl::SleepFor(absl::Milliseconds(10));  // tidy: poll
    }
    return Get(id);
  }

  void Execute(const std::string& sql) {
    const auto done = worker_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.status();
  }
};

TEST_F(WorkerTest, AProviderThatFailsForOneWithdrawalOnlyHoldsUpNoOther) {
  provider_.away = true;
  for (const char* id : {"w1", "w2", "w3", "w4"}) {
    ASSERT_EQ(Request(id, "1"), "HELD");
    ASSERT_THAT(Approve(id, "anna"), StartsWith("SENDING PROVIDER_AWAY"));
  }
  provider_.away = false;
  provider_.away_for = {"w1", "w3"};
  StartWorker();
  EXPECT_EQ(Await("w2", "SENT"), "SENT");
  EXPECT_EQ(Await("w4", "SENT"), "SENT");
  EXPECT_THAT(Get("w1"), StartsWith("SENDING PROVIDER_AWAY"));
}

TEST_F(WorkerTest, AWithdrawalThatCanNotBeRecordedHoldsUpNoOther) {
  Execute("ALTER TABLE custody.withdrawals ADD CHECK (withdrawal_id <> 'w1' OR state <> 'sent')");
  provider_.away = true;
  for (const char* id : {"w1", "w2"}) {
    ASSERT_EQ(Request(id, "1"), "HELD");
    ASSERT_THAT(Approve(id, "anna"), StartsWith("SENDING PROVIDER_AWAY"));
  }
  provider_.away = false;
  StartWorker();
  EXPECT_EQ(Await("w2", "SENT"), "SENT");
  EXPECT_TRUE(next_worker_->ready());
  EXPECT_THAT(Get("w1"), StartsWith("SENDING"));
}

TEST_F(WorkerTest, OneThatCanGoOnIsFoundBehindAnyNumberOfThoseThatWait) {
  Execute(absl::StrCat(
      "INSERT INTO custody.withdrawals (withdrawal_id, account_id, asset, amount, address,"
      " operators_needed, state, waiting_for, hold_sequence) SELECT 'w' || n, 1001, 'USD', '1', "
      "'b',"
      " 1, 'approved', 'LEDGER_BEHIND: it is', CASE WHEN n = ",
      2 * Store::kOpenRowsMax, " THEN 1 ELSE 1000000 END FROM generate_series(1, ",
      2 * Store::kOpenRowsMax, ") n ORDER BY n"));
  StartWorker();
  const std::string last = absl::StrCat("w", 2 * Store::kOpenRowsMax);
  EXPECT_EQ(Await(last, "SENT"), "SENT");
}

TEST_F(WorkerTest, AnEventThatIsBehindAnyNumberOfThoseThatCanNotBeDecidedIsDecided) {
  Execute(absl::StrCat(
      "INSERT INTO custody.events (event_id, kind, account_id, asset, amount, withdrawal_id,"
      " reference, transaction_id) SELECT 'e' || n, 'deposit', 1001, 'AWAY', '1', '', '', 'd' || n"
      " FROM generate_series(1, ",
      Store::kOpenRowsMax, ") n"));
  ASSERT_EQ(Request("w1", "1"), "HELD");
  ASSERT_EQ(Approve("w1", "anna"), "SENT");
  Execute(
      "INSERT INTO custody.events (event_id, kind, account_id, asset, amount, withdrawal_id,"
      " reference, transaction_id)"
      " VALUES ('f1', 'withdrawal_confirmed', 0, '', '', 'w1', 'block-7', '')");
  StartWorker();
  EXPECT_EQ(Await("w1", "SETTLED"), "SETTLED");
}

TEST_F(WorkerTest, ADatabaseThatStandsStillIsWaitedForNoLongerThanItsBound) {
  StartWorker();
  const auto become = [&](bool wanted) {
    const absl::Time give_up = absl::Now() + absl::Seconds(20);
    while (next_worker_->ready() != wanted && absl::Now() < give_up) {
      absl::SleepFor(absl::Milliseconds(10));  // tidy: poll
    }
    return next_worker_->ready() == wanted;
  };
  ASSERT_TRUE(become(true));
  const auto holder = *postgres::Connection::Open(database_->url());
  ASSERT_TRUE(holder->ExecuteScript("BEGIN; LOCK TABLE custody.withdrawals").ok());
  const absl::Time started_at = absl::Now();
  EXPECT_THAT(Request("w1", "1"), StartsWith("DATABASE_UNAVAILABLE"));
  EXPECT_LT(absl::Now() - started_at, absl::Seconds(10));
  EXPECT_TRUE(become(false));
  const absl::Time stopped_at = absl::Now();
  next_worker_->Stop();
  EXPECT_LT(absl::Now() - stopped_at, absl::Seconds(10));
  ASSERT_TRUE(holder->ExecuteScript("ROLLBACK").ok());
  EXPECT_EQ(Request("w1", "1"), "HELD");
}

}  // namespace
}  // namespace rialto::custody
