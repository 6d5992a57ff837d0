// The positions as the follower writes them.
//
// A batch becomes: new assets and instruments; one upsert of the positions its trades touch; the
// last price of each instrument that traded. Thread: the follower's.
#pragma once

#include <map>

#include "common/follower/follower_store.h"
#include "pms/metrics.h"
#include "pms/positions.h"

namespace rialto::pms {

class Store : public FollowerStore {
 public:
  explicit Store(Metrics& metrics) : metrics_(metrics) {}

  const postgres::Schema& schema() const override;
  // Nothing is kept in memory.
  absl::Status Load(postgres::Transaction& transaction) override;
  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override;

 private:
  Metrics& metrics_;
};

}  // namespace rialto::pms
