// Latency histogram: log-linear buckets, each at most 1.6 % wide, and the exact maximum.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rialto::load {

class Histogram {
 public:
  void Record(int64_t value) {
    const uint64_t counted = static_cast<uint64_t>(std::max<int64_t>(value, 0));
    ++counts_[BucketOf(counted)];
    ++total_;
    max_ = std::max(max_, counted);
  }
  void Clear() { *this = Histogram(); }

  uint64_t total() const { return total_; }
  int64_t max() const { return static_cast<int64_t>(max_); }

  // The least value that at least this share of all values does not exceed, rounded up to the end
  // of its bucket; 0 when there are none. REQUIRES: 0 < share <= 1.
  int64_t Quantile(double share) const;

 private:
  static constexpr int kLinearBits = 7;
  static constexpr size_t kHalf = size_t{1} << (kLinearBits - 1);
  static constexpr size_t kBuckets = kHalf * (66 - kLinearBits);

  // Values below 2^7 have a bucket each; above, 64 buckets per power of two.
  static size_t BucketOf(uint64_t value) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kLinearBits);
    return static_cast<size_t>(shift) * kHalf + static_cast<size_t>(value >> shift);
  }
  static uint64_t LastOf(size_t bucket);

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

}  // namespace rialto::load
