// engine_sim: the simulation of simulation.h from the command line.
//
//   engine_sim --seed=42 --commands=2000      one run
//   engine_sim --seeds=5000                   seeds 1 to 5000
//
// Exit code 1: a promise was broken; standard error says which, and how to repeat it.
#include <unistd.h>

#include <cstdio>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "engine/sim/simulation.h"

namespace rialto::engine {
namespace {

struct Flags {
  SimulationOptions first;
  uint64_t seeds = 1;
};

// On a terminal, a few times a second.
class ProgressLine {
 public:
  explicit ProgressLine(uint64_t seeds) : seeds_(seeds), is_shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (is_shown_) std::fputs("\r\033[K", stderr);
  }
  void Show(uint64_t done, const SimulationCounts& counts) {
    const absl::Time now = absl::Now();
    if (!is_shown_ || now - shown_at_ < absl::Milliseconds(200)) return;
    shown_at_ = now;
    const std::string line =
        absl::StrCat("\r\033[K", done, " of ", seeds_, " seeds, ", counts.recoveries,
                     " recoveries, ", absl::ToInt64Seconds(now - started_at_), " s");
    std::fputs(line.c_str(), stderr);
  }

 private:
  const uint64_t seeds_;
  const bool is_shown_;
  const absl::Time started_at_ = absl::Now();
  absl::Time shown_at_;
};

int RunSeeds(const Flags& flags) {
  SimulationCounts counts;
  const absl::Time started_at = absl::Now();
  {
    ProgressLine progress(flags.seeds);
    for (uint64_t i = 0; i < flags.seeds; ++i) {
      SimulationOptions options = flags.first;
      options.seed += i;
      if (const absl::Status verdict = RunSimulation(options, counts); !verdict.ok()) {
        const std::string broken = absl::StrCat("\nBROKEN: ", verdict.message(), "\n");
        std::fputs(broken.c_str(), stderr);
        return 1;
      }
      progress.Show(i + 1, counts);
    }
  }
  const std::string summary = absl::StrCat(
      "seeds=", flags.seeds, " milliseconds=", absl::ToInt64Milliseconds(absl::Now() - started_at),
      " ", counts.ToText(), "\n");
  std::fputs(summary.c_str(), stdout);
  return 0;
}

constexpr int kGoOn = -1;

// kGoOn, or CLI11's exit code: 0 after --help; else the command line is wrong, and standard error
// says how.
int Parse(CLI::App& app, int argc, char** argv) {
  CLI11_PARSE(app, argc, argv);
  return kGoOn;
}

}  // namespace
}  // namespace rialto::engine

int main(int argc, char** argv) {
  rialto::engine::Flags flags;
  CLI::App app("One engine on a lying disk and clock, from a seed.", "engine_sim");
  app.add_option("--seed", flags.first.seed, "The first seed.")->capture_default_str();
  app.add_option("--seeds", flags.seeds, "How many, one after the other.")->capture_default_str();
  app.add_option("--commands", flags.first.commands, "Durable commands of a run.")
      ->capture_default_str();
  if (const int code = rialto::engine::Parse(app, argc, argv); code != rialto::engine::kGoOn) {
    return code == 0 ? 0 : 2;
  }
  rialto::InitLog("sim");
  spdlog::set_level(spdlog::level::off);  // Faults are what it is about.
  rialto::engine::TellSimulationOnAbort();
  return rialto::engine::RunSeeds(flags);
}
