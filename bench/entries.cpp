#include "bench/entries.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "bench/challenge_workload.h"
#include "bench/exchange_core_workload.h"
#include "bench/workload_facts.h"

namespace rialto::bench {
namespace {

constexpr uint32_t kInstruments = 10;
constexpr uint32_t kAccounts = 10'000;
constexpr uint32_t kRestingPerInstrument = 1'000;

Workload Named(std::string name, Workload workload) {
  workload.name = std::move(name);
  return workload;
}

// Deals the commands of all instruments out at random; each keeps its own order. Ids stay unique
// by giving instrument i the ids i + 1, i + 11, i + 21 ...
void Deal(const std::vector<Workload>& parts, std::vector<BookCommand> Workload::*list,
          std::vector<BookCommand>& into) {
  std::mt19937 words(1);
  std::vector<std::size_t> next(parts.size());
  std::size_t left = 0;
  for (const Workload& part : parts) left += (part.*list).size();
  while (left > 0) {
    const std::size_t instrument = words() % parts.size();
    const std::vector<BookCommand>& commands = parts[instrument].*list;
    if (next[instrument] == commands.size()) continue;
    BookCommand command = commands[next[instrument]++];
    command.instrument = static_cast<uint8_t>(instrument);
    command.order_id = (command.order_id - 1) * parts.size() + instrument + 1;
    into.push_back(command);
    --left;
  }
}

}  // namespace

Workload MakeTenInstruments(uint32_t commands) {
  std::vector<Workload> parts;
  Workload all;
  for (uint32_t index = 0; index < kInstruments; ++index) {
    parts.push_back(MakeExchangeCoreWorkload({.resting_orders = kRestingPerInstrument,
                                              .commands = commands / kInstruments,
                                              .accounts = kAccounts,
                                              .symbol = static_cast<int32_t>(index)}));
    all.order_id_max = std::max(all.order_id_max, parts.back().order_id_max * kInstruments);
  }
  all.name = "ten_instruments";
  all.instruments = kInstruments;
  all.accounts = kAccounts;
  Deal(parts, &Workload::prefill, all.prefill);
  Deal(parts, &Workload::measured, all.measured);
  return all;
}

std::vector<Entry> Entries(Length length) {
  const uint32_t divisor = length == Length::kFull ? 1 : 10;
  std::vector<Entry> entries;
  entries.push_back({"exchange_core_1k", [divisor] {
                       return Named("exchange_core_1k",
                                    MakeExchangeCoreWorkload({.commands = 3'000'000 / divisor}));
                     }});
  if (length == Length::kFull) {
    entries.push_back({"exchange_core_1m", [] {
                         return Named("exchange_core_1m",
                                      MakeExchangeCoreWorkload(
                                          {.resting_orders = 1'000'000, .commands = 5'000'000}));
                       }});
  }
  for (const ChallengeScenario& scenario : ChallengeScenarios()) {
    entries.push_back({std::string(scenario.name), [scenario, divisor] {
                         return MakeChallengeWorkload(scenario, kChallengeOrders / divisor);
                       }});
  }
  entries.push_back(
      {"ten_instruments", [divisor] { return MakeTenInstruments(3'000'000 / divisor); }});
  return entries;
}

void PrintFacts() {
  for (const Entry& entry : Entries(Length::kFull)) {
    const Workload workload = entry.make();
    if (workload.instruments > 1) continue;
    std::printf("%s: %s\n", workload.name.c_str(), Describe(FactsOf(workload)).c_str());
  }
}

}  // namespace rialto::bench
