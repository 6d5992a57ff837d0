// book_bench: the book alone against the textbook one, without accounts and money.
#include "bench/book_contender.h"
#include "bench/contest.h"
#include "bench/entries.h"
#include "bench/memory.h"
#include "bench/options.h"

namespace rialto::bench {
namespace {

void Run(const Options& options) {
  if (AnswersInstead(options, BookContenders())) return;
  Contest contest(options);
  for (const Entry& entry : Entries(Length::kFull)) contest.Run(entry, BookContenders());
  if (options.memory) MeasureMemory(options, BookMemories(), contest.results());
  contest.Print();
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app("The order book of Rialto against a textbook one, on the same commands.",
               "book_bench");
  rialto::bench::Options options;
  options.AddTo(app);
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Run(options);
  return 0;
}
