// A whole engine in this process, on a folder of its own: for tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/posix_file_system.h"
#include "engine/server/event_feed.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/metrics.h"
#include "engine/server/sequencer.h"
#include "prometheus/registry.h"

namespace rialto::engine {

// A new folder, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-test-XXXXXX").string();
    CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline journal::Options JournalIn(const std::string& folder) {
  return {.directory = folder + "/journal",
          .segment_bytes = 128 << 10,
          .record_bytes_max = 32 << 10,
          .content = kJournalContent,
          .spare_segments = 0};
}

inline journal::Options FeedIn(const std::string& folder) {
  return {.directory = folder + "/feed",
          .segment_bytes = 2 << 20,
          .record_bytes_max = 1 << 20,
          .content = kFeedContent,
          .sync = journal::SyncPolicy::kNever,
          .chain_cover = journal::ChainCover::kHeaders,
          .spare_segments = 0};
}

inline SnapshotOptions SnapshotsIn(const std::string& folder) {
  return {.directory = folder + "/snapshots"};
}

// A journal of these records in the folder of an engine that never ran.
inline void WriteJournal(const std::string& folder, const std::vector<std::string>& records) {
  journal::PosixFileSystem files;
  JournalCommitLog log(files, JournalIn(folder));
  const auto ignore = [](const CommandHeader&, std::string_view) { return absl::OkStatus(); };
  CHECK_OK(log.Recover({}, {}, ignore));
  uint64_t sequence = 0;
  for (const std::string& record : records) {
    ++sequence;
    log.Append({Sequence(sequence), Timestamp(static_cast<int64_t>(sequence) * 1'000'000'000'000)},
               record);
  }
  CHECK_OK(log.Commit());
}

inline std::string RecordOf(const Command& command, const RecordNotes& notes = {}) {
  std::string record;
  EncodeRecord(command, record);
  AppendNotes(notes, record);
  return record;
}

inline CallerId Id(const std::string& text) { return CallerId::Parse(text).value(); }

// The parts of main.cpp up to the sequencer, started. Destroying and making one anew is a restart.
struct EngineUnderTest {
  explicit EngineUnderTest(const std::string& folder, std::vector<SeenHistory> seen = {})
      : metrics(registry),
        log(files, JournalIn(folder)),
        feed(files, FeedIn(folder)),
        snapshots(files, SnapshotsIn(folder)),
        sequencer({log, feed, snapshots, clock, metrics, std::move(seen)}) {
    InitLog("engine");
    CHECK_OK(sequencer.Start());
  }
  ~EngineUnderTest() { sequencer.Stop(); }

  // One command, decided, durable and published.
  Outcome Do(Command command) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> outcome = promise->get_future();
    CHECK_OK(sequencer.Submit({std::move(command)}, [promise](absl::Span<const Outcome> outcomes) {
      promise->set_value(outcomes.front());
    }));
    const Outcome decided = outcome.get();
    while (feed.published() < decided.sequence) std::this_thread::yield();
    return decided;
  }

  // A venue with USD (2 decimals), BTC (8), BTC-USD (tick 0.01, lot 0.001 BTC), accounts 1001 and
  // 1002 with 1,000 USD and 10 BTC each.
  void DefineMarket() {
    Do(CreateAsset{Id("USD"), 2});
    Do(CreateAsset{Id("BTC"), 8});
    Do(CreateInstrument{.symbol = Id("BTC-USD"),
                        .base = AssetId(2),
                        .quote = AssetId(1),
                        .tick_size_e12 = 10'000'000'000,
                        .lot_size_units = 100'000,
                        .quantity_min = Quantity(1),
                        .quantity_max = Quantity(1'000'000),
                        .maker_fee_ppm = 100,
                        .taker_fee_ppm = 200});
    for (const char* name : {"alice", "bob"}) {
      const AccountId id(Do(OpenAccount{Id(name)}).created_id);
      Do(Deposit{Id(absl::StrCat(name, "-usd")), id, AssetId(1), Amount(100'000)});
      Do(Deposit{Id(absl::StrCat(name, "-btc")), id, AssetId(2), Amount(1'000'000'000)});
    }
  }

  journal::PosixFileSystem files;
  SystemClock clock;
  prometheus::Registry registry;
  Metrics metrics;
  JournalCommitLog log;
  EventFeed feed;
  SnapshotStore snapshots;
  Sequencer sequencer;
};

// A LIMIT GTC order of BTC-USD for account 1001 (buys) or 1002 (sells).
inline PlaceOrder LimitOrder(const std::string& id, Side side, int64_t ticks, int64_t lots) {
  return PlaceOrder{.account_id = AccountId(side == Side::kBuy ? 1001 : 1002),
                    .client_order_id = Id(id),
                    .instrument_id = InstrumentId(1),
                    .side = side,
                    .price = Price(ticks),
                    .quantity = Quantity(lots)};
}

}  // namespace rialto::engine
