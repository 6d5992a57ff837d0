// Sequencer: the writer thread. Numbers, stamps and journals commands, then applies, answers,
// publishes.
//
// Lets time pass, too: when something is due in the engine and nobody asks for anything, it sends a
// Tick. At start it ends the orders that were bound to streams: those are all gone.
//
// Invariant: nothing is applied, answered or published before its record is durable; memory never
// knows what the disk does not. A failed commit ends the process with exit code 70.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/time.h"
#include "common/service/service_context.h"
#include "engine/core/engine.h"
#include "engine/server/catalog_mirror.h"
#include "engine/server/commit_log.h"
#include "engine/server/event_feed.h"
#include "engine/server/inbox.h"
#include "engine/server/metrics.h"

namespace rialto::engine {

class Sequencer : public BackgroundPart {
 public:
  using Reply = absl::AnyInvocable<void(absl::Span<const Outcome>)>;
  using Query = absl::AnyInvocable<void(const Engine&)>;

  // Everything outlives the sequencer.
  Sequencer(CommitLog& log, EventFeed& feed, Clock& clock, Metrics& metrics);

  // Replays the journal, then starts the writer thread. Corruption ends the process (exit code 71).
  absl::Status Start() override;
  void Stop() override;
  // True from the end of replay on.
  bool ready() const { return ready_; }

  // Takes up commands; `reply` hears their outcomes, in order, on the writer thread, once they are
  // durable. ResourceExhausted INBOX_FULL or Unavailable NOT_SERVING: nothing was taken.
  absl::Status Submit(absl::InlinedVector<Command, 1> commands, Reply reply);
  // Asks a question of the state between batches, on the writer thread. Errors as Submit.
  absl::Status Ask(Query query);
  // As Submit, whatever is waiting already: for the rest of something that was taken. False: the
  // engine is stopping.
  bool SubmitAnyway(Command command, Reply reply);

  // A number for a stream that orders die with: no open order has it. Unavailable NOT_SERVING.
  absl::StatusOr<uint32_t> NewSession();
  // Cancels what is open of a session whose stream is gone. Any thread, once all its commands were
  // answered.
  void EndSession(uint32_t session);

  // What a command that is taken up now would be stamped with, or a little less.
  Timestamp now() { return clock_.Now(); }

  // Assets and instruments as of the last applied command. Any thread.
  std::shared_ptr<const Catalog> catalog() const { return catalog_.Get(); }
  // Position of the journal. REQUIRES: called from a query.
  journal::Position journal_position() const { return log_.position(); }

 private:
  absl::Status Replay();
  absl::Status Put(Work work);
  void Run();
  void AddTickIfDue();
  absl::Duration WaitFor() const;
  void JournalBatch();
  void Commit();
  void ApplyBatch();
  void Apply(const CommandHeader& header, const Command& command);

  CommitLog& log_;
  EventFeed& feed_;
  Clock& clock_;
  Metrics& metrics_;
  CatalogMirror catalog_;
  Engine engine_;
  Inbox inbox_;
  std::atomic<bool> ready_ = false;
  std::atomic<uint32_t> next_session_ = 0;
  std::thread thread_;

  // Of the batch at hand; reused.
  std::vector<Work> batch_;
  std::vector<CommandHeader> headers_;
  std::vector<Outcome> outcomes_;
  Events events_;
  std::string record_;
  absl::Time state_exported_at_;
};

}  // namespace rialto::engine
