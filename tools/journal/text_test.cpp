#include "tools/journal/text.h"

#include <gtest/gtest.h>

namespace rialto::journal_tool {
namespace {

TEST(TextTest, TimesHaveNanosecondsAndAreUtc) {
  EXPECT_EQ(FormatTime(Timestamp(0)), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(FormatTime(Timestamp(1'700'000'000'123'456'789)), "2023-11-14T22:13:20.123456789Z");
}

TEST(TextTest, BytesHaveAUnitThatFits) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(1023), "1023 B");
  EXPECT_EQ(FormatBytes(1024), "1.0 KiB");
  EXPECT_EQ(FormatBytes((64 << 20) + (52 << 10)), "64.0 MiB");
  EXPECT_EQ(FormatBytes(1536 << 10), "1.5 MiB");
  EXPECT_EQ(FormatBytes(uint64_t{5} << 50), "5120.0 TiB");
}

TEST(TextTest, JsonStringsAreEscaped) {
  EXPECT_EQ(JsonString("a\"b\\c\n\xff"), "\"a\\\"b\\\\c\\u000a\\u00ff\"");
}

TEST(TextTest, HexDumpShowsBytesAndCharacters) {
  EXPECT_EQ(HexDump("", "  "), "");
  EXPECT_EQ(HexDump(std::string_view("0123456789abcdef\0\x7f", 18), "> "),
            "> 0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n"
            "> 0010  00 7f                                             ..\n");
}

}  // namespace
}  // namespace rialto::journal_tool
