#include <limits>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/postgres/copy_writer.h"
#include "common/postgres/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::postgres {
namespace {

TEST(ValueTest, WritesIntegersBigEndian) {
  EXPECT_EQ(ToHex(Value(1).bytes()), "0000000000000001");
  EXPECT_EQ(ToHex(Value(-2).bytes()), "fffffffffffffffe");
  EXPECT_EQ(ToHex(Value(AccountId(1001)).bytes()), "00000000000003e9");
}

TEST(ValueTest, KnowsNullFromEmpty) {
  EXPECT_TRUE(Value(std::nullopt).is_null());
  EXPECT_TRUE(Value(std::optional<int64_t>()).is_null());
  EXPECT_FALSE(Value("").is_null());
}

TEST(ValueTest, WritesListsAsArrays) {
  EXPECT_EQ(ToHex(Value(std::vector<int64_t>{}).bytes()), "000000000000000000000014");
  EXPECT_EQ(ToHex(Value(std::vector<int64_t>{7}).bytes()),
            "0000000100000000000000140000000100000001"
            "000000080000000000000007");
}

TEST(ValueDeathTest, RefusesAnUnsignedValueBeyondBigint) {
  EXPECT_DEATH(Value(std::numeric_limits<uint64_t>::max()), "in_range");
}

TEST(CopyWriterTest, WritesHeaderAndRows) {
  CopyWriter rows(3);
  EXPECT_TRUE(rows.empty());
  rows.Row().Int32(5).Text("ab").Null();
  EXPECT_EQ(rows.row_count(), 1u);
  EXPECT_EQ(ToHex(rows.bytes()),
            "5047434f50590aff0d0a000000000000000000"
            "0003"
            "0000000400000005"
            "000000026162"
            "ffffffff");
  rows.Clear();
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.bytes().size(), 19u);
}

TEST(CopyWriterDeathTest, RefusesARowOfTheWrongWidth) {
  CopyWriter rows(2);
  rows.Row().Int64(1);
  EXPECT_DEATH(rows.Row(), "column_count");
  rows.Int64(2);
  EXPECT_DEATH(rows.Int64(3), "column_count");
}

}  // namespace
}  // namespace rialto::postgres
