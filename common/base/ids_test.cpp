#include "common/base/ids.h"

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace rialto {
namespace {

static_assert(!std::is_convertible_v<uint64_t, OrderId>);
static_assert(!std::is_convertible_v<OrderId, AccountId>);

TEST(IdsTest, CallerIdKeepsWhatItWasGiven) {
  EXPECT_EQ(CallerId::Parse("a-Z_09").value().view(), "a-Z_09");
  EXPECT_EQ(CallerId::Parse(std::string(36, 'x')).value().view(), std::string(36, 'x'));
  EXPECT_EQ(CallerId::Parse("x").value(), CallerId::Parse("x").value());
  EXPECT_NE(CallerId::Parse("x").value(), CallerId::Parse("xx").value());
}

TEST(IdsTest, CallerIdRefusesEmptyLongAndForeign) {
  EXPECT_FALSE(CallerId::Parse("").ok());
  EXPECT_FALSE(CallerId::Parse(std::string(37, 'x')).ok());
  EXPECT_FALSE(CallerId::Parse("a b").ok());
  EXPECT_FALSE(CallerId::Parse("ä").ok());
  EXPECT_FALSE(CallerId::Parse(std::string("a\0b", 3)).ok());
}

TEST(IdsTest, TradeIdsFollowTheSequence) {
  EXPECT_LT(MakeTradeId(Sequence(7), 65535), MakeTradeId(Sequence(8), 0));
}

}  // namespace
}  // namespace rialto
