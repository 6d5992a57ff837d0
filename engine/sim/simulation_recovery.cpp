// Starts in a simulation, and what must be true after each.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/recovery.h"
#include "engine/sim/simulation.h"

namespace rialto::engine {
namespace {

constexpr int kAttemptsWithFaults = 4;
constexpr size_t kAskedAgain = 6;

std::string SaveToString(const Replica& replica) {
  std::string bytes;
  const auto append = [&](std::string_view piece) { bytes += piece; };
  StateWriter out(append);
  replica.Save(out);
  out.Flush();
  return bytes;
}

}  // namespace

void Simulation::Accuse(const absl::Status& status) {
  if (!status.ok()) witness_.Accuse(status.ToString());
}

void Simulation::Recover() {
  for (int attempt = 0; !is_over(); ++attempt) {
    if (random_.OneIn(loss_every_)) LoseSomething();
    if (random_.OneIn(damage_every_)) TryDamage();
    // Recovery itself is cut short, sometimes again and again.
    if (attempt < kAttemptsWithFaults && random_.OneIn(6)) ArmFault();
    if (attempt >= kAttemptsWithFaults && armed_ == End::kFullDisk) FreeDisk();
    const absl::Status started = Start();
    if (started.ok() && !FaultCame()) return CheckRecovered();
    if (started.ok()) witness_.Accuse("an error of the disk went unnoticed at a start");
    const bool blames_history = absl::IsDataLoss(started) || absl::IsOutOfRange(started) ||
                                absl::IsInternal(started);  // Nobody would start it again.
    if (!MayHaveFailed() || blames_history) {
      witness_.Accuse(absl::StrCat("the engine does not start: ", started.ToString()));
    }
    EndProcess();
  }
}

absl::Status Simulation::Start() {
  process_ = std::make_unique<SimulationProcess>(files_, where_, witness_);
  process_->clock.Set(random_.OneIn(10) ? Timestamp(0) : wall_clock_);
  return process_->pipeline.Recover(process_->snapshots, AskDatabase());
}

// The follower's, when it answers.
std::vector<SeenHistory> Simulation::AskDatabase() {
  if (random_.OneIn(3)) return {};
  return {follower_.seen()};
}

void Simulation::CheckRecovered() {
  ++counts_.recoveries;
  const Pipeline& pipeline = process_->pipeline;
  const Engine& engine = pipeline.engine();
  CheckState();
  if (SaveToString(pipeline.replica()) != SaveToString(witness_.reference())) {
    witness_.Accuse("the recovered state is not, byte by byte, the one that was");
  }
  for (const Asset& asset : engine.assets()) {
    if (engine.accounts().Total(asset.id) != 0) witness_.Accuse("money came or went");
  }
  if (random_.OneIn(8)) engine.Validate();
  if (process_->feed.published() != witness_.durable()) {
    witness_.Accuse("the feed does not end where the journal does");
  }

  RecordNotes notes;
  const bool has_record = witness_.durable() > Sequence() &&
                          DecodeRecord(witness_.entry(witness_.durable()).record, &notes).ok();
  if (!has_record || !notes.start.has_value()) {
    witness_.Accuse("a run does not begin with its note");
    return;
  }
  if (notes.start->snapshot < promised_snapshot_) {
    witness_.Accuse(absl::StrCat("a snapshot counted at ", promised_snapshot_.value(),
                                 ", and the start used ", notes.start->snapshot.value()));
  }
  counts_.from_snapshots += notes.start->snapshot > Sequence();
  counts_.torn_tails += notes.start->dropped_bytes > 0;

  if (random_.OneIn(4)) follower_.Restart();
  Accuse(follower_.Subscribe(process_->feed, pipeline.replica()));
  if (!is_over()) AskAgain();
}

// Retries of what was decided last, and of anything before.
void Simulation::AskAgain() {
  std::vector<Request> requests;
  for (size_t i = 0; i < std::min(kAskedAgain, answered_.size()); ++i) {
    requests.push_back(random_.OneIn(2) ? random_.Pick(answered_)
                                        : answered_[answered_.size() - 1 - i]);
  }
  PassTime();
  Send(requests);
}

// In the end: all files read once more, and a start without any snapshot.
void Simulation::CheckWholeHistory() {
  EndProcess();
  if (armed_ == End::kFullDisk) FreeDisk();
  Empty(where_.snapshots.directory);
  promised_snapshot_ = Sequence();
  uint64_t records = 0;
  const auto compare = [&](const journal::Record& record) {
    witness_.Replay({record.sequence, record.timestamp}, record.payload);
    ++records;
    return absl::OkStatus();
  };
  const auto read =
      journal::Recover(files_, where_.journal, journal::RecoveryMode::kVerify, compare);
  Accuse(read.status());
  if (is_over()) return;
  if (records < witness_.durable().value()) witness_.Accuse("the journal is not whole");
  if (const absl::Status started = Start(); !started.ok()) return Accuse(started);
  CheckRecovered();
  while (!is_over() && follower_.position() < process_->feed.published()) {
    Accuse(follower_.Read(process_->feed.published(), 100));
  }
  Accuse(follower_.mirror().CompareWith(process_->pipeline.engine()));
}

}  // namespace rialto::engine
