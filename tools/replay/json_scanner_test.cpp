#include "tools/replay/json_scanner.h"

#include "gtest/gtest.h"

namespace rialto::replay {
namespace {

TEST(JsonScannerTest, ReadsNumbersAsTheirText) {
  JsonScanner scanner(R"( {"price": 236.41999999999999, "id" :"7"} )");
  std::string_view name;
  std::string_view value;
  EXPECT_TRUE(scanner.Take('{'));
  EXPECT_TRUE(scanner.Key(name) && scanner.Scalar(value));
  EXPECT_EQ(name, "price");
  EXPECT_EQ(value, "236.41999999999999");
  EXPECT_TRUE(scanner.Take(','));
  EXPECT_TRUE(scanner.Key(name) && scanner.Scalar(value));
  EXPECT_EQ(value, "7");
  EXPECT_TRUE(scanner.Take('}'));
  EXPECT_TRUE(scanner.AtEnd());
}

TEST(JsonScannerTest, FailsAtWhatIsNotThere) {
  std::string_view value;
  EXPECT_FALSE(JsonScanner("").Take('{'));
  EXPECT_FALSE(JsonScanner("[").Take('{'));
  EXPECT_FALSE(JsonScanner("\"open").String(value));
  EXPECT_FALSE(JsonScanner("\"a\\n\"").String(value));
  EXPECT_FALSE(JsonScanner("true").Scalar(value));
  EXPECT_FALSE(JsonScanner("\"name\" 1").Key(value));
  EXPECT_FALSE(JsonScanner(" }").AtEnd());
}

}  // namespace
}  // namespace rialto::replay
