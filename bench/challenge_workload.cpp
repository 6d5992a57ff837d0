#include "bench/challenge_workload.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

namespace rialto::bench {
namespace {

constexpr double kTick = 0.005;       // Dollars.
constexpr double kMidStart = 167.52;  // 33,504 ticks.
constexpr double kDepthExponent = 2.23;
constexpr int kDepthLevels = 800;
constexpr double kHumpWeight = 5.0;
constexpr double kHumpCenter = 8.0;
constexpr int32_t kQuantityMax = 100;
constexpr double kImmediateShare = 0.15;
constexpr double kModifiedShare = 0.20;   // Of those that rest.
constexpr double kRepricedShare = 0.80;   // Of the modified; by one tick towards the other side.
constexpr double kCanceledShare = 0.95;   // Of those that rest.
constexpr double kDuplicateShare = 0.02;  // Of cancels; of modified and canceled orders.
constexpr double kMedianLifeMicros = 431.0;
constexpr uint32_t kTraders = 1'000;

constexpr std::array<ChallengeScenario, 5> kScenarios = {{
    {"static", 0.00, 0.00},
    {"normal", 0.15, 0.02},
    {"swing_25", 0.50, 0.25},
    {"swing_40", 0.50, 0.40},
    {"flash_crash", 0.50, 0.60},
}};

// Only the engine of <random> gives the same numbers everywhere; its distributions do not.
class Chance {
 public:
  explicit Chance(uint32_t seed) : words_(seed) {}

  double Uniform() {  // In [0, 1), 53 bits.
    const uint64_t high = words_() >> 5;
    const uint64_t low = words_() >> 6;
    return (static_cast<double>(high) * 0x1.0p26 + static_cast<double>(low)) * 0x1.0p-53;
  }
  bool Happens(double probability) { return Uniform() < probability; }
  uint32_t Between(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(Uniform() * (high - low + 1));
  }
  int64_t Micros(int64_t least, double spread) {
    return least + static_cast<int64_t>(Uniform() * spread);
  }
  double Normal() {  // Box-Muller, the cosine half.
    const double radius = std::sqrt(-2.0 * std::log(std::max(Uniform(), 1e-300)));
    return radius * std::cos(2.0 * std::numbers::pi * Uniform());
  }
  double Exponential(double rate) { return -std::log(std::max(Uniform(), 1e-300)) / rate; }

 private:
  std::mt19937 words_;
};

// How many ticks beyond the first one an order is placed away from the mid.
class Depth {
 public:
  Depth() {
    double sum = 0;
    for (int level = 0; level < kDepthLevels; ++level) {
      const double from_hump = level - kHumpCenter;
      sum += 1.0 / std::pow(level + 1.0, kDepthExponent) +
             kHumpWeight * std::exp(-0.5 * from_hump * from_hump);
      cumulative_.push_back(sum);
    }
  }
  int Draw(Chance& chance) const {
    const double point = chance.Uniform() * cumulative_.back();
    const auto found = std::lower_bound(cumulative_.begin(), cumulative_.end(), point);
    return std::min(static_cast<int>(found - cumulative_.begin()), kDepthLevels - 1);
  }

 private:
  std::vector<double> cumulative_;
};

struct PlannedOrder {
  engine::Side side = engine::Side::kBuy;
  int64_t price = 0;
  int32_t quantity = 0;
  int depth = 0;
};

std::vector<PlannedOrder> PlanOrders(const ChallengeScenario& scenario, uint32_t count,
                                     Chance& chance) {
  const double step =
      scenario.volatility > 0 ? std::pow(scenario.swing / scenario.volatility, 2.0) / count : 0.0;
  const double deviation = scenario.volatility * std::sqrt(step);
  const Depth depths;
  std::vector<PlannedOrder> orders(count);
  double mid = kMidStart;
  for (uint32_t index = 0; index < count; ++index) {
    mid *= std::exp(-0.5 * deviation * deviation + deviation * chance.Normal());
    const int64_t mid_ticks = std::llround(std::round(mid / kTick) * kTick / kTick);
    PlannedOrder& order = orders[index];
    order.depth = depths.Draw(chance);
    const bool buys = index < count / 2;
    order.side = buys ? engine::Side::kBuy : engine::Side::kSell;
    order.price =
        std::max<int64_t>(1, buys ? mid_ticks - (order.depth + 1) : mid_ticks + (order.depth + 1));
    order.quantity = static_cast<int32_t>(chance.Between(1, kQuantityMax));
  }
  return orders;
}

struct TimedCommand {
  int64_t time = 0;  // Microseconds.
  BookCommand command;
};

// Writes down what happens to each order, on one clock that runs on from order to order.
class Lifecycle {
 public:
  Lifecycle(uint32_t orders, Chance& chance) : chance_(chance) {
    timeline_.reserve(orders * std::size_t{9} / 4);
  }

  void Live(uint64_t id, const PlannedOrder& order) {
    BookCommand command;
    command.order_id = id;
    command.price = order.price;
    command.quantity = order.quantity;
    command.account = static_cast<uint32_t>(id % kTraders);
    command.side = order.side;
    const bool immediate = chance_.Happens(kImmediateShare);
    if (immediate) command.time_in_force = engine::TimeInForce::kImmediateOrCancel;
    Say(command);
    if (!immediate) Rest(command, order.depth);
    now_ += 1;
  }

  std::vector<BookCommand> TakeInOrder() {
    std::stable_sort(timeline_.begin(), timeline_.end(),
                     [](const TimedCommand& a, const TimedCommand& b) { return a.time < b.time; });
    std::vector<BookCommand> commands;
    commands.reserve(timeline_.size());
    for (const TimedCommand& timed : timeline_) commands.push_back(timed.command);
    return commands;
  }

 private:
  void Say(const BookCommand& command) { timeline_.push_back({now_, command}); }

  void Rest(const BookCommand& placed, int depth) {
    BookCommand move = placed;
    move.kind = CommandKind::kMove;
    move.quantity += 1;
    const bool modified = chance_.Happens(kModifiedShare);
    if (modified) {
      now_ += chance_.Micros(30, 70);
      if (chance_.Happens(kRepricedShare)) move.price += placed.side == engine::Side::kBuy ? 1 : -1;
      Say(move);
    }
    if (!chance_.Happens(kCanceledShare)) return;
    BookCommand cancel = placed;
    cancel.kind = CommandKind::kCancel;
    // Deeper orders live longer.
    const double rate = std::numbers::ln2 / kMedianLifeMicros / std::sqrt(1.0 + depth);
    now_ += static_cast<int64_t>(chance_.Exponential(rate));
    Say(cancel);
    // Sent again to be sure: by then the order is gone.
    if (chance_.Happens(kDuplicateShare)) {
      now_ += chance_.Micros(1, 20);
      Say(cancel);
    }
    if (modified && chance_.Happens(kDuplicateShare)) {
      now_ += chance_.Micros(1, 20);
      Say(move);
    }
  }

  Chance& chance_;
  int64_t now_ = 0;
  std::vector<TimedCommand> timeline_;
};

}  // namespace

std::span<const ChallengeScenario> ChallengeScenarios() { return kScenarios; }

Workload MakeChallengeWorkload(const ChallengeScenario& scenario, uint32_t orders, uint32_t seed) {
  Chance chance(seed);
  const std::vector<PlannedOrder> planned = PlanOrders(scenario, orders, chance);
  std::vector<uint32_t> arrival(orders);
  std::iota(arrival.begin(), arrival.end(), 0U);
  for (uint32_t index = orders - 1; index > 0; --index) {
    std::swap(arrival[index], arrival[chance.Between(0, index)]);
  }
  Lifecycle lifecycle(orders, chance);
  for (const uint32_t index : arrival) lifecycle.Live(index + 1, planned[index]);

  Workload workload;
  workload.name = std::string(scenario.name);
  workload.measured = lifecycle.TakeInOrder();
  workload.accounts = kTraders;
  workload.order_id_max = orders;
  return workload;
}

}  // namespace rialto::bench
