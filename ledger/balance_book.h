// Every balance of the mirror, in memory: what postings move and the engine's word decides.
//
// A command books its postings, then takes over what the engine says; where the two differ is
// drift. The batch's changes are collapsed to one per balance, each with what the row must hold
// before. About 75 bytes a balance.
//
// Thread: the follower's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "ledger/balance_mirror.h"

namespace rialto::ledger {

struct BalanceKey {
  AccountId account_id;
  AssetId asset_id;
  friend auto operator<=>(const BalanceKey&, const BalanceKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const BalanceKey& key) {
    return H::combine(std::move(state), key.account_id, key.asset_id);
  }
};

struct Balance {
  Amount available;
  Amount held;
};

// What a batch did to one balance.
struct BalanceChange {
  BalanceKey key;
  Balance before;
  Balance after;
  Sequence sequence;  // Of the command that changed it last.
  // Of the first and last command that changed what is held; 0: none did.
  Sequence hold_first;
  Sequence hold_last;
  bool is_new = false;  // There was no row.
};

// A balance that did not move by exactly the sum of its postings.
struct Drift {
  Sequence sequence;
  BalanceKey key;
  Amount expected;  // What the account owned before, plus the postings.
  Amount actual;    // What it owns as the engine says.
};

class BalanceBook {
 public:
  // A row of the database.
  void Load(const BalanceKey& key, const Balance& balance);

  // Forgets the changes of the batch before. REQUIRES: they were committed.
  void BeginBatch();
  // Moves what the account owns; returns it.
  Amount Book(const BalanceKey& key, Amount amount);
  // What the engine says.
  void Set(const BalanceKey& key, const Balance& balance, Sequence sequence);
  // Compares both for all balances that the command touched; afterwards the engine's word counts.
  void EndCommand(Sequence sequence, std::vector<Drift>& drift);

  // Of the batch; by no particular order.
  std::vector<BalanceChange> Changes() const;
  // Every balance as it is now; by no particular order.
  void ForEach(absl::FunctionRef<void(const BalanceKey&, const Balance&)> take) const;
  const BalanceMirror& mirror() const { return mirror_; }
  size_t size() const { return cells_.size(); }

 private:
  struct Cell {
    BalanceKey key;
    Balance balance;
    Amount owned;             // Between commands: available + held.
    uint32_t change = 0;      // Place in changes_, from 1; 0: unchanged by the batch.
    bool is_stored = false;   // In the database, or will be with this batch.
    bool is_touched = false;  // By the command at hand.
  };
  struct Changed {
    uint32_t cell = 0;
    Balance before;
    Sequence sequence;
    Sequence hold_first;
    Sequence hold_last;
    bool is_new = false;
  };

  uint32_t Touch(const BalanceKey& key);

  absl::flat_hash_map<BalanceKey, uint32_t> index_;
  std::vector<Cell> cells_;
  std::vector<uint32_t> touched_;  // By the command at hand.
  std::vector<Changed> changes_;
  BalanceMirror mirror_;
};

}  // namespace rialto::ledger
