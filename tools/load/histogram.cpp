#include "tools/load/histogram.h"

#include <cmath>

namespace rialto::load {

uint64_t Histogram::LastOf(size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const size_t shift = bucket / kHalf - 1;
  const uint64_t mantissa = bucket - shift * kHalf;
  return ((mantissa + 1) << shift) - 1;
}

int64_t Histogram::Quantile(double share) const {
  if (total_ == 0) return 0;
  const uint64_t rank = static_cast<uint64_t>(std::ceil(share * static_cast<double>(total_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= std::max<uint64_t>(rank, 1)) {
      return static_cast<int64_t>(std::min(LastOf(bucket), max_));
    }
  }
  return max();
}

}  // namespace rialto::load
