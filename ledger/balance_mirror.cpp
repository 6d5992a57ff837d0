#include "ledger/balance_mirror.h"

namespace rialto::ledger {
namespace {

// The account that the world outside is booked on: minus everything owned.
constexpr AccountId kExternal{1};

}  // namespace

void BalanceMirror::Add(AccountId account_id, AssetId asset_id, Amount available, Amount held) {
  digest_[BalanceBucket(account_id)] += BalanceHash(account_id, asset_id, available, held);
  Count(account_id, asset_id, absl::int128(available.value()) + held.value(), held.value());
}

void BalanceMirror::Remove(AccountId account_id, AssetId asset_id, Amount available, Amount held) {
  digest_[BalanceBucket(account_id)] -= BalanceHash(account_id, asset_id, available, held);
  Count(account_id, asset_id, -(absl::int128(available.value()) + held.value()),
        -absl::int128(held.value()));
}

void BalanceMirror::Count(AccountId account_id, AssetId asset_id, absl::int128 owned,
                          absl::int128 held) {
  if (account_id == kExternal) return;
  Total& total = totals_[asset_id];
  total.owned += owned;
  total.held += held;
}

Differences BalanceMirror::Compare(const engine::v1::Checkpoint& checkpoint) const {
  Differences differences;
  for (int i = 0; i < static_cast<int>(kBalanceBuckets); ++i) {
    const uint64_t theirs =
        i < checkpoint.balance_buckets_size() ? checkpoint.balance_buckets(i) : 0;
    if (theirs != digest_[static_cast<size_t>(i)]) differences.buckets.push_back(i);
  }
  for (const engine::v1::AssetTotal& theirs : checkpoint.assets()) {
    const auto found = totals_.find(AssetId(theirs.asset_id()));
    const Total ours = found == totals_.end() ? Total() : found->second;
    if (ours.owned != theirs.owned_units() || ours.held != theirs.held_units()) {
      differences.asset_ids.push_back(theirs.asset_id());
    }
  }
  return differences;
}

}  // namespace rialto::ledger
