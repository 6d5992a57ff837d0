// What somebody beside the journal remembers of this engine's history: the feed's files, a
// follower.
//
// A start compares it with what it recovers: a journal that ends before it has lost what was
// acknowledged.
#pragma once

#include <string>

#include "common/base/ids.h"
#include "engine/core/attestation.h"

namespace rialto::engine {

struct SeenHistory {
  std::string by;          // Who, for people.
  Sequence sequence;       // The last one seen; 0: none.
  Attestation checkpoint;  // The last one applied, at or before `sequence`; of 0: none.
};

}  // namespace rialto::engine
