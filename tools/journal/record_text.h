// Records of a command journal or an event feed as text and as JSON.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/journal/record.h"

namespace rialto::journal_tool {

// "commands", "events", or "content 7".
std::string NameOf(uint32_t content);

// Whether this program understands the payload; what it does not, an engine of this version does
// not start with.
absl::Status Check(uint32_t content, const journal::Record& record);

// One line: sequence, time, what. A payload that is not understood is said to be so.
std::string ToLine(uint32_t content, const journal::Record& record);
// One JSON object in one line; 64-bit numbers of the payload are strings, as protobuf writes them.
std::string ToJsonLine(uint32_t content, const journal::Record& record);

}  // namespace rialto::journal_tool
