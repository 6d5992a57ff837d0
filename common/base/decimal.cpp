#include "common/base/decimal.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rialto {
namespace {

// What a message shows of the text: enough to recognise it, never a megabyte.
std::string Quoted(std::string_view text) {
  constexpr size_t kShownMax = 40;
  return absl::StrCat("\"", absl::CHexEscape(std::string(text.substr(0, kShownMax))),
                      text.size() > kShownMax ? "...\"" : "\"");
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

}  // namespace

int64_t PowerOfTen(int exponent) {
  CHECK(exponent >= 0 && exponent <= 18);
  int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

absl::StatusOr<int64_t> ParseDecimal(std::string_view text, int scale) {
  CHECK(scale >= 0 && scale <= kScaleMax);
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);

  const size_t point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
  if (!AllDigits(whole) || (point != std::string_view::npos && !AllDigits(fraction))) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_DECIMAL: need -?digits[.digits], have ", Quoted(text)));
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > static_cast<size_t>(scale)) {
    return absl::InvalidArgumentError(absl::StrCat("BAD_PRECISION: need at most ", scale,
                                                   " decimals, have ", fraction.size(), " in ",
                                                   Quoted(text)));
  }

  int64_t value = 0;
  const auto append = [&](char digit) {
    const int step = negative ? '0' - digit : digit - '0';
    return !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, step, &value);
  };
  bool fits = std::all_of(whole.begin(), whole.end(), append) &&
              std::all_of(fraction.begin(), fraction.end(), append);
  for (size_t i = fraction.size(); fits && i < static_cast<size_t>(scale); ++i) fits = append('0');
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrCat(
        "OUT_OF_RANGE: need at most ", FormatDecimal(std::numeric_limits<int64_t>::max(), scale),
        ", have ", Quoted(text)));
  }
  return value;
}

std::string FormatDecimal(absl::int128 value, int scale) {
  CHECK(scale >= 0 && scale <= kScaleMax);
  const bool negative = value < 0;
  absl::uint128 magnitude = negative ? absl::uint128(0) - static_cast<absl::uint128>(value)
                                     : static_cast<absl::uint128>(value);
  std::string digits;
  for (int i = 0; magnitude != 0 || i <= scale; ++i) {
    if (i == scale && scale > 0) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(absl::Uint128Low64(magnitude % 10))));
    magnitude /= 10;
  }
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string FormatDecimal(int64_t value, int scale) {
  return FormatDecimal(absl::int128(value), scale);
}

}  // namespace rialto
