#include "custody/worker.h"

#include <utility>

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
  parts_.metrics.open_withdrawals.Set(static_cast<double>(open.size()));
  parts_.metrics.open_events.Set(static_cast<double>(events.size()));
  for (const Withdrawal& withdrawal : open) {
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return absl::OkStatus();
    }
    RETURN_IF_ERROR(parts_.withdrawals.Advance(withdrawal).status());
  }
  return absl::OkStatus();
}

// False when there is nothing to go on with.
bool Worker::Rest() {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRest);
  return !stopping_;
}

}  // namespace rialto::custody
