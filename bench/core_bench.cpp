// core_bench: the whole engine core beside the bare books, on the same commands in the same run.
#include <vector>

#include "bench/book_contender.h"
#include "bench/contest.h"
#include "bench/core_contender.h"
#include "bench/entries.h"
#include "bench/memory.h"
#include "bench/options.h"

namespace rialto::bench {
namespace {

void Run(const Options& options) {
  std::vector<Contender> contenders = BookContenders();
  for (Contender& contender : CoreContenders()) contenders.push_back(std::move(contender));
  if (AnswersInstead(options, contenders)) return;
  Contest contest(options);
  for (const Entry& entry : Entries(Length::kFull)) contest.Run(entry, contenders);
  std::vector<MemorySubject> memories = BookMemories();
  memories.push_back(CoreMemory());
  if (options.memory) MeasureMemory(options, memories, contest.results());
  contest.Print();
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app(
      "The engine core of Rialto, and its order book alone, against a textbook order book.",
      "core_bench");
  rialto::bench::Options options;
  options.AddTo(app);
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Run(options);
  return 0;
}
