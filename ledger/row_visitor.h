// Whoever takes the ledger's rows one after the other: batches by sequence, each with its
// transactions, each of those with its postings by leg and its trades by id, and with its holds by
// sequence, account and asset.
#pragma once

#include <cstdint>

#include "ledger/digest.h"
#include "ledger/records.h"

namespace rialto::ledger {

// In place of the number of holds: the batch is older than they are.
inline constexpr int64_t kHoldsNotKept = -1;

// A link of the chain as it is stored.
struct BatchRow {
  Sequence first_sequence;
  Sequence last_sequence;
  int64_t transaction_count = 0;
  int64_t posting_count = 0;
  int64_t hold_count = kHoldsNotKept;
  Digest previous_hash{};
  Digest hash{};
};

class RowVisitor {
 public:
  virtual ~RowVisitor() = default;

  virtual void BeginBatch(const BatchRow& batch) = 0;
  // Its texts live until the next call.
  virtual void BeginTransaction(const TransactionRecord& transaction, int64_t stored_digest) = 0;
  virtual void Add(const PostingRecord& posting) = 0;
  virtual void Add(const TradeRecord& trade) = 0;
  virtual void EndTransaction() = 0;
  // After the transactions of the batch.
  virtual void Add(const HoldRecord& hold) = 0;
  virtual void EndBatch() = 0;

  // Rows that belong to nothing.
  virtual void AddStrayTransaction(Sequence sequence) = 0;
  virtual void AddStrayPosting(Sequence sequence, int32_t leg) = 0;
  virtual void AddStrayTrade(Sequence sequence, TradeId trade_id) = 0;
  virtual void AddStrayHold(const HoldRecord& hold) = 0;
};

}  // namespace rialto::ledger
