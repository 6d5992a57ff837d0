// Which rules are in force, from the start of a venue over its restarts to other releases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "engine/core/rule_set.h"
#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

uint32_t RuleSetOf(EngineUnderTest& engine) {
  std::promise<uint32_t> rule_set;
  CHECK_OK(engine.sequencer.Ask([&](const Engine& core) { rule_set.set_value(core.rule_set()); }));
  return rule_set.get_future().get();
}

TEST(RuleSetTest, ANewVenueBeginsWithTheNewest) {
  const TemporaryFolder folder;
  EngineUnderTest engine(folder.path());
  EXPECT_EQ(RuleSetOf(engine), rules::kNewest);
}

TEST(RuleSetTest, AnOlderVenueKeepsItsRulesUntilAnOperatorSaysSo) {
  const TemporaryFolder folder;
  WriteJournal(folder.path(), {RecordOf(Tick{})});
  {
    EngineUnderTest engine(folder.path());
    EXPECT_EQ(RuleSetOf(engine), rules::kFirst);
    EXPECT_TRUE(engine.Do(ActivateRuleSet{rules::kNewest}).accepted());
    EXPECT_EQ(RuleSetOf(engine), rules::kNewest);
  }
  EngineUnderTest engine(folder.path());
  EXPECT_EQ(RuleSetOf(engine), rules::kNewest);
}

TEST(RuleSetTest, AJournalThatNeedsALaterOneIsNotStartedFrom) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const TemporaryFolder folder;
  WriteJournal(folder.path(), {RecordOf(Tick{}), RecordOf(ActivateRuleSet{rules::kNewest + 1})});
  EXPECT_EXIT(EngineUnderTest engine(folder.path()), testing::ExitedWithCode(73),
              absl::StrCat("sequence 2 needs rule set ", rules::kNewest + 1,
                           ", this engine knows up to ", rules::kNewest));
}

class RuleSetServiceTest : public ServicesTest {};

TEST_F(RuleSetServiceTest, IsToldAndActivatedByOperators) {
  const auto info = Admin(&AdminRpcs::GetServerInfo, "");
  EXPECT_EQ(info.rule_set(), rules::kNewest);
  EXPECT_EQ(info.newest_rule_set(), rules::kNewest);
  const auto activate = [&](uint32_t rule_set) {
    return Admin(&AdminRpcs::ActivateRuleSet, absl::StrCat("rule_set: ", rule_set));
  };
  EXPECT_FALSE(activate(rules::kNewest).has_rejected());

  const auto passed = activate(rules::kFirst).rejected();
  EXPECT_EQ(passed.reason(), common::v1::REJECT_REASON_RULE_SET_PASSED);
  EXPECT_EQ(passed.message(), absl::StrCat("RULE_SET_PASSED: asked for rule set ", rules::kFirst,
                                           ", in force is ", rules::kNewest));

  // Never journaled: a later engine would take up what this one refused.
  const uint64_t before = LastSequence();
  activate(rules::kNewest + 1);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status_.error_message(),
            absl::StrCat("UNKNOWN_RULE_SET: asked for ", rules::kNewest + 1,
                         ", this engine knows up to ", rules::kNewest));
  EXPECT_EQ(LastSequence(), before);
}

}  // namespace
}  // namespace rialto::engine
