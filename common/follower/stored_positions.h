// How far every follower of a database has come: what a start of the engine compares itself with.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/ids.h"

namespace rialto {

struct StoredPosition {
  std::string service;
  Sequence sequence;             // The last one applied; 0: none.
  Sequence checkpoint_sequence;  // Of the last checkpoint applied; 0: none.
  std::string checkpoint_hash;   // Its state_hash, bytes.
};

// One for every schema of the database that a follower writes. Errors as Connection's. Takes at
// most 5 s to connect and 5 s for the answers, whatever locks others hold or wait for.
absl::StatusOr<std::vector<StoredPosition>> ReadStoredPositions(const std::string& database_url);

}  // namespace rialto
