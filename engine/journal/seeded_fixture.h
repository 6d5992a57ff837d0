// Runs of randomised tests: how many, and which seed to repeat alone.
//
//   RIALTO_NIGHTLY=1   the nightly number of runs instead of that of every commit
//   RIALTO_SEED=42     that run only
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rialto::journal {

inline bool IsNightly() {
  const char* nightly = std::getenv("RIALTO_NIGHTLY");
  return nightly != nullptr && std::string_view(nightly) == "1";
}

// What a test costs per commit and at night.
struct Runs {
  uint64_t commit = 0;
  uint64_t nightly = 0;

  uint64_t count() const { return IsNightly() ? nightly : commit; }
};

// Calls `run` with seed after seed; ends with the first that fails and says how to repeat it.
template <typename Run>
void ForEachSeed(const Runs& runs, Run run) {
  const char* only = std::getenv("RIALTO_SEED");
  const uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
  const uint64_t last = only == nullptr ? runs.count() : first;
  for (uint64_t seed = first; seed <= last; ++seed) {
    const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
    SCOPED_TRACE(testing::Message() << "seed " << seed << "; repeat: RIALTO_SEED=" << seed
                                    << " engine_journal_test --gtest_filter="
                                    << test.test_suite_name() << "." << test.name());
    run(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace rialto::journal
