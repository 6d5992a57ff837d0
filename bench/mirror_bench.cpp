// mirror_bench: how fast the ledger follows the feed, beside a bare binary COPY of the same rows;
// and how long GetBalance takes with a million accounts.
//
// Rounds take turns in one database: the ledger's own follower over gRPC, from releasing the feed
// to the commit of its last command; then COPY of the rows it makes of the same commands, encoded
// beforehand, into the same tables with the same indexes and triggers, committed in the largest
// batches that the follower makes. What changes in place (older orders, balances) the yardstick
// leaves out: it is pure COPY.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/mirror_history.h"
#include "bench/results.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/follower/follower.h"
#include "common/postgres/migrations.h"
#include "common/service/channel.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "ledger/follower_options.h"
#include "ledger/ledger_batch.h"
#include "ledger/read_store.h"
#include "ledger/service.h"
#include "ledger/store.h"
#include "prometheus/registry.h"

namespace rialto::bench {
namespace {

using engine::v1::CommandEvents;
using engine::v1::SubscribeResponse;

struct MirrorOptions {
  MirrorShape shape;
  int rounds = 5;
  std::string database_url;
  uint64_t balances = 1'000'000;
  int calls = 20'000;
  bool json = false;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::unique_ptr<postgres::Connection> Connect(const std::string& url) {
  auto connection = postgres::Connection::Open(url);
  CHECK_OK(connection);
  CHECK_OK((*connection)->ExecuteScript("SET search_path = ledger"));
  return *std::move(connection);
}

int64_t Number(postgres::Connection& connection, const std::string& sql) {
  auto result = connection.Execute(sql);
  CHECK_OK(result);
  return result->row(0).Int64(0);
}

// Each round begins with empty tables and nothing to write back.
void DropAll(const std::string& url) {
  const auto connection = Connect(url);
  CHECK_OK(connection->ExecuteScript("DROP SCHEMA IF EXISTS ledger CASCADE"));
}

struct Measured {
  double seconds = 0;
  double cpu_seconds = 0;  // Of this process: the mirror and the sending of the feed.
  int64_t postings = 0;
};

Measured RunMirror(const MirrorHistory& history, const std::string& url) {
  DropAll(url);
  MirrorFeed feed(history);
  prometheus::Registry registry;
  ledger::Metrics metrics(registry);
  ledger::Store store(metrics);
  Follower follower(ledger::OptionsOfFollower(feed.address(), url), store, registry);
  CHECK_OK(follower.Start());
  const auto wait_for = [&](uint64_t sequence) {
    while (follower.position().value() < sequence) absl::SleepFor(absl::Milliseconds(1));
  };
  wait_for(history.set_up_sequence);
  const auto connection = Connect(url);
  const int64_t before = Number(*connection, "SELECT count(*) FROM postings");
  const double cpu = CpuSeconds();
  const absl::Time start = absl::Now();
  feed.Release();
  wait_for(history.last_sequence);
  Measured measured{.seconds = absl::ToDoubleSeconds(absl::Now() - start),
                    .cpu_seconds = CpuSeconds() - cpu};
  measured.postings = Number(*connection, "SELECT count(*) FROM postings") - before;
  CHECK(metrics.drift_accounts.Value() == 0 && metrics.checkpoint_mismatches_total.Value() == 0);
  follower.Stop();
  return measured;
}

// Batches of commands as large as the follower's.
class Batches {
 public:
  explicit Batches(const MirrorHistory& history) : history_(history) {}

  // The next commands up to `last`; empty at the end.
  std::vector<const CommandEvents*> Next(uint64_t last) {
    const FollowerOptions limits = ledger::OptionsOfFollower("", "");
    messages_.clear();
    std::vector<const CommandEvents*> commands;
    size_t bytes = 0;
    while (next_ < history_.messages.size() && bytes < limits.batch_bytes_max &&
           history_.messages[next_].first_sequence <= last &&
           commands.size() < limits.batch_commands_max) {
      auto& message = *messages_.emplace_back(std::make_unique<SubscribeResponse>());
      bytes += history_.messages[next_].bytes.size();
      CHECK(message.ParseFromString(history_.messages[next_++].bytes));
      for (const CommandEvents& command : message.commands()) commands.push_back(&command);
    }
    return commands;
  }

 private:
  const MirrorHistory& history_;
  size_t next_ = 0;
  std::vector<std::unique_ptr<SubscribeResponse>> messages_;
};

void CopyBatch(postgres::Connection& connection, const ledger::LedgerBatch& batch) {
  postgres::CopyWriter balances(5);
  for (const ledger::BalanceChange& change : batch.changed_balances()) {
    if (!change.is_new) continue;
    balances.Row()
        .Int64(static_cast<int64_t>(change.key.account_id.value()))
        .Int32(static_cast<int32_t>(change.key.asset_id.value()))
        .Int64(change.after.available.value())
        .Int64(change.after.held.value())
        .Int64(static_cast<int64_t>(change.sequence.value()));
  }
  CHECK_OK(connection.ExecuteScript("BEGIN"));
  const auto copy = [&](const std::string& table, const postgres::CopyWriter& rows) {
    if (!rows.empty()) CHECK_OK(connection.Copy(table, rows));
  };
  for (const ledger::PartitionRows& rows : batch.partitions()) {
    copy(absl::StrCat("transactions_", rows.number), rows.transactions);
    copy(absl::StrCat("postings_", rows.number), rows.postings);
    copy(absl::StrCat("trades_", rows.number), rows.trades);
    copy(absl::StrCat("orders_", rows.number), rows.orders);
    copy(absl::StrCat("holds_", rows.number), rows.holds);
  }
  copy("balances", balances);
  CHECK_OK(connection.ExecuteScript("COMMIT"));
}

Measured RunCopy(const MirrorHistory& history, const std::string& url) {
  DropAll(url);
  {
    prometheus::Registry registry;
    ledger::Metrics metrics(registry);
    const ledger::Store store(metrics);
    CHECK_OK(postgres::Migrate(*Connect(url), store.schema()));
  }
  const auto connection = Connect(url);
  CHECK(history.last_sequence < ledger::kPartitionCommands);  // One partition, which is there.
  ledger::LedgerBatch batch;
  Batches batches(history);
  Measured measured;
  for (const uint64_t last : {history.set_up_sequence, history.last_sequence}) {
    for (auto commands = batches.Next(last); !commands.empty(); commands = batches.Next(last)) {
      batch.Fill(commands, absl::GetCurrentTimeNanos());
      const absl::Time start = absl::Now();
      CopyBatch(*connection, batch);
      if (last != history.last_sequence) continue;
      measured.seconds += absl::ToDoubleSeconds(absl::Now() - start);
      measured.postings += batch.record().posting_count;
    }
  }
  return measured;
}

void RunRounds(const MirrorOptions& options, const MirrorHistory& history, Results& results) {
  constexpr char kUnit[] = "postings per second";
  // The first round does not count.
  for (int round = -1; round < options.rounds; ++round) {
    const Measured mirror = RunMirror(history, options.database_url);
    const Measured copy = RunCopy(history, options.database_url);
    CHECK(mirror.postings == copy.postings);
    const double mirrored = static_cast<double>(mirror.postings) / mirror.seconds;
    const double copied = static_cast<double>(copy.postings) / copy.seconds;
    std::fprintf(stderr, "round %d: mirror %.0f, copy %.0f postings/s, ratio %.2f\n", round + 1,
                 mirrored, copied, mirrored / copied);
    if (round < 0) continue;
    results.Add("mirror/postings", kUnit, mirrored);
    results.Add("binary_copy/postings", kUnit, copied);
    results.Add("ratio/mirror_to_binary_copy", "ratio", mirrored / copied);
    results.Add(
        "mirror/commands", "commands per second",
        static_cast<double>(history.last_sequence - history.set_up_sequence) / mirror.seconds);
    results.Add("mirror/cpu_per_trade", "us of the mirror and the sending of the feed per trade",
                mirror.cpu_seconds * 1e6 / static_cast<double>(history.trades));
  }
}

// Accounts and their balances, without the postings that would explain them.
void FillBalances(postgres::Connection& connection, uint64_t count) {
  CHECK_OK(connection.ExecuteScript(absl::StrCat(
      "INSERT INTO accounts SELECT id, 'filler ' || id, 1 FROM generate_series(10000001, ",
      10'000'000 + count,
      ") AS id;"
      "INSERT INTO balances SELECT id, 1, 100, 0, 1 FROM generate_series(10000001, ",
      10'000'000 + count, ") AS id; ANALYZE accounts; ANALYZE balances")));
}

// One caller after the other over gRPC, as the gateway does.
void RunGetBalance(const MirrorOptions& options, const MirrorHistory& history, Results& results) {
  if (options.balances == 0) return;
  RunMirror(history, options.database_url);
  const auto connection = Connect(options.database_url);
  FillBalances(*connection, options.balances);
  prometheus::Registry registry;
  ledger::Metrics metrics(registry);
  ledger::Store store(metrics);
  Follower follower(ledger::OptionsOfFollower("127.0.0.1:1", options.database_url), store,
                    registry);
  postgres::Pool pool(options.database_url, 8);
  ledger::ReadStore reads(pool);
  MirrorReader reader(options.database_url, "ledger");
  ledger::StatementStore statements(reader);
  ledger::ReversalClient reversals("127.0.0.1:1");
  ledger::LedgerService service(reads, statements, follower, reversals);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub =
      ledger::v1::LedgerService::NewStub(OpenChannel(absl::StrCat("127.0.0.1:", port)));
  uint64_t account = 0;
  for (int round = -1; round < options.rounds; ++round) {
    std::vector<double> nanoseconds;
    for (int call = 0; call < options.calls; ++call) {
      ledger::v1::GetBalanceRequest request;
      account = (account * 6364136223846793005 + 1442695040888963407);
      request.set_account_id(10'000'001 + (account >> 20) % options.balances);
      request.set_asset("USD");
      ledger::v1::GetBalanceResponse response;
      grpc::ClientContext context;
      const absl::Time start = absl::Now();
      const grpc::Status status = stub->GetBalance(&context, request, &response);
      nanoseconds.push_back(absl::ToDoubleNanoseconds(absl::Now() - start));
      CHECK(status.ok() && response.balance().available_units() == 100);
    }
    if (round < 0) continue;
    std::sort(nanoseconds.begin(), nanoseconds.end());
    for (const LatencyShare& share : kLatencyShares) {
      const auto place = static_cast<size_t>(share.share * static_cast<double>(options.calls - 1));
      results.Add(absl::StrCat("get_balance/", options.balances, "_accounts/", share.name),
                  kNanoseconds, nanoseconds[place]);
    }
  }
}

void Run(const MirrorOptions& options) {
  InitLog("bench");
  spdlog::set_level(spdlog::level::warn);
  Results results;
  std::fprintf(stderr, "making a history of %u commands\n", options.shape.commands);
  const MirrorHistory history = MakeMirrorHistory(options.shape);
  RunRounds(options, history, results);
  RunGetBalance(options, history, results);
  std::printf("%s", (options.json ? results.Json() : results.Table()).c_str());
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app("How fast the ledger mirrors the feed into PostgreSQL.", "mirror_bench");
  rialto::bench::MirrorOptions options;
  app.add_option("--database-url", options.database_url,
                 "A throw-away database: the schema `ledger` in it is dropped.")
      ->required();
  app.add_option("--commands", options.shape.commands, "Orders placed, about half of which trade.");
  app.add_option("--accounts", options.shape.accounts, "Who place them.");
  app.add_option("--rounds", options.rounds, "Besides one that does not count.");
  app.add_option("--balances", options.balances, "Accounts for GetBalance; 0: leave it out.");
  app.add_option("--calls", options.calls, "Of GetBalance, each round.");
  app.add_flag("--json", options.json, "Print {\"rows\": [{name, median, min, max, unit}]}.");
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Run(options);
  return 0;
}
