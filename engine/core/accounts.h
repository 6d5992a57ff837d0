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
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "common/base/money.h"

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

struct Account {
  CallerId name;
  std::vector<Balance> balances;  // By asset id - 1; shorter than the assets when untouched.
  int64_t open_orders = 0;
  // Oldest and youngest of its open orders, linked through Order::account_next.
  uint32_t first_order = 0;
  uint32_t last_order = 0;
};

// A balance some command touched.
struct BalanceKey {
  AccountId account_id;
  AssetId asset_id;
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

  uint64_t user_count() const { return users_.size(); }
  AccountId last_user() const { return AccountId(kFirstUserAccount.value() + users_.size() - 1); }

  // A zero balance when untouched.
  Balance Get(AccountId account_id, AssetId asset_id) const;

  // Starts a command: touched() is empty, and balances used from here on are recorded in it.
  void BeginCommand(Sequence sequence);
  // Balances the command used, in the order of first use.
  const std::vector<BalanceKey>& touched() const { return touched_; }

  // Between the two parts of one balance. REQUIRES: the amount is there.
  void Reserve(BalanceKey key, Amount amount);
  void Release(BalanceKey key, Amount amount);
  // From one account's available or held to another's available. REQUIRES: the amount is there, or
  // `from` is `external`.
  void MoveAvailable(AssetId asset_id, AccountId from, AccountId to, Amount amount);
  void MoveHeld(AssetId asset_id, AccountId from, AccountId to, Amount amount);

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
  std::vector<BalanceKey> touched_;
};

}  // namespace rialto::engine
