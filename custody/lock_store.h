// The session that makes this process the only worker of the schema.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/postgres/connection.h"

namespace rialto::custody {

// Connects, takes the lock, brings the schema up to date. Unavailable: no database, or another
// process works there. FailedPrecondition: the schema is not this binary's.
absl::StatusOr<std::unique_ptr<postgres::Connection>> OpenAsOnlyWorker(const std::string& url);

// Unavailable: the session is lost, and the lock with it.
absl::Status CheckLock(postgres::Connection& connection);

}  // namespace rialto::custody
