#include "tools/replay/recorded_file.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/scratch_folder.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kTestData = RIALTO_REPLAY_TESTDATA;

std::string ErrorOf(const std::string& path) {
  const absl::StatusOr<RecordedFile> file = RecordedFile::Open(path);
  return file.ok() ? "no error" : std::string(file.status().message());
}

class RecordedFileTest : public testing::Test {
 protected:
  ScratchFolder folder_;
};

TEST_F(RecordedFileTest, ReadsLinesOfEveryKindOfEnd) {
  const auto file = RecordedFile::Open(folder_.Write("lines.csv", "a,1\r\nb\n\nlast"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->lines(), ElementsAre("a,1", "b", "", "last"));
}

TEST_F(RecordedFileTest, UnpacksXzByContentAndHasTheChecksumOfTheContent) {
  const auto plain = RecordedFile::Open(kTestData + "LAKE_tiny_message.csv");
  const auto packed = RecordedFile::Open(kTestData + "packed.csv.xz");
  ASSERT_TRUE(plain.ok()) << plain.status();
  ASSERT_TRUE(packed.ok()) << packed.status();
  EXPECT_EQ(packed->lines(), plain->lines());
  EXPECT_EQ(packed->checksum(), plain->checksum());
}

TEST_F(RecordedFileTest, RefusesTruncatedAndDamagedXz) {
  std::ifstream stream(kTestData + "packed.csv.xz", std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_GT(packed.size(), 60u);
  for (size_t size = 6; size < packed.size(); ++size) {
    EXPECT_THAT(ErrorOf(folder_.Write("cut.xz", packed.substr(0, size))),
                HasSubstr("cut.xz: truncated or damaged xz data"))
        << size;
  }
  std::string damaged = packed;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  EXPECT_THAT(ErrorOf(folder_.Write("damaged.xz", damaged)),
              HasSubstr("truncated or damaged xz data"));
}

TEST_F(RecordedFileTest, NamesTheFileThatIsMissingEmptyOrAFolder) {
  EXPECT_THAT(ErrorOf("/no/such/file"), HasSubstr("/no/such/file: No such file or directory"));
  EXPECT_THAT(ErrorOf(folder_.Write("empty.csv", "")), HasSubstr("empty.csv: is empty"));
  EXPECT_THAT(ErrorOf(folder_.path()), HasSubstr("can not be read"));
}

TEST_F(RecordedFileTest, ErrorsNameTheLine) {
  const auto file = RecordedFile::Open(folder_.Write("two.csv", "a\nb\n"));
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(std::string(file->ErrorAt(1, "bad price").message()),
              HasSubstr("two.csv:2: bad price"));
}

}  // namespace
}  // namespace rialto::replay
