#include "common/postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"

namespace rialto::postgres {
namespace {

// libpq writes COPY data through in pieces of this size.
constexpr size_t kCopyChunkBytes = 1 << 20;

// Enough of a statement to know it by in a log line.
std::string Abbreviate(std::string_view sql) {
  constexpr size_t kSizeMax = 120;
  std::string line(sql.substr(0, kSizeMax));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return sql.size() > kSizeMax ? line + "..." : line;
}

absl::StatusCode CodeOf(std::string_view sqlstate) {
  const std::string_view category = sqlstate.substr(0, 2);
  if (sqlstate == "40001" || sqlstate == "40P01") return absl::StatusCode::kAborted;
  // Connection trouble, operator intervention (shutdown), insufficient resources, system error.
  if (category == "08" || category == "57" || category == "53" || category == "58") {
    return absl::StatusCode::kUnavailable;
  }
  // No such schema or table: a reader came before the writer had migrated for the first time.
  if (sqlstate == "3F000" || sqlstate == "42P01") return absl::StatusCode::kUnavailable;
  // Constraints, and what our triggers raise.
  if (category == "23" || category == "P0") return absl::StatusCode::kFailedPrecondition;
  return absl::StatusCode::kInternal;
}

// One line that can stand in quotes: libpq ends its messages with a newline and indents what
// follows the first.
std::string OneLine(const char* message) {
  std::string line(absl::StripAsciiWhitespace(message));
  return absl::StrReplaceAll(line, {{"\n\t", " "}, {"\n", " "}, {"\"", "'"}});
}

absl::Status Failure(PGconn* connection, const PGresult* result, std::string_view attempted) {
  const char* sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  if (sqlstate == nullptr) {
    // No answer of the server's: the session is gone.
    return absl::UnavailableError(
        absl::StrCat(Abbreviate(attempted), ": ", OneLine(PQerrorMessage(connection))));
  }
  const bool lost = PQstatus(connection) == CONNECTION_BAD;
  return absl::Status(lost ? absl::StatusCode::kUnavailable : CodeOf(sqlstate),
                      absl::StrCat(Abbreviate(attempted), ": ",
                                   OneLine(PQresultErrorMessage(result)), " [", sqlstate, "]"));
}

// Takes the result over; an error becomes a Status.
absl::StatusOr<Result> Finish(PGconn* connection, PGresult* raw, std::string_view attempted) {
  Result result(raw);
  switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_IN:
      return result;
    default:
      return Failure(connection, raw, attempted);
  }
}

void IgnoreNotice(void*, const PGresult*) {}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& url) {
  // Later keywords win over earlier ones: `url` may say otherwise.
  const char* const keywords[] = {"connect_timeout",  "application_name", "keepalives_idle",
                                  "tcp_user_timeout", "dbname",           nullptr};
  const char* const values[] = {"5", "rialto", "10", "10000", url.c_str(), nullptr};
  auto connection = std::unique_ptr<Connection>(
      new Connection(PQconnectdbParams(keywords, values, /*expand_dbname=*/1)));
  PGconn* raw = connection->connection_.get();
  if (PQstatus(raw) != CONNECTION_OK) {
    return absl::UnavailableError(
        absl::StrCat("connect to PostgreSQL: ", OneLine(PQerrorMessage(raw))));
  }
  PQsetNoticeReceiver(raw, IgnoreNotice, nullptr);
  return connection;
}

Connection::Connection(pg_conn* connection) : connection_(connection) {}

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

absl::StatusOr<Result> Connection::Execute(const std::string& sql,
                                           absl::Span<const Value> parameters) {
  const size_t count = parameters.size();
  std::vector<Oid> types(count);
  std::vector<const char*> values(count);
  std::vector<int> lengths(count);
  std::vector<int> formats(count);
  for (size_t i = 0; i < count; ++i) {
    const Value& value = parameters[i];
    types[i] = value.type();
    values[i] = value.is_null() ? nullptr : value.bytes().c_str();
    lengths[i] = static_cast<int>(value.bytes().size());
    formats[i] = value.format();
  }
  PGconn* connection = connection_.get();
  if (PQsendQueryParams(connection, sql.c_str(), static_cast<int>(count), types.data(),
                        values.data(), lengths.data(), formats.data(), /*resultFormat=*/0) != 1) {
    return Failure(connection, nullptr, sql);
  }
  return Receive(sql);
}

// Of several results the first error, else the last.
absl::StatusOr<Result> Connection::Receive(const std::string& sql) {
  PGconn* connection = connection_.get();
  std::unique_ptr<PGresult, decltype(&PQclear)> told(nullptr, &PQclear);
  while (AwaitAnswer()) {
    PGresult* next = PQgetResult(connection);
    if (next == nullptr) return Finish(connection, told.release(), sql);
    if (told != nullptr && PQresultStatus(told.get()) == PGRES_FATAL_ERROR) {
      PQclear(next);
    } else {
      told.reset(next);
    }
  }
  is_given_up_ = true;
  return absl::UnavailableError(absl::StrCat(Abbreviate(sql), ": no answer in time"));
}

// False: the deadline came first.
bool Connection::AwaitAnswer() const {
  if (deadline_ == absl::InfiniteFuture()) return true;  // PQgetResult waits.
  PGconn* connection = connection_.get();
  while (PQisBusy(connection) == 1) {
    pollfd answer{.fd = PQsocket(connection), .events = POLLIN};
    const absl::Duration left = deadline_ - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    const auto milliseconds = static_cast<int>(absl::ToInt64Milliseconds(left)) + 1;
    if (poll(&answer, 1, milliseconds) > 0 && PQconsumeInput(connection) != 1) break;  // Lost.
  }
  return true;
}

absl::Status Connection::ExecuteScript(const std::string& sql) {
  PGconn* connection = connection_.get();
  if (PQsendQuery(connection, sql.c_str()) != 1) return Failure(connection, nullptr, sql);
  return Receive(sql).status();
}

absl::Status Connection::Copy(const std::string& target, const CopyWriter& rows) {
  PGconn* connection = connection_.get();
  const std::string sql = absl::StrCat("COPY ", target, " FROM STDIN (FORMAT binary)");
  RETURN_IF_ERROR(Finish(connection, PQexec(connection, sql.c_str()), sql).status());

  constexpr std::string_view kTrailer("\xff\xff", 2);
  const auto put = [&](std::string_view bytes) {
    return PQputCopyData(connection, bytes.data(), static_cast<int>(bytes.size())) == 1;
  };
  bool sent = true;
  for (std::string_view rest = rows.bytes(); sent && !rest.empty();) {
    const std::string_view chunk = rest.substr(0, kCopyChunkBytes);
    sent = put(chunk);
    rest.remove_prefix(chunk.size());
  }
  sent = sent && put(kTrailer) && PQputCopyEnd(connection, nullptr) == 1;
  if (!sent) return Failure(connection, nullptr, sql);

  absl::Status status = absl::OkStatus();
  while (PGresult* raw = PQgetResult(connection)) {
    absl::Status outcome = Finish(connection, raw, sql).status();
    if (status.ok()) status = std::move(outcome);
    if (!IsOpen()) break;
  }
  return status;
}

bool Connection::IsOpen() const {
  return !is_given_up_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

int Connection::backend_pid() const { return PQbackendPID(connection_.get()); }

}  // namespace rialto::postgres
