#include "tools/load/tally.h"

#include "gtest/gtest.h"

namespace rialto::load {
namespace {

Answer Decided() { return Answer{.order_id = 1, .sequence = 1}; }

TEST(TallyTest, CountsDecisionsByKindAndReason) {
  Tally tally;
  tally.Answered(Kind::kPlace, Decided(), 10);
  tally.Answered(Kind::kPlace, Answer{.reject_reason = common::v1::REJECT_REASON_UNKNOWN_ACCOUNT},
                 20);
  tally.Answered(Kind::kCancel, Answer{.repeated = true}, 30);
  EXPECT_EQ(tally.place().accepted, 1u);
  EXPECT_EQ(tally.place().rejected.at(common::v1::REJECT_REASON_UNKNOWN_ACCOUNT), 1u);
  EXPECT_EQ(tally.place().decided_ns.max(), 20);
  EXPECT_EQ(tally.cancel().repeated, 1u);
  EXPECT_EQ(tally.decided(), 3u);
}

TEST(TallyTest, ARefusalIsNoDecision) {
  Tally tally;
  tally.Refused(Kind::kPlace, 7);
  tally.Answered(Kind::kPlace, Answer{.status = grpc::StatusCode::RESOURCE_EXHAUSTED}, 9);
  EXPECT_EQ(tally.decided(), 0u);
  EXPECT_EQ(tally.place().refused_ns.total(), 1u);
  EXPECT_EQ(tally.place().accepted, 0u);
  EXPECT_EQ(tally.place().refused_ns.max(), 7);
  EXPECT_EQ(tally.place().statuses[grpc::StatusCode::RESOURCE_EXHAUSTED], 1u);
}

TEST(TallyTest, ASecondHoldsWhatWasAnsweredInIt) {
  Tally tally;
  tally.PassTo(0);
  tally.Answered(Kind::kPlace, Decided(), 5);
  tally.Unknown(Kind::kPlace, grpc::StatusCode::UNAVAILABLE);
  tally.PassTo(1'000'000'000);
  tally.Answered(Kind::kPlace, Decided(), 9);
  tally.PassTo(3'000'000'000);
  ASSERT_EQ(tally.seconds().size(), 3u);
  EXPECT_EQ(tally.seconds()[0].decided, 1u);
  EXPECT_EQ(tally.seconds()[0].unknown_attempts, 1u);
  EXPECT_EQ(tally.seconds()[0].p99_ns, 5);
  EXPECT_EQ(tally.seconds()[1].decided, 1u);
  EXPECT_EQ(tally.seconds()[1].p99_ns, 9);
  EXPECT_EQ(tally.seconds()[2].decided, 0u);
}

}  // namespace
}  // namespace rialto::load
