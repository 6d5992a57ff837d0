// recovery_bench: how long a start takes, from the journal alone and with a snapshot, and what a
// snapshot takes, on files of this machine.
//
// The journal holds workload A of exchange_core_workload.h. Starts read around the page cache, as
// all recovery does; the feed and snapshots come from it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/core_script.h"
#include "bench/core_venue.h"
#include "bench/exchange_core_workload.h"
#include "bench/results.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/posix_file_system.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/pipeline.h"
#include "engine/server/snapshotter.h"
#include "prometheus/registry.h"

namespace rialto::bench {
namespace {

struct RecoveryOptions {
  uint32_t commands = 10'000'000;
  uint32_t resting_orders = 1'000;
  int rounds = 5;
  std::string directory;
  bool json = false;
};

struct Folders {
  explicit Folders(const std::string& root)
      : journal{.directory = root + "/journal", .content = engine::kJournalContent},
        feed{.directory = root + "/feed", .content = engine::kFeedContent},
        snapshots{.directory = root + "/snapshots"} {
    feed.record_bytes_max = 16u << 20;
    feed.sync = journal::SyncPolicy::kNever;
    feed.chain_cover = journal::ChainCover::kHeaders;
  }
  journal::Options journal;
  journal::Options feed;
  engine::SnapshotOptions snapshots;
};

// What main.cpp makes of an engine, up to the pipeline, recovered.
struct StartedEngine {
  StartedEngine(journal::FileSystem& files, const Folders& folders)
      : metrics(registry),
        log(files, folders.journal),
        feed(files, folders.feed),
        snapshots(files, folders.snapshots),
        pipeline(log, feed, clock, metrics) {
    const absl::Time started_at = absl::Now();
    CHECK_OK(pipeline.Recover(snapshots));
    seconds = absl::ToDoubleSeconds(absl::Now() - started_at);
  }

  SystemClock clock;
  prometheus::Registry registry;
  engine::Metrics metrics;
  engine::JournalCommitLog log;
  engine::EventFeed feed;
  engine::SnapshotStore snapshots;
  engine::Pipeline pipeline;
  double seconds = 0;
};

void WriteJournal(const RecoveryOptions& options, journal::FileSystem& files, Folders folders) {
  const Workload workload = MakeExchangeCoreWorkload(
      {.resting_orders = options.resting_orders, .commands = options.commands});
  const CoreScript script = WriteCoreScript(workload, SetUpCommands(workload) + 1);
  folders.journal.sync = journal::SyncPolicy::kNever;
  engine::JournalCommitLog log(files, folders.journal);
  const auto ignore = [](const engine::CommandHeader&, std::string_view) {
    return absl::OkStatus();
  };
  CHECK_OK(log.Recover({}, {}, ignore));
  engine::CommandHeader header{Sequence(0), Timestamp(1'700'000'000'000'000'000)};
  std::string record;
  const auto append = [&](const engine::Command& command) {
    header = {header.sequence.Next(), Timestamp(header.timestamp.value() + 10'000)};
    engine::EncodeRecord(command, record);
    log.Append(header, record);
    if (header.sequence.value() % engine::Pipeline::kBatchCommandsMax == 0) CHECK_OK(log.Commit());
  };
  for (const engine::Command& command : SetUp(workload)) append(command);
  CommandMaker maker;
  for (const auto* packed : {&script.prefill, &script.measured}) {
    for (const BookCommand& command : *packed) append(maker.Make(command));
  }
  CHECK_OK(log.Commit());
}

void Run(const RecoveryOptions& options) {
  InitLog("bench");
  spdlog::set_level(spdlog::level::warn);
  journal::PosixFileSystem files;
  const Folders folders(options.directory);
  std::filesystem::remove_all(options.directory);
  std::fprintf(stderr, "writing %u commands\n", options.commands);
  WriteJournal(options, files, folders);

  Results results;
  const std::string name = absl::StrCat("/", options.commands, "_commands");
  results.Add("start/journal_and_new_feed" + name, "s", StartedEngine(files, folders).seconds);
  results.Add("start/journal" + name, "s", StartedEngine(files, folders).seconds);
  {
    StartedEngine engine(files, folders);
    const engine::SnapshotTarget target{engine.pipeline.journal_position(),
                                        engine.pipeline.engine().now(),
                                        engine.pipeline.replica().Hash()};
    CHECK_OK(engine.feed.SyncThrough(target.position.sequence));
    const absl::Time started_at = absl::Now();
    const auto made =
        engine::MakeSnapshot({files, folders.journal, engine.snapshots, engine.feed}, target);
    CHECK_OK(made);
    results.Add("snapshot/first" + name, "s", absl::ToDoubleSeconds(absl::Now() - started_at));
    results.Add("snapshot/bytes" + name, "bytes", static_cast<double>(made->body_bytes));
  }
  for (int round = 0; round < options.rounds; ++round) {
    results.Add("start/snapshot" + name, "s", StartedEngine(files, folders).seconds);
  }
  std::filesystem::remove_all(options.directory);
  std::printf("%s", (options.json ? results.Json() : results.Table()).c_str());
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app("How long a start of Rialto's engine takes.", "recovery_bench");
  rialto::bench::RecoveryOptions options;
  options.directory = (std::filesystem::temp_directory_path() / "rialto-recovery-bench").string();
  app.add_option("--commands", options.commands, "In the journal, after the set-up.");
  app.add_option("--orders", options.resting_orders, "At rest.");
  app.add_option("--rounds", options.rounds, "Starts with a snapshot.");
  app.add_option("--directory", options.directory, "Where the files go; removed before and after.");
  app.add_flag("--json", options.json, "Print {\"rows\": [{name, median, min, max, unit}]}.");
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Run(options);
  return 0;
}
