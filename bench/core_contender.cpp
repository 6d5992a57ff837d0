#include "bench/core_contender.h"

#include <x86intrin.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <variant>

#include "absl/strings/str_cat.h"
#include "bench/core_script.h"
#include "bench/core_venue.h"
#include "bench/replay.h"
#include "bench/textbook_book.h"
#include "engine/codec/record_codec.h"

namespace rialto::bench {
namespace {

// The script of the workload at hand, shared by those who run it.
struct Prepared {
  std::string workload;
  CoreScript script;
};

// What is done with each command besides deciding it.
class NoJournal {
 public:
  void Record(const engine::Command&) {}
  uint64_t bytes() const { return 0; }
};
class EncodedJournal {
 public:
  void Record(const engine::Command& command) {
    engine::EncodeRecord(command, record_);
    bytes_ += record_.size();
  }
  uint64_t bytes() const { return bytes_; }

 private:
  std::string record_;
  uint64_t bytes_ = 0;
};

template <typename Journal>
Pass RunCore(const Workload& workload, const CoreScript& script, Histogram* latencies) {
  CoreVenue venue(workload);
  CommandMaker maker;
  Journal journal;
  uint64_t events = 0;
  const auto step = [&](const BookCommand& packed) {
    const engine::Command& command = maker.Make(packed);
    journal.Record(command);
    venue.Apply(command);
    events += venue.events().size();
  };
  for (const BookCommand& packed : script.prefill) step(packed);
  const double seconds = RialtoBenchMeasured([&] {
    if (latencies == nullptr) {
      for (const BookCommand& packed : script.measured) step(packed);
      return;
    }
    uint64_t before = __rdtsc();
    for (const BookCommand& packed : script.measured) {
      step(packed);
      const uint64_t after = __rdtsc();
      latencies->Record(after - before);
      before = after;
    }
  });
  return {seconds, events};
}

// Keeps the trades of one command.
struct TradeList {
  void OnAccepted(const engine::BookOrder&) {}
  void OnRested(const engine::BookOrder&) {}
  void OnCanceled(const engine::BookOrder&) {}
  void OnModified(const engine::BookOrder&) {}
  void OnReduced(const engine::BookOrder&, Quantity) {}
  void OnTrade(const engine::BookTrade& trade) { trades.push_back(trade); }
  void OnRejected(OrderId, engine::BookRejectReason) {}
  void OnCancelRejected(OrderId) { refused = true; }
  void OnModifyRejected(OrderId, engine::BookRejectReason) { refused = true; }

  std::vector<engine::BookTrade> trades;
  bool refused = false;
};

bool Same(const engine::BookTrade& ours, const engine::BookTrade& theirs) {
  return ours.taker == theirs.taker && ours.maker == theirs.maker &&
         ours.taker_side == theirs.taker_side && ours.price == theirs.price &&
         ours.quantity == theirs.quantity && ours.taker_remaining == theirs.taker_remaining &&
         ours.maker_remaining == theirs.maker_remaining;
}

// The engine's trades of the last command, under the workload's order ids.
std::vector<engine::BookTrade> TradesOf(const CoreVenue& venue, const CoreScript& script,
                                        uint64_t first_sequence) {
  std::vector<engine::BookTrade> trades;
  const auto named = [&](OrderId id) {
    return OrderId(script.placed[id.value() - first_sequence]);
  };
  for (const engine::Event& event : venue.events()) {
    const auto* trade = std::get_if<engine::Trade>(&event);
    if (trade == nullptr) continue;
    trades.push_back({named(trade->taker_order_id), named(trade->maker_order_id), trade->taker_side,
                      trade->price, trade->quantity, trade->taker_remaining,
                      trade->maker_remaining});
  }
  return trades;
}

}  // namespace

std::string CompareCoreWithTextbook(const Workload& workload) {
  const uint64_t first_sequence = SetUpCommands(workload) + 1;
  const CoreScript script = WriteCoreScript(workload, first_sequence);
  CoreVenue venue(workload);
  CommandMaker maker;
  TradeList said;
  std::vector<std::unique_ptr<TextbookBook<TradeList>>> books;
  for (uint32_t index = 0; index < workload.instruments; ++index) {
    books.push_back(std::make_unique<TextbookBook<TradeList>>(said));
  }
  const uint64_t filling = workload.prefill.size();
  for (uint64_t number = 0; number < filling + workload.measured.size(); ++number) {
    const bool fills = number < filling;
    const BookCommand& command =
        fills ? workload.prefill[number] : workload.measured[number - filling];
    said = {};
    Replay(*books[command.instrument], command);
    const engine::Outcome outcome =
        venue.Apply(maker.Make(fills ? script.prefill[number] : script.measured[number - filling]));
    if (outcome.accepted() == said.refused) {
      return absl::StrCat(workload.name, ": command ", number, " is ",
                          said.refused ? "refused" : "taken", " by the textbook book only; reason ",
                          static_cast<int>(outcome.reason));
    }
    const std::vector<engine::BookTrade> trades = TradesOf(venue, script, first_sequence);
    if (!std::equal(trades.begin(), trades.end(), said.trades.begin(), said.trades.end(), Same)) {
      return absl::StrCat(workload.name, ": command ", number, " has ", said.trades.size(),
                          " trades in the textbook book, others or ", trades.size(),
                          " in the engine");
    }
  }
  return "";
}

std::vector<Contender> CoreContenders() {
  const auto prepared = std::make_shared<Prepared>();
  const auto prepare = [prepared](const Workload& workload) {
    if (prepared->workload == workload.name) return;
    const std::string difference = CompareCoreWithTextbook(workload);
    if (!difference.empty()) {
      std::fprintf(stderr, "\n%s\n", difference.c_str());
      std::exit(1);
    }
    prepared->script = WriteCoreScript(workload, SetUpCommands(workload) + 1);
    prepared->workload = workload.name;
  };
  return {{"core", "core",
           [prepared](const Workload& workload, Histogram* latencies) {
             return RunCore<NoJournal>(workload, prepared->script, latencies);
           },
           prepare},
          {"core_journal", "core",
           [prepared](const Workload& workload, Histogram* latencies) {
             return RunCore<EncodedJournal>(workload, prepared->script, latencies);
           },
           prepare}};
}

MemorySubject CoreMemory() {
  return {"core", [](const Workload& workload) {
            const CoreScript script = WriteCoreScript(workload, SetUpCommands(workload) + 1);
            CoreVenue venue(workload);
            CommandMaker maker;
            const int64_t before = BytesInUse();
            for (const BookCommand& packed : script.prefill) venue.Apply(maker.Make(packed));
            return BytesInUse() - before;
          }};
}

}  // namespace rialto::bench
