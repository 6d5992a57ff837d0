#include "engine/server/sequencer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/server/fatal.h"

namespace rialto::engine {
namespace {

// Waiting work; beyond it callers hear INBOX_FULL. About ten batches.
constexpr size_t kInboxCommandsMax = 16'384;
// What one frame of the journal takes: 1,024 commands are about 100 KiB.
constexpr size_t kBatchCommandsMax = 1'024;
// Commands between two records of the feed during replay.
constexpr uint64_t kReplayPublishEvery = 1'024;
// How often sums over the whole state are exported as metrics.
constexpr absl::Duration kExportEvery = absl::Seconds(10);
constexpr absl::Duration kIdleWait = absl::Seconds(1);

bool HasSession(const Engine& engine, OrderIndex index) {
  const SpecialTerms* special = engine.orders().special(index);
  return special != nullptr && special->terms.session != 0;
}

// Whether an open order is bound to a stream. Linear in open orders: for the start.
bool AnySession(const Engine& engine) {
  for (const std::unique_ptr<Market>& market : engine.markets()) {
    for (const Side side : {Side::kBuy, Side::kSell}) {
      const Book& book = market->book;
      for (OrderIndex i = book.Best(side); i != kNoOrder; i = book.After(i)) {
        if (HasSession(engine, i)) return true;
      }
    }
    for (const auto& [id, index] : market->waiting) {
      if (HasSession(engine, index)) return true;
    }
  }
  return false;
}

}  // namespace

Sequencer::Sequencer(CommitLog& log, EventFeed& feed, Clock& clock, Metrics& metrics)
    : log_(log), feed_(feed), clock_(clock), metrics_(metrics), inbox_(kInboxCommandsMax) {}

absl::Status Sequencer::Start() {
  if (absl::Status replayed = Replay(); !replayed.ok()) {
    if (absl::IsDataLoss(replayed)) ExitFatally(FatalExit::kJournalCorrupt, replayed);
    return replayed;
  }
  // A session ends with its stream and all at a start, so that no open order has one: any number is
  // new. Starting where history ends keeps numbers of different runs apart for whoever reads it.
  next_session_ = static_cast<uint32_t>(engine_.sequence().value());
  if (AnySession(engine_)) EndSession(kAnySession);  // First in the inbox.
  thread_ = std::thread([this] { Run(); });
  ready_ = true;
  return absl::OkStatus();
}

void Sequencer::Stop() {
  ready_ = false;
  inbox_.Close();
  if (thread_.joinable()) thread_.join();
}

// Start is replay: the same Apply, without the socket.
absl::Status Sequencer::Replay() {
  const absl::Time started_at = absl::Now();
  RETURN_IF_ERROR(feed_.Recover());
  RETURN_IF_ERROR(
      log_.Recover([this](const CommandHeader& header, std::string_view record) -> absl::Status {
        absl::StatusOr<Command> command = DecodeRecord(record);
        if (!command.ok()) {
          return absl::DataLossError(absl::StrCat("sequence ", header.sequence.value(), ": ",
                                                  std::string(command.status().message())));
        }
        Apply(header, *command);
        outcomes_.clear();
        clock_.AdvancePast(header.timestamp);
        if (header.sequence.value() % kReplayPublishEvery == 0) return feed_.Publish();
        return absl::OkStatus();
      }));
  RETURN_IF_ERROR(feed_.Publish());
  if (feed_.stored() > engine_.sequence()) {
    ExitFatally(FatalExit::kHistoryMissing,
                absl::DataLossError(absl::StrCat(
                    "the feed holds sequence ", feed_.stored().value(), ", the journal ends at ",
                    engine_.sequence().value(), ": the journal has lost acknowledged commands")));
  }
  metrics_.last_sequence.Set(static_cast<double>(engine_.sequence().value()));
  LOG_INFO("recovered sequence={} open_orders={} accounts={} seconds={:.3f}",
           engine_.sequence().value(), engine_.orders().size(), engine_.accounts().user_count(),
           absl::ToDoubleSeconds(absl::Now() - started_at));
  return absl::OkStatus();
}

absl::Status Sequencer::Submit(absl::InlinedVector<Command, 1> commands, Reply reply) {
  Work work;
  work.commands = std::move(commands);
  work.reply = std::move(reply);
  return Put(std::move(work));
}

absl::Status Sequencer::Ask(Query query) {
  Work work;
  work.query = std::move(query);
  return Put(std::move(work));
}

bool Sequencer::SubmitAnyway(Command command, Reply reply) {
  Work work;
  work.commands.push_back(std::move(command));
  work.reply = std::move(reply);
  work.submitted_at = absl::Now();
  return inbox_.PutAnyway(std::move(work));
}

absl::StatusOr<uint32_t> Sequencer::NewSession() {
  if (!ready_) return absl::UnavailableError("NOT_SERVING: the engine is starting or stopping");
  uint32_t session = 0;
  do {
    session = ++next_session_;
  } while (session == 0 || session == kAnySession);
  return session;
}

void Sequencer::EndSession(uint32_t session) {
  MassCancel cancel;
  cancel.session = session;
  cancel.reason = CancelReason::kDisconnected;
  // When the engine is stopping nothing is taken: the next start ends every session.
  SubmitAnyway(cancel, [this, session](absl::Span<const Outcome> outcomes) {
    if (outcomes.front().more) EndSession(session);
  });
}

absl::Status Sequencer::Put(Work work) {
  if (!ready_) return absl::UnavailableError("NOT_SERVING: the engine is starting or stopping");
  work.submitted_at = absl::Now();
  if (!inbox_.Put(std::move(work))) {
    metrics_.inbox_full.Increment();
    return absl::ResourceExhaustedError(
        absl::StrCat("INBOX_FULL: ", kInboxCommandsMax, " commands are waiting; retry later"));
  }
  return absl::OkStatus();
}

void Sequencer::Run() {
  while (inbox_.WaitForBatch(kBatchCommandsMax, WaitFor(), batch_)) {
    AddTickIfDue();
    JournalBatch();
    ApplyBatch();
    batch_.clear();
    if (absl::Now() - state_exported_at_ >= kExportEvery) {
      metrics_.Export(engine_);
      state_exported_at_ = absl::Now();
    }
  }
}

// How long nothing happens if nobody asks for anything.
absl::Duration Sequencer::WaitFor() const {
  const Timestamp due = engine_.NextDue();
  if (due == Timestamp(0)) return kIdleWait;
  const absl::Duration left =
      absl::Nanoseconds(due.value()) - absl::Nanoseconds(clock_.Now().value());
  return std::clamp(left, absl::ZeroDuration(), kIdleWait);
}

// Any command lets time pass; a batch without one does not, however many questions it answers.
void Sequencer::AddTickIfDue() {
  const Timestamp due = engine_.NextDue();
  if (due == Timestamp(0) || due > clock_.Now()) return;
  for (const Work& work : batch_) {
    if (!work.commands.empty()) return;
  }
  Work tick;
  tick.commands.push_back(Tick{});
  tick.reply = [](absl::Span<const Outcome>) {};
  tick.submitted_at = absl::Now();
  batch_.push_back(std::move(tick));
}

void Sequencer::JournalBatch() {
  headers_.clear();
  Sequence sequence = engine_.sequence();
  for (const Work& work : batch_) {
    for (const Command& command : work.commands) {
      sequence = sequence.Next();
      headers_.push_back(
          {sequence, clock_.NextTimestamp()});  // The only clock that reaches the core.
      EncodeRecord(command, record_);
      if (!log_.HasRoomFor(record_.size())) Commit();
      log_.Append(headers_.back(), record_);
    }
  }
  if (headers_.empty()) return;  // Only queries.

  Commit();
  metrics_.journal_bytes.Increment(static_cast<double>(log_.bytes_written()) -
                                   metrics_.journal_bytes.Value());
  metrics_.batch_commands.Observe(static_cast<double>(headers_.size()));
}

// Nothing is applied, answered or published before it is durable. After a failed commit the log's
// tail is unknown: stop here and let recovery find out.
void Sequencer::Commit() {
  const absl::Time started_at = absl::Now();
  if (absl::Status committed = log_.Commit(); !committed.ok()) {
    ExitFatally(FatalExit::kJournalWriteFailed, committed);
  }
  metrics_.fsync_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - started_at));
}

void Sequencer::ApplyBatch() {
  const absl::Time taken_up_at = absl::Now();
  size_t next_header = 0;
  for (Work& work : batch_) {
    metrics_.queue_wait_seconds.Observe(absl::ToDoubleSeconds(taken_up_at - work.submitted_at));
    if (work.query) {
      work.query(engine_);
      continue;
    }
    outcomes_.clear();
    for (const Command& command : work.commands) {
      Apply(headers_[next_header++], command);
    }
    metrics_.Count(work.commands, outcomes_);
    work.reply(outcomes_);  // Hands the outcomes to the waiting call; never blocks.
    metrics_.command_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - work.submitted_at));
  }
  if (headers_.empty()) return;
  if (absl::Status published = feed_.Publish(); !published.ok()) {
    ExitFatally(FatalExit::kJournalWriteFailed, published);
  }
  metrics_.last_sequence.Set(static_cast<double>(engine_.sequence().value()));
  metrics_.queue_depth.Set(static_cast<double>(inbox_.depth()));
}

void Sequencer::Apply(const CommandHeader& header, const Command& command) {
  events_.clear();
  outcomes_.push_back(engine_.Apply(header, command, events_));
  metrics_.Count(events_);
  catalog_.Apply(header, command, events_);
  if (absl::Status appended = feed_.Append(header, events_); !appended.ok()) {
    ExitFatally(FatalExit::kJournalWriteFailed, appended);
  }
}

}  // namespace rialto::engine
