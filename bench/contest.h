// Rounds of measuring: contenders take turns on the same workload, so that what the machine does to
// one it does to all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/book_command.h"
#include "bench/entries.h"
#include "bench/histogram.h"
#include "bench/options.h"
#include "bench/results.h"

namespace rialto::bench {

// What one contender's pass over a workload came to.
struct Pass {
  double seconds = 0;   // For the measured commands.
  uint64_t digest = 0;  // Of all its reports.
};

struct Contender {
  std::string name;
  // Contenders of one family give the same digest, or the run fails.
  std::string family;
  // Everything from an empty book; `latencies`, where given, gets each measured command's ticks of
  // the time stamp counter, and the pass is slower for it.
  std::function<Pass(const Workload& workload, Histogram* latencies)> run;
  // Called once before the rounds of a workload; may be empty.
  std::function<void(const Workload& workload)> prepare = {};
};

class Contest {
 public:
  // From here on malloc keeps what it is given back: no round pays for pages that an earlier one
  // had, as in a venue that has run for an hour.
  explicit Contest(const Options& options);

  // All rounds of every contender on one workload, after one that does not count. Ends the process
  // when two contenders report different things.
  void Run(const Entry& entry, const std::vector<Contender>& contenders);

  Results& results() { return results_; }
  // On standard output, as the options say.
  void Print() const;

 private:
  void RunRounds(const Workload& workload, const std::vector<Contender>& contenders);
  void RunLatencies(const Workload& workload, const std::vector<Contender>& contenders);

  const Options& options_;
  Results results_;
};

// Calls `body` and says how many seconds it took. The name is what callgrind is told to count:
// C linkage and no inlining keep it.
extern "C" double RialtoBenchMeasured(const std::function<void()>& body);

// True when the options ask for something else than measuring, which is then done:
//   --describe      says what the workloads are like.
//   --list          prints the rows that can be counted.
//   --instructions  runs that row once, on a short workload, and prints how many operations that
//                   was. callgrind counts what they cost.
bool AnswersInstead(const Options& options, const std::vector<Contender>& contenders);

// One line on a terminal that the next one overwrites; nothing elsewhere.
void ShowProgress(const std::string& text);

}  // namespace rialto::bench
