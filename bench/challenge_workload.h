// Workload B: the order flow of the public Matching Engine Algorithm Performance Challenge.
//
// flash1-dev/matching-engine-benchmark and arXiv 2606.01183 describe it: a mid price that walks as
// geometric Brownian motion, orders placed passively at a power-law distance with a hump eight
// ticks out, most of them canceled within a millisecond. Buys are priced along the first half of
// the walk and sells along the second, and the arrival order is shuffled, so they cross where the
// halves meet. The same seed draws the same numbers as the public generator, with glibc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "bench/book_command.h"

namespace rialto::bench {

struct ChallengeScenario {
  std::string_view name;
  double volatility = 0;  // Per year.
  double swing = 0;       // How far the mid typically wanders in one run.
};

std::span<const ChallengeScenario> ChallengeScenarios();

inline constexpr uint32_t kChallengeOrders = 1'000'000;
inline constexpr uint32_t kChallengeSeed = 23;

// About two messages per order; nothing to fill beforehand.
Workload MakeChallengeWorkload(const ChallengeScenario& scenario,
                               uint32_t orders = kChallengeOrders, uint32_t seed = kChallengeSeed);

}  // namespace rialto::bench
