// Columns of type numeric(39, 0), which hold any 128-bit integer.
#pragma once

#include <string>
#include <string_view>

#include "absl/numeric/int128.h"

namespace rialto {

// As a parameter or an element of a text[] parameter.
std::string ToNumeric(absl::int128 value);
// As read. CHECKs that it is an integer of at most 127 bits.
absl::int128 FromNumeric(std::string_view text);

}  // namespace rialto
