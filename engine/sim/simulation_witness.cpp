#include "engine/sim/simulation_witness.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/record_codec.h"

namespace rialto::engine {

uint64_t HashOf(const v1::CommandEvents& message) {
  return std::hash<std::string>()(message.SerializeAsString());
}

SimulationWitness::SimulationWitness(Observer observer) : observer_(std::move(observer)) {}

void SimulationWitness::Accuse(std::string what) {
  if (verdict_.ok()) verdict_ = absl::InternalError(what);
}

void SimulationWitness::Append(const CommandHeader& header, std::string_view record) {
  if (in_trial_) return;
  if (header.sequence != last_sent().Next()) {
    Accuse(absl::StrCat("sequence ", header.sequence.value(), " is journaled after ",
                        last_sent().value()));
    return;
  }
  if (!entries_.empty() && header.timestamp <= entries_.back().header.timestamp) {
    Accuse(absl::StrCat("sequence ", header.sequence.value(), " is not later than the one before"));
  }
  entries_.push_back({header, std::string(record), {}, 0});
}

void SimulationWitness::Commit(const journal::Position& end) {
  if (in_trial_) return;
  if (end.sequence != last_sent()) {
    Accuse(absl::StrCat("a commit says it ends at ", end.sequence.value(), ", not at ",
                        last_sent().value()));
    return;
  }
  batch_ends_[end.sequence] = end.chain_hash;
  ApplyUpTo(end.sequence);
}

void SimulationWitness::Replay(const CommandHeader& header, std::string_view record) {
  if (in_trial_ && trial_first_ == Sequence()) trial_first_ = header.sequence;
  if (header.sequence == Sequence() || header.sequence > last_sent()) {
    Accuse(absl::StrCat("recovery found sequence ", header.sequence.value(),
                        ", which nobody has sent"));
    return;
  }
  const Entry& sent = entry(header.sequence);
  if (sent.record != record || sent.header.timestamp != header.timestamp) {
    Accuse(absl::StrCat("recovery found another command at sequence ", header.sequence.value(),
                        " than was sent"));
  }
}

void SimulationWitness::Settle(const journal::Position& end) {
  const Sequence found = end.sequence;
  if (in_trial_) trial_end_ = found;
  if (found != durable() && found != last_sent() && !(in_trial_ && found < durable())) {
    Accuse(absl::StrCat("the journal ends at ", found.value(), "; durable was ", durable().value(),
                        ", sent ", last_sent().value()));
    return;
  }
  const auto known = batch_ends_.find(found);
  const bool is_known = found == Sequence() || known != batch_ends_.end();
  if (found <= durable() &&
      (!is_known || (found != Sequence() && known->second != end.chain_hash))) {
    Accuse(absl::StrCat("the journal's hash at ", found.value(), " is another one than before"));
  }
  if (in_trial_) return;
  entries_.resize(found.value());
  if (found > Sequence()) batch_ends_[found] = end.chain_hash;
  ApplyUpTo(found);
}

void SimulationWitness::BeginTrial() {
  in_trial_ = true;
  trial_end_ = trial_first_ = Sequence();
}

const Checkpoint* SimulationWitness::FindCheckpoint(Sequence sequence) const {
  const auto found = checkpoints_.find(sequence);
  return found == checkpoints_.end() ? nullptr : &found->second;
}

void SimulationWitness::ApplyUpTo(Sequence last) {
  Events events;
  v1::CommandEvents message;
  while (durable() < last) {
    Entry& next = entries_[durable().value()];
    const absl::StatusOr<Command> command = DecodeRecord(next.record);
    if (!command.ok()) {
      Accuse(absl::StrCat("a record that was journaled is none: ", command.status().ToString()));
      return;
    }
    events.clear();
    next.outcome = reference_.Apply(next.header, *command, events);
    message.Clear();
    EncodeEvents(next.header, events, message);
    next.events_hash = HashOf(message);
    if (reference_.checkpoint().has_value()) {
      checkpoints_[next.header.sequence] = *reference_.checkpoint();
    }
    observer_(events);
  }
}

// --- The log ---

absl::Status WitnessedLog::Recover(const journal::Position& after, const SeenHistory& seen,
                                   ApplyRecord apply) {
  RETURN_IF_ERROR(
      log_.Recover(after, seen, [&](const CommandHeader& header, std::string_view record) {
        witness_.Replay(header, record);
        return apply(header, record);
      }));
  witness_.Settle(log_.position());
  return absl::OkStatus();
}

void WitnessedLog::Append(const CommandHeader& header, std::string_view record) {
  witness_.Append(header, record);
  log_.Append(header, record);
}

absl::Status WitnessedLog::Commit() {
  RETURN_IF_ERROR(log_.Commit());
  witness_.Commit(log_.position());
  return absl::OkStatus();
}

}  // namespace rialto::engine
