#include "custody/worker.h"

#include <set>
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
  ready_ = true;
  LOG_INFO("worker_open");
  return absl::OkStatus();
}

absl::Status Worker::Work() {
  RETURN_IF_ERROR(CheckLock(*connection_));
  ASSIGN_OR_RETURN(const std::vector<EventRow> events, parts_.store.OpenEvents());
  for (const EventRow& row : events) {
    const absl::StatusOr<EventRow> decided = parts_.events.Decide(row);
    if (!decided.ok()) break;  // The engine or the database is away, for all of them.
  }
  ASSIGN_OR_RETURN(const std::vector<Withdrawal> open, parts_.store.OpenWithdrawals());
  CountOpen(events.size(), open.size());
  std::set<State>
      held_up;  // Whoever is asked in that state does not answer: not once more in this look.
  for (const Withdrawal& withdrawal : open) {
    if (stopping()) return absl::OkStatus();
    if (held_up.count(withdrawal.state) > 0) continue;
    ASSIGN_OR_RETURN(const Withdrawal advanced, parts_.withdrawals.Advance(withdrawal));
    if (absl::StrContains(advanced.waiting_for, "_AWAY")) held_up.insert(advanced.state);
  }
  return absl::OkStatus();
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
