// Text of the journal tool: times, sizes, hashes, JSON strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "engine/journal/record.h"

namespace rialto::journal_tool {

// "2026-11-20T11:00:00.123456789Z"
std::string FormatTime(Timestamp time);
// "64.0 MiB"
std::string FormatBytes(uint64_t bytes);
std::string FormatHash(const journal::Digest& digest);
// With quotes; bytes that are no printable ASCII are escaped.
std::string JsonString(std::string_view text);
// Offset, 16 bytes in hexadecimal and as characters per line, each line behind `indent`.
std::string HexDump(std::string_view bytes, std::string_view indent);

}  // namespace rialto::journal_tool
