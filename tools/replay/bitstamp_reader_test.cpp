#include "tools/replay/bitstamp_reader.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/scratch_folder.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

absl::StatusOr<BitstampRecording> Read(const std::string& content) {
  const ScratchFolder folder;
  const auto file = RecordedFile::Open(folder.Write("feed.log", content));
  EXPECT_TRUE(file.ok()) << file.status();
  return ReadBitstamp(*file);
}

std::string ErrorOf(const std::string& content) {
  const auto recording = Read(content);
  return recording.ok() ? "no error" : std::string(recording.status().message());
}

std::string Order(const std::string& price, const std::string& amount, const std::string& id = "7",
                  const std::string& type = "0") {
  return "1430438404518 order_created {\"price\": " + price + ", \"amount\": " + amount +
         ", \"datetime\": \"1430438404\", \"id\": " + id + ", \"order_type\": " + type + "}";
}

TEST(BitstampReaderTest, ReadsAnOrder) {
  const auto recording = Read(Order("\"236.47\"", "\"2.00000001\"", "65595247", "1"));
  ASSERT_TRUE(recording.ok()) << recording.status();
  const BitstampEvent& event = recording->events.at(0);
  EXPECT_EQ(event.type, BitstampType::kCreated);
  EXPECT_EQ(event.time_ms, 1430438404518);
  EXPECT_EQ(event.id, 65595247u);
  EXPECT_EQ(event.side, Side::kSell);
  EXPECT_EQ(event.price, Price(23647));
  EXPECT_EQ(event.amount, Quantity(200000001));
}

TEST(BitstampReaderTest, RoundsTheBinaryFractionsOfTrades) {
  const auto recording = Read(
      "1 trade {\"price\": 236.41999999999999, \"amount\": 0.65000000000000002, \"id\": 1}\n"
      "2 trade {\"price\": 234.61000000000001, \"amount\": 9.9999999999999995e-07, \"id\": 2}\n"
      "3 trade {\"price\": 234, \"amount\": 2, \"id\": 3}\n");
  ASSERT_TRUE(recording.ok()) << recording.status();
  EXPECT_EQ(recording->events[0].price, Price(23642));
  EXPECT_EQ(recording->events[0].amount, Quantity(65000000));
  EXPECT_EQ(recording->events[1].price, Price(23461));
  EXPECT_EQ(recording->events[1].amount, Quantity(100));
  EXPECT_EQ(recording->events[2].price, Price(23400));
  EXPECT_EQ(recording->events[2].amount, Quantity(200000000));
}

TEST(BitstampReaderTest, ReadsABook) {
  const auto recording = Read(
      "1 order_book {\"bids\": [[\"236.47\", \"1.78855669\"], [\"236.20\", \"0.1\"]], \"asks\": "
      "[]}");
  ASSERT_TRUE(recording.ok()) << recording.status();
  ASSERT_EQ(recording->books.size(), 1u);
  EXPECT_THAT(recording->books[0].bids, ElementsAre(Level{Price(23647), Quantity(178855669)},
                                                    Level{Price(23620), Quantity(10000000)}));
  EXPECT_THAT(recording->books[0].asks, testing::IsEmpty());
}

TEST(BitstampReaderTest, ErrorsNameFileLineAndWhat) {
  const std::string good = Order("\"1\"", "\"1\"") + "\n";
  EXPECT_THAT(ErrorOf(good + Order("\"x\"", "\"1\"")), EndsWith("feed.log:2: bad price \"x\""));
  EXPECT_THAT(ErrorOf(Order("\"236.471\"", "\"1\"")), EndsWith(":1: bad price \"236.471\""));
  EXPECT_THAT(ErrorOf(Order("\"-1\"", "\"1\"")), EndsWith(":1: bad price \"-1\""));
  EXPECT_THAT(ErrorOf(Order("\"1\"", "\"0\"")), EndsWith(":1: bad amount \"0\""));
  EXPECT_THAT(ErrorOf(Order("\"1\"", "\"0.123456789\"")),
              EndsWith(":1: bad amount \"0.123456789\""));
  EXPECT_THAT(ErrorOf(Order("\"1\"", "\"1\"", "\"x\"")), EndsWith(":1: bad id \"x\""));
  EXPECT_THAT(ErrorOf(Order("\"1\"", "\"1\"", "7", "2")), EndsWith(":1: bad order_type \"2\""));
  EXPECT_THAT(ErrorOf("soon order_created {}"), EndsWith(":1: bad time \"soon\""));
  EXPECT_THAT(ErrorOf("1 order_eaten {}"), EndsWith(":1: bad event \"order_eaten\""));
  EXPECT_THAT(ErrorOf("1 order_created {\"price\": \"1\""), HasSubstr(":1: bad JSON"));
  EXPECT_THAT(ErrorOf("1 order_created"), HasSubstr(":1: bad JSON"));
  EXPECT_THAT(ErrorOf("1 order_created {\"price\": \"1\"} x"), HasSubstr(":1: bad JSON"));
  EXPECT_THAT(ErrorOf("1 trade {\"price\": 1e+30, \"amount\": 1, \"id\": 1}"),
              EndsWith(":1: bad price \"1e+30\""));
  EXPECT_THAT(ErrorOf("2" + good.substr(1) + good), EndsWith(":2: time is before the line above"));
}

TEST(BitstampReaderTest, ErrorsOfABookNameFileLineAndWhat) {
  EXPECT_THAT(ErrorOf("1 order_book {\"bids\": [[\"1\"]]}"),
              EndsWith(":1: bad JSON: a level is not [price, amount]"));
  EXPECT_THAT(ErrorOf("1 order_book {\"bids\": 1}"),
              EndsWith(":1: bad JSON: an array of levels is missing"));
  EXPECT_THAT(ErrorOf("1 order_book {\"bids\": [[\"1\", \"1\"]}"),
              EndsWith(":1: bad JSON: an array of levels does not end"));
  EXPECT_THAT(ErrorOf("1 order_book {\"beds\": []}"), HasSubstr(":1: bad JSON"));
  EXPECT_THAT(ErrorOf("1 order_book {\"asks\": [[\"2\", \"1\"], [\"1\", \"1\"]]}"),
              EndsWith(":1: levels are not ordered from best to worst"));
  EXPECT_THAT(ErrorOf("1 order_book {\"asks\": [[\"a\", \"1\"]]}"),
              EndsWith(":1: bad price \"a\""));
  EXPECT_THAT(ErrorOf("1 order_book {\"asks\": [[\"1\", \"0\"]]}"),
              EndsWith(":1: bad amount \"0\""));
}

}  // namespace
}  // namespace rialto::replay
