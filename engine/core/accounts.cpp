#include "engine/core/accounts.h"

#include "common/base/check.h"

namespace rialto::engine {

Accounts::Accounts() : house_(kHouseAccounts) {}

AccountId Accounts::Open(CallerId name) {
  users_.emplace_back().name = name;
  CHECK(by_name_.emplace(name, last_user()).second);
  return last_user();
}

AccountId Accounts::FindByName(CallerId name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? AccountId() : found->second;
}

void Accounts::BeginCommand(Sequence sequence) {
  sequence_ = sequence;
  touched_.clear();
}

absl::int128 Accounts::TotalHeld(AssetId asset_id) const {
  const uint32_t index = asset_id.value() - 1;
  return index < held_.size() ? held_[index] : absl::int128(0);
}

void Accounts::MoveAvailable(AssetId asset_id, AccountId from, AccountId to, Amount amount) {
  if (amount == Amount(0)) return;
  CHECK(amount > Amount(0));
  Balance& source = Touch(from, asset_id);
  CHECK(from == kExternal || amount <= source.available);
  source.available -= amount;
  Touch(to, asset_id).available += amount;
}

void Accounts::MoveHeld(AssetId asset_id, AccountId from, AccountId to, Amount amount) {
  if (amount == Amount(0)) return;
  Balance& source = Touch(from, asset_id);
  CHECK(Amount(0) < amount && amount <= source.held);
  source.held -= amount;
  Touch(to, asset_id).available += amount;
}

absl::int128 Accounts::Total(AssetId asset_id) const {
  absl::int128 total = 0;
  const uint32_t index = asset_id.value() - 1;
  for (const std::vector<Account>* accounts : {&house_, &users_}) {
    for (const Account& account : *accounts) {
      if (index >= account.balances.size()) continue;
      total += account.balances[index].available.value();
      total += account.balances[index].held.value();
    }
  }
  return total;
}

void Accounts::Validate(uint32_t asset_count) const {
  for (uint32_t id = 1; id <= asset_count; ++id) CHECK(Total(AssetId(id)) == 0);
  BalanceDigest digest{};
  std::vector<absl::int128> held(held_.size(), 0);
  const auto add = [&](AccountId account_id, const Account& account) {
    for (uint32_t i = 0; i < account.balances.size(); ++i) {
      const Balance& balance = account.balances[i];
      if (balance.touched == Sequence()) continue;
      digest[BalanceBucket(account_id)] +=
          BalanceHash(account_id, AssetId(i + 1), balance.available, balance.held);
      held[i] += balance.held.value();
    }
  };
  for (size_t i = 0; i < house_.size(); ++i) add(AccountId(i + 1), house_[i]);
  for (AccountIndex i = 0; i < users_.size(); ++i) add(IdOf(i), users_[i]);
  CHECK(digest == digest_ && held == held_);
  for (const std::vector<Account>* accounts : {&house_, &users_}) {
    for (const Account& account : *accounts) {
      if (&account == &house_[kExternal.value() - 1]) continue;
      for (const Balance& balance : account.balances) {
        CHECK(balance.available >= Amount(0) && balance.held >= Amount(0));
      }
    }
  }
}

}  // namespace rialto::engine
