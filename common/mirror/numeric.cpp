#include "common/mirror/numeric.h"

#include "common/base/check.h"
#include "common/base/decimal.h"

namespace rialto {

std::string ToNumeric(absl::int128 value) { return FormatDecimal(value, 0); }

absl::int128 FromNumeric(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  CHECK(!text.empty());
  absl::int128 value = 0;
  for (char character : text) {
    CHECK(character >= '0' && character <= '9');
    const int digit = character - '0';
    CHECK(value <= (absl::Int128Max() - digit) / 10);
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

}  // namespace rialto
