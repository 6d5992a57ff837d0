#include "bench/road/wire_road.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/contest.h"
#include "bench/road/bare_log.h"
#include "bench/road/rows.h"
#include "bench/road/stream_door.h"
#include "bench/road/venue_on_trial.h"
#include "common/base/check.h"
#include "tools/load/generator.h"

namespace rialto::bench {
namespace {

using std::chrono::nanoseconds;

constexpr size_t kStreamMessages = 16;
constexpr uint32_t kStreamBatch = 64;
constexpr size_t kOpenLoopInFlight = 4'096;
// Of the journal: one order with the end of its batch.
constexpr uint64_t kOneOrderBytes = 256;
// Latencies are allowed so much more than what they are made of, in nanoseconds.
constexpr double kEngineExtraNs = 30e3;
constexpr double kGatewayExtraNs = 40e3;

nanoseconds Seconds(double seconds) { return nanoseconds(static_cast<int64_t>(seconds * 1e9)); }

struct Shape {
  std::string name;
  size_t in_flight = 1;
  uint32_t batch = 1;
  double rate = 0;  // 0: closed loop.
};

struct Measured {
  double rate = 0;             // Decisions per second.
  load::Histogram place_ns;    // Of new orders.
  double client_cores = 0;     // Processors in use, of this process
  double server_cores = 0;     // and of the one it asks.
  double backstage_cores = 0;  // The engine, where the gateway is asked.

  double Quantile(double share) const { return static_cast<double>(place_ns.Quantile(share)); }
};

using OpenDoor = std::unique_ptr<load::VenueDoor> (*)(const load::DoorOptions&);

// One connection to one server, and the orders that go through it.
class Client {
 public:
  Client(const load::MarketPlan& plan, const Shape& shape, OpenDoor open,
         const std::string& address)
      : plan_(plan),
        shape_(shape),
        workload_({.batch = shape.batch}),
        door_(open({.address = address,
                    .plan = &plan_,
                    .workload = &workload_,
                    .slots = shape.in_flight})) {
    // No two clients use the same client_order_id.
    static int clients = 0;
    plan_.tag = absl::StrCat("bench", ++clients);
  }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Measured Run(double seconds) {
    CHECK(log_.ok());
    load::Generator generator(*door_, workload_, plan_, *log_);
    const std::atomic<bool> stop = false;
    generator.Run({.rate_per_second = shape_.rate,
                   .in_flight_max = shape_.in_flight,
                   .duration = Seconds(seconds),
                   .drain = Seconds(10)},
                  stop, [](const load::Tally&, nanoseconds) {});
    CHECK(generator.unresolved() == 0);
    const load::Tally& tally = generator.tally();
    CHECK(tally.decided() > 0);
    return {.rate = static_cast<double>(tally.decided()) / generator.sending_seconds(),
            .place_ns = tally.place().decided_ns};
  }

 private:
  load::MarketPlan plan_;
  const Shape shape_;
  load::Workload workload_;
  absl::StatusOr<load::OutcomeLog> log_ = load::OutcomeLog::Open("");
  std::unique_ptr<load::VenueDoor> door_;
};

// Rounds of the same shape on the echo and on the server under trial, in turns.
class Trial {
 public:
  enum class Server { kEngine, kGateway };

  Trial(const RoadOptions& options, Results& results, Server server)
      : options_(options),
        results_(results),
        server_(server),
        venue_(options.directory, server == Server::kEngine
                                      ? VenueOnTrial::Parts::kEngine
                                      : VenueOnTrial::Parts::kEngineAndGateway),
        bare_(options.directory + "/bare") {}

  void Run(const std::vector<Shape>& shapes) {
    struct Pair {
      Shape shape;
      std::unique_ptr<Client> echo;
      std::unique_ptr<Client> server;
    };
    std::vector<Pair> pairs;
    for (const Shape& shape : shapes) {
      if (!options_.Wants(shape.name)) continue;
      pairs.push_back({shape, Open(shape, Ask::kEcho), Open(shape, Ask::kServer)});
    }
    for (int round = 0; round <= options_.rounds; ++round) {
      for (const Pair& pair : pairs) {
        ShowProgress(
            absl::StrCat(name(), "/", pair.shape.name, ": round ", round, " of ", options_.rounds));
        const double bare_ns = pair.shape.name == kAlone ? BareCommit(round > 0) : 0;
        const Measured echo = Measure(*pair.echo, Ask::kEcho);
        const Measured server = Measure(*pair.server, Ask::kServer);
        if (round == 0) continue;  // Warms up.
        Add("echo/" + pair.shape.name, echo);
        Add(name() + "/" + pair.shape.name, server);
        Judge(pair.shape, echo, server, bare_ns);
      }
    }
    ShowProgress("");
  }

  // Half of what the server did with 64 calls in flight.
  double HalfOfCapacity() {
    if (options_.rate > 0) return options_.rate;
    const std::unique_ptr<Client> client =
        Open({.name = "capacity", .in_flight = 64}, Ask::kServer);
    return client->Run(options_.warm_up_seconds + options_.seconds).rate / 2;
  }

  static constexpr const char* kAlone = "unary_1";

 private:
  enum class Ask { kEcho, kServer };

  std::string name() const { return server_ == Server::kEngine ? "engine" : "gateway"; }

  std::unique_ptr<Client> Open(const Shape& shape, Ask ask) const {
    if (shape.batch > 1) {
      return std::make_unique<Client>(
          venue_.plan(), shape, OpenStreamDoor,
          ask == Ask::kEcho ? venue_.echo_address() : venue_.engine_address());
    }
    if (ask == Ask::kEcho || server_ == Server::kEngine) {
      return std::make_unique<Client>(
          venue_.plan(), shape, load::OpenEngineDoor,
          ask == Ask::kEcho ? venue_.echo_address() : venue_.engine_address());
    }
    return std::make_unique<Client>(venue_.plan(), shape, load::OpenGatewayDoor,
                                    venue_.gateway_address());
  }

  Measured Measure(Client& client, Ask ask) const {
    const ChildProcess& server = ask == Ask::kEcho             ? venue_.echo()
                                 : server_ == Server::kGateway ? *venue_.gateway()
                                                               : venue_.engine();
    client.Run(options_.warm_up_seconds);
    const double own_before = OwnCpuSeconds();
    const double server_before = server.CpuSeconds();
    const double engine_before = venue_.engine().CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    Measured measured = client.Run(options_.seconds);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    measured.client_cores = (OwnCpuSeconds() - own_before) / seconds;
    measured.server_cores = (server.CpuSeconds() - server_before) / seconds;
    measured.backstage_cores = (venue_.engine().CpuSeconds() - engine_before) / seconds;
    return measured;
  }

  // p50 of one order's bytes made durable, with nothing else going on.
  double BareCommit(bool counts) {
    load::Histogram latencies;
    const auto end = std::chrono::steady_clock::now() + Seconds(options_.seconds / 2);
    for (auto now = std::chrono::steady_clock::now(); now < end;) {
      bare_.Commit(kOneOrderBytes);
      const auto after = std::chrono::steady_clock::now();
      latencies.Record((after - now).count());
      now = after;
    }
    if (counts) AddLatencies(results_, "bare/commit", latencies);
    return static_cast<double>(latencies.Quantile(0.5));
  }

  void Add(const std::string& row, const Measured& measured) {
    results_.Add(row, kCommandsPerSecond, measured.rate);
    AddLatencies(results_, row, measured.place_ns);
    // Whether it had to wait for a processor or not.
    results_.Add(row + "/server_time", "microseconds of processor time per command",
                 measured.server_cores * 1e6 / measured.rate);
    results_.Add(row + "/client_cores", "processors", measured.client_cores);
    results_.Add(row + "/server_cores", "processors", measured.server_cores);
    if (row.starts_with("gateway")) {
      results_.Add(row + "/engine_cores", "processors", measured.backstage_cores);
    }
  }

  void Judge(const Shape& shape, const Measured& echo, const Measured& server, double bare_ns) {
    const std::string row = "ratio/" + name() + "_" + shape.name;
    const bool is_engine = server_ == Server::kEngine;
    if (shape.rate > 0) {
      results_.Add(row + "/p99", "of its p50, goal at most 3",
                   server.Quantile(0.99) / server.Quantile(0.5));
      results_.Add(row + "/p99.9", "of its p50, goal at most 10",
                   server.Quantile(0.999) / server.Quantile(0.5));
    } else if (shape.name == kAlone) {
      const double allowed = is_engine ? echo.Quantile(0.5) + bare_ns + kEngineExtraNs
                                       : 2 * echo.Quantile(0.5) + bare_ns + kGatewayExtraNs;
      results_.Add(row + "/p50",
                   is_engine ? "of echo + commit + 30 us, goal at most 1"
                             : "of 2 echoes + commit + 40 us, goal at most 1",
                   server.Quantile(0.5) / allowed);
    } else {
      results_.Add(row,
                   is_engine && shape.batch == 1 ? "of the echo, goal at least 0.70"
                                                 : "of the echo, goal at least 0.40",
                   server.rate / echo.rate);
    }
  }

  const RoadOptions& options_;
  Results& results_;
  const Server server_;
  VenueOnTrial venue_;
  BareLog bare_;
};

}  // namespace

void MeasureEngine(const RoadOptions& options, Results& results) {
  Trial trial(options, results, Trial::Server::kEngine);
  trial.Run({{.name = Trial::kAlone},
             {.name = "unary_64", .in_flight = 64},
             {.name = "stream_64", .in_flight = kStreamMessages, .batch = kStreamBatch}});
  if (!options.Wants("open_loop")) return;
  trial.Run(
      {{.name = "open_loop", .in_flight = kOpenLoopInFlight, .rate = trial.HalfOfCapacity()}});
}

void MeasureGateway(const RoadOptions& options, Results& results) {
  Trial trial(options, results, Trial::Server::kGateway);
  trial.Run({{.name = Trial::kAlone}, {.name = "unary_64", .in_flight = 64}});
}

}  // namespace rialto::bench
