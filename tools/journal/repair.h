// Repair of a torn tail, for an operator who wants it done before the engine starts.
//
// The engine does the same by itself when it starts. Corruption is never repaired: what is damaged
// was durable and acknowledged, and only a copy of it helps. So is a last batch that the mark or
// the feed knows: its bytes are all that is left of it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "tools/journal/inspection.h"

namespace rialto::journal_tool {

enum class RepairStep {
  kExplain,   // Says what this is; looks at nothing.
  kDryRun,    // Says what would be done.
  kTruncate,  // Does it, when the name was given too.
};

struct RepairRequest {
  Place place;
  RepairStep step = RepairStep::kExplain;
  // Must be the directory's own name, the last part of its path: said twice, or not done.
  std::string confirmed_name;
};

struct RepairReport {
  int exit_code = 0;
  std::string text;
  bool repaired = false;
};

// FAILED_PRECONDITION: an engine runs on it, or the journal has changed since it was looked at;
// OUT_OF_RANGE: and lacks what was acknowledged.
absl::StatusOr<RepairReport> Repair(journal::FileSystem& files, const RepairRequest& request);

}  // namespace rialto::journal_tool
