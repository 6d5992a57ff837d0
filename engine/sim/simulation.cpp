#include "engine/sim/simulation.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/codec/record_codec.h"
#include "engine/core/rule_set.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

// 2026-11-20.
constexpr Timestamp kBegin{1'795'132'800'000'000'000};
constexpr int64_t kSecondNs = 1'000'000'000;
// What an engine's door lets in: what is longer is nothing that the core would take.
constexpr size_t kCommandBytesMax = 4'096;
constexpr size_t kAnsweredMax = 1'000;

// Whether a repeat of it must hear the first outcome.
bool IsKeyed(const Command& command) {
  return std::holds_alternative<PlaceOrder>(command) ||
         std::holds_alternative<PlaceOrderList>(command) ||
         std::holds_alternative<ReplaceOrder>(command) ||
         std::holds_alternative<Deposit>(command) || std::holds_alternative<Withdraw>(command);
}

// As it comes in through an engine's door, which knows no form that the journal does not; nullopt:
// it does not come in.
std::optional<Command> ThroughTheDoor(const Command& command) {
  std::string bytes;
  EncodeRecord(command, bytes);
  if (bytes.size() > kCommandBytesMax) return std::nullopt;
  absl::StatusOr<Command> decoded = DecodeRecord(bytes);
  if (!decoded.ok()) return std::nullopt;
  const auto* activate = std::get_if<ActivateRuleSet>(&*decoded);
  if (activate != nullptr && activate->rule_set > rules::kNewest) return std::nullopt;
  return *std::move(decoded);
}

// A failed CHECK ends the process; this says where it was.
std::array<char, 200> g_place;
void TellPlace(int) { std::fputs(g_place.data(), stderr); }

std::string Where(const SimulationOptions& options, uint64_t step) {
  return absl::StrCat("seed ", options.seed, ", step ", step,
                      "; repeat with: engine_sim --seed=", options.seed,
                      " --commands=", options.commands);
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      random_(options.seed),
      workload_(random_.Next()),
      witness_([this](const Events& events) { workload_.Observe(events); }),
      follower_(witness_),
      wall_clock_(kBegin) {
  ChooseFaults();
}

absl::Status Simulation::Run() {
  while (!is_over() && witness_.durable() < Sequence(options_.commands)) {
    ++step_;
    std::snprintf(g_place.data(), g_place.size(), "%s\n", Where(options_, step_).c_str());
    Step();
  }
  if (!is_over()) CheckWholeHistory();
  counts_.commands = witness_.durable().value();
  return witness_.verdict();
}

void Simulation::Step() {
  if (process_ == nullptr) Recover();
  if (process_ == nullptr) return;
  if (armed_ == End::kFullDisk && random_.OneIn(10)) FreeDisk();
  if (random_.OneIn(fault_every_)) ArmFault();
  if (random_.OneIn(snapshot_every_)) {
    MakeSnapshot();
  } else if (random_.OneIn(8)) {
    SendBatch(0);  // Nobody asks for anything: what is due happens.
  } else {
    const bool is_large = random_.OneIn(30);
    SendBatch(1 + static_cast<size_t>(random_.Below(is_large ? batch_max_ * 20 : batch_max_)));
  }
  if (process_ != nullptr && random_.OneIn(read_every_)) ReadFeed();
  if (process_ != nullptr && random_.OneIn(3 * fault_every_)) EndProcess();
}

void Simulation::PassTime() {
  const Timestamp last = witness_.reference().engine().now();
  wall_clock_ =
      workload_.NextTime(std::max(wall_clock_, last), witness_.reference().engine().NextDue());
  if (random_.OneIn(40)) {
    wall_clock_ = Timestamp(wall_clock_.value() + random_.Between(1, 8) * kSecondNs);
  }
  // A wall clock that was set back: history must not notice.
  const bool is_back = random_.OneIn(50);
  const int64_t back_ns = is_back ? random_.Between(1, 3'600) * kSecondNs : 0;
  process_->clock.Set(Timestamp(wall_clock_.value() - back_ns));
}

// --- Callers ---

Simulation::Request Simulation::NextRequest() {
  if (!unanswered_.empty() && !random_.OneIn(8)) {
    Request request = std::move(unanswered_.front());
    unanswered_.pop_front();
    return request;
  }
  if (!answered_.empty() && random_.OneIn(12)) {
    Request request = random_.Pick(answered_);
    request.is_retry = true;
    return request;
  }
  std::optional<Command> command;
  while (!command.has_value()) command = ThroughTheDoor(workload_.Next());
  return {*std::move(command), false, {}};
}

void Simulation::SendBatch(size_t count) {
  PassTime();
  std::vector<Request> requests;
  while (requests.size() < count) requests.push_back(NextRequest());
  Send(requests);
}

void Simulation::Send(const std::vector<Request>& requests) {
  const size_t count = requests.size();
  const Sequence first = witness_.last_sent().Next();
  size_t answered = 0;
  std::vector<Work> batch;
  for (size_t next = 0; next < count;) {
    if (random_.OneIn(20)) {
      // A question: what it sees is durable.
      batch.emplace_back().query = [this](const Engine& engine) {
        if (engine.sequence() > witness_.durable()) witness_.Accuse("a question sees the future");
      };
    }
    const size_t size = std::min<size_t>(count - next, random_.OneIn(4) ? 3 : 1);
    Work& work = batch.emplace_back();
    for (size_t i = 0; i < size; ++i) work.commands.push_back(requests[next + i].command);
    work.reply = [this, &requests, first, next, size,
                  &answered](absl::Span<const Outcome> outcomes) {
      const std::vector<Request> asked(requests.begin() + static_cast<std::ptrdiff_t>(next),
                                       requests.begin() + static_cast<std::ptrdiff_t>(next + size));
      Hear(asked, Sequence(first.value() + next), outcomes);
      answered += size;
    };
    next += size;
  }
  const absl::Status done = process_->pipeline.Process(batch);
  for (size_t i = answered; i < count; ++i) unanswered_.push_back(requests[i]);
  if (!done.ok()) {
    JudgeError("a batch", done);
  } else if (FaultCame()) {
    witness_.Accuse("an error of the disk went unnoticed");
  } else {
    CheckState();
  }
}

// The engine answers: only what is durable, and what it must be.
void Simulation::Hear(const std::vector<Request>& requests, Sequence first,
                      absl::Span<const Outcome> outcomes) {
  if (outcomes.size() != requests.size()) {
    witness_.Accuse("not as many outcomes as commands");
    return;
  }
  for (size_t i = 0; i < requests.size(); ++i) {
    const Sequence sequence(first.value() + i);
    const Request& request = requests[i];
    if (sequence > witness_.durable()) {
      witness_.Accuse(absl::StrCat("sequence ", sequence.value(), " is answered and not durable"));
      return;
    }
    const SimulationWitness::Entry& entry = witness_.entry(sequence);
    std::string sent;
    EncodeRecord(request.command, sent);
    if (!entry.record.starts_with(sent)) {
      witness_.Accuse(absl::StrCat("sequence ", sequence.value(), " is not what was asked for"));
    }
    if (!(outcomes[i] == entry.outcome)) {
      witness_.Accuse(absl::StrCat("sequence ", sequence.value(), " has another outcome: ",
                                   ToText(outcomes[i]), ", not ", ToText(entry.outcome)));
    }
    if (request.is_retry) {
      ++counts_.retries;
      Outcome again = request.first;
      again.repeated = true;
      if (!(outcomes[i] == again)) {
        witness_.Accuse(absl::StrCat("a retry at ", sequence.value(), " of what was decided at ",
                                     request.first.sequence.value(), " hears another outcome"));
      }
    } else if (IsKeyed(request.command) && outcomes[i].accepted() && !outcomes[i].repeated) {
      if (answered_.size() < kAnsweredMax)
        answered_.push_back({request.command, true, outcomes[i]});
    }
  }
}

void Simulation::CheckState() {
  const Replica& replica = process_->pipeline.replica();
  if (replica.engine().sequence() != witness_.durable()) {
    witness_.Accuse("the engine does not stand where its journal ends");
  } else if (replica.Hash() != witness_.reference().Hash()) {
    witness_.Accuse("the engine's state is not the journal's");
  }
}

void Simulation::JudgeError(const char* what, const absl::Status& error) {
  if (!MayHaveFailed()) {
    witness_.Accuse(absl::StrCat(what, " failed and nothing was wrong: ", error.ToString()));
  }
  EndProcess();
}

// --- Snapshots ---

void Simulation::MakeSnapshot() {
  Pipeline& pipeline = process_->pipeline;
  SnapshotTarget target{.position = pipeline.journal_position(),
                        .timestamp = pipeline.engine().now(),
                        .state_hash = pipeline.replica().Hash()};
  // Asked for twice without a command in between.
  if (newest_snapshot_.has_value() && random_.OneIn(6)) target = *newest_snapshot_;
  // Trading goes on while it is made.
  for (uint64_t batches = random_.Below(3); batches > 0 && process_ != nullptr; --batches) {
    SendBatch(1 + static_cast<size_t>(random_.Below(batch_max_)));
  }
  if (process_ == nullptr) return;
  if (armed_ == End::kNone && random_.OneIn(8)) LoseSnapshot();
  const SnapshotParts parts{files_, where_.journal, process_->snapshots, process_->feed};
  const absl::StatusOr<SnapshotHeader> made = engine::MakeSnapshot(parts, target);
  absl::Status room = made.status();
  if (made.ok()) {
    ++counts_.snapshots;
    if (FaultCame()) witness_.Accuse("an error of the disk did not fail a snapshot");
    CheckSnapshot(*made, target);
    room = MakeRoom(parts);
    if (room.ok() && FaultCame()) witness_.Accuse("an error of the disk let room be made");
    if (room.ok()) return;
  }
  if (!MayHaveFailed() && !may_snapshots_fail_) {
    witness_.Accuse(absl::StrCat("no snapshot could be made: ", room.ToString()));
  }
  newest_snapshot_.reset();  // Files of newer ones that do not count may displace it.
  // One that fails for an error of before leaves the armed one to whoever meets it.
  if (may_snapshots_fail_ && !MayHaveFailed()) return;
  // A snapshot that fails is no reason to stop; a process that is dead has stopped.
  if (armed_ == End::kIoError) {
    may_snapshots_fail_ = true;  // A sync of the feed that failed is never tried again.
    ++counts_.failed_changes;
    armed_ = End::kNone;
  } else if (armed_ == End::kFullDisk) {
    FreeDisk();
  } else {
    EndProcess();
  }
}

// One that counts is there, and a start will use it.
void Simulation::CheckSnapshot(const SnapshotHeader& made, const SnapshotTarget& target) {
  if (has_foreign_snapshot_) return;  // Files with the names of newer ones displace it.
  Replica loaded;
  if (!process_->snapshots.Load(made.path, loaded).ok() ||
      loaded.engine().sequence() != target.position.sequence ||
      loaded.Hash() != target.state_hash) {
    witness_.Accuse("a snapshot was made and is none");
  }
  newest_snapshot_ = target;
  promised_snapshot_ = target.position.sequence;
}

// --- The follower ---

void Simulation::ReadFeed() {
  if (random_.OneIn(15)) {
    follower_.Restart();
    Accuse(follower_.Subscribe(process_->feed, process_->pipeline.replica()));
  }
  const absl::Status read =
      follower_.Read(process_->feed.published(), static_cast<int>(1 + random_.Below(20)));
  if (absl::IsDataLoss(read) && is_feed_damaged_) {
    // As the runbook says: stop, remove the feed, start.
    EndProcess();
    LoseFeed();
    return;
  }
  Accuse(read);
  if (random_.OneIn(2)) follower_.Store();
  if (follower_.position() == process_->pipeline.engine().sequence()) {
    Accuse(follower_.mirror().CompareWith(process_->pipeline.engine()));
  }
}

// --- The whole ---

absl::Status RunSimulation(const SimulationOptions& options, SimulationCounts& counts) {
  Simulation simulation(options);
  const absl::Status verdict = simulation.Run();
  counts.Add(simulation.counts());
  if (verdict.ok()) return verdict;
  return absl::InternalError(
      absl::StrCat(verdict.message(), "\n", Where(options, simulation.step())));
}

void TellSimulationOnAbort() { std::signal(SIGABRT, TellPlace); }

}  // namespace rialto::engine
