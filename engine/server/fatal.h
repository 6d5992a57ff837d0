// Ends of the process that an operator must understand: docs/runbook.md has an entry for each code.
#pragma once

#include "absl/status/status.h"

namespace rialto::engine {

enum class FatalExit {
  // A write or sync of the journal failed: what is durable is unknown until recovery reads it.
  kJournalWriteFailed = 70,
  // The journal is damaged before its end. Starting would rewrite history.
  kJournalCorrupt = 71,
  // Someone has seen history that this journal does not have.
  kHistoryMissing = 72,
  // The same commands gave another state than when they were first applied: this is not the engine
  // that applied them, or a bit has flipped where no checksum looks.
  kStateDiffers = 73,
};

// Prints one line and ends the process at once, without running destructors.
[[noreturn]] void ExitFatally(FatalExit code, const absl::Status& reason);

}  // namespace rialto::engine
