#include "tools/load/outcome_log.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::load {
namespace {

using Outcome = OutcomeLine::Outcome;

// What it parses to is written the same.
void ExpectSame(const std::string& text) {
  const absl::StatusOr<OutcomeLine> line = ParseOutcomeLine(text);
  ASSERT_TRUE(line.ok()) << text;
  EXPECT_EQ(Format(*line), text + "\n");
}

TEST(OutcomeLogTest, EveryLineReadsAsItWasWritten) {
  ExpectSame("order k1-7 accepted 71 72 first 1000 2000");
  ExpectSame("order k1-8 refused INSUFFICIENT_FUNDS 73 repeated 1000 2000");
  ExpectSame("order k1-9 shed RESOURCE_EXHAUSTED");
  ExpectSame("order k1-9 unknown UNAVAILABLE");
  ExpectSame("cancel k1-7 unresolved DEADLINE_EXCEEDED");
}

TEST(OutcomeLogTest, RefusesWhatIsNoLine) {
  for (const char* text : {"", "order", "order k1-7 accepted", "trade k1-7 shed X",
                           "order k1-7 lost UNAVAILABLE", "order k1-7 accepted x 72 first 1 2",
                           "order k1-7 accepted 71 72 first 1", "order k1-7 shed X 5"}) {
    EXPECT_FALSE(ParseOutcomeLine(text).ok()) << text;
  }
}

TEST(OutcomeLogTest, AppendsToWhatIsThere) {
  const std::string path = testing::TempDir() + "outcome_log_test";
  std::filesystem::remove(path);
  for (const char* name : {"a-1", "a-2"}) {
    absl::StatusOr<OutcomeLog> log = OutcomeLog::Open(path);
    ASSERT_TRUE(log.ok());
    log->Add({.name = name, .outcome = Outcome::kShed, .reason = "RESOURCE_EXHAUSTED"});
    log->Flush();
  }
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "order a-1 shed RESOURCE_EXHAUSTED\norder a-2 shed RESOURCE_EXHAUSTED\n");
}

TEST(OutcomeLogTest, WithoutAPathNothingIsWritten) {
  absl::StatusOr<OutcomeLog> log = OutcomeLog::Open("");
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE(log->is_open());
  log->Add({.name = "a-1"});
  log->Flush();
}

}  // namespace
}  // namespace rialto::load
