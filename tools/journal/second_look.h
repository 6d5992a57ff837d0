// Second look: whether the damage that a Reader found is there to stay.
//
// An engine may be writing while somebody reads. An image is read in several steps: it may hold
// half of a batch, or lack one that was written behind the reading and hold the next. In the last
// segment both look like damage, and are gone when it is read again.
#pragma once

#include <cstdint>

#include "engine/journal/reader.h"

namespace rialto::journal_tool {

class SecondLook {
 public:
  // Whether to read again from where the reader has ended; has waited when so. False for what can
  // not change, and for what several looks have found the same.
  bool IsWanted(const journal::Reader& reader, journal::ReadOutcome outcome);

 private:
  Sequence expected_;
  uint64_t offset_ = 0;
  int looks_ = 0;  // That found the damage there.
};

}  // namespace rialto::journal_tool
