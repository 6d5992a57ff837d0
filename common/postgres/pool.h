// A few connections, shared by the threads that answer reads.
//
// Connections are opened when first needed and dropped when lost, so a pool can be made while the
// database is down: reads are then UNAVAILABLE until it is back.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/connection.h"

namespace rialto::postgres {

class Pool {
 public:
  // A connection on loan; goes back when destroyed.
  class Lease {
   public:
    Lease(Pool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;  // nullptr when moved from.
  };

  // What is asked over one lease is answered within `lease_max`, or UNAVAILABLE: see
  // Connection::SetDeadline. The server, too, gives up a statement after that time, so that what
  // nobody waits for holds no locks and no session.
  Pool(std::string url, int connections_max, absl::Duration lease_max = absl::InfiniteDuration());

  // Waits up to 2 s for a free connection; UNAVAILABLE when none came free or the database is down.
  absl::StatusOr<Lease> Acquire();

 private:
  absl::StatusOr<std::unique_ptr<Connection>> Open() const;
  void Release(std::unique_ptr<Connection> connection);

  const std::string url_;
  const int connections_max_;
  const absl::Duration lease_max_;

  std::mutex mutex_;
  std::condition_variable released_;
  int lent_count_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace rialto::postgres
