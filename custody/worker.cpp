#include "custody/worker.h"

#include <utility>

#include "absl/strings/match.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "custody/lock_store.h"

namespace rialto::custody {
namespace {

constexpr absl::Duration kRest = absl::Milliseconds(200);

}  // namespace

Worker::Worker(Parts parts) : parts_(std::move(parts)) {}

absl::Status Worker::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Worker::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Worker::Run() {
  std::string complaint;
  do {
    const absl::Status status = connection_ == nullptr ? Open() : Work();
    if (!status.ok()) {
      connection_.reset();
      ready_ = false;
      CountOpen(0, 0);
      if (complaint != status.message())
        LOG_WARNING("worker_waits error=\"{}\"", status.ToString());
    }
    complaint = std::string(status.message());
  } while (Rest());
}

absl::Status Worker::Open() {
  ASSIGN_OR_RETURN(connection_, OpenAsOnlyWorker(parts_.database_url));
  LOG_INFO("worker_open");
  return absl::OkStatus();
}

absl::Status Worker::Work() {
  RETURN_IF_ERROR(CheckLock(*connection_));
  ASSIGN_OR_RETURN(const std::vector<EventRow> events, parts_.store.OpenEvents(last_event_id_));
  DecideAll(events);
  std::map<State, std::vector<Withdrawal>> open;
  size_t open_count = 0;
  for (const State state : kOurStates) {
    ASSIGN_OR_RETURN(open[state], parts_.store.OpenWithdrawals(state, last_numbers_[state]));
    open_count += open[state].size();
  }
  CountOpen(events.size(), open_count);
  ready_ = true;  // The lock alone says nothing: the tables may be locked.
  for (const auto& [state, withdrawals] : open) {
    RETURN_IF_ERROR(AdvanceAll(withdrawals, last_numbers_[state]));
  }
  return absl::OkStatus();
}

// The engine is asked about deposits, and not once more in this look when it does not answer. What
// it does not answer may be one deposit: the next look begins behind that.
void Worker::DecideAll(const std::vector<EventRow>& events) {
  bool is_engine_away = false;
  for (const EventRow& row : events) {
    const bool is_deposit = row.event.kind() == v1::PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED;
    if (stopping()) return;
    if (is_engine_away && is_deposit) continue;
    const absl::Status decided = parts_.events.Decide(row).status();
    if (!is_engine_away) last_event_id_ = row.event.event_id();
    if (absl::IsUnavailable(decided)) {
      if (!is_deposit) return;  // The database is away, for all of them.
      is_engine_away = true;
    } else {
      NoteSkipped("event " + row.event.event_id(), decided);
    }
  }
}

// Withdrawals in one state. Whoever is asked there and does not answer is not asked once more in
// this look. What he does not answer may be one withdrawal: the next look begins behind that.
absl::Status Worker::AdvanceAll(const std::vector<Withdrawal>& withdrawals, int64_t& last_number) {
  for (const Withdrawal& withdrawal : withdrawals) {
    if (stopping()) break;
    last_number = withdrawal.number;
    const absl::StatusOr<Withdrawal> advanced = parts_.withdrawals.Advance(withdrawal);
    if (absl::IsUnavailable(advanced.status())) return advanced.status();
    NoteSkipped("withdrawal " + withdrawal.withdrawal_id, advanced.status());
    if (advanced.ok() && absl::StrContains(advanced->waiting_for, "_AWAY")) break;
  }
  return absl::OkStatus();
}

// Says once what is wrong with a row that the database refuses; the others go on.
void Worker::NoteSkipped(const std::string& what, const absl::Status& status) {
  if (status.ok()) {
    skipped_.erase(what);
  } else if (skipped_.insert_or_assign(what, std::string(status.message())).second) {
    LOG_ERROR("worker_skips what=\"{}\" error=\"{}\"", what, status.ToString());
  }
}

void Worker::CountOpen(size_t events, size_t withdrawals) {
  open_event_count_ = static_cast<int64_t>(events);
  open_withdrawal_count_ = static_cast<int64_t>(withdrawals);
  parts_.metrics.open_events.Set(static_cast<double>(events));
  parts_.metrics.open_withdrawals.Set(static_cast<double>(withdrawals));
}

bool Worker::stopping() {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

// False when there is nothing to go on with.
bool Worker::Rest() {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRest);
  return !stopping_;
}

}  // namespace rialto::custody
