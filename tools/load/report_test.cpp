#include "tools/load/report.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::load {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    tally_.Sent(Kind::kPlace, 1);
    tally_.Answered(Kind::kPlace, Answer{.order_id = 1, .sequence = 2}, 100'000);
    tally_.Refused(Kind::kPlace, 5'000);
    tally_.Refused(Kind::kPlace, 5'000);
    tally_.Answered(Kind::kPlace, Answer{.status = grpc::StatusCode::RESOURCE_EXHAUSTED}, 0);
    tally_.Unknown(Kind::kPlace, grpc::StatusCode::DEADLINE_EXCEEDED);
    tally_.Answered(Kind::kCancel, Answer{.reject_reason = common::v1::REJECT_REASON_UNKNOWN_ORDER},
                    1'000);
    tally_.PassTo(1'000'000'000);
    report_ = {.target = "gateway",
               .tag = "k1",
               .seed = 1,
               .in_flight_max = 8,
               .seconds = 2,
               .decided = 2,
               .tally = &tally_,
               .late_ns = &late_ns_};
  }

  Tally tally_;
  Histogram late_ns_;
  Report report_;
};

TEST_F(ReportTest, TheTableNamesStatusesAndReasons) {
  const std::string table = ToTable(report_);
  EXPECT_THAT(table, HasSubstr("closed loop, at most 8 in flight"));
  EXPECT_THAT(table, HasSubstr("RESOURCE_EXHAUSTED"));
  EXPECT_THAT(table, HasSubstr("UNKNOWN_ORDER"));
  EXPECT_THAT(table, Not(HasSubstr("WITHOUT AN ANSWER")));
}

TEST_F(ReportTest, TheTableSaysWhatHasNoAnswer) {
  report_.unresolved = 3;
  EXPECT_THAT(ToTable(report_), HasSubstr("WITHOUT AN ANSWER"));
}

TEST_F(ReportTest, JsonHoldsTheSameNumbers) {
  const std::string json = ToJson(report_);
  EXPECT_THAT(json, HasSubstr("\"statuses\": {\"OK\": 1, \"RESOURCE_EXHAUSTED\": 1}"));
  EXPECT_THAT(json, HasSubstr("\"rejected\": {\"UNKNOWN_ORDER\": 1}"));
  EXPECT_THAT(json, HasSubstr("\"decided_per_second\": 1.0"));
  EXPECT_THAT(json, HasSubstr("\"by_second\": [{\"sent\": 1, \"decided\": 2, \"refused\": 2"));
  EXPECT_THAT(json, HasSubstr("\"unknown_statuses\": {\"DEADLINE_EXCEEDED\": 1}"));
  EXPECT_THAT(json, HasSubstr("\"refused_attempts\": 2"));
}

}  // namespace
}  // namespace rialto::load
