// Sequencer: the one writer. Puts what comes in through the pipeline, batch by batch.
//
// Most of the time that is a thread of its own. What comes in while nobody decides anything can be
// decided on the thread that brought it, which saves two hand-overs between threads; see Turn.
//
// Lets time pass, too: when something is due in the engine and nobody asks for anything, the
// pipeline sends a Tick. At start it ends the orders that were bound to streams: those are all
// gone.
//
// A failed commit ends the process with exit code 70; fatal.h has the others.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/time.h"
#include "common/service/background_part.h"
#include "engine/core/engine.h"
#include "engine/server/inbox.h"
#include "engine/server/metrics.h"
#include "engine/server/pipeline.h"

namespace rialto::engine {

class Sequencer : public BackgroundPart {
 public:
  using Reply = absl::AnyInvocable<void(absl::Span<const Outcome>)>;
  using Query = absl::AnyInvocable<void(const Engine&)>;

  // Everything outlives the sequencer.
  struct Parts {
    CommitLog& log;
    EventFeed& feed;
    const SnapshotStore& snapshots;
    Clock& clock;
    Metrics& metrics;
    std::vector<SeenHistory> seen = {};  // What the start must find again.
    // How long the writer thread looks for work before it sleeps; see inbox.h.
    absl::Duration spin_max = absl::ZeroDuration();
  };
  explicit Sequencer(const Parts& parts);
  ~Sequencer() override;

  // Recovers, then starts the writer thread. What must not be started from ends the process (exit
  // codes 71 to 73).
  absl::Status Start() override;
  void Stop() override;
  // True from the end of replay on.
  bool ready() const { return ready_; }

  // Commands that add nothing to the venue: they pass when the disk is nearly full, and beyond the
  // bound of what may wait.
  static bool IsRelief(const Command& command);

  // The right to decide a batch on one's own thread. Given by Submit() and Ask() where nobody else
  // decides; at the end of its life it decides what waits then, replies included. So its owner
  // holds no lock, and lets it live until he is done with everything else.
  class Turn {
   public:
    explicit Turn(Sequencer& sequencer) : sequencer_(sequencer) {}
    ~Turn() {
      if (is_mine_) sequencer_.DecideBatch();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    friend class Sequencer;
    Sequencer& sequencer_;
    bool is_mine_ = false;
  };

  // Takes up commands; `reply` hears their outcomes, in order, once they are durable: on the writer
  // thread, or on that of someone who has a Turn. ResourceExhausted INBOX_FULL or DISK_FULL, or
  // Unavailable NOT_SERVING: nothing was taken.
  absl::Status Submit(absl::InlinedVector<Command, 1> commands, Reply reply, Turn* turn = nullptr);
  // The same, for who wants to hear more. REQUIRES: commands and a reply, no query.
  absl::Status Submit(Work work, Turn* turn);
  // Asks a question of the state between batches, where replies are called. Errors as Submit.
  absl::Status Ask(Query query, Turn* turn = nullptr);
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
  std::shared_ptr<const Catalog> catalog() const { return pipeline_.catalog(); }
  // DataLoss when the state at that checkpoint was another one. Any thread, once ready().
  absl::Status Compare(const Attestation& attestation) const {
    return pipeline_.replica().Compare(attestation);
  }
  // Position of the journal, and the replica at it. REQUIRES: called from a query.
  journal::Position journal_position() const { return pipeline_.journal_position(); }
  const Replica& replica() const { return pipeline_.replica(); }

 private:
  absl::Status Put(Work work, Turn* turn);
  void Run();
  // REQUIRES: the inbox's turn is the caller's; it ends.
  void DecideBatch();
  void NoteShortage();

  Metrics& metrics_;
  const SnapshotStore& snapshots_;
  Clock& clock_;
  const std::vector<SeenHistory> seen_;
  Pipeline pipeline_;
  Inbox inbox_;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> is_disk_full_ = false;  // Nearly: what was prepared still takes cancels.
  std::atomic<uint32_t> next_session_ = 0;
  std::thread thread_;
  // Of who has the inbox's turn, as the pipeline.
  std::vector<Work> batch_;
  absl::Time state_exported_at_;
};

}  // namespace rialto::engine
