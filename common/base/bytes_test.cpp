#include "common/base/bytes.h"

#include <gtest/gtest.h>

namespace rialto {
namespace {

TEST(BytesTest, IntegersRoundTripLittleEndian) {
  std::string out;
  PutInt<uint32_t>(out, 0x01020304);
  PutInt<uint64_t>(out, 7);
  EXPECT_EQ(out[0], 4);
  EXPECT_EQ(out.size(), 12u);
  EXPECT_EQ(GetInt<uint32_t>(out, 0), 0x01020304u);
  EXPECT_EQ(GetInt<uint64_t>(out, 4), 7u);
  SetInt<uint64_t>(out, 4, 9);
  EXPECT_EQ(GetInt<uint64_t>(out, 4), 9u);
  EXPECT_EQ(ToHex(std::string("\x0f\xa0", 2)), "0fa0");
}

}  // namespace
}  // namespace rialto
