#include "engine/server/snapshotter.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/archive.h"
#include "engine/journal/reader.h"
#include "engine/journal/recovery.h"

namespace rialto::engine {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr int kLowestPriority = 19;

// Loads a snapshot, and finds its position in the journal.
absl::Status LoadOfThisHistory(const SnapshotParts& from, const std::string& path,
                               Replica& replica) {
  ASSIGN_OR_RETURN(const SnapshotHeader info, from.store.Load(path, replica));
  ASSIGN_OR_RETURN(const journal::Digest found,
                   journal::ChainHashAt(from.files, from.journal, info.position.sequence));
  if (found == info.position.chain_hash) return absl::OkStatus();
  return absl::FailedPreconditionError("its position is not of this journal's history");
}

// The newest snapshot at or before `through`, or an empty replica.
absl::StatusOr<std::unique_ptr<Replica>> LoadNewest(const SnapshotParts& from, Sequence through) {
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, from.store.List());
  for (const std::string& path : paths) {
    auto replica = std::make_unique<Replica>();
    const absl::Status loaded = LoadOfThisHistory(from, path, *replica);
    if (!loaded.ok()) {
      LOG_WARNING("snapshot_not_used path={} status=\"{}\"", path, loaded.ToString());
    } else if (replica->engine().sequence() <= through) {
      return replica;
    }
  }
  return std::make_unique<Replica>();
}

absl::Status ReplayRecord(const journal::Record& record, Replica& replica, Events& events) {
  RecordNotes notes;
  ASSIGN_OR_RETURN(const Command command, DecodeRecord(record.payload, &notes));
  if (notes.attests.sequence != Sequence()) RETURN_IF_ERROR(replica.Compare(notes.attests));
  events.clear();
  replica.Apply({record.sequence, record.timestamp}, command, events);
  return absl::OkStatus();
}

absl::Status ReplayUpTo(const SnapshotParts& parts, const SnapshotTarget& target,
                        Replica& replica) {
  const Sequence from = replica.engine().sequence();
  if (from == target.position.sequence) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::unique_ptr<journal::Reader> reader,
                   journal::Reader::Open(parts.files, parts.journal, from.Next()));
  Events events;
  while (reader->position().sequence < target.position.sequence) {
    if (parts.stopping) return absl::CancelledError("the engine is stopping");
    ASSIGN_OR_RETURN(const journal::ReadOutcome outcome, reader->NextBatch());
    if (outcome != journal::ReadOutcome::kBatch) {
      return absl::DataLossError(absl::StrCat("the journal ends at sequence ",
                                              reader->position().sequence.value(), " before ",
                                              target.position.sequence.value()));
    }
    for (const journal::Record& record : reader->records()) {
      if (record.sequence > from) RETURN_IF_ERROR(ReplayRecord(record, replica, events));
    }
  }
  if (reader->position() == target.position) return absl::OkStatus();
  return absl::DataLossError("the journal in the files is not the one that was written");
}

}  // namespace

absl::StatusOr<SnapshotHeader> MakeSnapshot(const SnapshotParts& parts,
                                            const SnapshotTarget& target) {
  RETURN_IF_ERROR(parts.feed.SyncThrough(target.position.sequence));
  ASSIGN_OR_RETURN(std::unique_ptr<Replica> replica, LoadNewest(parts, target.position.sequence));
  RETURN_IF_ERROR(ReplayUpTo(parts, target, *replica));
  if (replica->Hash() != target.state_hash) {
    return absl::DataLossError(absl::StrCat(
        "at sequence ", target.position.sequence.value(), " the replayed state has hash ",
        ToText(replica->Hash()), ", the engine's is ", ToText(target.state_hash)));
  }
  ASSIGN_OR_RETURN(const SnapshotHeader unfinished,
                   parts.store.Write(*replica, target.position, target.timestamp));
  replica.reset();  // Reading back takes another one.
  if (parts.stopping) return absl::CancelledError("the engine is stopping");
  return parts.store.Finish(unfinished);
}

absl::Status MakeRoom(const SnapshotParts& parts) {
  ASSIGN_OR_RETURN(const Sequence second, parts.store.Prune());
  if (second == Sequence(0)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int archived, journal::Archive(parts.files, parts.journal, second.Next()));
  if (archived > 0) LOG_INFO("journal_archived segments={} below={}", archived, second.value());
  return absl::OkStatus();
}

Snapshotter::Snapshotter(const Parts& parts)
    : parts_(parts), schedule_(parts.store.options(), absl::Now()) {}

absl::Status Snapshotter::Start() {
  if (parts_.store.options().directory.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, parts_.store.List());
  if (!paths.empty()) {
    Replica replica;
    const absl::StatusOr<SnapshotHeader> info = parts_.store.Load(paths.front(), replica);
    absl::MutexLock lock(&mutex_);
    if (info.ok()) newest_ = info->position.sequence;
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Snapshotter::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

Sequence Snapshotter::newest() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

void Snapshotter::Request(Done done) {
  absl::Status refused = absl::FailedPreconditionError("SNAPSHOTS_OFF: no directory is configured");
  if (!parts_.store.options().directory.empty()) {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refused = absl::UnavailableError("NOT_SERVING: the engine is stopping");
    } else if (request_.has_value()) {
      refused = absl::AbortedError("SNAPSHOT_BUSY: another one is being written");
    } else {
      request_ = std::move(done);
      return;
    }
  }
  done(refused);
}

void Snapshotter::Run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kLowestPriority);
  while (true) {
    const auto wanted = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || request_.has_value();
    };
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&wanted), kLookEvery);
      if (stopping_) break;
      if (!request_.has_value() && !IsDue()) continue;
    }
    const absl::StatusOr<Made> made = Make();
    if (made.ok()) {
      LOG_INFO("snapshot sequence={} bytes={} state_hash={} seconds={:.3f}",
               made->info.position.sequence.value(), made->info.body_bytes,
               ToText(made->info.state_hash), absl::ToDoubleSeconds(made->duration));
      if (absl::Status room = MakeRoom(MakingParts()); !room.ok()) {
        parts_.metrics.archive_failures.Increment();
        LOG_ERROR("journal_not_archived status=\"{}\"", room.ToString());
      }
    } else if (!stopping_) {
      schedule_.NoteFailed();
      parts_.metrics.snapshot_failures.Increment();
      LOG_ERROR("snapshot_failed next_after_seconds={:.0f} status=\"{}\"",
                absl::ToDoubleSeconds(schedule_.rest()), made.status().ToString());
    }
    std::optional<Done> request;
    {
      absl::MutexLock lock(&mutex_);
      request = std::exchange(request_, std::nullopt);
    }
    if (request.has_value()) (*request)(made);
  }
  absl::MutexLock lock(&mutex_);
  if (request_.has_value()) {
    (*request_)(absl::UnavailableError("NOT_SERVING: the engine is stopping"));
  }
}

bool Snapshotter::IsDue() {
  const Sequence last(static_cast<uint64_t>(parts_.metrics.last_sequence.Value()));
  return schedule_.IsDue(absl::Now(), last, newest_);
}

absl::StatusOr<Snapshotter::Made> Snapshotter::Make() {
  const absl::Time started_at = absl::Now();
  schedule_.NoteStarted(started_at);
  ASSIGN_OR_RETURN(const SnapshotTarget target, AskForTarget());
  ASSIGN_OR_RETURN(SnapshotHeader info, MakeSnapshot(MakingParts(), target));
  const absl::Time made_at = absl::Now();
  schedule_.NoteMade(made_at);
  parts_.metrics.snapshot_sequence.Set(static_cast<double>(target.position.sequence.value()));
  parts_.metrics.snapshot_seconds.Set(absl::ToDoubleSeconds(made_at - started_at));
  absl::MutexLock lock(&mutex_);
  newest_ = target.position.sequence;
  return Made{std::move(info), made_at - started_at};
}

SnapshotParts Snapshotter::MakingParts() const {
  return {parts_.files, parts_.journal, parts_.store, parts_.feed, stopping_};
}

// All of it is published: the sequencer answers questions after that.
absl::StatusOr<SnapshotTarget> Snapshotter::AskForTarget() {
  auto promise = std::make_shared<std::promise<SnapshotTarget>>();
  std::future<SnapshotTarget> target = promise->get_future();
  RETURN_IF_ERROR(parts_.sequencer.Ask([this, promise](const Engine& engine) {
    promise->set_value({.position = parts_.sequencer.journal_position(),
                        .timestamp = engine.now(),
                        .state_hash = parts_.sequencer.replica().Hash()});
  }));
  return target.get();
}

}  // namespace rialto::engine
