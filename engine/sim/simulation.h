// One engine, its disk, its clock, its callers and a follower on one thread, from one seed: random
// commands go through the pipeline of the product while the disk forgets, fails, fills up and rots,
// the process dies and the clock jumps; after every recovery all promises are looked at.
//
//   * what was acknowledged is there, with the same outcome, once; nothing is there that was not
//   sent
//   * sequences are dense, timestamps increase, events and checkpoints are those of the first time
//   * the state is, byte by byte, that of a replica which applied the journaled commands in memory
//   * nothing is answered before it is durable; an error of the disk never goes unnoticed
//   * a follower hears everything once, and its mirror is the engine's state
//   * damage is refused, or was in nothing that anybody had been told
//
// Everything but the salts of journal segments follows from the seed. A CHECK that fails ends the
// process; engine_sim.cpp and simulation_test.cpp then say where it was.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/server/snapshotter.h"
#include "engine/sim/random.h"
#include "engine/sim/simulation_follower.h"
#include "engine/sim/simulation_process.h"
#include "engine/sim/simulation_witness.h"
#include "engine/sim/workload.h"

namespace rialto::engine {

struct SimulationOptions {
  uint64_t seed = 1;
  uint64_t commands = 500;
};

// What a run went through.
struct SimulationCounts {
  uint64_t commands = 0;    // Durable.
  uint64_t recoveries = 0;  // That the engine went on from.
  uint64_t from_snapshots = 0;
  uint64_t power_cuts = 0;
  uint64_t deaths = 0;
  uint64_t failed_changes = 0;  // Writes, syncs and steps of names that failed once.
  uint64_t full_disks = 0;      // That ended the process.
  uint64_t torn_tails = 0;
  uint64_t snapshots = 0;
  uint64_t snapshots_lost = 0;  // Damaged, foreign or removed.
  uint64_t feeds_lost = 0;
  uint64_t retries = 0;
  uint64_t damages = 0;  // Of the journal.
  uint64_t damages_refused = 0;
  uint64_t damages_beside = 0;  // Where nothing was, or what recovery did not need.
  // Of batches at the very end that were acknowledged: they look like a write that did not finish.
  uint64_t damages_ahead = 0;   // A follower is ahead, and is told so.
  uint64_t damages_unseen = 0;  // Nothing knew of them.
  uint64_t damages_forked = 0;  // A follower takes other commands of the same nanosecond for them.

  void Add(const SimulationCounts& other);
  std::string ToText() const;
};

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options);

  // Ok, or the first promise that was broken, with the step.
  absl::Status Run();

  const SimulationCounts& counts() const { return counts_; }
  uint64_t step() const { return step_; }

 private:
  // Something a client has asked for.
  struct Request {
    Command command;
    // When it was answered before: it must be again, with the same outcome.
    bool is_retry = false;
    Outcome first;
  };
  // How a process ends.
  enum class End { kNone, kPowerCut, kDeath, kIoError, kFullDisk };
  // Where a batch of the journal lies.
  struct Extent {
    std::string path;
    uint64_t begin = 0;
    uint64_t end = 0;
    Sequence last;
  };
  // What was done to a journal, and what else on the disk knows how far it went.
  struct Damage {
    std::string path;
    uint64_t begin = 0;
    uint64_t end = 0;
    bool is_file_gone = false;
    Sequence mark;
    Sequence feed;
    Sequence database;  // As far as the start could ask it.
  };

  // simulation.cpp
  void Step();
  void PassTime();
  Request NextRequest();
  void SendBatch(size_t count);
  void Send(const std::vector<Request>& requests);
  void Hear(const std::vector<Request>& requests, Sequence first,
            absl::Span<const Outcome> outcomes);
  void CheckState();
  void MakeSnapshot();
  void CheckSnapshot(const SnapshotHeader& made, const SnapshotTarget& target);
  void ReadFeed();
  // `what` was asked of the engine and failed: is that a fault of the disk?
  void JudgeError(const char* what, const absl::Status& error);

  // simulation_faults.cpp
  void ChooseFaults();
  void ArmFault();
  // The armed fault has met the process; or may have, and nobody can tell.
  bool FaultCame() const;
  bool MayHaveFailed() const { return FaultCame() || armed_ == End::kFullDisk; }
  void EndProcess();
  void FreeDisk();
  void LoseSomething();
  void LoseSnapshot();
  void LeaveForeignSnapshot();
  void LoseFeed();
  void DamageFeed();
  void LoseMark();
  void Empty(const std::string& directory);
  void Flip(const std::string& path);

  // simulation_damage.cpp
  void TryDamage();
  std::vector<Extent> FindExtents();
  Damage DamageJournal(const std::vector<Extent>& extents);
  Sequence FeedEnd();
  static bool IsHit(const Damage& damage, const Extent& extent);
  void JudgeDamage(const Damage& damage, const std::vector<Extent>& extents,
                   const absl::Status& started);
  void JudgeLoss(const Damage& damage, const std::vector<Extent>& extents);

  // simulation_recovery.cpp
  void Recover();
  std::vector<SeenHistory> AskDatabase();
  absl::Status Start();
  void CheckRecovered();
  void AskAgain();
  void CheckWholeHistory();
  void Accuse(const absl::Status& status);

  bool is_over() const { return !witness_.verdict().ok(); }

  const SimulationOptions options_;
  Random random_;
  Workload workload_;
  SimulationWitness witness_;
  SimulationFollower follower_;
  journal::FaultyFileSystem files_;
  SimulationFiles where_;
  std::unique_ptr<SimulationProcess> process_;

  Timestamp wall_clock_;
  std::deque<Request> unanswered_;  // Sent, and nobody knows what became of it.
  std::vector<Request> answered_;   // Keyed commands that were taken.

  // How this run is: each seed has its own mixture.
  std::vector<End> faults_;
  uint64_t fault_every_ = 0;
  uint64_t snapshot_every_ = 0;
  uint64_t loss_every_ = 0;
  uint64_t damage_every_ = 0;
  uint64_t read_every_ = 0;
  uint64_t batch_max_ = 0;

  std::optional<SnapshotTarget> newest_snapshot_;
  Sequence promised_snapshot_;  // A start uses this one or a newer; 0: nothing is promised.
  bool has_foreign_snapshot_ = false;
  End armed_ = End::kNone;
  uint64_t armed_at_ = 0;  // The change that meets the fault.
  bool is_feed_damaged_ = false;
  bool may_snapshots_fail_ = false;  // In this process.

  SimulationCounts counts_;
  uint64_t step_ = 0;
};

// Runs it; Internal with the seed, the step and the command that repeats it when a promise was
// broken.
absl::Status RunSimulation(const SimulationOptions& options, SimulationCounts& counts);

// Writes seed and step to standard error when a CHECK ends the process.
void TellSimulationOnAbort();

}  // namespace rialto::engine
