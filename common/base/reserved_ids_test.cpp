#include "common/base/reserved_ids.h"

#include <gtest/gtest.h>

namespace rialto {
namespace {

TEST(ReservedIdsTest, AreTheVenuesByTheirBeginning) {
  for (const char* id : {"de-", "de-0011223344", "wh-w1", "ws-w1", "wr-w1"}) {
    EXPECT_EQ(ReservedPrefixOf(id), std::string_view(id).substr(0, 3)) << id;
  }
  for (const char* id : {"", "d", "de", "dex", "DE-1", "t-1", "my-wh-1", "wx-1"}) {
    EXPECT_EQ(ReservedPrefixOf(id), "") << id;
  }
}

}  // namespace
}  // namespace rialto
