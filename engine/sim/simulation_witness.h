// What truly happened in a simulated run: every command that was handed to the journal, which of
// them became durable, and what they must have led to. What a recovery finds is held against it.
//
// Knows it from the calls alone and from a replica that applies, in memory, exactly the bytes that
// were journaled; reads no file.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/journal/record.h"
#include "engine/server/commit_log.h"
#include "engine/server/replica.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::engine {

class SimulationWitness {
 public:
  // A command in the journal. What it led to is known when it is durable.
  struct Entry {
    CommandHeader header;
    std::string record;
    Outcome outcome;
    uint64_t events_hash = 0;  // As HashOf() says.
  };
  using Observer = std::function<void(const Events&)>;

  // `observer` hears of every durable command's events.
  explicit SimulationWitness(Observer observer);

  // The first promise that was broken, in words; Ok while none was.
  const absl::Status& verdict() const { return verdict_; }
  // Notes that this promise was broken, if it is the first one.
  void Accuse(std::string what);

  // --- What the log does. ---

  void Append(const CommandHeader& header, std::string_view record);
  // Everything appended is durable; the journal says it ends at `end`.
  void Commit(const journal::Position& end);
  // Recovery hands this out again.
  void Replay(const CommandHeader& header, std::string_view record);
  // Recovery found that the journal ends here: with all of the batch that was being written when
  // the process ended, or with nothing of it.
  void Settle(const journal::Position& end);

  // --- Trials: what happens in them is only looked at. A trial may find less than was durable. ---

  void BeginTrial();
  void EndTrial() { in_trial_ = false; }
  // Where the journal of the trial ended, and the first command that was replayed; 0: none.
  Sequence trial_end() const { return trial_end_; }
  Sequence trial_first() const { return trial_first_; }

  // --- What is known. ---

  Sequence durable() const { return reference_.engine().sequence(); }
  // Of a command in the journal or on its way there.
  const Entry& entry(Sequence sequence) const { return entries_[sequence.value() - 1]; }
  // What a recovery may find at most.
  Sequence last_sent() const { return Sequence(entries_.size()); }
  // Where batches end, with the chain hash there.
  const std::map<Sequence, journal::Digest>& batch_ends() const { return batch_ends_; }
  // nullptr: that command came with none.
  const Checkpoint* FindCheckpoint(Sequence sequence) const;
  // All durable commands, applied.
  const Replica& reference() const { return reference_; }

 private:
  void ApplyUpTo(Sequence last);

  const Observer observer_;
  absl::Status verdict_;
  std::vector<Entry> entries_;  // By sequence - 1: the durable ones, then those on their way.
  std::map<Sequence, journal::Digest> batch_ends_;
  std::map<Sequence, Checkpoint> checkpoints_;
  Replica reference_;
  bool in_trial_ = false;
  Sequence trial_end_;
  Sequence trial_first_;
};

// Of what followers hear of a command, its checkpoint apart.
uint64_t HashOf(const v1::CommandEvents& message);

// Tells the witness of everything that a log is asked to do and says.
class WitnessedLog : public CommitLog {
 public:
  // Both outlive it.
  WitnessedLog(CommitLog& log, SimulationWitness& witness) : log_(log), witness_(witness) {}

  absl::Status Recover(const journal::Position& after, const SeenHistory& seen,
                       ApplyRecord apply) override;
  uint32_t engine_version() const override { return log_.engine_version(); }
  uint64_t dropped_bytes() const override { return log_.dropped_bytes(); }
  bool HasRoomFor(size_t record_bytes) const override { return log_.HasRoomFor(record_bytes); }
  void Append(const CommandHeader& header, std::string_view record) override;
  absl::Status Commit() override;
  journal::Position position() const override { return log_.position(); }
  uint64_t bytes_written() const override { return log_.bytes_written(); }

 private:
  CommitLog& log_;
  SimulationWitness& witness_;
};

}  // namespace rialto::engine
