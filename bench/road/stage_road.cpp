#include "bench/road/stage_road.h"

#include <time.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/contest.h"
#include "common/base/check.h"
#include "engine/codec/order_codec.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/posix_file_system.h"
#include "engine/server/event_feed.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/replica.h"
#include "google/protobuf/arena.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto::bench {
namespace {

namespace v1 = engine::v1;

constexpr int kCommandsPerMessage = 64;
constexpr int kMessagesPerRound = 512;
constexpr uint64_t kAccounts = 8;
constexpr uint64_t kFirstAccount = 1001;
constexpr const char* kPerCommand = "ns of processor time per command";

// Of this thread: what others do to the machine does not count.
int64_t CpuNs() {
  timespec now{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

CallerId Name(const std::string& text) { return *CallerId::Parse(text); }

}  // namespace

// The engine's stages, called one after the other on this thread.
class StageRoad {
 public:
  explicit StageRoad(const std::string& directory)
      : log_(files_, {.directory = directory + "/journal",
                      .content = engine::kJournalContent,
                      .sync = journal::SyncPolicy::kNever}),
        feed_(files_, {.directory = directory + "/feed",
                       .record_bytes_max = 16u << 20,
                       .content = engine::kFeedContent,
                       .sync = journal::SyncPolicy::kNever,
                       .chain_cover = journal::ChainCover::kHeaders}) {
    CHECK_OK(log_.Recover(
        {}, {}, [](const engine::CommandHeader&, std::string_view) { return absl::OkStatus(); }));
    CHECK_OK(feed_.Recover());
    SetUp();
  }

  // New orders; with every second message those of the one before the last are canceled.
  std::string NextMessage() {
    v1::StreamOrdersRequest message;
    const bool places = messages_++ % 2 == 0;
    std::vector<Order> placed;
    for (int i = 0; i < kCommandsPerMessage; ++i) {
      v1::OrderCommand& command = *message.add_commands();
      command.set_correlation_id(static_cast<uint64_t>(i));
      if (places) {
        placed.push_back(Place(*command.mutable_place()));
      } else {
        const Order& order = resting_[static_cast<size_t>(i)];
        command.mutable_cancel()->set_account_id(order.account_id);
        command.mutable_cancel()->set_client_order_id(order.client_order_id);
      }
    }
    if (places) resting_ = std::move(placed);
    return message.SerializeAsString();
  }

  void Run(const std::string& message, std::map<std::string, int64_t>& spent) {
    int64_t last = CpuNs();
    const auto stage = [&](const char* name) {
      const int64_t now = CpuNs();
      spent[name] += now - last;
      last = CpuNs();
    };
    google::protobuf::Arena arena(ArenaOptions());
    auto& request = *google::protobuf::Arena::CreateMessage<v1::StreamOrdersRequest>(&arena);
    CHECK(request.ParseFromString(message));
    stage("1_parse");
    commands_.clear();
    commands_.reserve(static_cast<size_t>(request.commands_size()));
    for (const v1::OrderCommand& command : request.commands()) {
      commands_.push_back(*engine::DecodeCommand(command));
    }
    stage("2_decode");
    const size_t first_record = records_.size();
    for (const engine::Command& command : commands_) {
      engine::EncodeRecord(command, records_.emplace_back());
    }
    stage("3_record");
    for (size_t i = first_record; i < records_.size(); ++i) {
      headers_.push_back(NextHeader());
      log_.Append(headers_.back(), records_[i]);
    }
    CHECK_OK(log_.Commit());
    stage("4_journal");
    for (size_t i = 0; i < commands_.size(); ++i) {
      events_.clear();
      outcomes_.push_back(replica_.Apply(headers_[i], commands_[i], events_));
      CHECK_OK(feed_.Append(headers_[i], events_));
    }
    stage("5_apply_and_events");
    for (size_t i = 0; i < commands_.size(); ++i) {
      engine::AppendOutcome(i, outcomes_[i], response_);
    }
    stage("6_answer");
    CHECK_OK(feed_.Publish());
    stage("7_feed");
    Forget();
  }

 private:
  struct Order {
    uint64_t account_id = 0;
    std::string client_order_id;
  };

  google::protobuf::ArenaOptions ArenaOptions() {
    google::protobuf::ArenaOptions options;
    options.initial_block = block_.data();
    options.initial_block_size = block_.size();
    return options;
  }

  void Forget() {
    records_.clear();
    headers_.clear();
    outcomes_.clear();
    response_.clear();
  }

  engine::CommandHeader NextHeader() {
    sequence_ = sequence_.Next();
    now_ = Timestamp(now_.value() + 1'000);
    return {sequence_, now_};
  }

  void Do(const engine::Command& command) {
    engine::Events events;
    const engine::CommandHeader header = NextHeader();
    std::string record;
    engine::EncodeRecord(command, record);
    log_.Append(header, record);
    CHECK_OK(log_.Commit());
    CHECK(replica_.Apply(header, command, events).accepted());
    CHECK_OK(feed_.Append(header, events));
    CHECK_OK(feed_.Publish());
  }

  void SetUp() {
    Do(engine::CreateAsset{Name("USD"), 2});
    Do(engine::CreateAsset{Name("LOAD"), 4});
    engine::CreateInstrument instrument;
    instrument.symbol = Name("LOAD-USD");
    instrument.base = AssetId(2);
    instrument.quote = AssetId(1);
    instrument.tick_size_e12 = 10'000'000'000;
    instrument.lot_size_units = 1;
    instrument.quantity_min = Quantity(1);
    instrument.quantity_max = Quantity(1'000'000);
    instrument.maker_fee_ppm = 100;
    instrument.taker_fee_ppm = 200;
    Do(instrument);
    for (uint64_t account = 0; account < kAccounts; ++account) {
      Do(engine::OpenAccount{Name(absl::StrCat("account-", account))});
      for (const uint32_t asset : {1u, 2u}) {
        Do(engine::Deposit{Name(absl::StrCat(account, "-", asset)),
                           AccountId(kFirstAccount + account), AssetId(asset),
                           Amount(int64_t{1} << 50)});
      }
    }
  }

  Order Place(v1::PlaceOrderCommand& command) {
    const bool is_buy = random_() % 2 == 0;
    const auto from_middle = static_cast<int64_t>(random_() % 56) - 5;
    command.set_account_id(kFirstAccount + random_() % kAccounts);
    command.set_client_order_id(absl::StrCat("stage-", ++orders_));
    command.set_instrument_id(1);
    command.set_side(is_buy ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL);
    command.set_type(common::v1::ORDER_TYPE_LIMIT);
    command.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
    command.set_price_ticks(10'000 + (is_buy ? -from_middle : from_middle));
    command.set_quantity_lots(1 + static_cast<int64_t>(random_() % 10));
    return {command.account_id(), command.client_order_id()};
  }

  journal::PosixFileSystem files_;
  engine::JournalCommitLog log_;
  engine::EventFeed feed_;
  engine::Replica replica_;
  Sequence sequence_;
  Timestamp now_{1'700'000'000'000'000'000};
  std::mt19937_64 random_{1};
  uint64_t messages_ = 0;
  uint64_t orders_ = 0;
  std::vector<Order> resting_;

  // Used again by every message.
  std::vector<char> block_ = std::vector<char>(64 << 10);
  std::vector<engine::Command> commands_;
  std::vector<std::string> records_;
  std::vector<engine::CommandHeader> headers_;
  std::vector<engine::Outcome> outcomes_;
  engine::Events events_;
  std::string response_;
};

void MeasureStages(const RoadOptions& options, Results& results) {
  StageRoad road(options.directory);
  for (int round = 0; round <= options.rounds; ++round) {
    ShowProgress(absl::StrCat("stages: round ", round, " of ", options.rounds));
    std::vector<std::string> messages;
    for (int i = 0; i < kMessagesPerRound; ++i) messages.push_back(road.NextMessage());
    std::map<std::string, int64_t> spent;
    for (const std::string& message : messages) road.Run(message, spent);
    if (round == 0) continue;  // Warms up.
    constexpr double kCommands = double{kMessagesPerRound} * kCommandsPerMessage;
    double all = 0;
    for (const auto& [stage, ns] : spent) {
      results.Add("stage/" + stage, kPerCommand, static_cast<double>(ns) / kCommands);
      all += static_cast<double>(ns) / kCommands;
    }
    results.Add("stage/all", kPerCommand, all);
  }
  ShowProgress("");
}

}  // namespace rialto::bench
