#include "common/base/fields.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"

namespace rialto {
namespace {

struct One {
  bool flag = false;
};
struct Inner {
  int a = 0;
  int b = 0;
  friend bool operator==(const Inner&, const Inner&) = default;
};
struct Many {
  AccountId id;
  CallerId name;
  Inner inner;
  std::array<int, 4> numbers{};
  std::string text;
  std::vector<Inner> list;
  std::optional<Inner> maybe;
  friend bool operator==(const Many&, const Many&) = default;
};

TEST(FieldsTest, EveryMemberCountsOnceHoweverItIsMadeUp) {
  EXPECT_EQ(kFieldCount<One>, 1u);
  EXPECT_EQ(kFieldCount<Inner>, 2u);
  EXPECT_EQ(kFieldCount<Many>, 7u);
  EXPECT_EQ(kFieldCount<const Many>, 7u);
}

TEST(FieldsTest, MembersComeInOrderAndCanBeChanged) {
  Many value;
  WithFields(value, [](auto& id, auto&, auto& inner, auto& numbers, auto& text, auto&, auto&) {
    id = AccountId(7);
    inner = {1, 2};
    numbers[3] = 9;
    text = "x";
  });
  EXPECT_EQ(value,
            (Many{.id = AccountId(7), .inner = {1, 2}, .numbers = {0, 0, 0, 9}, .text = "x"}));
}

}  // namespace
}  // namespace rialto
