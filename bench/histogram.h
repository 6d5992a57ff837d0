// Latency histogram: log-linear buckets, each at most 1.6 % wide, and the exact maximum.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rialto::bench {

class Histogram {
 public:
  void Record(uint64_t value) {
    ++counts_[BucketOf(value)];
    ++total_;
    max_ = std::max(max_, value);
  }

  uint64_t total() const { return total_; }
  uint64_t max() const { return max_; }

  // The least value that at least this share of all values does not exceed, rounded up to the end
  // of its bucket. REQUIRES: 0 < share <= 1.
  uint64_t Quantile(double share) const;

 private:
  static constexpr int kLinearBits = 7;
  static constexpr std::size_t kHalf = std::size_t{1} << (kLinearBits - 1);
  static constexpr std::size_t kBuckets = kHalf * (66 - kLinearBits);

  // Values below 2^7 have a bucket each; above, 64 buckets per power of two.
  static std::size_t BucketOf(uint64_t value) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kLinearBits);
    return static_cast<std::size_t>(shift) * kHalf + static_cast<std::size_t>(value >> shift);
  }
  static uint64_t LastOf(std::size_t bucket);

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

}  // namespace rialto::bench
