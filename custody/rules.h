// The rules of withdrawals, without anything around them: when two operators are needed, when money
// may leave, and the engine's ids. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/ids.h"

namespace rialto::custody {

// Per asset the largest amount, a decimal, that one operator may let go. An asset that is not in it
// always takes two.
using OperatorLimits = std::map<std::string, std::string, std::less<>>;

// "ASSET=AMOUNT". InvalidArgument when it is not.
absl::Status AddOperatorLimit(std::string_view text, OperatorLimits& limits);

// How many different operators must say yes: 1 or 2. REQUIRES: IsAmount(amount).
int OperatorsNeeded(const OperatorLimits& limits, std::string_view asset, std::string_view amount);

// Digits with at most one dot between some of them, at most 64 characters.
bool IsAmount(std::string_view text);
// Compares two amounts by value, whatever their zeros. REQUIRES: IsAmount of both.
bool IsAbove(std::string_view amount, std::string_view limit);

// What the ledger says of itself.
struct LedgerView {
  Sequence sequence;  // Its position, committed.
  int64_t drift_count =
      0;  // Where it was ever found to differ from the engine, and nobody has settled it.
};

// Why money whose hold is at `hold` may not leave yet; empty: it may. A mirror that has not seen
// the hold, or that is known to be wrong, can not vouch for it.
std::string ExitBlockedBy(const LedgerView& ledger, Sequence hold);

// What an idempotent command of the engine is for.
enum class Purpose { kDeposit, kHold, kSettle, kRelease };

// The engine's transaction_id for it, the same at every try; of those in
// common/base/reserved_ids.h. `id` is a withdrawal_id (1 to 32 characters of a caller's id), or of
// a deposit any text.
std::string TransactionIdOf(Purpose purpose, std::string_view id);

}  // namespace rialto::custody
