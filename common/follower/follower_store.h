// What a service supplies to be a follower: its schema, and what a batch of events does to it.
#pragma once

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/postgres/migrations.h"
#include "common/postgres/transaction.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto {

// The commands of one batch: consecutive sequences, in order; at least one.
using CommandBatch = absl::Span<const engine::v1::CommandEvents* const>;

// The session's search_path is the schema. Thread: every call comes from the follower's.
class FollowerStore {
 public:
  virtual ~FollowerStore() = default;

  // The tables; the follower applies the migrations, and keeps its own table follower_position
  // beside them.
  virtual const postgres::Schema& schema() const = 0;

  // Reads from the database whatever Apply() keeps in memory, in place of what is there. Called
  // before the first Apply() and again after a transaction that failed or whose end is unknown.
  virtual absl::Status Load(postgres::Transaction& transaction) = 0;

  // Writes what the batch changes. The follower adds the position and commits; on an error it rolls
  // back, calls Load() and offers the same events again, perhaps in other batches.
  virtual absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) = 0;
};

}  // namespace rialto
