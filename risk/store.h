// Limits, settings, trading states and open orders as the follower writes them.
//
// A batch becomes: new and changed definitions; what it sets; and of the orders it touches one
// deletion of those that ended and one upsert of those that changed. Thread: the follower's.
#pragma once

#include "common/follower/follower_store.h"

namespace rialto::risk {

class Store : public FollowerStore {
 public:
  const postgres::Schema& schema() const override;
  // Nothing is kept in memory.
  absl::Status Load(postgres::Transaction& transaction) override;
  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override;
};

}  // namespace rialto::risk
