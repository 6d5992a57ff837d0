// A digest of balances that adds up: the same for the engine, which keeps it as balances change,
// and for a mirror, which computes it from its rows.
//
// Accounts fall into 256 buckets; a bucket's digest is the sum, modulo 2^64, of one hash per
// balance. Balances of zero count for nothing, so that never touched and emptied are the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/base/ids.h"
#include "common/base/money.h"

namespace rialto {

inline constexpr size_t kBalanceBuckets = 256;
using BalanceDigest = std::array<uint64_t, kBalanceBuckets>;

inline size_t BalanceBucket(AccountId account_id) { return account_id.value() % kBalanceBuckets; }

// Both halves of a product of 64-bit numbers, folded: the step of wyhash
// (https://github.com/wangyi-fudan/wyhash).
inline uint64_t FoldedProduct(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// What one balance adds to its bucket. The constants are wyhash's.
inline uint64_t BalanceHash(AccountId account_id, AssetId asset_id, Amount available, Amount held) {
  if (available == Amount(0) && held == Amount(0)) return 0;
  const uint64_t whose =
      FoldedProduct(account_id.value() ^ 0xa0761d6478bd642f, asset_id.value() ^ 0xe7037ed1a0b428db);
  return FoldedProduct(FoldedProduct(whose ^ static_cast<uint64_t>(available.value()),
                                     0x8ebc6af09c88c6e3 ^ static_cast<uint64_t>(held.value())) ^
                           whose,
                       0x589965cc75374cc3);
}

}  // namespace rialto
