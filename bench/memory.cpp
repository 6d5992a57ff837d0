#include "bench/memory.h"

#include "bench/contest.h"
#include "bench/exchange_core_workload.h"
#include "bench/replay.h"
#include "bench/textbook_book.h"

namespace rialto::bench {
namespace {

struct Fill {
  const char* name;
  uint32_t orders;
};

constexpr uint32_t kAccounts = 10'000;

uint64_t RestingAfter(const Workload& workload) {
  Books<TextbookBook> books(workload.instruments);
  books.Replay(workload.prefill);
  return books[0].order_count();
}

void MeasureFill(const Options& options, const Fill& fill,
                 const std::vector<MemorySubject>& subjects, Results& results) {
  std::vector<MemorySubject> wanted;
  for (const MemorySubject& subject : subjects) {
    if (options.Wants(subject.name + "/" + fill.name)) wanted.push_back(subject);
  }
  if (wanted.empty()) return;
  ShowProgress(std::string(fill.name) + ": making the orders");
  const Workload workload = MakeExchangeCoreWorkload(
      {.resting_orders = fill.orders, .commands = 0, .accounts = kAccounts});
  const auto resting = static_cast<double>(RestingAfter(workload));
  for (const MemorySubject& subject : wanted) {
    ShowProgress(subject.name + "/" + fill.name);
    results.Add(subject.name + "/" + fill.name, kBytesPerOrder,
                static_cast<double>(subject.fill(workload)) / resting);
  }
  ShowProgress("");
}

}  // namespace

void MeasureMemory(const Options& options, const std::vector<MemorySubject>& subjects,
                   Results& results) {
  MeasureFill(options, {"memory_1m", 1'000'000}, subjects, results);
  if (options.long_memory) MeasureFill(options, {"memory_10m", 10'000'000}, subjects, results);
}

}  // namespace rialto::bench
