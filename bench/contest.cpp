#include "bench/contest.h"

#include <malloc.h>
#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

namespace rialto::bench {
namespace {

double SecondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double PerOperation(const Workload& workload, double seconds) {
  return static_cast<double>(workload.measured.size()) / seconds;
}

// Other reports than another of the family: one of the two is wrong, and speed means nothing.
void CheckDigest(std::map<std::string, uint64_t>& digests, const Contender& contender,
                 const std::string& row, uint64_t digest) {
  const auto known = digests.emplace(contender.family, digest).first;
  if (known->second == digest) return;
  std::fprintf(stderr, "\n%s reports other things than the first of its kind\n", row.c_str());
  std::exit(1);
}

// More rounds say nothing new about tails that the machine makes.
constexpr int kLatencyRoundsMax = 5;

}  // namespace

extern "C" [[gnu::noinline]] double RialtoBenchMeasured(const std::function<void()>& body) {
  const double start = SecondsNow();
  body();
  return SecondsNow() - start;
}

void ShowProgress(const std::string& text) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

bool AnswersInstead(const Options& options, const std::vector<Contender>& contenders) {
  if (options.describe) PrintFacts();
  if (!options.list && options.instructions.empty()) return options.describe;
  bool found = options.list;
  for (const Entry& entry : Entries(Length::kShort)) {
    for (const Contender& contender : contenders) {
      const std::string row = contender.name + "/" + entry.name;
      if (options.list) std::printf("%s\n", row.c_str());
      if (row != options.instructions) continue;
      const Workload workload = entry.make();
      if (contender.prepare) contender.prepare(workload);
      contender.run(workload, nullptr);
      std::printf("%zu\n", workload.measured.size());
      found = true;
    }
  }
  if (!found) {
    std::fprintf(stderr, "no row %s; --list has them\n", options.instructions.c_str());
    std::exit(1);
  }
  return true;
}

Contest::Contest(const Options& options) : options_(options) {
  mallopt(M_MMAP_THRESHOLD, INT_MAX);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

void Contest::Print() const {
  std::fputs((options_.json ? results_.Json() : results_.Table()).c_str(), stdout);
}

void Contest::Run(const Entry& entry, const std::vector<Contender>& contenders) {
  std::vector<Contender> wanted;
  for (const Contender& contender : contenders) {
    if (options_.Wants(contender.name + "/" + entry.name)) wanted.push_back(contender);
  }
  if (wanted.empty()) return;
  ShowProgress(entry.name + ": making the workload");
  const Workload workload = entry.make();
  RunRounds(workload, wanted);
  if (options_.latency) RunLatencies(workload, wanted);
  ShowProgress("");
}

void Contest::RunRounds(const Workload& workload, const std::vector<Contender>& contenders) {
  for (const Contender& contender : contenders) {
    if (contender.prepare) contender.prepare(workload);
  }
  double measured_seconds = 0;
  std::map<std::string, uint64_t> digests;
  for (int round = 0; round <= options_.rounds || measured_seconds < options_.duration_seconds;
       ++round) {
    for (const Contender& contender : contenders) {
      const std::string row = contender.name + "/" + workload.name;
      ShowProgress(row + ": round " + std::to_string(round) + " of " +
                   std::to_string(options_.rounds));
      const Pass pass = contender.run(workload, nullptr);
      CheckDigest(digests, contender, row, pass.digest);
      if (round == 0) continue;  // Warms caches, memory and the branch predictor up.
      measured_seconds += pass.seconds;
      results_.Add(row, kOperationsPerSecond, PerOperation(workload, pass.seconds));
    }
  }
}

void Contest::RunLatencies(const Workload& workload, const std::vector<Contender>& contenders) {
  for (int round = 1; round <= std::min(options_.rounds, kLatencyRoundsMax); ++round) {
    for (const Contender& contender : contenders) {
      const std::string row = contender.name + "/" + workload.name;
      ShowProgress(row + ": latencies, round " + std::to_string(round));
      Histogram histogram;
      const uint64_t ticks_before = __rdtsc();
      const double seconds_before = SecondsNow();
      contender.run(workload, &histogram);
      const double nanoseconds = (SecondsNow() - seconds_before) * 1e9;
      const double per_tick = nanoseconds / static_cast<double>(__rdtsc() - ticks_before);
      for (const LatencyShare& share : kLatencyShares) {
        results_.Add(row + "/" + share.name, kNanoseconds,
                     static_cast<double>(histogram.Quantile(share.share)) * per_tick);
      }
    }
  }
}

}  // namespace rialto::bench
