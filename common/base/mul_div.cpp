// Schoolbook multiplication on 64-bit digits, then binary long division.
#include "common/base/mul_div.h"

#include <cstdint>

#include "common/base/check.h"

namespace rialto {
namespace {

struct Product {
  absl::uint128 high = 0;
  absl::uint128 low = 0;
};

struct Division {
  bool negative = false;
  absl::uint128 quotient = 0;
  absl::uint128 remainder = 0;
};

absl::uint128 Magnitude(absl::int128 value) {
  const auto bits = static_cast<absl::uint128>(value);
  return value < 0 ? ~bits + 1 : bits;
}

Product Multiply(absl::uint128 a, absl::uint128 b) {
  const absl::uint128 a0 = absl::Uint128Low64(a), a1 = absl::Uint128High64(a);
  const absl::uint128 b0 = absl::Uint128Low64(b), b1 = absl::Uint128High64(b);
  const absl::uint128 low = a0 * b0;
  // At most (2^64-1)^2 + 2 (2^64-1) = 2^128-1: neither sum overflows.
  const absl::uint128 middle = a1 * b0 + absl::Uint128High64(low);
  const absl::uint128 cross = a0 * b1 + absl::Uint128Low64(middle);
  return {a1 * b1 + absl::Uint128High64(middle) + absl::Uint128High64(cross),
          cross << 64 | absl::Uint128Low64(low)};
}

// nullopt: the quotient needs more than 128 bits.
std::optional<Division> MultiplyDivide(absl::int128 a, absl::int128 b, absl::int128 divisor) {
  CHECK(divisor > 0);
  const absl::uint128 d = Magnitude(divisor);
  const Product product = Multiply(Magnitude(a), Magnitude(b));
  Division division{.negative = (a < 0) != (b < 0)};
  if (product.high == 0) {
    division.quotient = product.low / d;
    division.remainder = product.low % d;
    return division;
  }
  if (product.high >= d) return std::nullopt;
  division.remainder = product.high;
  for (int bit = 127; bit >= 0; --bit) {
    // The remainder is below d < 2^127, so doubling it loses nothing.
    division.remainder = division.remainder << 1 | (product.low >> bit & 1);
    if (division.remainder >= d) {
      division.remainder -= d;
      division.quotient |= absl::uint128(1) << bit;
    }
  }
  return division;
}

std::optional<absl::int128> Signed(const Division& division, bool away_from_zero) {
  const absl::uint128 magnitude_max = Magnitude(absl::Int128Max());
  if (division.quotient > magnitude_max - (away_from_zero ? 1 : 0)) return std::nullopt;
  const auto value = static_cast<absl::int128>(division.quotient + (away_from_zero ? 1 : 0));
  return division.negative ? -value : value;
}

}  // namespace

std::optional<absl::int128> MulDivHalfEven(absl::int128 a, absl::int128 b, absl::int128 divisor) {
  const std::optional<Division> division = MultiplyDivide(a, b, divisor);
  if (!division) return std::nullopt;
  const absl::uint128 missing = Magnitude(divisor) - division->remainder;
  const bool odd = (division->quotient & 1) != 0;
  const bool away = division->remainder > missing || (division->remainder == missing && odd);
  return Signed(*division, away);
}

std::optional<absl::int128> MulDivCeil(absl::int128 a, absl::int128 b, absl::int128 divisor) {
  const std::optional<Division> division = MultiplyDivide(a, b, divisor);
  if (!division) return std::nullopt;
  return Signed(*division, division->remainder != 0 && !division->negative);
}

}  // namespace rialto
