// The event feed: everything that happened, in files that any number of followers read.
//
// Derived from the journal: not synced, and refilled by replay after a crash. A batch is serialised
// once; what is on disk is what goes over the wire. A slow follower is served from the files and
// holds neither memory nor the sequencer.
//
// Thread: Append and Publish the sequencer's only; the rest any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/ids.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/journal/cursor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/journal/writer.h"
#include "engine/server/replica.h"
#include "rialto/engine/v1/event_service.pb.h"

namespace rialto::engine {

class EventFeed {
 public:
  // What `options` should allow: room for all that one command can do, which is about 20,000 fills
  // with their balances, behind others.
  static constexpr uint32_t kRecordBytesMax = 16u << 20;

  // `files` outlives the feed.
  EventFeed(journal::FileSystem& files, journal::Options options);
  ~EventFeed();

  // Finds what the files hold; only from the one with sequence `after` on, which they must hold, or
  // OUT_OF_RANGE and nothing was changed. 0: all. Call before the first Append(), and again to
  // begin anew: what was appended and not published is forgotten.
  absl::Status Recover(Sequence after = Sequence(0));

  // Adds what one command did, and the checkpoint it came with; what the files already hold is
  // skipped. Sequences are dense.
  absl::Status Append(const CommandHeader& header, const Events& events,
                      const std::optional<Checkpoint>& checkpoint = std::nullopt);
  // Writes what was appended and lets everyone see it. An error: the disk failed.
  absl::Status Publish();

  // The last sequence everyone may see.
  Sequence published() const;
  // The last sequence in the files; after replay it must be the journal's last, never more.
  Sequence stored() const { return writer_->position().sequence; }

  // Why soon nothing more can be written, while something still can; ok: no reason.
  absl::Status shortage() const;

  // Makes everything up to `through` durable, beside the writing. After a sync that failed it never
  // succeeds again: what the device has is unknown until the next start. Thread: one, any.
  absl::Status SyncThrough(Sequence through);

  // FailedPrecondition when that command, which must be published, was taken up at another time:
  // who says so follows another history. DataLoss: the files can not be read.
  absl::Status CompareTime(const CommandHeader& known);

  // A place in the feed, beginning with the record that covers `from`.
  std::unique_ptr<journal::Cursor> OpenCursor(Sequence from);
  // Called after every Publish(), on the sequencer's thread; must not block. Null: nobody listens,
  // and nobody is being called any more once this returns.
  void SetListener(std::function<void()> listener);

 private:
  absl::Status WriteRecord();

  journal::FileSystem& files_;
  const journal::Options options_;
  std::unique_ptr<journal::Writer> writer_;
  journal::OffsetIndex offsets_;
  Sequence synced_;            // By SyncThrough.
  absl::Status sync_failure_;  // Of SyncThrough, for ever.

  // The record that is being filled, a SubscribeResponse as it is on the wire; its memory is used
  // again.
  std::string pending_;
  size_t pending_events_ = 0;
  Sequence pending_first_;
  CommandHeader pending_last_;
  std::string command_;  // The one that is being added.

  mutable absl::Mutex mutex_;
  Sequence published_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex listener_mutex_;  // Its own: readers do not wait for the call.
  std::function<void()> listener_ ABSL_GUARDED_BY(listener_mutex_);
};

}  // namespace rialto::engine
