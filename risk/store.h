// Limits and exposures as the follower writes them.
//
// A batch becomes: new assets and instruments; one upsert of the limits it sets; one upsert of the
// exposures its orders and trades touch. Thread: the follower's.
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
