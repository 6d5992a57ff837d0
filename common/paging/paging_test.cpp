#include "common/paging/paging.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

constexpr PageSizes kSizes{.standard = 100, .max = 1000};

TEST(PagingTest, ChoosesThePageSize) {
  EXPECT_EQ(*PageSize(0, kSizes), 100);
  EXPECT_EQ(*PageSize(7, kSizes), 7);
  EXPECT_EQ(*PageSize(5000, kSizes), 1000);
  EXPECT_THAT(std::string(PageSize(-1, kSizes).status().message()),
              testing::StartsWith("BAD_PAGE_SIZE"));
}

TEST(PagingTest, TokenReturnsItsKey) {
  const std::string token = EncodePageToken("account=1001", {1001, -7});
  EXPECT_THAT(*DecodePageToken("account=1001", token, 2), testing::ElementsAre(1001, -7));
}

TEST(PagingTest, RefusesADamagedToken) {
  const std::string token = EncodePageToken("account=1001", {1001, -7});
  for (const std::string& text :
       {std::string(), token.substr(1), "A" + token.substr(1), token + token, std::string("!")}) {
    EXPECT_THAT(std::string(DecodePageToken("account=1001", text, 2).status().message()),
                testing::StartsWith("PAGE_TOKEN_INVALID"))
        << text;
  }
  EXPECT_FALSE(DecodePageToken("account=1001", token, 1).ok());
}

TEST(PagingTest, RefusesATokenOfAnotherFilter) {
  const std::string token = EncodePageToken("account=1001", {1001, -7});
  EXPECT_THAT(std::string(DecodePageToken("account=1002", token, 2).status().message()),
              testing::StartsWith("PAGE_TOKEN_MISMATCH"));
}

}  // namespace
}  // namespace rialto
