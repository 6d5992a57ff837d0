// growth_bench: what a command costs as the venue grows, in time and in memory.
//
// One of three sizes grows, the other two stay. Rows SIZE/N are nanoseconds per command of the
// core; memory/... are bytes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/contest.h"
#include "bench/growing_venue.h"
#include "bench/memory.h"
#include "bench/results.h"

namespace rialto::bench {
namespace {

constexpr uint32_t kWarmUpCommands = 100'000;
constexpr uint32_t kCommands = 200'000;
constexpr std::string_view kPerCommand = "nanoseconds per command";

struct GrowthOptions {
  int rounds = 5;
  bool is_long = false;
  bool json = false;
};

struct Growth {
  std::string name;
  uint32_t VenueSize::*size;
  std::vector<uint32_t> steps;
};

std::vector<Growth> Growths(bool is_long) {
  std::vector<Growth> growths = {
      {"instruments", &VenueSize::instruments, {1, 10, 100, 1'000}},
      {"accounts", &VenueSize::accounts, {10, 100, 1'000, 10'000, 100'000, 1'000'000}},
      {"resting_orders", &VenueSize::resting_orders, {1'000, 10'000, 100'000, 1'000'000}}};
  if (is_long) growths.back().steps.push_back(10'000'000);
  return growths;
}

void MeasureTime(const GrowthOptions& options, Results& results) {
  for (const Growth& growth : Growths(options.is_long)) {
    for (const uint32_t step : growth.steps) {
      const std::string row = absl::StrCat(growth.name, "/", step);
      ShowProgress(row);
      VenueSize size;
      size.*growth.size = step;
      GrowingVenue venue(size);
      venue.Trade(kWarmUpCommands);
      for (int round = 0; round < options.rounds; ++round) {
        const double seconds = RialtoBenchMeasured([&] { venue.Trade(kCommands); });
        results.Add(row, kPerCommand, seconds * 1e9 / kCommands);
      }
    }
  }
  ShowProgress("");
}

int64_t BytesOf(const VenueSize& size, uint32_t remembered = 0) {
  const int64_t before = BytesInUse();
  const auto venue = std::make_unique<GrowingVenue>(size);
  venue->PlaceAndForget(remembered);
  return BytesInUse() - before;
}

// What one more takes, between two sizes that are powers of two apart, as its tables grow.
void MeasureBytes(Results& results) {
  constexpr uint32_t kFew = 1u << 17;
  constexpr uint32_t kMany = 1u << 20;
  const auto each = [&](const std::string& row, int64_t few, int64_t many) {
    results.Add("memory/" + row, "bytes", static_cast<double>(many - few) / (kMany - kFew));
  };
  VenueSize size{.instruments = 1, .accounts = 1'000, .resting_orders = 1'000};
  ShowProgress("memory");
  each("remembered_client_order_id", BytesOf(size, kFew), BytesOf(size, kMany));
  VenueSize few = size;
  VenueSize many = size;
  few.accounts = kFew;
  many.accounts = kMany;
  each("account", BytesOf(few), BytesOf(many));
  few = many = size;
  few.resting_orders = kFew;
  many.resting_orders = kMany;
  each("resting_order", BytesOf(few), BytesOf(many));
  ShowProgress("");
}

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  CLI::App app("What a command costs as the venue grows.", "growth_bench");
  rialto::bench::GrowthOptions options;
  app.add_option("--rounds", options.rounds, "Per size, after a warm-up.")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--long", options.is_long, "10 million resting orders, too: 4 GB.");
  app.add_flag("--json", options.json, "Print {\"rows\": [{name, median, min, max, unit}]}.");
  CLI11_PARSE(app, argc, argv);
  rialto::bench::Results results;
  rialto::bench::MeasureBytes(results);  // First: malloc has nothing of others to give.
  rialto::bench::MeasureTime(options, results);
  std::fputs((options.json ? results.Json() : results.Table()).c_str(), stdout);
  return 0;
}
