#include "ledger/comparison.h"

#include "common/base/check.h"

namespace rialto::ledger {

PageComparison Compare(const EnginePage& engine, const LedgerPage& ledger) {
  CHECK(ledger.position >= engine.sequence);
  PageComparison comparison;
  const auto note = [&](const BalanceKey& key, const Balance& theirs, const LedgerPage::Row* ours) {
    if (ours != nullptr && ours->changed > engine.sequence) {
      comparison.undecided.push_back(key);
      return;
    }
    ++comparison.compared;
    const Balance here = ours == nullptr ? Balance() : ours->balance;
    if (here.available == theirs.available && here.held == theirs.held) return;
    comparison.differences.push_back({key, engine.sequence, theirs, here});
  };
  auto ours = ledger.rows.begin();
  for (const EnginePage::Row& theirs : engine.rows) {
    for (; ours != ledger.rows.end() && ours->key < theirs.key; ++ours) {
      note(ours->key, Balance(), &*ours);
    }
    const bool is_there = ours != ledger.rows.end() && ours->key == theirs.key;
    note(theirs.key, theirs.balance, is_there ? &*ours : nullptr);
    if (is_there) ++ours;
  }
  for (; ours != ledger.rows.end(); ++ours) note(ours->key, Balance(), &*ours);
  return comparison;
}

}  // namespace rialto::ledger
