#include "common/mirror/mirror_reader.h"

#include "common/postgres/test_database.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

TEST(MirrorReaderTest, IsUnavailableBeforeTheFollowerHasMadeItsTables) {
  const std::unique_ptr<postgres::TestDatabase> database = postgres::TestDatabase::Create();
  if (database == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  MirrorReader reader(database->url(), "charts");
  EXPECT_TRUE(absl::IsUnavailable(reader.Begin().status()));
}

TEST(MirrorReaderTest, IsUnavailableWithoutADatabase) {
  if (postgres::TestDatabase::Create() == nullptr) {
    GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  }
  MirrorReader reader("postgresql:///nowhere?host=/nonexistent", "charts");
  EXPECT_TRUE(absl::IsUnavailable(reader.Begin().status()));
}

}  // namespace
}  // namespace rialto
