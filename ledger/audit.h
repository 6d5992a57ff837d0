// The audit of the ledger's rows: recomputes every digest, every link of the chain, every sum and
// every running balance, and names what does not fit.
//
// Pure. Thread: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ledger/balance_book.h"
#include "ledger/digest.h"
#include "ledger/records.h"
#include "ledger/row_visitor.h"

namespace rialto::ledger {

// Something that is not as it was written.
struct Finding {
  uint64_t batch = 0;     // Its last sequence; 0: of no batch.
  uint64_t sequence = 0;  // Of the transaction; 0: the whole batch.
  int32_t leg = -1;       // Of the posting; -1: the whole transaction.
  std::string what;       // One sentence.
};

struct AuditReport {
  static constexpr size_t kFindingsMax = 1'000;

  int64_t batches = 0;
  int64_t transactions = 0;
  int64_t postings = 0;
  int64_t trades = 0;
  int64_t holds = 0;
  int64_t balances = 0;
  uint64_t last_sequence = 0;  // Of the last batch.
  Digest hash{};               // Of it: what to keep elsewhere.
  int64_t finding_count = 0;
  std::vector<Finding> findings;  // The first kFindingsMax.

  bool is_clean() const { return finding_count == 0; }
};

class Audit : public RowVisitor {
 public:
  // `explained`: balances whose postings and the engine once disagreed, as ledger.drift says; for
  // them no sum is expected, and each is a finding itself.
  explicit Audit(absl::flat_hash_set<BalanceKey> explained);

  void BeginBatch(const BatchRow& batch) override;
  void BeginTransaction(const TransactionRecord& transaction, int64_t stored_digest) override;
  void Add(const PostingRecord& posting) override;
  void Add(const TradeRecord& trade) override;
  void EndTransaction() override;
  void Add(const HoldRecord& hold) override;
  void EndBatch() override;
  void AddStrayTransaction(Sequence sequence) override;
  void AddStrayPosting(Sequence sequence, int32_t leg) override;
  void AddStrayTrade(Sequence sequence, TradeId trade_id) override;
  void AddStrayHold(const HoldRecord& hold) override;

  // After all batches: a row of balances.
  void AddBalance(const BalanceKey& key, const Balance& balance);
  // After all balances.
  AuditReport Finish();

 private:
  void Find(uint64_t sequence, int32_t leg, std::string what);
  void CheckOwned(const PostingRecord& posting);
  void CheckHeld(const BalanceKey& key, const Balance& balance);

  absl::flat_hash_set<BalanceKey> explained_;
  AuditReport report_;
  BatchChain chain_;
  BatchRow batch_;
  int64_t batch_postings_ = 0;
  TransactionDigest digest_;
  TransactionRecord transaction_;
  int64_t stored_digest_ = 0;
  int32_t next_leg_ = 0;
  absl::flat_hash_map<AssetId, absl::int128> sums_;  // Of the transaction.
  absl::flat_hash_map<BalanceKey, Amount> owned_;    // Zero: as if never there.
  absl::flat_hash_map<BalanceKey, Amount> held_;
  bool has_holds_ = false;  // They are kept since a batch before.
};

}  // namespace rialto::ledger
