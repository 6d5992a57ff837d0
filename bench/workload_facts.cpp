#include "bench/workload_facts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "bench/replay.h"
#include "bench/textbook_book.h"

namespace rialto::bench {
namespace {

// Counts what a book says.
struct Tally {
  void OnAccepted(const engine::BookOrder&) {}
  void OnRested(const engine::BookOrder&) {}
  void OnCanceled(const engine::BookOrder&) {}
  void OnModified(const engine::BookOrder&) {}
  void OnReduced(const engine::BookOrder&, Quantity) {}
  void OnTrade(const engine::BookTrade&) { ++trades; }
  void OnRejected(OrderId, engine::BookRejectReason) { ++refused; }
  void OnCancelRejected(OrderId) { ++refused; }
  void OnModifyRejected(OrderId, engine::BookRejectReason) { ++refused; }

  uint64_t trades = 0;
  uint64_t refused = 0;
};

double& ShareOf(WorkloadFacts& facts, const BookCommand& command) {
  switch (command.kind) {
    case CommandKind::kCancel:
      return facts.canceled;
    case CommandKind::kMove:
      return facts.moved;
    case CommandKind::kReduce:
      return facts.reduced;
    case CommandKind::kPlace:
      break;
  }
  const bool rests = command.time_in_force == engine::TimeInForce::kGoodTillCanceled;
  return rests ? facts.resting_placed : facts.immediate_placed;
}

}  // namespace

WorkloadFacts FactsOf(const Workload& workload) {
  Tally tally;
  TextbookBook<Tally> book(tally);
  for (const BookCommand& command : workload.prefill) Replay(book, command);
  tally = {};
  WorkloadFacts facts;
  facts.commands = workload.measured.size();
  const double one = 1.0 / static_cast<double>(facts.commands);
  for (const BookCommand& command : workload.measured) {
    ShareOf(facts, command) += one;
    const uint64_t trades_before = tally.trades;
    Replay(book, command);
    if (tally.trades != trades_before) facts.that_trade += one;
    facts.orders_average += static_cast<double>(book.order_count()) * one;
    facts.orders_peak = std::max(facts.orders_peak, book.order_count());
    facts.levels_average += static_cast<double>(book.level_count()) * one;
    facts.levels_peak = std::max(facts.levels_peak, book.level_count());
  }
  facts.trades = tally.trades;
  facts.refused = static_cast<double>(tally.refused) * one;
  return facts;
}

std::string Describe(const WorkloadFacts& facts) {
  std::array<char, 512> text{};
  const int size = std::snprintf(
      text.data(), text.size(),
      "%llu commands: GTC %.1f %%, IOC and FOK %.1f %%, cancel %.1f %%, move %.1f %%, reduce %.1f "
      "%%; "
      "%.1f %% trade, %llu trades, %.2f %% refused; orders %.0f on average, %llu at most; levels "
      "%.0f on average, %llu at most",
      static_cast<unsigned long long>(facts.commands), facts.resting_placed * 100,
      facts.immediate_placed * 100, facts.canceled * 100, facts.moved * 100, facts.reduced * 100,
      facts.that_trade * 100, static_cast<unsigned long long>(facts.trades), facts.refused * 100,
      facts.orders_average, static_cast<unsigned long long>(facts.orders_peak),
      facts.levels_average, static_cast<unsigned long long>(facts.levels_peak));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace rialto::bench
