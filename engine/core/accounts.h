// Accounts and their balances: per (account, asset) what is available and what is held.
//
// Moves money, knows nothing of orders. Every asset is conserved: a Move takes from one balance
// what it gives to another; deposits come out of the house account `external`, whose balance is
// minus everything the others own.
//
// Invariants (Validate() checks them):
//   * per asset, available + held over all accounts sum to 0
//   * nothing is negative except `external`
//
// Thread: the sequencer's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "common/base/balance_digest.h"
#include "common/base/check.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/time.h"
#include "engine/core/chunked_pool.h"
#include "engine/core/command.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

// House accounts: the venue's own books.
inline constexpr AccountId kExternal{1};   // The world outside; negative.
inline constexpr AccountId kFees{2};       // Collected fees.
inline constexpr AccountId kInsurance{3};  // Not used yet.
inline constexpr AccountId kRounding{4};   // What rounding leaves over.
inline constexpr AccountId kInTransit{5};  // Not used yet.
inline constexpr uint64_t kHouseAccounts = 5;
inline constexpr AccountId kFirstUserAccount{1001};

struct Balance {
  Amount available;
  Amount held;
  Sequence touched;  // Of the last command that used it; 0: never.
};

// An order that was taken, as the duplicate check sees it.
struct TakenOrder {
  Timestamp at;
  InstrumentId instrument_id;
  Side side = Side::kBuy;
  OrderType type = OrderType::kLimit;
  Price price;
  Price trigger_price;
  Quantity quantity;
  Amount quote_amount;
};

// What most accounts do without: settings other than the default.
struct AccountRules {
  SetAccountSettings settings;
  TradingState state = TradingState::kActive;
  bool has_limits = false;        // Some instrument limits it.
  int64_t rate_window = 0;        // Number of the window that rate_count is about.
  uint32_t rate_count = 0;        // Orders taken in it.
  Timestamp cancel_all_at;        // Its dead man's switch; 0: none.
  std::vector<TakenOrder> taken;  // Youngest last; empty without a duplicate window.
};

struct Account {
  CallerId name;
  int64_t open_orders = 0;
  // Oldest and youngest of its open orders, linked through Order::account_next.
  uint32_t first_order = 0;
  uint32_t last_order = 0;
  std::vector<Balance> balances;        // By asset id - 1; shorter than the assets when untouched.
  std::unique_ptr<AccountRules> rules;  // nullptr: all defaults.

  // A zero balance when untouched.
  Balance BalanceOf(AssetId id) const {
    const uint32_t index = id.value() - 1;
    return index < balances.size() ? balances[index] : Balance{};
  }
  AccountRules& MutableRules() {
    if (rules == nullptr) rules = std::make_unique<AccountRules>();
    return *rules;
  }
};

// Position among the user accounts: what an order knows its owner by.
using AccountIndex = uint32_t;

struct BalanceKey {
  AccountId account_id;
  AssetId asset_id;
};

// A balance that a command uses, and what was there before.
struct TouchedBalance {
  BalanceKey key;
  Amount available;
  Amount held;
};

class Accounts {
 public:
  Accounts();

  // Gives the next id. REQUIRES: the name is new.
  AccountId Open(CallerId name);

  // nullptr when there is none. House accounts are found by Find, not by FindUser.
  Account* Find(AccountId id);
  const Account* Find(AccountId id) const;
  Account* FindUser(AccountId id);
  const Account* FindUser(AccountId id) const;
  // AccountId(0) when there is none.
  AccountId FindByName(CallerId name) const;

  static AccountId IdOf(AccountIndex index) { return AccountId(kFirstUserAccount.value() + index); }
  static AccountIndex IndexOf(AccountId id) {
    return static_cast<AccountIndex>(id.value() - kFirstUserAccount.value());
  }
  Account& User(AccountIndex index) { return users_[index]; }
  const Account& User(AccountIndex index) const { return users_[index]; }

  uint64_t user_count() const { return users_.size(); }
  AccountId last_user() const { return IdOf(static_cast<AccountIndex>(users_.size() - 1)); }

  // A zero balance when untouched.
  Balance Get(AccountId account_id, AssetId asset_id) const;
  Balance Get(AccountIndex user, AssetId asset_id) const {
    return users_[user].BalanceOf(asset_id);
  }

  // Starts a command: touched() is empty, and balances used from here on are recorded in it.
  void BeginCommand(Sequence sequence);
  // Ends it: digest() and TotalHeld() know of its changes. Calls `visit(BalanceKey, const
  // Balance&)` with what was used, as it is now.
  template <typename Visit>
  void EndCommand(Visit visit);
  // Balances the command used, in the order of first use.
  const std::vector<TouchedBalance>& touched() const { return touched_; }

  // Between the two parts of one balance. REQUIRES: the amount is there.
  void Reserve(BalanceKey key, Amount amount);
  void Release(BalanceKey key, Amount amount);
  // Reserve or Release of the difference: what was held as `before` is held as `after`.
  void Rehold(BalanceKey key, Amount before, Amount after);
  // From one account's available or held to another's available. REQUIRES: the amount is there, or
  // `from` is `external`.
  void MoveAvailable(AssetId asset_id, AccountId from, AccountId to, Amount amount);
  void MoveHeld(AssetId asset_id, AccountId from, AccountId to, Amount amount);

  // Of all balances. REQUIRES: no command has begun and not ended; true of TotalHeld, too.
  const BalanceDigest& digest() const { return digest_; }
  // Held by everybody.
  absl::int128 TotalHeld(AssetId asset_id) const;

  // The whole state but the orders, which come back with Link; see snapshot.cpp.
  void Save(StateWriter& out) const;
  void Load(StateReader& in, size_t assets);

  // Sum of available + held over all accounts, `external` included: always 0.
  absl::int128 Total(AssetId asset_id) const;
  // CHECKs the invariants for assets 1 to `asset_count`.
  void Validate(uint32_t asset_count) const;

 private:
  Balance& Touch(AccountId account_id, AssetId asset_id);

  std::vector<Account> house_;
  std::vector<Account> users_;
  absl::flat_hash_map<CallerId, AccountId> by_name_;
  Sequence sequence_;
  std::vector<TouchedBalance> touched_;
  BalanceDigest digest_{};
  std::vector<absl::int128> held_;  // By asset id - 1: what all hold.
};

inline Account* Accounts::FindUser(AccountId id) {
  const uint64_t index = id.value() - kFirstUserAccount.value();  // Wraps below it: not found.
  return index < users_.size() ? &users_[index] : nullptr;
}

inline const Account* Accounts::FindUser(AccountId id) const {
  return const_cast<Accounts*>(this)->FindUser(id);
}

inline Account* Accounts::Find(AccountId id) {
  if (Account* user = FindUser(id); user != nullptr) return user;
  const uint64_t index = id.value() - 1;  // Wraps at 0: not found.
  return index < house_.size() ? &house_[index] : nullptr;
}

inline const Account* Accounts::Find(AccountId id) const {
  return const_cast<Accounts*>(this)->Find(id);
}

inline Balance& Accounts::Touch(AccountId account_id, AssetId asset_id) {
  Account* account = Find(account_id);
  CHECK(account != nullptr && asset_id.value() >= 1);
  const uint32_t index = asset_id.value() - 1;
  if (index >= account->balances.size()) {
    account->balances.resize(index + 1);
    if (index >= held_.size()) held_.resize(index + 1);
  }
  Balance& balance = account->balances[index];
  if (balance.touched != sequence_) {
    balance.touched = sequence_;
    touched_.push_back({{account_id, asset_id}, balance.available, balance.held});
  }
  return balance;
}

template <typename Visit>
void Accounts::EndCommand(Visit visit) {
  for (const auto& [key, available, held] : touched_) {
    const auto [account_id, asset_id] = key;
    const uint32_t index = asset_id.value() - 1;
    const Balance& balance = Find(account_id)->balances[index];
    digest_[BalanceBucket(account_id)] +=
        BalanceHash(account_id, asset_id, balance.available, balance.held) -
        BalanceHash(account_id, asset_id, available, held);
    held_[index] += balance.held.value() - held.value();
    visit(key, balance);
  }
}

inline Balance Accounts::Get(AccountId account_id, AssetId asset_id) const {
  const Account* account = Find(account_id);
  return account == nullptr ? Balance{} : account->BalanceOf(asset_id);
}

inline void Accounts::Reserve(BalanceKey key, Amount amount) {
  if (amount == Amount(0)) return;
  Balance& balance = Touch(key.account_id, key.asset_id);
  CHECK(Amount(0) < amount && amount <= balance.available);
  balance.available -= amount;
  balance.held += amount;
}

inline void Accounts::Release(BalanceKey key, Amount amount) {
  if (amount == Amount(0)) return;
  Balance& balance = Touch(key.account_id, key.asset_id);
  CHECK(Amount(0) < amount && amount <= balance.held);
  balance.held -= amount;
  balance.available += amount;
}

inline void Accounts::Rehold(BalanceKey key, Amount before, Amount after) {
  if (after == before) return;
  Balance& balance = Touch(key.account_id, key.asset_id);
  const Amount more = after - before;
  CHECK(more <= balance.available && before <= balance.held && Amount(0) <= after);
  balance.available -= more;
  balance.held += more;
}

}  // namespace rialto::engine
