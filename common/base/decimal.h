// Decimal strings and integers at a scale: "101.25" at scale 2 is 10125. Never rounds.
//
// Grammar: -?digits[.digits], no exponent, no sign but '-', no spaces. `scale` is the number of
// decimals, 0 to kScaleMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"

namespace rialto {

inline constexpr int kScaleMax = 12;

// 10^exponent; REQUIRES 0 <= exponent <= 18.
int64_t PowerOfTen(int exponent);

// A decimal string as an integer at `scale`. InvalidArgument, message starting with BAD_DECIMAL
// (grammar), BAD_PRECISION (more non-zero decimals than `scale`) or OUT_OF_RANGE (beyond int64).
absl::StatusOr<int64_t> ParseDecimal(std::string_view text, int scale);

// Canonical form with exactly `scale` decimals: FormatDecimal(-5, 2) is "-0.05".
std::string FormatDecimal(int64_t value, int scale);
std::string FormatDecimal(absl::int128 value, int scale);

}  // namespace rialto
