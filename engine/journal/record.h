// Record: what the journal keeps, one opaque payload and the sequences it covers; and Position, the
// name of a point in the history.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/base/ids.h"
#include "common/base/time.h"

namespace rialto::journal {

// SHA-256.
using Digest = std::array<uint8_t, 32>;

struct Record {
  // First of the `count` sequences the record covers; a command covers exactly one.
  Sequence sequence;
  uint32_t count = 1;
  Timestamp timestamp;
  // The caller's kind and version of the payload; 0xFFFF is the journal's own.
  uint16_t type = 0;
  uint16_t version = 0;
  std::string_view payload;

  Sequence last() const { return Sequence(sequence.value() + count - 1); }
};

// The history up to and with `sequence`: two journals at equal positions hold the same bytes.
// `chain_hash` is known at the end of a batch only.
struct Position {
  Sequence sequence;
  Digest chain_hash{};

  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace rialto::journal
