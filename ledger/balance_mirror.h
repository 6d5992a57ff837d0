// What the rows of ledger.balances add up to, kept as they change, and compared with the engine's
// checkpoints.
//
// Made of the rows as they were read from the database before each change, not of what the engine
// said: a row that somebody else changed shows when it is touched, or at the next full count.
// Thread: the follower's.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/numeric/int128.h"
#include "common/base/balance_digest.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::ledger {

// Where a checkpoint and the rows differ.
struct Differences {
  std::vector<int64_t> buckets;
  std::vector<int64_t> asset_ids;
  bool none() const { return buckets.empty() && asset_ids.empty(); }
};

class BalanceMirror {
 public:
  // A row there is; and one that is there no more, or is about to become another.
  void Add(AccountId account_id, AssetId asset_id, Amount available, Amount held);
  void Remove(AccountId account_id, AssetId asset_id, Amount available, Amount held);

  // REQUIRES: every row at the checkpoint's sequence was added.
  Differences Compare(const engine::v1::Checkpoint& checkpoint) const;

  friend bool operator==(const BalanceMirror&, const BalanceMirror&) = default;

 private:
  struct Total {
    absl::int128 owned = 0;
    absl::int128 held = 0;
    friend bool operator==(const Total&, const Total&) = default;
  };
  void Count(AccountId account_id, AssetId asset_id, absl::int128 owned, absl::int128 held);

  BalanceDigest digest_{};
  absl::btree_map<AssetId, Total> totals_;
};

}  // namespace rialto::ledger
