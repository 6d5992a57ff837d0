// Rule sets: what the engine does may change only from one journaled command on.
//
// A history begins under kFirst; ActivateRuleSet puts a later one in force for the commands behind
// it. So each command is decided by one and the same rule set wherever and whenever it is applied,
// and a journal of an older engine replays to what it decided. What differs asks
// `rule_set_ >= rules::kName`.
#pragma once

#include <cstdint>

namespace rialto::engine::rules {

inline constexpr uint32_t kFirst = 2;
// What DECREMENT takes from a leg of a bracket is taken from its sibling, too.
inline constexpr uint32_t kPreventionLessensSibling = 3;
// One thing after the other. Lists react between two activations. A stop is not fired by what
// traded before it came. An uncross that must begin again does so with the next command, and who
// would trade with himself is out before a new price is looked for.
inline constexpr uint32_t kStepByStep = 4;
// The latest this engine knows; new venues begin with it.
inline constexpr uint32_t kNewest = kStepByStep;

}  // namespace rialto::engine::rules
