#include "engine/journal/mark.h"

#include <string>

#include "absl/strings/escaping.h"
#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

Position SomePosition() {
  Position position{.sequence = Sequence(0x0102030405)};
  for (size_t i = 0; i < position.chain_hash.size(); ++i) {
    position.chain_hash[i] = static_cast<uint8_t>(i);
  }
  return position;
}

TEST(MarkTest, BytesAreAsSpecified) {
  const std::string bytes = EncodeMark(SomePosition());
  ASSERT_EQ(bytes.size(), 56u);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(0, 52)),
            "52414c544d41524b"
            "0504030201000000"
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "00000000");
  EXPECT_EQ(DecodeMark(bytes), SomePosition());
}

TEST(MarkTest, AnyFlippedBitOrCutMakesItNoMark) {
  const std::string bytes = EncodeMark(SomePosition());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ static_cast<char>(1 << bit % 8));
    ASSERT_EQ(DecodeMark(flipped), std::nullopt) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(DecodeMark(bytes.substr(0, size)), std::nullopt) << size;
  }
}

class ReadMarkTest : public JournalTest {};

TEST_F(ReadMarkTest, IsReadFromTheDirectoryWhenThereIsOne) {
  EXPECT_EQ(ReadMark(files_, "journal").value(), std::nullopt);
  files_.Load({{"journal/commit.mark", EncodeMark(SomePosition())}});
  EXPECT_EQ(ReadMark(files_, "journal").value(), SomePosition());
  files_.Load({{"journal/commit.mark", "half"}});
  EXPECT_EQ(ReadMark(files_, "journal").value(), std::nullopt);
}

}  // namespace
}  // namespace rialto::journal
