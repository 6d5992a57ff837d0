// Prices, quantities and amounts: integers that only do what makes sense.
//
// A Price is a number of ticks, a Quantity a number of lots, an Amount a number of minor units of
// one asset. Overflow is a CHECK: whoever adds has proven before that it fits.
#pragma once

#include <cstdint>

#include "absl/numeric/int128.h"
#include "common/base/check.h"
#include "common/base/strong_int.h"

namespace rialto {

using Price = StrongInt<struct PriceTag, int64_t>;

// A strong integer that also adds and subtracts with its own kind.
template <typename Tag>
class Additive : public StrongInt<Tag, int64_t> {
 public:
  using StrongInt<Tag, int64_t>::StrongInt;

  friend Additive operator+(Additive a, Additive b) {
    int64_t sum = 0;
    CHECK(!__builtin_add_overflow(a.value(), b.value(), &sum));
    return Additive(sum);
  }
  friend Additive operator-(Additive a, Additive b) {
    int64_t difference = 0;
    CHECK(!__builtin_sub_overflow(a.value(), b.value(), &difference));
    return Additive(difference);
  }
  Additive operator-() const { return Additive(0) - *this; }
  Additive& operator+=(Additive other) { return *this = *this + other; }
  Additive& operator-=(Additive other) { return *this = *this - other; }
};

using Quantity = Additive<struct QuantityTag>;
using Amount = Additive<struct AmountTag>;

template <typename T>
constexpr T Min(T a, T b) {
  return b < a ? b : a;
}

// Quotient of a non-negative number by a positive one, rounded down or up.
inline absl::int128 DivFloor(absl::int128 dividend, absl::int128 divisor) {
  return dividend / divisor;
}
inline absl::int128 DivCeil(absl::int128 dividend, absl::int128 divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace rialto
