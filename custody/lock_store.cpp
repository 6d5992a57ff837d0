#include "custody/lock_store.h"

#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/postgres/migrations.h"
#include "custody/schema_files.h"

namespace rialto::custody {
namespace {

constexpr absl::Duration kAnswerMax = absl::Seconds(5);
// A change of the schema rewrites what is there: as long as a person would wait for it.
constexpr absl::Duration kMigrationMax = absl::Minutes(10);

}  // namespace

absl::StatusOr<std::unique_ptr<postgres::Connection>> OpenAsOnlyWorker(const std::string& url) {
  ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(url));
  connection->SetDeadline(absl::Now() + kAnswerMax);
  ASSIGN_OR_RETURN(
      const postgres::Result locked,
      connection->Execute("SELECT pg_try_advisory_lock(hashtextextended('rialto custody', 0))"));
  if (!locked.row(0).Bool(0)) {
    return absl::UnavailableError("become the worker of schema custody: another session still is");
  }
  connection->SetDeadline(absl::Now() + kMigrationMax);
  RETURN_IF_ERROR(postgres::Migrate(*connection, kSchema));
  return connection;
}

absl::Status CheckLock(postgres::Connection& connection) {
  connection.SetDeadline(absl::Now() + kAnswerMax);
  return connection.Execute("SELECT 1").status();
}

}  // namespace rialto::custody
