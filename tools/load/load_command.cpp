#include "tools/load/load_command.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/channel.h"
#include "tools/load/generator.h"
#include "tools/load/outcome_log.h"
#include "tools/load/report.h"
#include "tools/load/venue_setup.h"

namespace rialto::load {
namespace {

constexpr size_t kClosedInFlight = 16;
constexpr size_t kOpenInFlight = 20'000;

struct Options {
  std::string target = "gateway";
  std::string gateway_address = "127.0.0.1:50050";
  std::string engine_address = "127.0.0.1:50051";
  std::vector<std::string> instruments = {"LOAD-USD"};
  WorkloadOptions workload;
  std::string tag;
  double rate = 0;
  size_t in_flight = 0;
  size_t connections = 1;
  double duration_seconds = 10;
  double drain_seconds = 30;
  int64_t deadline_ms = 5'000;
  std::string outcomes_path;
  bool setup = false;
  bool setup_only = false;
  bool json = false;
};

std::atomic<bool> stop = false;
void Stop(int) { stop = true; }

std::chrono::nanoseconds Seconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

void DrawLine(const Tally& tally, std::chrono::nanoseconds elapsed) {
  if (tally.seconds().empty()) return;
  const SecondTally& second = tally.seconds().back();
  std::fprintf(stderr,
               "\r\033[K%6.1f s  %llu/s  p50 %.2f ms  p99 %.2f ms  refused %llu/s  failed %llu/s  "
               "unknown %llu/s",
               static_cast<double>(elapsed.count()) / 1e9,
               static_cast<unsigned long long>(second.decided),
               static_cast<double>(second.p50_ns) / 1e6, static_cast<double>(second.p99_ns) / 1e6,
               static_cast<unsigned long long>(second.refused),
               static_cast<unsigned long long>(second.failed),
               static_cast<unsigned long long>(second.unknown_attempts));
  std::fflush(stderr);
}

absl::StatusOr<MarketPlan> Prepare(const Options& options) {
  SetupOptions setup;
  setup.engine = OpenChannel(options.engine_address);
  if (options.target == "gateway") setup.gateway = OpenChannel(options.gateway_address);
  setup.instruments = options.instruments;
  setup.clients = options.workload.clients;
  if (options.setup) RETURN_IF_ERROR(CreateWhatIsMissing(setup));
  return MakePlan(setup);
}

absl::StatusOr<bool> Load(const Options& options) {
  ASSIGN_OR_RETURN(OutcomeLog log, OutcomeLog::Open(options.outcomes_path));
  ASSIGN_OR_RETURN(MarketPlan plan, Prepare(options));
  plan.tag = options.tag.empty() ? absl::StrCat("s", options.workload.seed) : options.tag;
  if (options.setup_only) return true;

  WorkloadOptions workload_options = options.workload;
  workload_options.open_orders_max =
      std::max(workload_options.open_orders_max, workload_options.batch);
  workload_options.instruments = static_cast<uint32_t>(options.instruments.size());
  Workload workload(workload_options);
  Pace pace;
  pace.rate_per_second = options.rate;
  pace.in_flight_max = options.in_flight != 0 ? options.in_flight
                       : options.rate > 0     ? kOpenInFlight
                                              : kClosedInFlight;
  pace.duration = Seconds(options.duration_seconds);
  pace.drain = Seconds(options.drain_seconds);
  const bool to_gateway = options.target == "gateway";
  const DoorOptions door_options = {
      .address = to_gateway ? options.gateway_address : options.engine_address,
      .plan = &plan,
      .workload = &workload,
      .slots = pace.in_flight_max,
      .connections = options.connections,
      .deadline = std::chrono::milliseconds(options.deadline_ms)};
  const std::unique_ptr<VenueDoor> door =
      to_gateway ? OpenGatewayDoor(door_options) : OpenEngineDoor(door_options);
  Generator generator(*door, workload, plan, log);
  const bool on_terminal = isatty(STDERR_FILENO) == 1;
  generator.Run(pace, stop, [&](const Tally& tally, std::chrono::nanoseconds elapsed) {
    if (on_terminal) DrawLine(tally, elapsed);
  });
  if (on_terminal) std::fprintf(stderr, "\r\033[K");

  const Report report = {.target = options.target,
                         .tag = plan.tag,
                         .seed = options.workload.seed,
                         .rate_per_second = options.rate,
                         .in_flight_max = pace.in_flight_max,
                         .seconds = generator.sending_seconds(),
                         .decided = generator.decided_in_time(),
                         .unresolved = generator.unresolved(),
                         .not_sent = generator.not_sent(),
                         .tally = &generator.tally(),
                         .late_ns = &generator.late_ns()};
  std::fputs((options.json ? ToJson(report) : ToTable(report)).c_str(), stdout);
  return report.unresolved == 0;
}

int RunLoad(const Options& options) {
  std::signal(SIGINT, Stop);
  std::signal(SIGTERM, Stop);
  const absl::StatusOr<bool> answered = Load(options);
  if (!answered.ok()) {
    std::fprintf(stderr, "load: %s\n", std::string(answered.status().message()).c_str());
    return 2;
  }
  return *answered ? 0 : 1;
}

void AddWorkloadOptions(CLI::App& app, Options& options) {
  WorkloadOptions& workload = options.workload;
  workload.seed = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch() /
                                        std::chrono::milliseconds(1));
  app.add_option("--instrument", options.instruments, "What to trade; may be given again.")
      ->capture_default_str();
  app.add_option("--clients", workload.clients, "Accounts that trade.")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("--open-orders", workload.open_orders_max, "Most open orders of one client.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--batch", workload.batch, "Orders, or cancels, in one call.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'024));
  app.add_option("--cancel-percent", workload.cancel_percent,
                 "Share of cancels among all requests, percent.")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  app.add_option("--price-ticks", workload.price_ticks,
                 "Price around which orders are placed, in ticks.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--depth-ticks", workload.depth_ticks,
                 "Farthest from that price an order rests, in ticks.")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--cross-ticks", workload.cross_ticks,
                 "Farthest beyond that price an order reaches to trade, in ticks.")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--quantity-lots", workload.quantity_lots_max, "Largest order, in lots.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--seed", workload.seed, "The same seed asks for the same; default: the time.");
  app.add_option("--tag", options.tag,
                 "Orders are called TAG-0 and so on; default: s and the seed. A tag that was used "
                 "before gets the old answers.");
}

}  // namespace

void AddLoadCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  AddWorkloadOptions(app, *options);
  app.add_option("--target", options->target, "Who is asked.")
      ->check(CLI::IsMember({"gateway", "engine"}))
      ->capture_default_str();
  app.add_option("--gateway", options->gateway_address, "HOST:PORT.")->capture_default_str();
  app.add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  app.add_option("--rate", options->rate,
                 "Open loop: orders and cancels per second, repeats included. Without: closed "
                 "loop.")
      ->check(CLI::Range(0.1, 1e7));
  app.add_option("--in-flight", options->in_flight,
                 "Calls unanswered at once, at most; default: 16, in an open loop 20,000.")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--connections", options->connections, "TCP connections.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app.add_option("--duration", options->duration_seconds, "How long to send, in seconds.")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e6));
  app.add_option("--drain", options->drain_seconds, "Seconds to wait for the last answers.")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--deadline", options->deadline_ms,
                 "Milliseconds until one attempt counts as unanswered.")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'600'000));
  app.add_option("--acked", options->outcomes_path,
                 "Append a line per answer to this file; `audit` reads it.");
  app.add_flag("--setup", options->setup,
               "First create instruments, accounts and deposits that are missing.");
  app.add_flag("--setup-only", options->setup_only, "Set up, then end without sending orders.")
      ->needs("--setup");
  app.add_flag("--json", options->json, "One JSON object instead of a table.");
  app.callback([&app, options, &exit_code] {
    if (app.get_subcommands().empty()) exit_code = RunLoad(*options);
  });
}

}  // namespace rialto::load
