// The ledger's tables, as the follower writes them.
//
// A batch becomes: new assets, instruments and accounts; transactions, postings, trades, new orders
// and what is held of balances now, each one COPY into its partition; one UPDATE of the older
// orders and one of the balances that changed; one link of the hash chain. That each balance moves
// by exactly the sum of its postings is proved in memory, command by command; where not, the row
// goes to ledger.drift, which is counted and logged but never stops the mirror: what the engine
// says is written, and what was found stays on record. A row of balances that is not as it was left
// is found when it changes, and at the hourly comparison.
//
// At every checkpoint of the engine the balances' digest is compared with the engine's at the same
// sequence; the verdict is kept in ledger.checkpoints.
//
// The names of tables are looked up in the session's search_path, which is the schema's. Thread:
// the follower's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/follower/follower_store.h"
#include "ledger/ledger_batch.h"
#include "ledger/metrics.h"

namespace rialto::ledger {

class Store : public FollowerStore {
 public:
  // `schema_name`: where the tables are; another name for a second mirror beside the first.
  explicit Store(Metrics& metrics, std::string schema_name = "ledger");

  // Called, on the follower's thread, when a checkpoint does not fit; must not block. Before the
  // follower starts.
  void SetMismatchListener(std::function<void()> listener) { on_mismatch_ = std::move(listener); }

  const postgres::Schema& schema() const override { return schema_; }
  absl::Status Load(postgres::Transaction& transaction) override;
  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override;

 private:
  absl::Status LoadBalances(postgres::Transaction& transaction);
  absl::Status LoadChain(postgres::Transaction& transaction);
  absl::Status WriteKinds(postgres::Transaction& transaction);
  absl::Status WritePartition(postgres::Transaction& transaction, const PartitionRows& rows);
  absl::Status UpdateOrders(postgres::Transaction& transaction);
  absl::Status WriteBalances(postgres::Transaction& transaction, Sequence last);
  absl::Status WriteChain(postgres::Transaction& transaction);
  absl::Status WriteCheckpoint(postgres::Transaction& transaction,
                               const CheckpointVerdict& verdict);
  absl::Status WriteDrift(postgres::Transaction& transaction, const std::vector<Drift>& found);
  absl::Status CountDrift(postgres::Transaction& transaction);

  Metrics& metrics_;
  const std::string schema_name_;
  const postgres::Schema schema_;
  std::function<void()> on_mismatch_;
  LedgerBatch batch_;
  int64_t open_partition_ = -1;  // The last that is known to have its tables.
};

}  // namespace rialto::ledger
