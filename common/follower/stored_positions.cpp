#include "common/follower/stored_positions.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/postgres/connection.h"

namespace rialto {
namespace {

constexpr absl::Duration kAnswerMax = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::vector<StoredPosition>> ReadStoredPositions(const std::string& database_url) {
  ASSIGN_OR_RETURN(const std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(database_url));
  connection->SetDeadline(absl::Now() + kAnswerMax);
  ASSIGN_OR_RETURN(
      const postgres::Result schemas,
      connection->Execute("SELECT quote_ident(table_schema) FROM information_schema.columns"
                          " WHERE table_name = 'follower_position'"
                          " AND column_name = 'checkpoint_hash' ORDER BY 1"));
  std::vector<StoredPosition> positions;
  for (int schema = 0; schema < schemas.row_count(); ++schema) {
    ASSIGN_OR_RETURN(const postgres::Result rows,
                     connection->Execute(absl::StrCat(
                         "SELECT name, sequence, checkpoint_sequence, checkpoint_hash FROM ",
                         std::string(schemas.row(schema).Text(0)), ".follower_position")));
    for (int i = 0; i < rows.row_count(); ++i) {
      const postgres::Row row = rows.row(i);
      positions.push_back({.service = std::string(row.Text(0)),
                           .sequence = Sequence(static_cast<uint64_t>(row.Int64(1))),
                           .checkpoint_sequence = Sequence(static_cast<uint64_t>(row.Int64(2))),
                           .checkpoint_hash = absl::HexStringToBytes(std::string(row.Text(3)))});
    }
  }
  return positions;
}

}  // namespace rialto
