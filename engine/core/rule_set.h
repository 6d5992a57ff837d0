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
// The latest this engine knows; new venues begin with it.
inline constexpr uint32_t kNewest = kPreventionLessensSibling;

}  // namespace rialto::engine::rules
