// a x b / divisor without losing a bit in between: the product has 256 bits, the rounding shows in
// the name. nullopt: the quotient needs more than 127 bits. REQUIRES divisor > 0.
#pragma once

#include <optional>

#include "absl/numeric/int128.h"

namespace rialto {

// Rounded to the nearest integer, a tie to the even one. Odd in a and in b: no bias by sign.
std::optional<absl::int128> MulDivHalfEven(absl::int128 a, absl::int128 b, absl::int128 divisor);

// Rounded up, towards plus infinity.
std::optional<absl::int128> MulDivCeil(absl::int128 a, absl::int128 b, absl::int128 divisor);

}  // namespace rialto
