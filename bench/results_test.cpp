#include "bench/results.h"

#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

Results ThreeRounds() {
  Results results;
  for (const double value : {3e6, 1e6, 2e6}) results.Add("textbook_book/a", "operations", value);
  for (const double value : {8e6, 6e6, 7e6}) results.Add("book/a", "operations", value);
  return results;
}

TEST(ResultsTest, PrintsExactlyTheFieldsOfTheJson) {
  EXPECT_EQ(ThreeRounds().Json(),
            "{\"rows\": [\n"
            "  {\"name\": \"textbook_book/a\", \"median\": 2000000, \"min\": 1000000, "
            "\"max\": 3000000, \"unit\": \"operations\"},\n"
            "  {\"name\": \"book/a\", \"median\": 7000000, \"min\": 6000000, \"max\": 8000000, "
            "\"unit\": \"operations\"}\n"
            "]}\n");
}

TEST(ResultsTest, ShowsTheRatioToTheYardstickOfTheSameWorkload) {
  EXPECT_NE(ThreeRounds().Table().find("3.50"), std::string::npos) << ThreeRounds().Table();
  Results alone;
  alone.Add("book/b", "ns", 5);
  EXPECT_EQ(alone.Table().find("1.00"), std::string::npos) << alone.Table();
}

TEST(ResultsTest, ShowsLatenciesInALineOfTheirOwn) {
  Results results = ThreeRounds();
  double value = 10;
  for (const LatencyShare& share : kLatencyShares) {
    results.Add(std::string("book/a/") + share.name, kNanoseconds, value += 1);
  }
  EXPECT_NE(results.Table().find(
                "book/a                 11.0        12.0        13.0        14.0        15.0  ns"),
            std::string::npos)
      << results.Table();
}

TEST(ResultsTest, TakesTheMiddleOfAnEvenNumberOfRounds) {
  Results results;
  for (const double value : {4.0, 1.0, 2.0, 3.0}) results.Add("book/a", "ns", value);
  EXPECT_NE(results.Json().find("\"median\": 2.5"), std::string::npos);
}

}  // namespace
}  // namespace rialto::bench
