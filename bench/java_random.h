// The generator of java.util.Random, which exchange-core's tests draw from: the same seed gives the
// same numbers here and there.
#pragma once

#include <cstdint>

namespace rialto::bench {

class JavaRandom {
 public:
  explicit JavaRandom(int64_t seed)
      : state_((static_cast<uint64_t>(seed) ^ kMultiplier) & kStateMask) {}

  // Uniform in [0, bound). REQUIRES: bound > 0.
  int32_t NextInt(int32_t bound) {
    if ((bound & (bound - 1)) == 0) {
      return static_cast<int32_t>((int64_t{bound} * Next(31)) >> 31);
    }
    while (true) {
      const int32_t bits = Next(31);
      const int32_t value = bits % bound;
      // Draws from the last, incomplete stretch would favour small values.
      if (int64_t{bits} - value + (bound - 1) <= INT32_MAX) return value;
    }
  }

  // Uniform in [0, 1).
  double NextDouble() {
    const int64_t high = int64_t{Next(26)} << 27;
    return static_cast<double>(high + Next(27)) * 0x1.0p-53;
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66D;
  static constexpr uint64_t kStateMask = (uint64_t{1} << 48) - 1;

  int32_t Next(int bits) {
    state_ = (state_ * kMultiplier + 0xB) & kStateMask;
    return static_cast<int32_t>(state_ >> (48 - bits));
  }

  uint64_t state_;
};

}  // namespace rialto::bench
