// A follower of the simulated engine: a mirror made of events alone, and the position it stands
// for, stored together and at moments of its own.
//
// Believes nothing: sequences must be dense, events those that the witness knows, checkpoints true
// of the mirror. Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/balance_digest.h"
#include "engine/core/engine.h"
#include "engine/journal/cursor.h"
#include "engine/server/event_feed.h"
#include "engine/server/seen_history.h"
#include "engine/sim/simulation_witness.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::engine {

// Balances and open orders, from the events on the wire.
class SimulationMirror {
 public:
  // What contradicts the events before; Ok when nothing does.
  absl::Status Apply(const v1::CommandEvents& command);
  // Whether a checkpoint of the engine is true of it.
  absl::Status Check(const v1::Checkpoint& checkpoint) const;
  // Whether the engine, at the same sequence, says the same.
  absl::Status CompareWith(const Engine& engine) const;

 private:
  struct Balance {
    int64_t available = 0;
    int64_t held = 0;
  };
  struct OpenOrder {
    uint64_t account_id = 0;
    int64_t quantity = 0;  // The total.
    int64_t done = 0;      // Executed or prevented.
    int64_t remaining() const { return quantity - done; }
  };

  absl::Status On(const v1::Event& event);
  absl::Status Progress(uint64_t order_id, int64_t done, int64_t remaining);
  absl::Status Cancel(const v1::OrderCanceled& canceled);
  absl::StatusOr<OpenOrder*> Find(uint64_t order_id);
  BalanceDigest Digest() const;

  std::map<std::pair<uint64_t, uint32_t>, Balance> balances_;  // By account and asset.
  std::map<uint64_t, OpenOrder> orders_;
  std::vector<uint64_t> progressed_;  // By the events of one command: may be over.
};

class SimulationFollower {
 public:
  explicit SimulationFollower(const SimulationWitness& witness) : witness_(witness) {}

  // The engine has started: takes the feed up where it stands. OutOfRange: the mirror is ahead.
  // DataLoss or FailedPrecondition: another history.
  absl::Status Subscribe(EventFeed& feed, const Replica& replica);
  // The engine is gone.
  void Unsubscribe() { cursor_.reset(); }

  // Applies at most so many messages; DataLoss when the feed can not be read, Internal when it says
  // anything that is not so. REQUIRES: Subscribe().
  absl::Status Read(Sequence published, int messages);

  // Its transaction: mirror and position.
  void Store() { stored_ = now_; }
  // It dies and starts again from what it stored, and is not subscribed.
  void Restart();

  Sequence position() const { return now_.position; }
  Sequence stored_position() const { return stored_.position; }
  // What its database says.
  SeenHistory seen() const {
    return {.by = "follower", .sequence = stored_.position, .checkpoint = stored_.checkpoint};
  }
  const SimulationMirror& mirror() const { return now_.mirror; }

 private:
  struct State {
    Sequence position;
    Timestamp timestamp;  // Of the command there.
    SimulationMirror mirror;
    Attestation checkpoint;  // The last one.
  };

  absl::Status Apply(v1::CommandEvents& command);
  absl::Status ApplyCheckpoint(Sequence sequence, const v1::Checkpoint& checkpoint);

  const SimulationWitness& witness_;
  std::unique_ptr<journal::Cursor> cursor_;
  State now_;
  State stored_;
};

}  // namespace rialto::engine
