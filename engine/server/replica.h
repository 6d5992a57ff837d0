// The engine, and what is known of its history: what a journal is replayed into.
//
// One Apply for live commands, for replay, and for whoever makes a snapshot beside the trading; the
// same commands give the same state, events and checkpoints everywhere.
//
// Thread: one; Compare any.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/balance_digest.h"
#include "engine/core/attestation.h"
#include "engine/core/engine.h"
#include "engine/core/history_hash.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

// 32 hexadecimal digits, for people.
std::string ToText(const StateHash& hash);

// All balances of one asset; see Checkpoint in event.proto.
struct AssetTotal {
  AssetId asset_id;
  Amount owned;
  Amount held;
};

// What the state added up to after a command.
struct Checkpoint {
  Attestation state;
  BalanceDigest balances{};
  std::vector<AssetTotal> assets;
  uint64_t open_orders = 0;
};

class Replica {
 public:
  // A checkpoint is taken after so many commands, or so long after the last one.
  static constexpr uint64_t kCheckpointCommands = 10'000;
  static constexpr int64_t kCheckpointNs = 5'000'000'000;
  // Attestations remembered, to be compared with what others know.
  static constexpr size_t kAttestationsMax = 20'000;

  // The engine's hash seed is drawn by lot.
  Replica();
  ~Replica();

  // As Engine::Apply.
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events);
  // The checkpoint that came with the last command; nullopt: none did.
  const std::optional<Checkpoint>& checkpoint() const { return checkpoint_; }

  const Engine& engine() const { return engine_; }
  // Of the state as it is.
  StateHash Hash() const;
  // The last checkpoint's; sequence 0 before the first.
  Attestation last_attestation() const;
  // When a command must come at the latest, for the engine or for a checkpoint; as Engine::NextDue.
  Timestamp NextDue() const;

  // DataLoss when the state at that checkpoint was another one. Ok, too, when it is too old to
  // tell.
  absl::Status Compare(const Attestation& attestation) const;

  // As those of Engine.
  void Save(StateWriter& out) const;
  bool Load(StateReader& in);

 private:
  Engine engine_;
  HistoryHash history_;
  Timestamp checkpoint_at_;  // Of the last one.
  bool has_news_ = false;    // Something but time came since.
  mutable absl::Mutex mutex_;
  std::deque<Attestation> attestations_ ABSL_GUARDED_BY(mutex_);
  std::optional<Checkpoint> checkpoint_;
};

}  // namespace rialto::engine
