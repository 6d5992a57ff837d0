// The bound on accounts: alone, because it takes 2 GB.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

// Takes 2 GB and 10 seconds: RIALTO_LIMITS=all asks for it.
TEST(LimitsTest, AccountsPerVenue) {
  const char* limits_asked = std::getenv("RIALTO_LIMITS");
  if (limits_asked == nullptr || std::string(limits_asked) != "all") {
    GTEST_SKIP() << "10 million accounts only with RIALTO_LIMITS=all";
  }
  Engine engine;
  Events events;
  const auto open = [&](uint64_t number) {
    events.clear();
    const Sequence sequence = engine.sequence().Next();
    const CallerId name = *CallerId::Parse(absl::StrCat("account-", number));
    return engine.Apply({sequence, Timestamp(static_cast<int64_t>(sequence.value()))},
                        OpenAccount{name}, events);
  };
  for (uint64_t i = 1; i <= limits::kAccountsMax; ++i) {
    ASSERT_EQ(open(i).created_id, 1000 + i);
  }
  EXPECT_EQ(open(limits::kAccountsMax + 1).reason, RejectReason::kVenueFull);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(open(17).created_id, 1017u);
}

}  // namespace
}  // namespace rialto::engine
