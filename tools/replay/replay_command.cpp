#include "tools/replay/replay_command.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "common/service/channel.h"
#include "tools/replay/bitstamp_replay.h"
#include "tools/replay/engine_feed.h"
#include "tools/replay/gateway_venue.h"
#include "tools/replay/lobster_replay.h"
#include "tools/replay/recording.h"
#include "tools/replay/report.h"

namespace rialto::replay {
namespace {

constexpr int kDepthLevelsMax = 1000;  // What the gateway gives at most.
constexpr std::chrono::seconds kGatewayLagMax(10);
// The books of the first minutes still depend on orders from before the recording.
constexpr size_t kWarmUpBooks = 100;
constexpr size_t kSampledBooks = 156;

struct Options {
  std::vector<std::string> paths;
  std::string format = "auto";
  std::string instrument;
  std::string speed = "max";
  std::string gateway_address = "127.0.0.1:50050";
  std::string engine_address = "127.0.0.1:50051";
  int64_t patience_seconds = 300;
  bool json = false;
};

absl::StatusOr<std::optional<double>> ParseSpeed(const std::string& text) {
  if (text == "max") return std::nullopt;
  double factor = 0;
  if (!absl::SimpleAtod(text, &factor) || !(factor > 0) || factor > 1e9)
    return absl::InvalidArgumentError(absl::StrCat("bad --speed \"", text, "\": max or above 0"));
  return factor;
}

absl::StatusOr<std::optional<RecordingFormat>> ParseFormat(const std::string& text) {
  if (text == "auto") return std::nullopt;
  if (text == "lobster") return RecordingFormat::kLobster;
  if (text == "bitstamp") return RecordingFormat::kBitstamp;
  return absl::InvalidArgumentError(
      absl::StrCat("bad --format \"", text, "\": lobster, bitstamp or auto"));
}

std::string Best(const std::vector<Level>& levels, int price_decimals) {
  return levels.empty() ? "none" : FormatDecimal(levels.front().price.value(), price_decimals);
}

std::string Describe(const RowDifference& difference, int price_decimals) {
  const auto [recorded_bid, recorded_ask] =
      std::pair(Best(difference.recorded.bids, price_decimals),
                Best(difference.recorded.asks, price_decimals));
  const auto [venue_bid, venue_ask] = std::pair(Best(difference.venue.bids, price_decimals),
                                                Best(difference.venue.asks, price_decimals));
  return absl::StrCat(
      "line ", difference.line, ": recorded bid ", recorded_bid, " ask ", recorded_ask, ", here ",
      venue_bid, " ", venue_ask,
      difference.commands_behind == 0
          ? "; not explained"
          : absl::StrCat("; the recorded book is as it was here ", difference.commands_behind,
                         " change(s) before: it was taken before that event"));
}

// A replay with all its parts.
class ReplayRun {
 public:
  ReplayRun(const Recording& recording, const VenueChannels& channels, PreparedVenue prepared)
      : recording_(recording),
        prepared_(std::move(prepared)),
        venue_(channels, prepared_),
        feed_(channels),
        desk_(venue_, prepared_.tag) {
    if (!prepared_.book_is_empty) desk_.ExpectEarlierRun();
  }

  absl::StatusOr<Report> Run(std::optional<double> speed_factor) {
    const auto start = std::chrono::steady_clock::now();
    Pace pace(speed_factor);
    const auto* lobster = std::get_if<LobsterRecording>(&recording_.events);
    RETURN_IF_ERROR(lobster != nullptr
                        ? RunLobster(*lobster, pace)
                        : RunBitstamp(std::get<BitstampRecording>(recording_.events), pace));
    report_.elapsed_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report_.instrument = prepared_.market.instrument;
    report_.desk = desk_.counts();
    RETURN_IF_ERROR(CompareFinalBook());
    return std::move(report_);
  }

 private:
  absl::Status RunLobster(const LobsterRecording& lobster, Pace& pace) {
    const int spare_decimals = prepared_.quote_scale - prepared_.market.price_decimals;
    BookAudit audit(feed_, prepared_.instrument, RowComparison::kLevels,
                    LobsterReplay::LevelsCompared(lobster.depth));
    LobsterReplay replay(lobster, desk_, audit,
                         spare_decimals < 0 ? 0 : PowerOfTen(spare_decimals));
    Progress progress(lobster.messages.size());
    RETURN_IF_ERROR(replay.Run(pace, progress));
    Take(audit);
    report_.recording = lobster.message_path;
    report_.format = "lobster";
    const LobsterCounts& counts = replay.counts();
    report_.executions_recorded = counts.executions_recorded;
    report_.executions_matched = counts.executions_matched;
    report_.quantities = {
        {"recorded_bought", Format(counts.recorded_bought)},
        {"venue_bought", Format(counts.venue_bought)},
        {"recorded_sold", Format(counts.recorded_sold)},
        {"venue_sold", Format(counts.venue_sold)},
    };
    report_.counts = {
        {"levels_compared", static_cast<int64_t>(LobsterReplay::LevelsCompared(lobster.depth))},
        {"view_levels_seeded", counts.levels_seeded},
        {"view_levels_reduced", counts.levels_reduced},
        {"view_levels_canceled", counts.levels_canceled},
        {"reductions_unexplained", counts.unexplained},
        {"hidden_executions_skipped", counts.hidden_executions},
        {"other_messages_skipped", counts.other_messages},
    };
    return absl::OkStatus();
  }

  absl::Status RunBitstamp(const BitstampRecording& bitstamp, Pace& pace) {
    BookAudit audit(feed_, prepared_.instrument, RowComparison::kBestPrices, 1);
    BitstampReplay replay(bitstamp, desk_, audit);
    Progress progress(bitstamp.events.size());
    RETURN_IF_ERROR(replay.Run(pace, progress));
    Take(audit);
    report_.recording = bitstamp.path;
    report_.format = "bitstamp";
    const BitstampCounts& counts = replay.counts();
    report_.executions_recorded = counts.trades_recorded;
    report_.executions_matched = counts.trades_matched;
    const Sample sample = TakeSample(audit.result().row_equal, kWarmUpBooks, kSampledBooks);
    report_.quantities = {
        {"recorded_volume", Format(counts.recorded_volume)},
        {"venue_volume", Format(counts.venue_volume)},
    };
    report_.counts = {
        {"sampled_books_checked", sample.checked},
        {"sampled_books_equal", sample.equal},
        {"levels_seeded", counts.levels_seeded},
        {"orders_repriced", counts.orders_repriced},
        {"orders_adopted", counts.orders_adopted},
        {"created_after_deleted", counts.created_after_deleted},
        {"changes_already_traded", counts.already_traded},
    };
    return absl::OkStatus();
  }

  void Take(const BookAudit& audit) {
    report_.audit = audit.result();
    report_.trades = static_cast<int64_t>(audit.book().trades().size());
    final_book_ = audit.book().Levels(kDepthLevelsMax);
    for (const RowDifference& difference : audit.result().differences)
      report_.differences.push_back(Describe(difference, prepared_.market.price_decimals));
  }

  // The gateway is a moment behind the engine.
  absl::Status CompareFinalBook() {
    const auto give_up = std::chrono::steady_clock::now() + kGatewayLagMax;
    while (!report_.final_book_equal && std::chrono::steady_clock::now() < give_up) {
      ASSIGN_OR_RETURN(const BookRow shown, venue_.GetDepth(kDepthLevelsMax));
      report_.final_book_equal = shown == final_book_;
      if (!report_.final_book_equal) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return absl::OkStatus();
  }

  std::string Format(Quantity quantity) const {
    return FormatDecimal(quantity.value(), prepared_.market.quantity_decimals);
  }

  const Recording& recording_;
  const PreparedVenue prepared_;
  GatewayVenue venue_;
  EngineFeed feed_;
  OrderDesk desk_;
  Report report_;
  BookRow final_book_;
};

// Everything that can be compared is as recorded, or the record itself explains why not.
bool IsAsRecorded(const Report& report) {
  const bool executed =
      report.format != "lobster" || report.executions_matched == report.executions_recorded;
  return executed && report.final_book_equal &&
         report.audit.rows_equal + report.audit.rows_explained == report.audit.rows_checked;
}

absl::StatusOr<Report> Replay(const Options& options) {
  ASSIGN_OR_RETURN(const std::optional<double> speed_factor, ParseSpeed(options.speed));
  ASSIGN_OR_RETURN(const std::optional<RecordingFormat> format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const Recording recording, OpenRecording(options.paths, format));

  Market market;
  market.instrument_was_chosen = !options.instrument.empty();
  market.instrument = market.instrument_was_chosen ? options.instrument : recording.instrument;
  if (market.instrument.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.paths[0], ": its name has no ticker; give --instrument"));
  }
  const auto* lobster = std::get_if<LobsterRecording>(&recording.events);
  market.price_decimals = lobster != nullptr ? lobster->price_decimals : kBitstampPriceDecimals;
  market.quantity_decimals = lobster != nullptr ? 0 : kBitstampQuantityDecimals;

  const VenueChannels channels = {OpenChannel(options.engine_address),
                                  OpenChannel(options.gateway_address),
                                  std::chrono::seconds(options.patience_seconds)};
  ASSIGN_OR_RETURN(PreparedVenue prepared, PrepareVenue(channels, market, recording.checksum));
  return ReplayRun(recording, channels, std::move(prepared)).Run(speed_factor);
}

int RunReplay(const Options& options) {
  const absl::StatusOr<Report> report = Replay(options);
  if (!report.ok()) {
    const absl::string_view message = report.status().message();
    std::fprintf(stderr, "replay: %.*s\n", static_cast<int>(message.size()), message.data());
    return 2;
  }
  std::fputs((options.json ? ToJson(*report) : ToTable(*report)).c_str(), stdout);
  return IsAsRecorded(*report) ? 0 : 1;
}

}  // namespace

void AddReplayCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "replay", "Replays a recorded day of orders through the gateway and compares the books.");
  command
      ->add_option("FILE", options->paths,
                   "The recording, plain or .xz; of LOBSTER the message file, the orderbook "
                   "file, or both.")
      ->required();
  command->add_option("--format", options->format, "lobster, bitstamp or auto.")
      ->capture_default_str();
  command->add_option("--instrument", options->instrument,
                      "What to trade it as; by default from the file's name, or BTC-USD.");
  command->add_option("--speed", options->speed, "max, or a multiple of the recorded speed.")
      ->capture_default_str();
  command->add_option("--gateway", options->gateway_address, "HOST:PORT.")->capture_default_str();
  command->add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  command
      ->add_option("--patience", options->patience_seconds,
                   "Seconds that an outage of the venue may last.")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  command->add_flag("--json", options->json, "One JSON object instead of a table.");
  command->callback([options, &exit_code] { exit_code = RunReplay(*options); });
}

}  // namespace rialto::replay
