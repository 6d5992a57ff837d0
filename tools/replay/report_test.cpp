#include "tools/replay/report.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::replay {
namespace {

using testing::HasSubstr;

Report MakeReport() {
  Report report;
  report.recording = "a \"quoted\"\tname";
  report.format = "lobster";
  report.instrument = "LAKE-USD";
  report.desk.orders = 3;
  report.desk.immediate = 1;
  report.desk.cancels = 1;
  report.desk.rejects = {{"INSUFFICIENT_FUNDS", 2}};
  report.desk.latencies_ns = {4000, 1000, 3000, 2000};
  report.trades = 1;
  report.elapsed_seconds = 2;
  report.executions_recorded = 5;
  report.executions_matched = 4;
  report.audit.rows_checked = 9;
  report.audit.rows_equal = 8;
  report.final_book_equal = true;
  report.quantities = {{"recorded_bought", "1.50"}};
  report.counts = {{"levels_compared", 9}};
  report.differences = {"line 3: ..."};
  return report;
}

TEST(ReportTest, PercentilesAreNearestRanks) {
  std::vector<int64_t> latencies;
  for (int64_t i = 1000; i >= 1; --i) latencies.push_back(i);
  EXPECT_EQ(Percentiles(latencies).p50_ns, 500);
  EXPECT_EQ(Percentiles(latencies).p99_ns, 990);
  EXPECT_EQ(Percentiles(latencies).p999_ns, 999);
  EXPECT_EQ(Percentiles({7}).p999_ns, 7);
  EXPECT_EQ(Percentiles({}).p50_ns, 0);
}

TEST(ReportTest, SampleIsSpreadEvenlyOverTheRest) {
  std::vector<bool> equal(100, true);
  equal[5] = false;   // Skipped.
  equal[10] = false;  // The first of the sample.
  equal[11] = false;  // Between two.
  EXPECT_EQ(TakeSample(equal, 10, 30).checked, 30);
  EXPECT_EQ(TakeSample(equal, 10, 30).equal, 29);
  EXPECT_EQ(TakeSample(equal, 98, 30).checked, 2);
  EXPECT_EQ(TakeSample(equal, 200, 30).checked, 0);
}

TEST(ReportTest, JsonHasTheAgreedKeysAndEscapesText) {
  EXPECT_EQ(
      ToJson(MakeReport()),
      "{\"recording\": \"a \\\"quoted\\\"\\u0009name\", \"format\": \"lobster\", \"instrument\": "
      "\"LAKE-USD\", \"orders\": 3, \"immediate_orders\": 1, \"reductions\": 0, \"cancels\": 1, "
      "\"trades\": 1, \"repeated\": 0, \"resent\": 0, \"rejects\": {\"INSUFFICIENT_FUNDS\": 2}, "
      "\"elapsed_seconds\": 2.000, \"throughput_per_second\": 2.0, \"latency_us\": {\"p50\": 2.0, "
      "\"p99\": 4.0, \"p999\": 4.0}, \"executions_recorded\": 5, \"executions_matched\": 4, "
      "\"book_rows_checked\": 9, \"book_rows_equal\": 8, \"book_rows_explained\": 0, "
      "\"final_book_equal\": true, "
      "\"recorded_bought\": \"1.50\", \"levels_compared\": 9, \"differences\": [\"line 3: "
      "...\"]}\n");
}

TEST(ReportTest, TableTellsPeople) {
  const std::string table = ToTable(MakeReport());
  EXPECT_THAT(table, HasSubstr("INSUFFICIENT_FUNDS"));
  EXPECT_THAT(table, HasSubstr("8 of 9"));
  EXPECT_THAT(table, HasSubstr("4 of 5"));
  EXPECT_THAT(table, HasSubstr("2 / 4 / 4 us"));
  EXPECT_THAT(table, HasSubstr("recorded bought"));
  EXPECT_THAT(table, HasSubstr("differs: line 3: ..."));
}

}  // namespace
}  // namespace rialto::replay
