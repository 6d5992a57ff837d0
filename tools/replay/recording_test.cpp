#include "tools/replay/recording.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/scratch_folder.h"

namespace rialto::replay {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const std::string kTestData = RIALTO_REPLAY_TESTDATA;
const std::string kMessages = kTestData + "LAKE_tiny_message.csv";
const std::string kBook = kTestData + "LAKE_tiny_orderbook.csv";
const std::string kFeed = kTestData + "feed_tiny.log";

std::string ErrorOf(const std::vector<std::string>& paths,
                    std::optional<RecordingFormat> format = std::nullopt) {
  const auto recording = OpenRecording(paths, format);
  return recording.ok() ? "no error" : std::string(recording.status().message());
}

class RecordingTest : public testing::Test {
 protected:
  ScratchFolder folder_;
};

TEST_F(RecordingTest, FindsTheFormatAndTheOtherFileByItself) {
  for (const auto& paths : std::vector<std::vector<std::string>>{
           {kMessages, kBook}, {kBook, kMessages}, {kMessages}, {kBook}}) {
    const auto recording = OpenRecording(paths, std::nullopt);
    ASSERT_TRUE(recording.ok()) << recording.status();
    EXPECT_TRUE(std::holds_alternative<LobsterRecording>(recording->events));
    EXPECT_EQ(recording->instrument, "LAKE-USD");
    EXPECT_EQ(std::get<LobsterRecording>(recording->events).message_path, kMessages);
  }
  const auto recording = OpenRecording({kFeed}, std::nullopt);
  ASSERT_TRUE(recording.ok()) << recording.status();
  EXPECT_TRUE(std::holds_alternative<BitstampRecording>(recording->events));
  EXPECT_EQ(recording->instrument, "BTC-USD");
}

TEST_F(RecordingTest, TheSiblingMayBePackedOrNot) {
  const std::string folder = folder_.path() + "/";
  std::filesystem::copy_file(kTestData + "packed.csv.xz", folder + "lobster_LAKE_a_message.csv.xz");
  std::filesystem::copy_file(kBook, folder + "lobster_LAKE_a_orderbook.csv");
  for (const char* name : {"lobster_LAKE_a_message.csv.xz", "lobster_LAKE_a_orderbook.csv"}) {
    const auto recording = OpenRecording({folder + name}, std::nullopt);
    ASSERT_TRUE(recording.ok()) << recording.status();
    EXPECT_EQ(recording->instrument, "LAKE-USD");
  }
}

TEST_F(RecordingTest, TheChecksumNamesTheContentNotTheFile) {
  const auto one = OpenRecording({kFeed}, std::nullopt);
  const std::string copy = folder_.File("copy.log");
  std::filesystem::copy_file(kFeed, copy);
  const auto two = OpenRecording({copy}, RecordingFormat::kBitstamp);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->checksum, two->checksum);
}

TEST_F(RecordingTest, SaysWhatIsWrongWithTheFiles) {
  const std::string line = "1,1,1,1,100,1\n";
  EXPECT_THAT(ErrorOf({}), HasSubstr("give one recording"));
  EXPECT_THAT(ErrorOf({kFeed, kFeed, kFeed}), HasSubstr("give one recording"));
  EXPECT_THAT(ErrorOf({"/no/such/file"}), HasSubstr("/no/such/file: No such file"));
  EXPECT_THAT(ErrorOf({kFeed, kMessages}), EndsWith("a Bitstamp recording is one file"));
  EXPECT_THAT(ErrorOf({kMessages, kFeed}), HasSubstr("feed_tiny.log: does not belong to"));
  EXPECT_THAT(ErrorOf({kBook, kBook}), HasSubstr("does not belong to"));
  EXPECT_THAT(ErrorOf({folder_.Write("alone_message.csv", line)}),
              HasSubstr("alone_message.csv: its orderbook file is missing: "));
  EXPECT_THAT(ErrorOf({folder_.Write("nameless.csv", line)}),
              HasSubstr("nameless.csv: a LOBSTER recording has a message and an orderbook file"));
  EXPECT_THAT(ErrorOf({folder_.Write("novel.txt", "Call me Ishmael.\n")}),
              EndsWith("novel.txt:1: is neither LOBSTER nor Bitstamp; say which with --format"));
  EXPECT_THAT(
      ErrorOf({folder_.Write("novel.txt", "Call me Ishmael.\n")}, RecordingFormat::kBitstamp),
      HasSubstr("novel.txt:1: bad time \"Call\""));
  EXPECT_THAT(ErrorOf({folder_.Write("x_message.csv", "a,b\n"), kBook}, RecordingFormat::kLobster),
              HasSubstr("x_message.csv:1: has 2 fields instead of 6"));
}

}  // namespace
}  // namespace rialto::replay
