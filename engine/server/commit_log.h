// The one place where history becomes durable: a local file today, a quorum one day.
//
// Append() buffers, Commit() makes everything appended durable and returns. A failed Commit leaves
// the end of the log unknown: the caller ends the process and recovery finds out.
// Thread: the sequencer's only.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/command.h"
#include "engine/journal/record.h"
#include "engine/server/seen_history.h"

namespace rialto::engine {

class CommitLog {
 public:
  using ApplyRecord =
      absl::FunctionRef<absl::Status(const CommandHeader&, std::string_view record)>;

  virtual ~CommitLog() = default;

  // Hands every durable record behind `after` (sequence 0: every one) to `apply`, in order, then
  // makes the log ready for Append(). `seen`: what the history must reach. Call first; once, except
  // after an error that says so.
  //   DATA_LOSS            corruption; the message says where
  //   OUT_OF_RANGE         history that was acknowledged is missing, or another one is in its
  //                        place; nothing was changed
  //   FAILED_PRECONDITION  `after` is not of this history; nothing was applied or changed, and
  //                        another position may be tried. Or another process writes here.
  virtual absl::Status Recover(const journal::Position& after, const SeenHistory& seen,
                               ApplyRecord apply) = 0;
  // Rule set of the engine that writes it.
  virtual uint32_t engine_version() const = 0;
  // What of a write that did not finish Recover() cut off.
  virtual uint64_t dropped_bytes() const = 0;

  // Whether a record of this size still goes into what the next Commit() writes; after a Commit()
  // there is room for any.
  virtual bool HasRoomFor(size_t record_bytes) const = 0;
  // REQUIRES: HasRoomFor().
  virtual void Append(const CommandHeader& header, std::string_view record) = 0;
  virtual absl::Status Commit() = 0;

  // Why soon nothing more can be made durable, while something still can; ok: no reason.
  virtual absl::Status shortage() const { return absl::OkStatus(); }

  // The end of what is durable.
  virtual journal::Position position() const = 0;
  // Bytes made durable by this process.
  virtual uint64_t bytes_written() const = 0;
};

}  // namespace rialto::engine
