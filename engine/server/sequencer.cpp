#include "engine/server/sequencer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "engine/server/fatal.h"

namespace rialto::engine {
namespace {

// Waiting work; beyond it callers hear INBOX_FULL. About ten batches.
constexpr size_t kInboxCommandsMax = 16'384;
// How often sums over the whole state are exported as metrics.
constexpr absl::Duration kExportEvery = absl::Seconds(10);

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

FatalExit ExitOf(const absl::Status& failed) {
  if (absl::IsDataLoss(failed)) return FatalExit::kJournalCorrupt;
  if (absl::IsOutOfRange(failed)) return FatalExit::kHistoryMissing;
  return FatalExit::kStateDiffers;
}

}  // namespace

Sequencer::Sequencer(const Parts& parts)
    : metrics_(parts.metrics),
      snapshots_(parts.snapshots),
      clock_(parts.clock),
      seen_(parts.seen),
      pipeline_(parts.log, parts.feed, parts.clock, parts.metrics),
      inbox_(kInboxCommandsMax, parts.spin_max) {}

Sequencer::~Sequencer() = default;

absl::Status Sequencer::Start() {
  if (absl::Status recovered = pipeline_.Recover(snapshots_, seen_); !recovered.ok()) {
    const bool is_final =
        absl::IsDataLoss(recovered) || absl::IsOutOfRange(recovered) || absl::IsInternal(recovered);
    if (is_final) ExitFatally(ExitOf(recovered), recovered);
    return recovered;
  }
  // A session ends with its stream and all at a start, so that no open order has one: any number is
  // new. Starting where history ends keeps numbers of different runs apart for whoever reads it.
  next_session_ = static_cast<uint32_t>(pipeline_.engine().sequence().value());
  if (AnySession(pipeline_.engine())) EndSession(kAnySession);  // First in the inbox.
  thread_ = std::thread([this] { Run(); });
  ready_ = true;
  return absl::OkStatus();
}

void Sequencer::Stop() {
  ready_ = false;
  inbox_.Close();
  if (thread_.joinable()) thread_.join();
}

absl::Status Sequencer::Submit(absl::InlinedVector<Command, 1> commands, Reply reply, Turn* turn) {
  Work work;
  work.commands = std::move(commands);
  work.reply = std::move(reply);
  return Submit(std::move(work), turn);
}

absl::Status Sequencer::Submit(Work work, Turn* turn) {
  CHECK(!work.commands.empty() && work.reply && !work.query);
  return Put(std::move(work), turn);
}

absl::Status Sequencer::Ask(Query query, Turn* turn) {
  Work work;
  work.query = std::move(query);
  return Put(std::move(work), turn);
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

bool Sequencer::IsRelief(const Command& command) {
  return std::holds_alternative<CancelOrder>(command) ||
         std::holds_alternative<MassCancel>(command) ||
         std::holds_alternative<CancelAllAfter>(command) ||
         std::holds_alternative<SetTradingState>(command) ||
         std::holds_alternative<SetInstrumentState>(command) ||
         std::holds_alternative<Tick>(command);
}

absl::Status Sequencer::Put(Work work, Turn* turn) {
  if (!ready_) return absl::UnavailableError("NOT_SERVING: the engine is starting or stopping");
  work.submitted_at = absl::Now();
  const bool is_relief =
      !work.commands.empty() && std::all_of(work.commands.begin(), work.commands.end(), IsRelief);
  if (is_disk_full_ && !work.commands.empty() && !is_relief) {
    metrics_.disk_full.Increment();
    return absl::ResourceExhaustedError(
        "DISK_FULL: the journal's disk is nearly full; cancels still pass, an operator must make "
        "room");
  }
  if (!inbox_.Put(std::move(work), is_relief ? Inbox::Lane::kReserved : Inbox::Lane::kCommon,
                  turn == nullptr ? nullptr : &turn->is_mine_)) {
    metrics_.inbox_full.Increment();
    return absl::ResourceExhaustedError(
        absl::StrCat("INBOX_FULL: ", kInboxCommandsMax, " commands are waiting; retry later"));
  }
  return absl::OkStatus();
}

void Sequencer::Run() {
  while (inbox_.WaitForTurn()) DecideBatch();
}

void Sequencer::DecideBatch() {
  inbox_.TakeBatch(Pipeline::kBatchCommandsMax, batch_);
  if (absl::Status done = pipeline_.Process(batch_); !done.ok()) {
    ExitFatally(FatalExit::kJournalWriteFailed, done);
  }
  NoteShortage();
  metrics_.queue_depth.Set(static_cast<double>(inbox_.depth()));
  const absl::Time now = absl::Now();
  if (now - state_exported_at_ >= kExportEvery) {
    metrics_.Export(pipeline_.engine());
    state_exported_at_ = now;
  }
  inbox_.EndTurn(now + pipeline_.WaitFor());
}

void Sequencer::NoteShortage() {
  const absl::Status shortage = pipeline_.shortage();
  if (shortage.ok() == !is_disk_full_) return;
  is_disk_full_ = !shortage.ok();
  if (shortage.ok()) {
    LOG_INFO("disk_has_room_again new orders are taken");
  } else {
    LOG_ERROR("disk_nearly_full only cancels are taken status=\"{}\"", shortage.ToString());
  }
}

}  // namespace rialto::engine
