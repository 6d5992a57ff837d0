#include "ledger/balance_mirror.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::ledger {
namespace {

using testing::ElementsAre;

engine::v1::Checkpoint CheckpointOf(const BalanceDigest& digest, int64_t owned, int64_t held) {
  engine::v1::Checkpoint checkpoint;
  checkpoint.mutable_balance_buckets()->Add(digest.begin(), digest.end());
  auto& asset = *checkpoint.add_assets();
  asset.set_asset_id(1);
  asset.set_owned_units(owned);
  asset.set_held_units(held);
  return checkpoint;
}

class BalanceMirrorTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [id, available, held] :
         {std::tuple(1, -100, 0), {1001, 70, 20}, {1002, 10, 0}}) {
      const AccountId account(static_cast<uint64_t>(id));
      mirror_.Add(account, AssetId(1), Amount(available), Amount(held));
      digest_[BalanceBucket(account)] +=
          BalanceHash(account, AssetId(1), Amount(available), Amount(held));
    }
  }

  BalanceMirror mirror_;
  BalanceDigest digest_{};
};

TEST_F(BalanceMirrorTest, EqualBalancesHaveEqualDigests) {
  EXPECT_TRUE(mirror_.Compare(CheckpointOf(digest_, 100, 20)).none());
}

TEST_F(BalanceMirrorTest, AnEmptiedBalanceCountsAsOneThatNeverWas) {
  const BalanceMirror before = mirror_;
  mirror_.Add(AccountId(1003), AssetId(1), Amount(0), Amount(0));
  EXPECT_EQ(mirror_, before);
}

TEST_F(BalanceMirrorTest, ADifferenceNamesItsBucketAndAsset) {
  mirror_.Remove(AccountId(1002), AssetId(1), Amount(10), Amount(0));
  mirror_.Add(AccountId(1002), AssetId(1), Amount(11), Amount(0));
  const Differences found = mirror_.Compare(CheckpointOf(digest_, 100, 20));
  EXPECT_THAT(found.buckets, ElementsAre(1002 % 256));
  EXPECT_THAT(found.asset_ids, ElementsAre(1));
}

TEST_F(BalanceMirrorTest, MoneyThatMovedFromAvailableToHeldIsADifference) {
  mirror_.Remove(AccountId(1001), AssetId(1), Amount(70), Amount(20));
  mirror_.Add(AccountId(1001), AssetId(1), Amount(69), Amount(21));
  EXPECT_THAT(mirror_.Compare(CheckpointOf(digest_, 100, 20)).buckets, ElementsAre(1001 % 256));
}

}  // namespace
}  // namespace rialto::ledger
