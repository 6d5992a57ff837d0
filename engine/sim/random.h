// Random numbers that are the same on every machine and for ever: SplitMix64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rialto::engine {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 to bound - 1. REQUIRES: bound > 0. The bias of the remainder does not matter here.
  uint64_t Below(uint64_t bound) { return Next() % bound; }

  // Both ends included.
  int64_t Between(int64_t low, int64_t high) {
    return static_cast<int64_t>(static_cast<uint64_t>(low) + Below(static_cast<uint64_t>(high) -
                                                                   static_cast<uint64_t>(low) + 1));
  }

  bool OneIn(uint64_t count) { return Below(count) == 0; }

  template <typename Container>
  const auto& Pick(const Container& container) {
    return container[static_cast<size_t>(Below(container.size()))];
  }

 private:
  uint64_t state_;
};

}  // namespace rialto::engine
