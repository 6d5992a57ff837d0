// What a batch of commands writes: rows ready to copy, by partition, and what changes in place.
//
// Keeps what must be known from batch to batch: definitions, balances, the end of the hash chain.
// Knows nothing of SQL. Thread: the follower's.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/follower/follower_store.h"
#include "common/postgres/copy_writer.h"
#include "ledger/balance_book.h"
#include "ledger/digest.h"
#include "ledger/order_changes.h"
#include "ledger/postings.h"

namespace rialto::ledger {

// Rows for the tables of one partition, columns as in schema/0003_transactions.sql and
// 0006_holds.sql.
struct PartitionRows {
  int64_t number = 0;  // sequence / kPartitionCommands.
  postgres::CopyWriter transactions{6};
  postgres::CopyWriter postings{12};
  postgres::CopyWriter trades{14};
  postgres::CopyWriter orders{23};
  postgres::CopyWriter holds{6};

  void Clear();
};

// How the mirror and the engine compared at a checkpoint.
struct CheckpointVerdict {
  Sequence sequence;
  std::string state_hash;
  Differences differences;
};

// A link of the chain, when the batch moved money or changed what is held.
struct BatchRecord {
  Sequence first_sequence;
  Sequence last_sequence;
  int64_t transaction_count = 0;
  int64_t posting_count = 0;
  int64_t hold_count = 0;
  Digest previous_hash{};
  Digest hash{};
};

class LedgerBatch {
 public:
  // From the database, before the first batch.
  Catalog catalog;
  BalanceBook balances;
  BatchChain chain;
  // Holds were not kept before this batch: it gets a row of every balance there is.
  bool begins_holds = false;

  // Takes the batch up. `booked_ns` is the time now.
  void Fill(CommandBatch commands, int64_t booked_ns);

  // Partitions that get new rows, oldest first.
  const std::deque<PartitionRows>& partitions() const { return partitions_; }
  // Orders of batches before that change.
  const std::vector<const OrderChange*>& changed_orders() const { return changed_orders_; }
  const std::vector<BalanceChange>& changed_balances() const { return changed_balances_; }
  const std::vector<Drift>& drift() const { return drift_; }
  const std::vector<CheckpointVerdict>& checkpoints() const { return checkpoints_; }
  const postgres::CopyWriter& accounts() const { return accounts_; }
  // transaction_count and hold_count 0: no link.
  const BatchRecord& record() const { return record_; }

 private:
  void Note(const engine::v1::CommandEvents& command, int64_t booked_ns);
  void NoteTransaction(const engine::v1::CommandEvents& command, int64_t booked_ns);
  void NoteTrades(const engine::v1::CommandEvents& command, PartitionRows& rows);
  void PutOrders();
  void PutHolds(CommandBatch commands);
  void CloseChain(Sequence last);
  PartitionRows& RowsOf(Sequence sequence);

  std::deque<PartitionRows> partitions_;
  OrderChanges orders_;
  std::vector<const OrderChange*> changed_orders_;
  std::vector<BalanceChange> changed_balances_;
  std::vector<Drift> drift_;
  std::vector<CheckpointVerdict> checkpoints_;
  postgres::CopyWriter accounts_{3};
  BatchRecord record_;
  TransactionDigest digest_;
  std::vector<Posting> postings_;  // Of the command at hand.
};

}  // namespace rialto::ledger
