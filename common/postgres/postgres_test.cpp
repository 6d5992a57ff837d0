#include <string>
#include <utility>
#include <vector>

#include "common/postgres/connection.h"
#include "common/postgres/migrations.h"
#include "common/postgres/pool.h"
#include "common/postgres/test_database.h"
#include "common/postgres/transaction.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << TestDatabase::kSkipped;
    connection_ = Connect();
  }

  std::unique_ptr<Connection> Connect() {
    absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(database_->url());
    CHECK_OK(connection);
    return *std::move(connection);
  }

  int64_t Number(const std::string& sql, absl::Span<const Value> parameters = {}) {
    absl::StatusOr<Result> result = connection_->Execute(sql, parameters);
    CHECK_OK(result);
    return result->row(0).Int64(0);
  }

  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(PostgresTest, PassesParametersAndReadsRows) {
  absl::StatusOr<Result> result =
      connection_->Execute("SELECT $1, $2::text, $3::numeric + 1, $4, $5::bigint, $6::integer",
                           {-5, "it's", "0.25", true, std::nullopt, 7});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->row_count(), 1);
  const Row row = result->row(0);
  EXPECT_EQ(row.Int64(0), -5);
  EXPECT_EQ(row.Text(1), "it's");
  EXPECT_EQ(row.Text(2), "1.25");
  EXPECT_TRUE(row.Bool(3));
  EXPECT_TRUE(row.IsNull(4));
  EXPECT_EQ(row.Int64(5), 7);
}

TEST_F(PostgresTest, PassesLists) {
  const std::vector<int64_t> numbers = {1, 2, 3};
  const std::vector<std::string> texts = {"a", "", "c,d"};
  EXPECT_EQ(Number("SELECT sum(n) FROM unnest($1) n", {numbers}), 6);
  EXPECT_EQ(Number("SELECT sum(length(t)) FROM unnest($1) t", {texts}), 4);
  EXPECT_EQ(Number("SELECT count(*) FROM unnest($1) n", {std::vector<int64_t>()}), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM unnest($1) t", {std::vector<std::string>()}), 0);
}

TEST_F(PostgresTest, CopiesRows) {
  ASSERT_TRUE(connection_
                  ->ExecuteScript("CREATE TABLE t (a bigint, b integer, c smallint, d text,"
                                  " e boolean)")
                  .ok());
  CopyWriter rows(5);
  for (int i = 0; i < 100'000; ++i) rows.Row().Int64(i).Int32(-i).Int16(3).Text("x").Bool(true);
  rows.Row().Null().Null().Null().Null().Null();
  ASSERT_TRUE(connection_->Copy("t (a, b, c, d, e)", rows).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM t"), 100'001);
  EXPECT_EQ(Number("SELECT sum(a + b + c) FROM t WHERE e AND d = 'x'"), 300'000);
}

TEST_F(PostgresTest, ReportsARefusedCopyAndGoesOn) {
  ASSERT_TRUE(connection_->ExecuteScript("CREATE TABLE t (a bigint CHECK (a > 0))").ok());
  CopyWriter rows(1);
  rows.Row().Int64(-1);
  const absl::Status status = connection_->Copy("t (a)", rows);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("t_a_check"));
  EXPECT_EQ(Number("SELECT count(*) FROM t"), 0);
}

TEST_F(PostgresTest, SaysWhatWasAttemptedAndWhatHappened) {
  const absl::Status status = connection_->Execute("SELECT nonsense").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), StartsWith("SELECT nonsense: ERROR:"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("[42703]"));
  EXPECT_EQ(connection_->Execute("SELECT * FROM nowhere").status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(PostgresTest, RollsBackWhatIsNotCommitted) {
  ASSERT_TRUE(connection_->ExecuteScript("CREATE TABLE t (a bigint)").ok());
  {
    absl::StatusOr<Transaction> transaction = Transaction::Begin(*connection_);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(transaction->Execute("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_EQ(Number("SELECT count(*) FROM t"), 0);
  {
    absl::StatusOr<Transaction> transaction = Transaction::Begin(*connection_);
    ASSERT_TRUE(transaction.ok());
    absl::StatusOr<Result> inserted = transaction->Execute("INSERT INTO t VALUES (1), (2)");
    ASSERT_TRUE(inserted.ok());
    EXPECT_EQ(inserted->affected_rows(), 2);
    ASSERT_TRUE(transaction->Commit().ok());
  }
  EXPECT_EQ(Number("SELECT count(*) FROM t"), 2);
}

TEST_F(PostgresTest, SnapshotSeesOneStateAndWritesNothing) {
  ASSERT_TRUE(connection_->ExecuteScript("CREATE TABLE t (a bigint)").ok());
  std::unique_ptr<Connection> reader = Connect();
  absl::StatusOr<Transaction> snapshot = Transaction::Begin(*reader, Isolation::kSnapshot);
  ASSERT_TRUE(snapshot.ok());
  ASSERT_EQ(snapshot->Execute("SELECT * FROM t")->row_count(), 0);
  ASSERT_TRUE(connection_->ExecuteScript("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(snapshot->Execute("SELECT * FROM t")->row_count(), 0);
  EXPECT_FALSE(snapshot->Execute("INSERT INTO t VALUES (2)").ok());
}

TEST_F(PostgresTest, ASnapshotReadsForFiveSecondsAtMost) {
  const absl::Time started_at = absl::Now();
  {
    absl::StatusOr<Transaction> snapshot = Transaction::Begin(*connection_, Isolation::kSnapshot);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    const absl::Status status = snapshot->Execute("SELECT pg_sleep(10)").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_LT(absl::Now() - started_at, absl::Seconds(8));
  }
  EXPECT_TRUE(connection_->IsOpen());
  // Only of the snapshot.
  EXPECT_EQ(Number("SELECT count(*) WHERE current_setting('statement_timeout') = '0'"), 1);
}

TEST_F(PostgresTest, ALongSnapshotHasNoBound) {
  absl::StatusOr<Transaction> snapshot = Transaction::Begin(*connection_, Isolation::kLongSnapshot);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const absl::StatusOr<Result> bound = snapshot->Execute("SHOW statement_timeout");
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_EQ(bound->row(0).Text(0), "0");
  EXPECT_FALSE(snapshot->Execute("CREATE TABLE t (a bigint)").ok());
}

TEST_F(PostgresTest, WaitsForNoAnswerAfterItsDeadline) {
  connection_->SetDeadline(absl::Now() + absl::Minutes(1));
  EXPECT_EQ(Number("SELECT 7"), 7);
  const absl::Time started_at = absl::Now();
  connection_->SetDeadline(started_at + absl::Milliseconds(50));
  const absl::Status status = connection_->Execute("SELECT pg_sleep(10)").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "SELECT pg_sleep(10): no answer in time");
  EXPECT_LT(absl::Now() - started_at, absl::Seconds(5));
}

TEST_F(PostgresTest, AScriptAndACommitHaveTheDeadlineToo) {
  ASSERT_TRUE(connection_
                  ->ExecuteScript("CREATE TABLE t (a bigint UNIQUE DEFERRABLE INITIALLY DEFERRED);"
                                  "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS"
                                  " 'BEGIN PERFORM pg_sleep(10); RETURN NULL; END';"
                                  "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE"
                                  " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()")
                  .ok());
  const absl::Time started_at = absl::Now();
  absl::StatusOr<Transaction> transaction = Transaction::Begin(*connection_);
  ASSERT_TRUE(transaction->Execute("INSERT INTO t VALUES (1)").ok());
  connection_->SetDeadline(absl::Now() + absl::Milliseconds(50));
  const absl::Status status = transaction->Commit();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "COMMIT: no answer in time");
  EXPECT_FALSE(connection_->IsOpen());
  EXPECT_EQ(connection_->ExecuteScript("ROLLBACK").code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(absl::Now() - started_at, absl::Seconds(5));
}

TEST_F(PostgresTest, AScriptFailsWithItsFirstError) {
  const absl::Status status = connection_->ExecuteScript("SELECT 1; SELECT nonsense; SELECT 2");
  EXPECT_THAT(std::string(status.message()), HasSubstr("[42703]"));
  EXPECT_EQ(Number("SELECT 7"), 7);
}

TEST_F(PostgresTest, ALeaseWithABoundIsGivenUpAtItAndNotLentAgain) {
  Pool pool(database_->url(), 1, absl::Milliseconds(200));
  ASSERT_TRUE(connection_->ExecuteScript("CREATE TABLE t (a bigint)").ok());
  ASSERT_TRUE(connection_->ExecuteScript("BEGIN; LOCK TABLE t").ok());
  const absl::Time started_at = absl::Now();
  for (int i = 0; i < 2; ++i) {
    absl::StatusOr<Pool::Lease> lease = pool.Acquire();
    ASSERT_TRUE(lease.ok()) << lease.status();
    absl::StatusOr<Transaction> transaction = Transaction::Begin(**lease);
    ASSERT_TRUE(transaction.ok()) << transaction.status();
    const absl::Status status = transaction->Execute("SELECT * FROM t").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("42P01"))) << "it is there";
  }
  EXPECT_LT(absl::Now() - started_at, absl::Seconds(5));
  const auto waiting_count = [&] {
    return Number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'");
  };
  while (waiting_count() > 0) {
    ASSERT_LT(absl::Now() - started_at, absl::Seconds(20)) << "the server waits on";
  }
}

TEST_F(PostgresTest, EveryLeaseHasABoundOfItsOwn) {
  Pool pool(database_->url(), 1, absl::Seconds(2));
  for (int i = 0; i < 2; ++i) {  // Together longer than one bound, on one session.
    absl::StatusOr<Pool::Lease> lease = pool.Acquire();
    ASSERT_TRUE(lease.ok()) << lease.status();
    EXPECT_TRUE((*lease)->Execute("SELECT pg_sleep(1.2)").ok());
  }
}

TEST_F(PostgresTest, WithADeadlineKnowsALostSession) {
  connection_->SetDeadline(absl::Now() + absl::Minutes(1));
  database_->TerminateSessions();
  EXPECT_EQ(connection_->Execute("SELECT 1").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(connection_->IsOpen());
}

TEST_F(PostgresTest, KnowsALostSession) {
  database_->TerminateSessions();
  const absl::Status status = connection_->Execute("SELECT 1").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(connection_->IsOpen());
}

TEST_F(PostgresTest, PoolReplacesLostConnections) {
  Pool pool(database_->url(), 1);
  for (int i = 0; i < 3; ++i) {
    absl::StatusOr<Pool::Lease> lease = pool.Acquire();
    ASSERT_TRUE(lease.ok()) << lease.status();
    EXPECT_TRUE((*lease)->Execute("SELECT 1").ok());
    database_->TerminateSessions();
    EXPECT_FALSE((*lease)->Execute("SELECT 1").ok());
  }
}

TEST_F(PostgresTest, PoolOpensNoMoreThanItsBound) {
  Pool pool(database_->url(), 1);
  absl::StatusOr<Pool::Lease> first = pool.Acquire();
  ASSERT_TRUE(first.ok());
  const absl::Status second = pool.Acquire().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.message()), StartsWith("DATABASE_BUSY: all 1 connections"));
}

TEST(PoolTest, IsUnavailableWhileTheDatabaseIsDown) {
  Pool pool("host=/nowhere dbname=rialto", 1);
  for (int i = 0; i < 2; ++i) {
    const absl::Status status = pool.Acquire().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()),
                StartsWith("DATABASE_UNAVAILABLE: connect to PostgreSQL: "));
  }
}

constexpr Migration kFirst{1, "0001_init.sql", "CREATE TABLE t (a bigint);"};
constexpr Migration kSecond{2, "0002_more.sql",
                            "ALTER TABLE t ADD b text; INSERT INTO t VALUES (1, 'x');"};

TEST_F(PostgresTest, AppliesEachMigrationOnce) {
  const Migration one[] = {kFirst};
  const Migration both[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*connection_, {"demo", one, 1}).ok());
  ASSERT_TRUE(Migrate(*connection_, {"demo", both, 2}).ok());
  ASSERT_TRUE(Migrate(*connection_, {"demo", both, 2}).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM demo.t"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM demo.migrations"), 2);
}

TEST_F(PostgresTest, RefusesAMigrationThatChangedAfterItWasApplied) {
  const Migration before[] = {kFirst};
  const Migration after[] = {{1, "0001_init.sql", "CREATE TABLE t (a integer);"}};
  ASSERT_TRUE(Migrate(*connection_, {"demo", before, 1}).ok());
  const absl::Status status = Migrate(*connection_, {"demo", after, 1});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0001_init.sql"));
}

TEST_F(PostgresTest, RefusesADatabaseThatIsAheadOfTheBinary) {
  const Migration both[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*connection_, {"demo", both, 2}).ok());
  const absl::Status status = Migrate(*connection_, {"demo", both, 1});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0002_more.sql"));
}

TEST_F(PostgresTest, LeavesNothingOfAMigrationThatFails) {
  const Migration broken[] = {{1, "0001_init.sql", "CREATE TABLE t (a bigint); SELECT nonsense;"}};
  const absl::Status status = Migrate(*connection_, {"demo", broken, 1});
  EXPECT_THAT(std::string(status.message()), StartsWith("migrate schema demo: 0001_init.sql: "));
  const Migration repaired[] = {kFirst};
  EXPECT_TRUE(Migrate(*connection_, {"demo", repaired, 1}).ok());
}

}  // namespace
}  // namespace rialto::postgres
