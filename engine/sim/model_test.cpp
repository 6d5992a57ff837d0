// The core and the naive model side by side: millions of random commands, every outcome, every
// event and the next due time equal one by one.
//
//   RIALTO_MODEL_COMMANDS=100000000 model_test     more commands (default 2,000,000)
//   RIALTO_MODEL_SEED=7 model_test                 one seed
//   RIALTO_MODEL_VALIDATE=1 model_test             invariants after every command (default 100)
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_bytes.h"
#include "engine/sim/naive_pair.h"
#include "engine/sim/print.h"
#include "engine/sim/random.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kCommandsPerSeed = 20'000;
constexpr uint64_t kCommandsDefault = 2'000'000;
constexpr uint64_t kValidateEveryDefault = 100;
// 2026-11-20.
constexpr Timestamp kBegin{1'795'132'800'000'000'000};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

// A failed CHECK ends the process; this says where it was.
std::array<char, 100> g_place;
void TellPlace(int) { std::fputs(g_place.data(), stderr); }

struct TimedCommand {
  Timestamp at;
  Command command;
};

// A command that changes nothing: account 0 does not exist.
Command Nothing() { return CancelOrder{}; }

// True when the two engines agree on all of these commands but the last.
bool DisagreeOnTheLast(const std::vector<TimedCommand>& commands) {
  NaivePair pair;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!pair.Apply(commands[i].at, commands[i].command).empty()) return i + 1 == commands.size();
  }
  return false;
}

// Replaces what the disagreement does not need by commands that change nothing, and prints the
// rest. Sequences, and so the ids of orders, stay what they were.
std::string Shrink(std::vector<TimedCommand> commands) {
  std::vector<size_t> needed(commands.size());
  for (size_t i = 0; i < needed.size(); ++i) needed[i] = i;
  for (size_t chunk = std::max<size_t>(1, needed.size() / 2);;
       chunk = std::max<size_t>(1, chunk / 2)) {
    for (size_t begin = 0; begin < needed.size();) {
      const size_t end = std::min(needed.size(), begin + chunk);
      std::vector<TimedCommand> fewer = commands;
      for (size_t i = begin; i < end; ++i) fewer[needed[i]].command = Nothing();
      if (DisagreeOnTheLast(fewer)) {
        commands = std::move(fewer);
        needed.erase(needed.begin() + static_cast<std::ptrdiff_t>(begin),
                     needed.begin() + static_cast<std::ptrdiff_t>(end));
      } else {
        begin = end;
      }
    }
    if (chunk == 1) break;
  }
  std::string text;
  for (const size_t index : needed) {
    const auto& [at, command] = commands[index];
    absl::StrAppend(&text, "  ", index + 1, " at ", at.value(), " ", ToText(command), "\n");
  }
  return text;
}

struct Run {
  uint64_t seed = 0;
  uint64_t commands = 0;
  uint64_t validate_every = 0;
  uint64_t restart_every = 1'999;
  Seen* seen = nullptr;
};

void RunSeed(const Run& run) {
  SCOPED_TRACE(absl::StrCat("RIALTO_MODEL_SEED=", run.seed));
  std::signal(SIGABRT, TellPlace);
  NaivePair pair(run.restart_every);
  pair.Record(run.seen);
  Workload workload(run.seed);
  std::vector<TimedCommand> history;
  Timestamp now = kBegin;
  for (uint64_t step = 1; step <= run.commands; ++step) {
    std::snprintf(g_place.data(), g_place.size(), "seed %llu, command %llu\n",
                  static_cast<unsigned long long>(run.seed), static_cast<unsigned long long>(step));
    now = workload.NextTime(now, pair.NextDue());
    history.push_back({now, workload.Next()});
    const std::string difference = pair.Apply(now, history.back().command);
    if (!difference.empty()) {
      FAIL() << "seed " << run.seed << ", " << difference << "the commands that matter:\n"
             << Shrink(history);
    }
    workload.Observe(pair.events());
    if (step % run.validate_every == 0) pair.Validate();
  }
  pair.Validate();
}

TEST(ModelTest, EveryStateIsValidInASmallerRun) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    ASSERT_NO_FATAL_FAILURE(
        RunSeed({.seed = seed, .commands = 2'000, .validate_every = 1, .restart_every = 7}));
  }
}

void ExpectAll(Seen& seen) {
  const auto expect = [&](std::string_view name) {
    if (name.empty()) return;
    EXPECT_GT(seen[std::string(name)], 0) << name;
  };
  for (int value = 0; value <= UINT16_MAX; ++value) {
    const std::string_view name = Name(static_cast<RejectReason>(value));
    // Random books of a random venue are too small for these; other tests fill one.
    if (name != "VENUE_FULL" && name != "TOO_MANY_PENDING_TRANSFERS") expect(name);
  }
  for (int value = 0; value <= UINT8_MAX; ++value) {
    const std::string_view name = Name(static_cast<CancelReason>(value));
    if (name != "FILL_LIMIT") expect(name);
    expect(Name(static_cast<OrderStatus>(value)));
  }
  for (const std::string_view kind : EventKinds()) expect(kind);
  for (const std::string_view kind : CommandKinds()) expect(kind);
  for (int cause = 1; cause <= 4; ++cause) expect(absl::StrCat("cause ", cause));
  for (int state = 1; state <= 6; ++state) expect(absl::StrCat("state ", state));
  for (int mode = 2; mode <= 5; ++mode) {
    expect(absl::StrCat("mode ", mode));
    expect(absl::StrCat("mode in an auction ", mode));
  }
  for (int source = 0; source <= 4; ++source) expect(absl::StrCat("trigger source ", source));
  for (int kind = 1; kind <= 3; ++kind) expect(absl::StrCat("list ", kind));
  for (int type = 1; type <= 8; ++type) {
    const bool is_market = type == static_cast<int>(OrderType::kMarket);
    const bool has_limit = type == static_cast<int>(OrderType::kLimit) ||
                           type == static_cast<int>(OrderType::kStopLimit) ||
                           type == static_cast<int>(OrderType::kTakeProfitLimit);
    for (int time_in_force = 1; time_in_force <= 5; ++time_in_force) {
      const bool is_now = time_in_force == 2 || time_in_force == 3;
      if (is_now ? !is_market && !has_limit : is_market) continue;
      expect(absl::StrCat("type ", type, " time in force ", time_in_force));
    }
  }
  for (const char* what : {"iceberg",
                           "post-only",
                           "rebate",
                           "trade in an auction",
                           "moved",
                           "moved into the book",
                           "repeated PlaceOrder",
                           "repeated ReplaceOrder",
                           "repeated PlaceOrderList",
                           "repeated Deposit",
                           "repeated Withdraw",
                           "repeated MakeTransfers",
                           "pending state 4",
                           "pending state 5",
                           "pending state 6",
                           "partial post",
                           "reversal",
                           "linked transfers made",
                           "linked transfers refused",
                           "linked transfers undone"}) {
    expect(what);
  }
}

TEST(ModelTest, BothEnginesSayTheSameToMillionsOfCommandsThatReachEverything) {
  const uint64_t only = FromEnvironment("RIALTO_MODEL_SEED", 0);
  const uint64_t commands = FromEnvironment("RIALTO_MODEL_COMMANDS", kCommandsDefault);
  const uint64_t every = FromEnvironment("RIALTO_MODEL_VALIDATE", kValidateEveryDefault);
  const uint64_t first = only != 0 ? only : 1000;
  const uint64_t seeds = only != 0 ? 1 : (commands + kCommandsPerSeed - 1) / kCommandsPerSeed;
  Seen seen;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    ASSERT_NO_FATAL_FAILURE(RunSeed(
        {.seed = seed, .commands = kCommandsPerSeed, .validate_every = every, .seen = &seen}));
  }
  if (commands >= kCommandsDefault && only == 0) ExpectAll(seen);
  for (const auto& [name, count] : seen) std::cout << "  " << name << " " << count << "\n";
}

TEST(ModelTest, TheHashSeedChangesNothingThatHappens) {
  Engine one(kVenueBounds, 1);
  Engine other(kVenueBounds, 0xFEDC'BA98'7654'3210u);
  Workload workload(4711);
  Timestamp now = kBegin;
  for (uint64_t step = 1; step <= kCommandsPerSeed; ++step) {
    now = workload.NextTime(now, one.NextDue());
    const Command command = workload.Next();
    Events events;
    Events other_events;
    const Outcome outcome = one.Apply({Sequence(step), now}, command, events);
    ASSERT_EQ(other.Apply({Sequence(step), now}, command, other_events), outcome);
    ASSERT_EQ(other_events, events) << "command " << step;
    workload.Observe(events);
  }
  one.Validate();
  other.Validate();
}

TEST(ModelTest, BothEnginesSayTheSameToAnyBytes) {
  Random random(4711);
  for (int run = 0; run < 300; ++run) {
    std::vector<uint8_t> bytes(static_cast<size_t>(random.Between(1, 4'000)));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
    ASSERT_EQ(RunBytes(bytes), "") << "run " << run;
  }
}

}  // namespace
}  // namespace rialto::engine
