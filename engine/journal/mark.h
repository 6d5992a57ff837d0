// Mark: how far a journal was durable a moment ago, noted beside it by whoever writes it.
//
// A last batch that has rotted looks like one that was never finished; the mark knows better. It is
// written without a sync, behind the truth and never before it: RecoveryPlan::known takes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/record.h"

namespace rialto::journal {

inline constexpr const char* kMarkName = "commit.mark";

// The whole content of the file: 56 bytes.
std::string EncodeMark(const Position& position);
// Nothing when the bytes are not a whole mark.
std::optional<Position> DecodeMark(std::string_view bytes);

// Nothing when there is no mark, or none that was written whole: it protects, it is not needed.
absl::StatusOr<std::optional<Position>> ReadMark(FileSystem& files, const std::string& directory);

}  // namespace rialto::journal
