#include "tools/replay/lobster_reader.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/scratch_folder.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

constexpr char kMessage[] = "34200.5,1,11,10,990000,1\n";
constexpr char kRow[] = "1010000,10,990000,10\n";

absl::StatusOr<LobsterRecording> Read(const std::string& messages, const std::string& rows) {
  const ScratchFolder folder;
  const auto message_file = RecordedFile::Open(folder.Write("x_message.csv", messages));
  const auto row_file = RecordedFile::Open(folder.Write("x_orderbook.csv", rows));
  EXPECT_TRUE(message_file.ok() && row_file.ok());
  return ReadLobster(*message_file, *row_file);
}

std::string ErrorOf(const std::string& messages, const std::string& rows) {
  const auto recording = Read(messages, rows);
  return recording.ok() ? "no error" : std::string(recording.status().message());
}

TEST(LobsterReaderTest, ReadsMessagesAndRowsInCents) {
  const auto recording = Read(kMessage, "1010000,10,990000,20,1020000,5,9999999999,0\n");
  ASSERT_TRUE(recording.ok()) << recording.status();
  EXPECT_EQ(recording->price_decimals, 2);
  EXPECT_EQ(recording->depth, 2);
  const LobsterMessage& message = recording->messages.at(0);
  EXPECT_EQ(message.time_ns, 34'200'500'000'000);
  EXPECT_EQ(message.type, LobsterType::kAdd);
  EXPECT_EQ(message.order_id, 11u);
  EXPECT_EQ(message.size, Quantity(10));
  EXPECT_EQ(message.price, Price(9900));
  EXPECT_EQ(message.side, Side::kBuy);
  EXPECT_THAT(recording->rows.at(0).bids, ElementsAre(Level{Price(9900), Quantity(20)}));
  EXPECT_THAT(recording->rows.at(0).asks,
              ElementsAre(Level{Price(10100), Quantity(10)}, Level{Price(10200), Quantity(5)}));
}

TEST(LobsterReaderTest, KeepsFourDecimalsWhenAVisiblePriceIsOffTheCent) {
  const auto recording = Read("1,1,11,10,990050,1\n", kRow);
  ASSERT_TRUE(recording.ok()) << recording.status();
  EXPECT_EQ(recording->price_decimals, 4);
  EXPECT_EQ(recording->messages.at(0).price, Price(990050));
}

TEST(LobsterReaderTest, HiddenExecutionsMayBeOffTheCentAndHaltsHaveNoPrice) {
  const auto recording =
      Read("1,5,0,10,990050,1\n2,7,0,0,-1,-1\n3,6,0,7,990050,1\n", std::string(kRow) + kRow + kRow);
  ASSERT_TRUE(recording.ok()) << recording.status();
  EXPECT_EQ(recording->price_decimals, 2);
}

TEST(LobsterReaderTest, ErrorsNameFileLineAndWhat) {
  const std::string good = kMessage;
  EXPECT_THAT(ErrorOf(good + "x", kRow),
              EndsWith("x_message.csv:2: has 1 fields instead of 6 (time, type, order id, size, "
                       "price, direction)"));
  EXPECT_THAT(ErrorOf("1,1,11,10,990000,1,\n", kRow), testing::HasSubstr(":1: has 7 fields"));
  EXPECT_THAT(ErrorOf("one,1,11,10,990000,1\n", kRow), EndsWith(":1: bad time \"one\""));
  EXPECT_THAT(ErrorOf("-1,1,11,10,990000,1\n", kRow), EndsWith(":1: bad time \"-1\""));
  EXPECT_THAT(ErrorOf("1,8,11,10,990000,1\n", kRow), EndsWith(":1: bad type \"8\""));
  EXPECT_THAT(ErrorOf("1,1,-11,10,990000,1\n", kRow), EndsWith(":1: bad order id \"-11\""));
  EXPECT_THAT(ErrorOf("1,1,11,0,990000,1\n", kRow), EndsWith(":1: bad size \"0\""));
  EXPECT_THAT(ErrorOf("1,1,11,1.5,990000,1\n", kRow), EndsWith(":1: bad size \"1.5\""));
  EXPECT_THAT(ErrorOf("1,1,11,10,x,1\n", kRow), EndsWith(":1: bad price \"x\""));
  EXPECT_THAT(ErrorOf("1,1,11,10,-5,1\n", kRow), EndsWith(":1: bad price \"-5\""));
  EXPECT_THAT(ErrorOf("1,1,11,10,99999999999999999999,1\n", kRow),
              EndsWith(":1: bad price \"99999999999999999999\""));
  EXPECT_THAT(ErrorOf("1,1,11,10,990000,0\n", kRow), EndsWith(":1: bad direction \"0\""));
  EXPECT_THAT(ErrorOf("2,1,1,1,1,1\n1,1,1,1,1,1\n", std::string(kRow) + kRow),
              EndsWith("x_message.csv:2: time is before the line above"));
}

TEST(LobsterReaderTest, ErrorsOfTheBookNameFileLineAndWhat) {
  EXPECT_THAT(ErrorOf(kMessage, "1,2,3\n"),
              EndsWith("x_orderbook.csv:1: has 3 fields, which is no multiple of four"));
  EXPECT_THAT(ErrorOf(kMessage, "a,10,990000,10\n"), EndsWith(":1: bad price \"a\""));
  EXPECT_THAT(ErrorOf(kMessage, "1010000,0,990000,10\n"), EndsWith(":1: bad size \"0\""));
  EXPECT_THAT(ErrorOf(kMessage, "1010000,10,-5,10\n"), EndsWith(":1: bad price \"-5\""));
  EXPECT_THAT(ErrorOf(kMessage, "100,10,100,10\n"), EndsWith(":1: best bid is not below best ask"));
  EXPECT_THAT(ErrorOf(kMessage, "102,1,99,1,101,1,98,1\n"),
              EndsWith(":1: levels are not ordered from best to worst"));
  EXPECT_THAT(ErrorOf(std::string(kMessage) + kMessage, std::string(kRow) + "1,1,9999999999,0\n\n"),
              testing::HasSubstr(":3: has 1 fields"));
  EXPECT_THAT(
      ErrorOf(std::string(kMessage) + kMessage, std::string(kRow) + "103,1,99,1,104,1,98,1\n"),
      EndsWith(":2: has another number of levels than line 1"));
  EXPECT_THAT(ErrorOf(std::string(kMessage) + kMessage, kRow),
              testing::HasSubstr("x_orderbook.csv: has 1 lines, but "));
}

}  // namespace
}  // namespace rialto::replay
