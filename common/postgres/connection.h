// A session with PostgreSQL. This directory is the only user of libpq.
//
// Failures come back as Status, message "<what was attempted>: <what the server said> [SQLSTATE]":
//   UNAVAILABLE          the session is lost or could not be had; whether a COMMIT on its way took
//                        effect is unknown. Also a table that is not there yet, and a statement
//                        that ran longer than it may
//   ABORTED              serialization failure or deadlock: the same again may succeed
//   FAILED_PRECONDITION  a constraint or trigger refused the rows
//   INTERNAL             anything else: a defect of the statement or of the schema
//
// Thread: one at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/postgres/copy_writer.h"
#include "common/postgres/result.h"
#include "common/postgres/value.h"

struct pg_conn;

namespace rialto::postgres {

class Connection {
 public:
  // `url` is a libpq URL or key=value string. Waits at most 5 s for a server that does not answer.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& url);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One statement; $1, $2 … are `parameters`.
  absl::StatusOr<Result> Execute(const std::string& sql, absl::Span<const Value> parameters = {});
  // After it nothing waits for an answer any more, but for Copy(): UNAVAILABLE, whether it took
  // effect is unknown, and the session is lost. For who must not hang on a lock or a server that
  // stands still. Never, if not said.
  void SetDeadline(absl::Time deadline) { deadline_ = deadline; }
  // Several statements at once, without parameters.
  absl::Status ExecuteScript(const std::string& sql);
  // COPY `target`, for example "ledger.postings (sequence, leg)", FROM the rows written.
  absl::Status Copy(const std::string& target, const CopyWriter& rows);

  // False once the session was lost.
  bool IsOpen() const;
  // The server's process that serves this session.
  int backend_pid() const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };

  explicit Connection(pg_conn* connection);
  // The result of what was sent.
  absl::StatusOr<Result> Receive(const std::string& sql);
  bool AwaitAnswer() const;

  std::unique_ptr<pg_conn, Close> connection_;
  bool is_given_up_ = false;  // An answer that nobody waits for is still to come.
  absl::Time deadline_ = absl::InfiniteFuture();
};

}  // namespace rialto::postgres
