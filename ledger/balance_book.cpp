#include "ledger/balance_book.h"

namespace rialto::ledger {

void BalanceBook::Load(const BalanceKey& key, const Balance& balance) {
  Cell& cell = cells_[Touch(key)];
  cell.balance = balance;
  cell.owned = balance.available + balance.held;
  cell.is_stored = true;
  cell.is_touched = false;
  touched_.clear();
  mirror_.Add(key.account_id, key.asset_id, balance.available, balance.held);
}

void BalanceBook::BeginBatch() {
  for (const Changed& changed : changes_) cells_[changed.cell].change = 0;
  changes_.clear();
}

uint32_t BalanceBook::Touch(const BalanceKey& key) {
  const auto [entry, is_new] = index_.try_emplace(key, static_cast<uint32_t>(cells_.size()));
  if (is_new) cells_.push_back({.key = key});
  Cell& cell = cells_[entry->second];
  if (!cell.is_touched) {
    cell.is_touched = true;
    touched_.push_back(entry->second);
  }
  return entry->second;
}

Amount BalanceBook::Book(const BalanceKey& key, Amount amount) {
  Cell& cell = cells_[Touch(key)];
  cell.owned += amount;
  return cell.owned;
}

void BalanceBook::Set(const BalanceKey& key, const Balance& balance, Sequence sequence) {
  const uint32_t index = Touch(key);
  Cell& cell = cells_[index];
  if (cell.change == 0) {
    changes_.push_back({.cell = index, .before = cell.balance, .is_new = !cell.is_stored});
    cell.change = static_cast<uint32_t>(changes_.size());
    cell.is_stored = true;
  }
  Changed& changed = changes_[cell.change - 1];
  changed.sequence = sequence;
  if (balance.held != cell.balance.held) {
    if (changed.hold_first == Sequence()) changed.hold_first = sequence;
    changed.hold_last = sequence;
  }
  mirror_.Remove(key.account_id, key.asset_id, cell.balance.available, cell.balance.held);
  mirror_.Add(key.account_id, key.asset_id, balance.available, balance.held);
  cell.balance = balance;
}

void BalanceBook::EndCommand(Sequence sequence, std::vector<Drift>& drift) {
  for (const uint32_t index : touched_) {
    Cell& cell = cells_[index];
    cell.is_touched = false;
    const Amount actual = cell.balance.available + cell.balance.held;
    if (actual != cell.owned) {
      drift.push_back({sequence, cell.key, cell.owned, actual});
      cell.owned = actual;
    }
  }
  touched_.clear();
}

std::vector<BalanceChange> BalanceBook::Changes() const {
  std::vector<BalanceChange> changes;
  changes.reserve(changes_.size());
  for (const Changed& changed : changes_) {
    const Cell& cell = cells_[changed.cell];
    changes.push_back({.key = cell.key,
                       .before = changed.before,
                       .after = cell.balance,
                       .sequence = changed.sequence,
                       .hold_first = changed.hold_first,
                       .hold_last = changed.hold_last,
                       .is_new = changed.is_new});
  }
  return changes;
}

void BalanceBook::ForEach(absl::FunctionRef<void(const BalanceKey&, const Balance&)> take) const {
  for (const Cell& cell : cells_) take(cell.key, cell.balance);
}

}  // namespace rialto::ledger
