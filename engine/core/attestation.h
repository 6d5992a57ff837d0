// That the state's hash after a command was this: what a later replay must find again.
#pragma once

#include "common/base/ids.h"
#include "engine/core/history_hash.h"

namespace rialto::engine {

using StateHash = HistoryHash::Value;

struct Attestation {
  Sequence sequence;  // 0: of nothing.
  StateHash hash{};
  friend bool operator==(const Attestation&, const Attestation&) = default;
};

}  // namespace rialto::engine
