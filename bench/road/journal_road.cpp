#include "bench/road/journal_road.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/contest.h"
#include "bench/road/bare_log.h"
#include "bench/road/rows.h"
#include "common/base/check.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/posix_file_system.h"
#include "engine/server/journal_commit_log.h"

namespace rialto::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPreparedCommands = 1'024;

// Limit orders as the wire brings them.
std::vector<engine::Command> PrepareCommands() {
  std::vector<engine::Command> commands;
  for (uint64_t i = 0; i < kPreparedCommands; ++i) {
    engine::PlaceOrder order;
    order.account_id = AccountId(1001 + i % 8);
    order.client_order_id = *ClientOrderId::Parse(absl::StrCat("s1732100000000-", 1'000'000 + i));
    order.instrument_id = InstrumentId(1);
    order.side = i % 2 == 0 ? engine::Side::kBuy : engine::Side::kSell;
    order.price = Price(9'950 + static_cast<int64_t>(i % 100));
    order.quantity = Quantity(1 + static_cast<int64_t>(i % 10));
    commands.emplace_back(order);
  }
  return commands;
}

class JournalRoad {
 public:
  JournalRoad(journal::FileSystem& files, const std::string& directory)
      : log_(files, {.directory = directory, .content = engine::kJournalContent}) {
    CHECK_OK(log_.Recover(
        {}, {}, [](const engine::CommandHeader&, std::string_view) { return absl::OkStatus(); }));
  }

  void Commit(size_t commands) {
    for (size_t i = 0; i < commands; ++i) {
      header_ = {header_.sequence.Next(), Timestamp(header_.timestamp.value() + 1'000)};
      engine::EncodeRecord(commands_[i % commands_.size()], record_);
      log_.Append(header_, record_);
    }
    CHECK_OK(log_.Commit());
  }
  uint64_t bytes_written() const { return log_.bytes_written(); }

 private:
  const std::vector<engine::Command> commands_ = PrepareCommands();
  engine::JournalCommitLog log_;
  engine::CommandHeader header_{Sequence(0), Timestamp(1'700'000'000'000'000'000)};
  std::string record_;
};

// Calls `commit` for so long; commands per second of `commands` each time.
double Run(double seconds, size_t commands, load::Histogram& latencies,
           const std::function<void()>& commit) {
  const Clock::time_point start = Clock::now();
  const Clock::time_point end =
      start + std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
  Clock::time_point now = start;
  uint64_t batches = 0;
  while (now < end) {
    commit();
    const Clock::time_point after = Clock::now();
    latencies.Record((after - now).count());
    now = after;
    ++batches;
  }
  return static_cast<double>(batches * commands) /
         std::chrono::duration<double>(now - start).count();
}

}  // namespace

void MeasureJournal(const RoadOptions& options, Results& results) {
  journal::PosixFileSystem files;
  JournalRoad journal(files, options.directory + "/journal");
  BareLog bare(options.directory + "/bare");
  for (int round = 0; round <= options.rounds; ++round) {
    for (const size_t batch : {1, 64, 1'024}) {
      const std::string workload = absl::StrCat("batch_", batch);
      if (!options.Wants(workload)) continue;
      ShowProgress(absl::StrCat(workload, ": round ", round, " of ", options.rounds));
      const uint64_t bytes_before = journal.bytes_written();
      journal.Commit(batch);
      const uint64_t bytes = journal.bytes_written() - bytes_before;

      load::Histogram bare_ns;
      const double bare_rate = Run(options.seconds, batch, bare_ns, [&] { bare.Commit(bytes); });
      load::Histogram journal_ns;
      const double rate = Run(options.seconds, batch, journal_ns, [&] { journal.Commit(batch); });
      if (round == 0) continue;  // Warms up.
      results.Add("bare/" + workload, kCommandsPerSecond, bare_rate);
      results.Add("journal/" + workload, kCommandsPerSecond, rate);
      AddLatencies(results, "bare/" + workload, bare_ns);
      AddLatencies(results, "journal/" + workload, journal_ns);
      results.Add("ratio/" + workload, "of bare, goal at least 0.80", rate / bare_rate);
    }
  }
  ShowProgress("");
}

}  // namespace rialto::bench
