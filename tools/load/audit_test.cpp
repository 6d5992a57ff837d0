#include "tools/load/audit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::load {
namespace {

using testing::HasSubstr;

// Lines, and history as "SEQUENCE accepted|rejected|canceled NAME ...", one command each, dense.
class AuditTest : public testing::Test {
 protected:
  void Told(const std::string& line) { audit_.AddLine(*ParseOutcomeLine(line)); }

  engine::v1::Event& Command() {
    command_.Clear();
    command_.set_sequence(++sequence_);
    return *command_.add_events();
  }
  void Accepted(const std::string& name) {
    auto& accepted = *Command().mutable_order_accepted();
    accepted.set_order_id(sequence_);
    accepted.set_client_order_id(name);
    audit_.AddHistory(command_);
  }
  void Rejected(const std::string& name) {
    Command().mutable_order_rejected()->set_client_order_id(name);
    audit_.AddHistory(command_);
  }
  void Canceled(uint64_t order_id) {
    Command().mutable_order_canceled()->set_order_id(order_id);
    audit_.AddHistory(command_);
  }

  Audit audit_;
  uint64_t sequence_ = 0;
  engine::v1::CommandEvents command_;
};

TEST_F(AuditTest, IsContentWhenHistoryIsWhatWasTold) {
  Told("order k-0 accepted 1 1 first 0 1");
  Told("order k-1 unknown UNAVAILABLE");
  Told("order k-1 refused INSUFFICIENT_FUNDS 2 repeated 0 1");
  Told("order k-2 shed RESOURCE_EXHAUSTED");
  Told("cancel k-0 accepted 1 3 first 0 1");
  Told("order k-3 unresolved UNAVAILABLE");
  Accepted("k-0");
  Rejected("k-1");
  Canceled(1);
  Accepted("k-3");
  Accepted("other-0");
  const AuditReport report = audit_.Finish();
  EXPECT_EQ(report.violations(), 0u) << ToJson(report);
  EXPECT_EQ(report.decisions, 2u);
  EXPECT_EQ(report.cancels, 1u);
  EXPECT_EQ(report.answered_repeatedly, 1u);
  EXPECT_EQ(report.unresolved, 1u);
  EXPECT_EQ(report.sequence, 5u);
}

TEST_F(AuditTest, FindsAnAnsweredOrderThatIsLost) {
  Told("order k-0 accepted 1 1 first 0 1");
  Told("order k-1 accepted 2 2 first 0 1");
  Accepted("k-0");
  const AuditReport report = audit_.Finish();
  EXPECT_EQ(report.lost, 1u);
  EXPECT_THAT(ToJson(report), HasSubstr("k-1 was answered at 2 and is not in history"));
}

TEST_F(AuditTest, FindsAnOrderThatWasTakenTwice) {
  Told("order k-0 unknown UNAVAILABLE");
  Told("order k-0 accepted 1 1 first 0 1");
  Accepted("k-0");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().twice, 1u);
}

TEST_F(AuditTest, FindsWhatWasNeverSent) {
  Told("order k-0 accepted 1 1 first 0 1");
  Accepted("k-0");
  Accepted("k-9");
  EXPECT_EQ(audit_.Finish().never_sent, 1u);
}

TEST_F(AuditTest, FindsWhatWasShedAndDoneNevertheless) {
  Told("order k-0 shed RESOURCE_EXHAUSTED");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().shed_but_done, 1u);
}

TEST_F(AuditTest, ShedAfterAnUnknownOutcomeMayBeDone) {
  Told("order k-0 unknown UNAVAILABLE");
  Told("order k-0 shed RESOURCE_EXHAUSTED");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().violations(), 0u);
}

TEST_F(AuditTest, ShedAndThenDecidedIsDecided) {
  Told("order k-0 shed RESOURCE_EXHAUSTED");
  Told("order k-0 accepted 1 1 first 0 1");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().violations(), 0u);
}

TEST_F(AuditTest, ShedAndThenWithoutAnAnswerMayBeDone) {
  Told("order k-0 shed RESOURCE_EXHAUSTED");
  Told("order k-0 unresolved OK");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().violations(), 0u);
}

TEST_F(AuditTest, CalledMalformedAfterAnUnknownOutcomeMayNotBeDone) {
  Told("order k-0 unknown UNAVAILABLE");
  Told("order k-0 shed INVALID_ARGUMENT");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().shed_but_done, 1u);
}

TEST_F(AuditTest, FindsAnotherSequenceOrAnotherDecision) {
  Told("order k-0 accepted 1 7 first 0 1");
  Told("order k-1 accepted 2 2 first 0 1");
  Accepted("k-0");
  Rejected("k-1");
  EXPECT_EQ(audit_.Finish().different, 2u);
}

TEST_F(AuditTest, FindsTwoAnswersThatDiffer) {
  Told("order k-0 accepted 1 1 first 0 1");
  Told("order k-0 accepted 2 2 repeated 0 1");
  Accepted("k-0");
  EXPECT_GE(audit_.Finish().different, 1u);
}

TEST_F(AuditTest, ARefusedCancelIsNoSecondDecisionOnItsOrder) {
  Told("order k-0 accepted 1 1 first 0 1");
  Told("cancel k-0 refused UNKNOWN_ORDER 2 first 0 1");
  Accepted("k-0");
  auto& rejected = *Command().mutable_order_rejected();
  rejected.set_client_order_id("k-0");
  rejected.set_reason(common::v1::REJECT_REASON_UNKNOWN_ORDER);
  audit_.AddHistory(command_);
  EXPECT_EQ(audit_.Finish().violations(), 0u);
}

TEST_F(AuditTest, FindsACancelThatIsLost) {
  Told("order k-0 accepted 1 1 first 0 1");
  Told("cancel k-0 accepted 1 2 first 0 1");
  Accepted("k-0");
  EXPECT_EQ(audit_.Finish().lost, 1u);
}

TEST_F(AuditTest, FindsAGapInHistory) {
  Told("order k-0 accepted 1 1 first 0 1");
  Accepted("k-0");
  ++sequence_;
  Canceled(1);
  EXPECT_EQ(audit_.Finish().different, 1u);
}

}  // namespace
}  // namespace rialto::load
