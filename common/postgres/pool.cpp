#include "common/postgres/pool.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"

namespace rialto::postgres {
namespace {

constexpr std::chrono::seconds kAcquireWaitMax(2);

}  // namespace

Pool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->Release(std::move(connection_));
}

Pool::Pool(std::string url, int connections_max, absl::Duration lease_max)
    : url_(std::move(url)), connections_max_(connections_max), lease_max_(lease_max) {}

absl::StatusOr<Pool::Lease> Pool::Acquire() {
  {
    std::unique_lock lock(mutex_);
    if (!released_.wait_for(lock, kAcquireWaitMax,
                            [&] { return lent_count_ < connections_max_; })) {
      return absl::UnavailableError(absl::StrCat("DATABASE_BUSY: all ", connections_max_,
                                                 " connections are in use; try again"));
    }
    ++lent_count_;
    if (!idle_.empty()) {
      Lease lease(this, std::move(idle_.back()));
      idle_.pop_back();
      lease->SetDeadline(absl::Now() + lease_max_);
      return lease;
    }
  }
  absl::StatusOr<std::unique_ptr<Connection>> opened = Open();
  if (!opened.ok()) {
    Release(nullptr);
    return absl::UnavailableError(
        absl::StrCat("DATABASE_UNAVAILABLE: ", opened.status().message()));
  }
  return Lease(this, *std::move(opened));
}

absl::StatusOr<std::unique_ptr<Connection>> Pool::Open() const {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(url_));
  if (lease_max_ == absl::InfiniteDuration()) return connection;
  connection->SetDeadline(absl::Now() + lease_max_);
  RETURN_IF_ERROR(connection->ExecuteScript(
      absl::StrCat("SET statement_timeout = ", absl::ToInt64Milliseconds(lease_max_))));
  return connection;
}

void Pool::Release(std::unique_ptr<Connection> connection) {
  std::lock_guard lock(mutex_);
  --lent_count_;
  if (connection != nullptr && connection->IsOpen()) idle_.push_back(std::move(connection));
  released_.notify_one();
}

}  // namespace rialto::postgres
