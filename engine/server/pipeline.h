// What becomes of commands: numbered, stamped, journaled, synced; then applied, answered,
// published.
//
// The sequencer runs it on its thread; the simulator calls it step by step.
//
// Invariant: nothing is applied, answered or published before its record is durable; memory never
// knows what the disk does not.
// Thread: one; catalog() any.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/time.h"
#include "engine/codec/record_codec.h"
#include "engine/server/catalog_mirror.h"
#include "engine/server/commit_log.h"
#include "engine/server/event_feed.h"
#include "engine/server/inbox.h"
#include "engine/server/metrics.h"
#include "engine/server/replica.h"
#include "engine/server/seen_history.h"
#include "engine/server/snapshot_store.h"

namespace rialto::engine {

class Pipeline {
 public:
  // What one frame of the journal takes: 1,024 commands are about 100 KiB.
  static constexpr size_t kBatchCommandsMax = 1'024;

  // Everything outlives the pipeline.
  Pipeline(CommitLog& log, EventFeed& feed, Clock& clock, Metrics& metrics);
  ~Pipeline();

  // Start: the newest snapshot that fits the journal and the feed, then the journal behind it, by
  // the same Apply; then a first command that notes this start. Call once, first.
  //   DATA_LOSS     the journal is corrupt
  //   OUT_OF_RANGE  acknowledged history is missing: the journal ends before what the feed or one
  //   of
  //                 `seen` has of it, or it is another history than theirs
  //   INTERNAL      the same commands gave another state than when they were first applied
  //   else          the file system's
  absl::Status Recover(const SnapshotStore& snapshots, absl::Span<const SeenHistory> seen = {});

  // Everything of one batch; adds a Tick when one is due, and leaves it empty. An error: the disk
  // failed, what is durable is unknown, and nothing may be done with this pipeline any more.
  absl::Status Process(std::vector<Work>& batch);

  // How long nothing happens if nobody asks for anything.
  absl::Duration WaitFor() const;

  const Replica& replica() const { return *replica_; }
  const Engine& engine() const { return replica_->engine(); }
  // Assets and instruments as of the last applied command.
  std::shared_ptr<const Catalog> catalog() const { return catalog_.Get(); }
  // Why soon nothing more can be journaled or published; ok: no reason.
  absl::Status shortage() const;
  // The end of the journal.
  journal::Position journal_position() const { return log_.position(); }

 private:
  absl::Status RecoverFrom(const SnapshotStore& snapshots, const std::string& path,
                           const SeenHistory& seen);
  absl::Status ReplayJournal(const journal::Position& after, const SeenHistory& seen);
  absl::Status ReplayRecord(const CommandHeader& header, std::string_view record);
  absl::Status NoteStart();
  void AddTickIfDue(std::vector<Work>& batch);
  absl::Status JournalBatch(const std::vector<Work>& batch);
  absl::Status Commit();
  absl::Status ApplyBatch(std::vector<Work>& batch);
  absl::Status Answer(std::vector<Work>& batch);
  void Settle(absl::Span<Work> answered);
  absl::Status Apply(const CommandHeader& header, const Command& command);

  CommitLog& log_;
  EventFeed& feed_;
  Clock& clock_;
  Metrics& metrics_;
  CatalogMirror catalog_;
  std::unique_ptr<Replica> replica_;
  Sequence snapshot_;  // What recovery began with.
  RecordNotes notes_;  // For the next record.
  Sequence attested_;  // The last checkpoint that the journal knows of.

  // Of the batch at hand; reused.
  std::vector<CommandHeader> headers_;
  std::vector<Outcome> outcomes_;
  Events events_;
  std::string record_;
};

}  // namespace rialto::engine
