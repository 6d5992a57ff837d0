#include "bench/book_contender.h"

#include <x86intrin.h>

#include <cstdint>
#include <string>
#include <utility>

#include "bench/replay.h"
#include "bench/textbook_book.h"

namespace rialto::bench {
namespace {

template <template <typename> typename BookOf>
Pass RunBooks(const Workload& workload, Histogram* latencies) {
  Books<BookOf> books(workload.instruments);
  books.Replay(workload.prefill);
  const double seconds = RialtoBenchMeasured([&] {
    if (latencies == nullptr) {
      books.Replay(workload.measured);
      return;
    }
    // One look at the clock per command: where one ends, the next begins.
    uint64_t before = __rdtsc();
    for (const BookCommand& command : workload.measured) {
      books.Replay(command);
      const uint64_t after = __rdtsc();
      latencies->Record(after - before);
      before = after;
    }
  });
  return {seconds, books.digest()};
}

template <template <typename> typename BookOf>
MemorySubject BookMemory(std::string name) {
  return {std::move(name), [](const Workload& workload) {
            const int64_t before = BytesInUse();
            Books<BookOf> books(workload.instruments);
            books.Replay(workload.prefill);
            return BytesInUse() - before;
          }};
}

}  // namespace

std::vector<Contender> BookContenders() {
  return {{std::string(kYardstick), "books", RunBooks<TextbookBook>},
          {"book", "books", RunBooks<RialtoBook>}};
}

std::vector<MemorySubject> BookMemories() {
  return {BookMemory<TextbookBook>(std::string(kYardstick)), BookMemory<RialtoBook>("book")};
}

}  // namespace rialto::bench
