// The whole command, against engine and gateway in this process.
#include "tools/replay/replay_command.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/local_stack.h"
#include "tools/replay/scratch_folder.h"
#include "tools/replay/venue_setup.h"

namespace rialto::replay {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

const std::string kTestData = RIALTO_REPLAY_TESTDATA;
const std::string kMessages = kTestData + "LAKE_tiny_message.csv";
const std::string kFeed = kTestData + "feed_tiny.log";

class ReplayCommandTest : public testing::Test {
 protected:
  // `rialto_tool replay ...`; what it printed is in output_ and error_.
  int Run(std::vector<std::string> arguments) {
    CLI::App app;
    int exit_code = -1;
    AddReplayCommand(app, exit_code);
    arguments.insert(arguments.begin(), "replay");
    for (const char* flag : {"--engine", "--gateway"}) {
      arguments.push_back(flag);
      arguments.push_back(stack_.address());
    }
    std::reverse(arguments.begin(), arguments.end());  // As CLI11 takes a vector.
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    app.parse(arguments);
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return exit_code;
  }

  LocalStack stack_;
  std::string output_;
  std::string error_;
};

TEST_F(ReplayCommandTest, ReplaysAFreshVenueAndPrintsOneObject) {
  ASSERT_EQ(Run({kMessages, "--json"}), 0) << error_;
  EXPECT_THAT(output_, AllOf(HasSubstr("\"instrument\": \"LAKE-USD\""), HasSubstr("\"orders\": 10"),
                             HasSubstr("\"trades\": 2"), HasSubstr("\"rejects\": {}"),
                             HasSubstr("\"executions_recorded\": 2, \"executions_matched\": 2"),
                             HasSubstr("\"book_rows_checked\": 9, \"book_rows_equal\": 9"),
                             HasSubstr("\"final_book_equal\": true")));
  ASSERT_THAT(stack_.instruments(), SizeIs(1));
  const common::v1::InstrumentView& view = stack_.instruments()[0];
  EXPECT_EQ(view.base_asset(), "LAKE");
  EXPECT_EQ(view.quote_asset(), "USD");
  EXPECT_EQ(view.tick_size(), "0.01");
  EXPECT_EQ(view.lot_size(), "1");
  EXPECT_THAT(stack_.accounts(), SizeIs(kRoles * kAccountsPerRole));
  EXPECT_THAT(stack_.accounts(), Contains("replay-taker-4"));
  EXPECT_THAT(stack_.deposits(), SizeIs((1 + 1 + 2) * kAccountsPerRole));
}

TEST_F(ReplayCommandTest, ASecondRunRepeatsTheFirst) {
  ASSERT_EQ(Run({kFeed, "--json"}), 0) << error_;
  const size_t orders = stack_.venue().book().size();
  ASSERT_EQ(Run({kFeed, "--json"}), 0) << error_;
  EXPECT_EQ(stack_.venue().book().size(), orders);
  EXPECT_THAT(output_, AllOf(HasSubstr("\"repeated\": 10"), HasSubstr("\"rejects\": {}"),
                             HasSubstr("\"book_rows_checked\": 3, \"book_rows_equal\": 2")));
}

TEST_F(ReplayCommandTest, GoesOnAfterLostAnswersAndABrokenFeed) {
  stack_.LoseAnswers(3);
  stack_.BreakFeed(3);
  ASSERT_EQ(Run({kMessages}), 0) << error_;
  EXPECT_THAT(output_, AllOf(HasSubstr("sent again after a loss"), HasSubstr("9 of 9"),
                             HasSubstr("2 of 2")));
}

TEST_F(ReplayCommandTest, RefusesABookOfOthers) {
  ASSERT_EQ(Run({kMessages}), 0) << error_;
  const ScratchFolder folder;
  const std::string messages = folder.Write("LAKE_other_message.csv", "1,1,5,9,900000,1\n");
  folder.Write("LAKE_other_orderbook.csv", "990000,9,900000,9\n");
  EXPECT_EQ(Run({messages}), 2);
  EXPECT_THAT(error_, HasSubstr("replay: the instrument's book is not empty"));
}

common::v1::InstrumentView QuickStartMarket() {
  common::v1::InstrumentView view;
  view.set_symbol("LAKE-USD");
  view.set_base_asset("LAKE");
  view.set_quote_asset("USD");
  view.set_tick_size("0.01");
  view.set_lot_size("1");
  view.set_quantity_min("10");
  view.set_quantity_max("1000");
  return view;
}

TEST_F(ReplayCommandTest, TakesAnInstrumentOfItsOwnWhereTheNameIsSomebodyElses) {
  stack_.AddInstrument(QuickStartMarket());
  for (int run = 0; run < 2; ++run) {
    ASSERT_EQ(Run({kMessages, "--json"}), 0) << error_;
    ASSERT_THAT(stack_.instruments(), SizeIs(2));
    const common::v1::InstrumentView& own = stack_.instruments()[1];
    EXPECT_THAT(own.symbol(), testing::MatchesRegex("LAKE-USD-[0-9a-f]+"));
    EXPECT_EQ(own.base_asset(), "LAKE");
    EXPECT_EQ(own.quote_asset(), "USD");
    EXPECT_THAT(output_, HasSubstr("\"instrument\": \"" + own.symbol() + "\""));
  }
}

TEST_F(ReplayCommandTest, AnInstrumentWithAPriceBandIsNotOneThatAReplayMade) {
  common::v1::InstrumentView view = QuickStartMarket();
  view.set_quantity_min("1");
  view.set_quantity_max("10000000");
  view.set_maker_fee_ppm(100);
  view.set_taker_fee_ppm(200);
  view.set_price_band_ppm(10'000);
  stack_.AddInstrument(view);
  ASSERT_EQ(Run({kMessages, "--json"}), 0) << error_;
  EXPECT_THAT(stack_.instruments(), SizeIs(2));
}

TEST_F(ReplayCommandTest, UsesAnInstrumentThatAReplayMade) {
  common::v1::InstrumentView view = QuickStartMarket();
  view.set_quantity_min("1");
  view.set_quantity_max("10000000");
  view.set_notional_min("0.00");
  view.set_maker_fee_ppm(100);
  view.set_taker_fee_ppm(200);
  stack_.AddInstrument(view);
  ASSERT_EQ(Run({kMessages, "--json"}), 0) << error_;
  EXPECT_THAT(stack_.instruments(), SizeIs(1));
}

TEST_F(ReplayCommandTest, UsesAChosenInstrumentAsItIs) {
  stack_.AddInstrument(QuickStartMarket());
  ASSERT_EQ(Run({kMessages, "--instrument", "LAKE-USD", "--json"}), 0) << error_;
  EXPECT_THAT(stack_.instruments(), SizeIs(1));
  EXPECT_THAT(output_, HasSubstr("\"instrument\": \"LAKE-USD\""));
}

TEST_F(ReplayCommandTest, RefusesAnInstrumentOrAssetThatDoesNotFit) {
  common::v1::InstrumentView view = QuickStartMarket();
  view.set_tick_size("0.05");
  stack_.AddInstrument(view);
  EXPECT_EQ(Run({kMessages, "--instrument", "LAKE-USD"}), 2);
  EXPECT_THAT(error_,
              HasSubstr("instrument LAKE-USD exists with tick 0.05 and lot 1; the recording "
                        "needs 0.01 and 1: choose another one with --instrument"));
  stack_.AddAsset("EUR", 1);
  EXPECT_EQ(Run({kMessages, "--instrument", "LAKE-EUR"}), 2);
  EXPECT_THAT(error_, HasSubstr("asset EUR exists with 1 decimals; the recording needs 2"));
}

TEST_F(ReplayCommandTest, SaysWhatIsWrongBeforeTheFirstOrder) {
  const ScratchFolder folder;
  const std::string messages = folder.Write("x_message.csv", "1,1,5,9,x,1\n");
  folder.Write("x_orderbook.csv", "990000,9,900000,9\n");
  EXPECT_EQ(Run({messages, "--format", "lobster"}), 2);
  EXPECT_EQ(error_, "replay: " + messages + ":1: bad price \"x\"\n");
  EXPECT_EQ(Run({kMessages, "--format", "itch"}), 2);
  EXPECT_EQ(error_, "replay: bad --format \"itch\": lobster, bitstamp or auto\n");
  EXPECT_EQ(Run({kMessages, "--speed", "0"}), 2);
  EXPECT_EQ(error_, "replay: bad --speed \"0\": max or above 0\n");
  folder.Write("x_message.csv", "1,1,5,9,900000,1\n");
  EXPECT_EQ(Run({messages}), 2);
  EXPECT_THAT(error_, HasSubstr("its name has no ticker; give --instrument"));
  EXPECT_EQ(stack_.venue().history().size(), 0u);
}

TEST_F(ReplayCommandTest, KeepsTheRecordedPace) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(Run({kMessages, "--speed", "8"}), 0)
      << error_;  // 0.7 s between the first and the last.
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(87));
}

}  // namespace
}  // namespace rialto::replay
