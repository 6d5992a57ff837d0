// The core and the naive model side by side: millions of random commands, every outcome and every
// event equal one by one.
//
//   RIALTO_MODEL_COMMANDS=100000000 model_test     more commands (default 2,000,000)
//   RIALTO_MODEL_SEED=7 model_test                 one seed
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"
#include "engine/sim/print.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kCommandsPerSeed = 20'000;
constexpr uint64_t kCommandsDefault = 2'000'000;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

// How often each reject reason, order status, cancel reason and kind of event was seen.
using Seen = std::map<std::string, uint64_t>;

// The first event that differs and what follows it.
std::string FromFirstDifference(const Events& events, const Events& others) {
  constexpr size_t kShown = 12;
  size_t begin = 0;
  while (begin < std::min(events.size(), others.size()) && events[begin] == others[begin]) ++begin;
  std::string text = absl::StrCat("  (", begin, " equal events)\n");
  for (size_t i = begin; i < std::min(events.size(), begin + kShown); ++i) {
    absl::StrAppend(&text, "  ", ToText(events[i]), "\n");
  }
  if (events.size() > begin + kShown) absl::StrAppend(&text, "  ...\n");
  return text;
}

// Both engines, fed with the same commands.
class Pair {
 public:
  // Empty when both said the same; else what each said.
  std::string Apply(const Command& command) {
    const CommandHeader header{Sequence(++sequence_),
                               Timestamp(static_cast<int64_t>(sequence_) * 1'000'000)};
    core_events_.clear();
    model_events_.clear();
    const Outcome core = core_.Apply(header, command, core_events_);
    const Outcome model = model_.Apply(header, command, model_events_);
    if (core == model && core_events_ == model_events_) {
      if (seen_ != nullptr) Note(core);
      return "";
    }
    return absl::StrCat("sequence ", sequence_, "\n", ToText(command), "\ncore said:\n  ",
                        ToText(core), "\n", FromFirstDifference(core_events_, model_events_),
                        "model said:\n  ", ToText(model), "\n",
                        FromFirstDifference(model_events_, core_events_));
  }

  // The state of each by itself.
  void Validate() const {
    core_.Validate();
    for (uint32_t id = 1; id <= core_.assets().size(); ++id) {
      ASSERT_TRUE(model_.Total(AssetId(id)) == 0) << "asset " << id;
    }
    ASSERT_EQ(core_.orders().size(), model_.open_orders());
  }

  const Events& events() const { return core_events_; }
  void Record(Seen* seen) { seen_ = seen; }

 private:
  void Note(const Outcome& outcome) {
    ++(*seen_)[std::string(Name(outcome.reason))];
    ++(*seen_)[std::string(Name(outcome.status))];
    for (const Event& event : core_events_) {
      ++(*seen_)[std::string(Name(event))];
      if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
        ++(*seen_)[std::string(Name(canceled->reason))];
      }
    }
  }

  uint64_t sequence_ = 0;
  Engine core_;
  NaiveEngine model_;
  Events core_events_;
  Events model_events_;
  Seen* seen_ = nullptr;
};

// A command that changes nothing: account 0 does not exist.
Command Nothing() { return CancelOrder{}; }

// True when the two engines agree on all of these commands but the last.
bool DisagreeOnTheLast(const std::vector<Command>& commands) {
  Pair pair;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!pair.Apply(commands[i]).empty()) return i + 1 == commands.size();
  }
  return false;
}

// Replaces what the disagreement does not need by commands that change nothing, and prints the
// rest. Sequences, and so the ids of orders, stay what they were.
std::string Shrink(std::vector<Command> commands) {
  const Command nothing = Nothing();
  std::vector<size_t> needed(commands.size());
  for (size_t i = 0; i < needed.size(); ++i) needed[i] = i;
  for (size_t chunk = std::max<size_t>(1, needed.size() / 2);;
       chunk = std::max<size_t>(1, chunk / 2)) {
    for (size_t begin = 0; begin < needed.size();) {
      const size_t end = std::min(needed.size(), begin + chunk);
      std::vector<Command> fewer = commands;
      for (size_t i = begin; i < end; ++i) fewer[needed[i]] = nothing;
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
    absl::StrAppend(&text, "  ", index + 1, " ", ToText(commands[index]), "\n");
  }
  return text;
}

struct Run {
  uint64_t seed = 0;
  uint64_t commands = 0;
  uint64_t validate_every = 0;
  Seen* seen = nullptr;
};

void RunSeed(const Run& run) {
  SCOPED_TRACE(absl::StrCat("RIALTO_MODEL_SEED=", run.seed));
  Pair pair;
  pair.Record(run.seen);
  Workload workload(run.seed);
  std::vector<Command> history;
  for (uint64_t step = 1; step <= run.commands; ++step) {
    history.push_back(workload.Next());
    const std::string difference = pair.Apply(history.back());
    if (!difference.empty()) {
      FAIL() << "seed " << run.seed << ", step " << step << ", " << difference
             << "the commands that matter:\n"
             << Shrink(history);
    }
    workload.Observe(pair.events());
    if (step % run.validate_every == 0) {
      ASSERT_NO_FATAL_FAILURE(pair.Validate());
    }
  }
  ASSERT_NO_FATAL_FAILURE(pair.Validate());
}

TEST(ModelTest, EveryStateIsValidInASmallerRun) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    ASSERT_NO_FATAL_FAILURE(RunSeed({.seed = seed, .commands = 2'000, .validate_every = 1}));
  }
}

TEST(ModelTest, BothEnginesSayTheSameToMillionsOfCommands) {
  const uint64_t only = FromEnvironment("RIALTO_MODEL_SEED", 0);
  const uint64_t commands = FromEnvironment("RIALTO_MODEL_COMMANDS", kCommandsDefault);
  const uint64_t first = only != 0 ? only : 1000;
  const uint64_t seeds = only != 0 ? 1 : (commands + kCommandsPerSeed - 1) / kCommandsPerSeed;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    ASSERT_NO_FATAL_FAILURE(
        RunSeed({.seed = seed, .commands = kCommandsPerSeed, .validate_every = 1'000}));
  }
}

// --- The bounds of limits.h, which random commands do not reach ---

CallerId Id(const std::string& kind, uint64_t number) {
  return *CallerId::Parse(absl::StrCat(kind, number));
}

// One instrument with a cheap lot, two rich accounts.
std::vector<Command> BoundsOpening() {
  CreateInstrument definition;
  definition.symbol = Id("M", 1);
  definition.base = AssetId(1);
  definition.quote = AssetId(2);
  definition.tick_size_e12 = 333'000'000'000;
  definition.lot_size_units = 3;
  definition.quantity_min = Quantity(1);
  definition.quantity_max = Quantity(1'000'000);
  definition.maker_fee_ppm = 1'500;
  definition.taker_fee_ppm = 2'500;
  std::vector<Command> commands = {CreateAsset{Id("A", 1), 2}, CreateAsset{Id("A", 2), 1},
                                   definition, OpenAccount{Id("U", 1)}, OpenAccount{Id("U", 2)}};
  uint64_t id = 0;
  for (const uint64_t user : {1001, 1002}) {
    for (const uint32_t asset : {1, 2}) {
      commands.push_back(
          Deposit{Id("t", ++id), AccountId(user), AssetId(asset), Amount(1'000'000'000'000'000)});
    }
  }
  return commands;
}

PlaceOrder Order(uint64_t id, Side side, Price price, Quantity quantity) {
  return {.account_id = AccountId(side == Side::kBuy ? 1001 : 1002),
          .client_order_id = Id("o", id),
          .instrument_id = InstrumentId(1),
          .side = side,
          .price = price,
          .quantity = quantity};
}

// A book as deep as one command can trade with and a little deeper, swept by an order of each kind.
std::vector<Command> DeepBookCommands(Side maker_side) {
  std::vector<Command> commands = BoundsOpening();
  uint64_t id = 0;
  const auto take = [&](TimeInForce time_in_force, int64_t lots, int64_t amount) {
    PlaceOrder order = Order(++id, Opposite(maker_side), Price(500), Quantity(lots));
    order.time_in_force = time_in_force;
    if (amount != 0 || lots == 0) {
      order.type = OrderType::kMarket;
      order.price = Price(0);
      order.quote_amount = Amount(amount);
    }
    commands.push_back(order);
  };
  constexpr auto kIoc = TimeInForce::kImmediateOrCancel;
  constexpr auto kFok = TimeInForce::kFillOrKill;
  for (int round = 0; round < 6; ++round) {
    for (uint32_t i = 0; i < limits::kFillsPerCommandMax + (round == 5 ? 0 : 1); ++i) {
      commands.push_back(Order(++id, maker_side, Price(500), Quantity(1)));
    }
    take(kFok, limits::kFillsPerCommandMax + 1, 0);
    take(kFok, 0, 100'000'000);
    switch (round) {
      case 0:
        take(TimeInForce::kGoodTillCanceled, limits::kFillsPerCommandMax + 5, 0);
        break;
      case 1:
        take(kIoc, limits::kFillsPerCommandMax + 5, 0);
        break;
      case 2:
        take(kIoc, 0, 100'000'000);
        break;
      case 3:
        take(kFok, limits::kFillsPerCommandMax, 0);
        break;
      case 4:
        take(kIoc, limits::kFillsPerCommandMax, 0);
        break;
      default:
        take(TimeInForce::kGoodTillCanceled, limits::kFillsPerCommandMax + 5, 0);
        break;
    }
    // Whatever is left goes, so that the next round starts from an empty book.
    take(kIoc, 1'000, 0);
    commands.push_back(CancelOrder{{AccountId(1001), OrderId(0), Id("o", id - 1)}});
    commands.push_back(CancelOrder{{AccountId(1002), OrderId(0), Id("o", id - 1)}});
  }
  return commands;
}

std::vector<Command> FullVenueCommands() {
  std::vector<Command> commands = BoundsOpening();
  const auto definition = std::get<CreateInstrument>(commands[2]);
  for (uint32_t i = 3; i <= limits::kAssetsMax + 1; ++i) {
    commands.push_back(CreateAsset{Id("A", i), i % 13});
  }
  for (uint32_t i = 2; i <= limits::kInstrumentsMax + 1; ++i) {
    CreateInstrument next = definition;
    next.symbol = Id("M", i);
    commands.push_back(next);
  }
  return commands;
}

std::vector<Command> OpenOrdersCommands() {
  std::vector<Command> commands = BoundsOpening();
  uint64_t id = 0;
  for (int64_t i = 0; i <= limits::kOpenOrdersPerAccountMax; ++i) {
    commands.push_back(Order(++id, Side::kBuy, Price(1 + i % 1'000), Quantity(1)));
  }
  // At the bound, what does not rest is taken; a canceled order makes room for one.
  PlaceOrder order = Order(++id, Side::kBuy, Price(9), Quantity(1));
  order.time_in_force = TimeInForce::kImmediateOrCancel;
  commands.push_back(order);
  commands.push_back(CancelOrder{{AccountId(1001), OrderId(0), Id("o", 7)}});
  commands.push_back(Order(++id, Side::kBuy, Price(9), Quantity(1)));
  commands.push_back(Order(++id, Side::kBuy, Price(9), Quantity(1)));
  return commands;
}

void RunCommands(const std::vector<Command>& commands, Seen* seen) {
  Pair pair;
  pair.Record(seen);
  for (const Command& command : commands) {
    const std::string difference = pair.Apply(command);
    if (!difference.empty()) FAIL() << difference;
  }
  ASSERT_NO_FATAL_FAILURE(pair.Validate());
}

void RunBounds(Seen* seen) {
  ASSERT_NO_FATAL_FAILURE(RunCommands(FullVenueCommands(), seen));
  ASSERT_NO_FATAL_FAILURE(RunCommands(OpenOrdersCommands(), seen));
  ASSERT_NO_FATAL_FAILURE(RunCommands(DeepBookCommands(Side::kSell), seen));
  ASSERT_NO_FATAL_FAILURE(RunCommands(DeepBookCommands(Side::kBuy), seen));
}

TEST(ModelTest, BothEnginesSayTheSameAtTheBoundsOfTheVenue) {
  Seen seen;
  ASSERT_NO_FATAL_FAILURE(RunBounds(&seen));
  EXPECT_EQ(seen["VENUE_FULL"], 2);
  EXPECT_EQ(seen["TOO_MANY_OPEN_ORDERS"], 2);
  EXPECT_GE(seen["FILL_LIMIT"], 6);
}

TEST(ModelTest, EveryReasonAndEveryEventIsSeen) {
  Seen seen;
  for (uint64_t seed = 500; seed < 510; ++seed) {
    ASSERT_NO_FATAL_FAILURE(RunSeed(
        {.seed = seed, .commands = kCommandsPerSeed, .validate_every = 10'000, .seen = &seen}));
  }
  ASSERT_NO_FATAL_FAILURE(RunBounds(&seen));
  const auto expect = [&](std::string_view name) {
    if (name.empty()) return;
    EXPECT_GT(seen[std::string(name)], 0) << name;
  };
  for (int value = 0; value <= UINT16_MAX; ++value) expect(Name(static_cast<RejectReason>(value)));
  for (int value = 0; value <= UINT8_MAX; ++value) expect(Name(static_cast<CancelReason>(value)));
  for (int value = 0; value <= UINT8_MAX; ++value) expect(Name(static_cast<OrderStatus>(value)));
  for (const std::string_view kind : EventKinds()) expect(kind);
  for (const auto& [name, count] : seen) std::cout << "  " << name << " " << count << "\n";
}

}  // namespace
}  // namespace rialto::engine
