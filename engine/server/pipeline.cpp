#include "engine/server/pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/service/process_metrics.h"

namespace rialto::engine {
namespace {

// Commands between two records of the feed during replay.
constexpr uint64_t kReplayPublishEvery = 1'024;
constexpr absl::Duration kIdleWait = absl::Seconds(1);
// Answers that can go out together wait for so many commands at most: about a tenth of a
// millisecond.
constexpr size_t kSettleCommands = 256;

// Who has seen most.
SeenHistory Furthest(absl::Span<const SeenHistory> seen) {
  SeenHistory furthest;
  for (const SeenHistory& one : seen) {
    if (one.sequence > furthest.sequence) furthest = one;
  }
  return furthest;
}

}  // namespace

Pipeline::Pipeline(CommitLog& log, EventFeed& feed, Clock& clock, Metrics& metrics)
    : log_(log),
      feed_(feed),
      clock_(clock),
      metrics_(metrics),
      replica_(std::make_unique<Replica>()) {}

Pipeline::~Pipeline() = default;

absl::Status Pipeline::Recover(const SnapshotStore& snapshots, absl::Span<const SeenHistory> seen) {
  const absl::Time started_at = absl::Now();
  ASSIGN_OR_RETURN(std::vector<std::string> paths, snapshots.List());
  paths.push_back("");  // When none is of use: from the beginning.
  for (const std::string& path : paths) {
    absl::Status recovered = RecoverFrom(snapshots, path, Furthest(seen));
    if (recovered.ok()) break;
    if (path.empty() || !absl::IsFailedPrecondition(recovered)) return recovered;
    LOG_WARNING("snapshot_not_used path={} status=\"{}\"", path, recovered.ToString());
  }
  for (const SeenHistory& one : seen) {
    if (absl::Status same = replica_->Compare(one.checkpoint); !same.ok()) {
      return absl::OutOfRangeError(
          absl::StrCat("another history than the one ", one.by, " has seen: ", same.message()));
    }
  }
  LOG_INFO("recovered sequence={} snapshot={} open_orders={} accounts={} seconds={:.3f}",
           engine().sequence().value(), snapshot_.value(), engine().orders().size(),
           engine().accounts().user_count(), absl::ToDoubleSeconds(absl::Now() - started_at));
  return NoteStart();
}

// FailedPrecondition: this snapshot is of no use, an older one may be; nothing was changed.
absl::Status Pipeline::RecoverFrom(const SnapshotStore& snapshots, const std::string& path,
                                   const SeenHistory& seen) {
  replica_ = std::make_unique<Replica>();
  journal::Position after;
  if (!path.empty()) {
    absl::StatusOr<SnapshotHeader> info = snapshots.Load(path, *replica_);
    if (absl::IsDataLoss(info.status())) {
      return absl::FailedPreconditionError(info.status().message());
    }
    RETURN_IF_ERROR(info.status());
    after = info->position;
    clock_.AdvancePast(info->timestamp);
  }
  if (absl::Status found = feed_.Recover(after.sequence); !found.ok()) {
    if (!absl::IsOutOfRange(found)) return found;
    return absl::FailedPreconditionError(found.message());
  }
  snapshot_ = after.sequence;
  attested_ = replica_->last_attestation().sequence;
  const Events definitions = DefinitionsOf(engine());
  catalog_.Load(definitions);
  metrics_.Count(definitions);
  if (feed_.stored() > seen.sequence) {
    return ReplayJournal(after, {.by = "the feed", .sequence = feed_.stored()});
  }
  return ReplayJournal(after, seen);
}

absl::Status Pipeline::ReplayJournal(const journal::Position& after, const SeenHistory& seen) {
  RETURN_IF_ERROR(
      log_.Recover(after, seen, [this](const CommandHeader& header, std::string_view record) {
        return ReplayRecord(header, record);
      }));
  return feed_.Publish();
}

absl::Status Pipeline::ReplayRecord(const CommandHeader& header, std::string_view record) {
  RecordNotes notes;
  const absl::StatusOr<Command> command = DecodeRecord(record, &notes);
  if (!command.ok()) {
    return absl::DataLossError(absl::StrCat("sequence ", header.sequence.value(), ": ",
                                            std::string(command.status().message())));
  }
  if (notes.attests.sequence != Sequence()) {
    if (absl::Status same = replica_->Compare(notes.attests); !same.ok()) {
      return absl::InternalError(absl::StrCat("replay differs from what was: ", same.message()));
    }
    attested_ = notes.attests.sequence;
  }
  const auto* activate = std::get_if<ActivateRuleSet>(&*command);
  if (activate != nullptr && activate->rule_set > rules::kNewest) {
    return absl::InternalError(absl::StrCat(
        "sequence ", header.sequence.value(), " needs rule set ", activate->rule_set,
        ", this engine knows up to ", rules::kNewest, ": start the engine that wrote it"));
  }
  outcomes_.clear();
  RETURN_IF_ERROR(Apply(header, *command));
  clock_.AdvancePast(header.timestamp);
  if (header.sequence.value() % kReplayPublishEvery == 0) return feed_.Publish();
  return absl::OkStatus();
}

// The first command of every run says where it began. That of a new venue lets it begin with the
// newest rules.
absl::Status Pipeline::NoteStart() {
  notes_.start = RunStart{.build = BuildVersion(),
                          .engine_version = log_.engine_version(),
                          .dropped_bytes = log_.dropped_bytes(),
                          .snapshot = snapshot_};
  std::vector<Work> batch(1);
  const bool is_new = engine().sequence() == Sequence();
  batch.front().commands.push_back(is_new ? Command(ActivateRuleSet{rules::kNewest}) : Tick{});
  batch.front().reply = [](absl::Span<const Outcome>) {};
  batch.front().submitted_at = absl::Now();
  return Process(batch);
}

absl::Status Pipeline::Process(std::vector<Work>& batch) {
  AddTickIfDue(batch);
  RETURN_IF_ERROR(JournalBatch(batch));
  RETURN_IF_ERROR(ApplyBatch(batch));
  batch.clear();
  return absl::OkStatus();
}

absl::Status Pipeline::shortage() const {
  RETURN_IF_ERROR(log_.shortage());
  return feed_.shortage();
}

absl::Duration Pipeline::WaitFor() const {
  const Timestamp due = replica_->NextDue();
  if (due == Timestamp(0)) return kIdleWait;
  const absl::Duration left =
      absl::Nanoseconds(due.value()) - absl::Nanoseconds(clock_.Now().value());
  return std::clamp(left, absl::ZeroDuration(), kIdleWait);
}

// Any command lets time pass; a batch without one does not, however many questions it answers.
void Pipeline::AddTickIfDue(std::vector<Work>& batch) {
  const Timestamp due = replica_->NextDue();
  if (due == Timestamp(0) || due > clock_.Now()) return;
  for (const Work& work : batch) {
    if (!work.commands.empty()) return;
  }
  Work tick;
  tick.commands.push_back(Tick{});
  tick.reply = [](absl::Span<const Outcome>) {};
  tick.submitted_at = absl::Now();
  batch.push_back(std::move(tick));
}

absl::Status Pipeline::JournalBatch(const std::vector<Work>& batch) {
  headers_.clear();
  Sequence sequence = engine().sequence();
  const Attestation last = replica_->last_attestation();
  if (last.sequence > attested_) notes_.attests = last;
  for (const Work& work : batch) {
    const Timestamp now = clock_.Now();  // The only clock that reaches the core.
    for (const Command& command : work.commands) {
      sequence = sequence.Next();
      headers_.push_back({sequence, clock_.NextTimestamp(now)});
      EncodeRecord(command, record_);
      if (notes_.attests.sequence != Sequence() || notes_.start.has_value()) {
        AppendNotes(std::exchange(notes_, {}), record_);
        attested_ = last.sequence;
      }
      if (!log_.HasRoomFor(record_.size())) RETURN_IF_ERROR(Commit());
      log_.Append(headers_.back(), record_);
    }
  }
  if (headers_.empty()) return absl::OkStatus();  // Only queries.

  RETURN_IF_ERROR(Commit());
  metrics_.journal_bytes.Increment(static_cast<double>(log_.bytes_written()) -
                                   metrics_.journal_bytes.Value());
  metrics_.batch_commands.Observe(static_cast<double>(headers_.size()));
  return absl::OkStatus();
}

// After a failed commit the log's tail is unknown: stop there and let recovery find out.
absl::Status Pipeline::Commit() {
  const absl::Time started_at = absl::Now();
  RETURN_IF_ERROR(log_.Commit());
  metrics_.fsync_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - started_at));
  return absl::OkStatus();
}

absl::Status Pipeline::ApplyBatch(std::vector<Work>& batch) {
  RETURN_IF_ERROR(Answer(batch));
  if (!headers_.empty()) RETURN_IF_ERROR(feed_.Publish());
  metrics_.last_sequence.Set(static_cast<double>(engine().sequence().value()));
  // Only now: a question is about the state at the end of the journal, which is that of the batch.
  for (Work& work : batch) {
    if (work.query) work.query(engine());
  }
  return absl::OkStatus();
}

absl::Status Pipeline::Answer(std::vector<Work>& batch) {
  const absl::Time taken_up_at = absl::Now();
  size_t next_header = 0;
  size_t settled = 0;         // Pieces of work.
  size_t settled_header = 0;  // The first one that they do not have.
  for (size_t i = 0; i < batch.size(); ++i) {
    Work& work = batch[i];
    metrics_.queue_wait_seconds.Observe(absl::ToDoubleSeconds(taken_up_at - work.submitted_at));
    if (work.query) continue;
    outcomes_.clear();
    for (const Command& command : work.commands) {
      RETURN_IF_ERROR(Apply(headers_[next_header++], command));
    }
    metrics_.Count(work.commands, outcomes_);
    work.reply(outcomes_);  // Hands the outcomes to the waiting call; never blocks.
    metrics_.command_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - work.submitted_at));
    if (next_header - settled_header < kSettleCommands) continue;
    Settle(absl::MakeSpan(batch).subspan(settled, i + 1 - settled));
    settled = i + 1;
    settled_header = next_header;
  }
  Settle(absl::MakeSpan(batch).subspan(settled));
  return absl::OkStatus();
}

void Pipeline::Settle(absl::Span<Work> answered) {
  for (Work& work : answered) {
    if (work.settled) work.settled();
  }
}

absl::Status Pipeline::Apply(const CommandHeader& header, const Command& command) {
  events_.clear();
  outcomes_.push_back(replica_->Apply(header, command, events_));
  metrics_.Count(events_);
  catalog_.Apply(header, command, events_);
  return feed_.Append(header, events_, replica_->checkpoint());
}

}  // namespace rialto::engine
