// The ledger's tables, as the follower writes them.
//
// A batch becomes: new assets, instruments and accounts; the entries, by COPY; the balances as they
// are at its end, one upsert. Before that it is proved that each touched balance moved by exactly
// the sum of its entries; where not, the row goes to ledger.drift, which is counted and logged but
// never stops the mirror: what the engine says is written, and what was found stays on record.
//
// At every checkpoint of the engine, which always ends a batch, the balances' digest is compared
// with the engine's at the same sequence; the verdict is kept in ledger.checkpoints.
//
// Thread: the follower's.
#pragma once

#include <vector>

#include "absl/container/btree_map.h"
#include "common/catalog/catalog.h"
#include "common/follower/follower_store.h"
#include "common/postgres/copy_writer.h"
#include "ledger/balance_mirror.h"
#include "ledger/metrics.h"
#include "ledger/postings.h"

namespace rialto::ledger {

class Store : public FollowerStore {
 public:
  explicit Store(Metrics& metrics) : metrics_(metrics) {}

  const postgres::Schema& schema() const override;
  absl::Status Load(postgres::Transaction& transaction) override;
  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override;

 private:
  struct BalanceKey {
    AccountId account_id;
    AssetId asset_id;
    friend auto operator<=>(const BalanceKey&, const BalanceKey&) = default;
  };
  // What a batch does to one balance.
  struct BalanceMove {
    Amount entries_sum;
    Amount available;  // The last the engine said, with held and the sequence it said it at.
    Amount held;
    Sequence sequence;  // 0: the engine said nothing.
  };

  void Note(const engine::v1::CommandEvents& command);
  void NoteEvent(const engine::v1::Event& event, Sequence sequence);
  void NoteEntries(const engine::v1::CommandEvents& command);
  absl::Status WriteDefinitions(postgres::Transaction& transaction);
  absl::Status WriteBalances(postgres::Transaction& transaction);
  absl::Status ProveBalances(postgres::Transaction& transaction, Sequence last);
  absl::Status CountDrift(postgres::Transaction& transaction);
  absl::Status CountBalances(postgres::Transaction& transaction);
  absl::Status CompareCheckpoint(postgres::Transaction& transaction,
                                 const engine::v1::CommandEvents& command);

  Metrics& metrics_;
  Catalog catalog_;       // Everything in assets and instruments.
  BalanceMirror mirror_;  // Everything in balances.

  // The batch at hand.
  postgres::CopyWriter assets_{3};
  postgres::CopyWriter instruments_{4};
  postgres::CopyWriter accounts_{3};
  postgres::CopyWriter entries_{10};
  std::vector<Posting> postings_;
  absl::btree_map<BalanceKey, BalanceMove> moves_;
};

}  // namespace rialto::ledger
