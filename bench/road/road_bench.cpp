// road_bench: how fast the road is, from the wire to durable, beside bare gRPC and a bare disk.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "bench/results.h"
#include "bench/road/journal_road.h"
#include "bench/road/road_options.h"
#include "bench/road/stage_road.h"
#include "bench/road/wire_road.h"
#include "common/base/log.h"

namespace rialto::bench {
namespace {

void Measure(const std::string& road, const RoadOptions& options, bool json) {
  InitLog("bench");
  spdlog::set_level(spdlog::level::warn);
  std::filesystem::remove_all(options.directory);
  std::filesystem::create_directories(options.directory);
  Results results(road == "journal" ? Yardstick{"bare", "to bare"} : Yardstick{"echo", "to echo"});
  if (road == "journal") MeasureJournal(options, results);
  if (road == "grpc") MeasureEngine(options, results);
  if (road == "stages") MeasureStages(options, results);
  if (road == "gateway") MeasureGateway(options, results);
  std::filesystem::remove_all(options.directory);
  std::printf("%s", (json ? results.Json() : results.Table()).c_str());
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app("How fast Rialto's road is, from the wire to durable.", "road_bench");
  rialto::bench::RoadOptions options;
  std::string road;
  bool json = false;
  options.directory =
      (std::filesystem::temp_directory_path() / ("rialto-road-bench-" + std::to_string(getpid())))
          .string();
  app.add_option("road", road, "journal, grpc (the engine), gateway; stages of the engine.")
      ->required()
      ->check(CLI::IsMember({"journal", "grpc", "gateway", "stages"}));
  app.add_option("--rounds", options.rounds, "After one that does not count.")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--duration", options.seconds, "Seconds of each contender in each round.")
      ->check(CLI::Range(0.01, 1e4))
      ->capture_default_str();
  app.add_option(
         "--rate", options.rate,
         "Open loop: orders and cancels per second; default: half of the engine's capacity.")
      ->check(CLI::Range(1.0, 1e7));
  app.add_option("--filter", options.filter, "Only workloads whose name it is found in.");
  app.add_option("--directory", options.directory,
                 "Where journals go, on the disk that is meant; removed before and after.");
  app.add_flag("--json", json, "Print {\"rows\": [{name, median, min, max, unit}]}.");
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Measure(road, options, json);
  return 0;
}
