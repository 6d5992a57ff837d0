// Commands to journal records and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/core/command.h"

namespace rialto::engine {

// Type and version of the records in the journal; a change of meaning takes a new version.
inline constexpr uint16_t kCommandRecordType = 1;
inline constexpr uint16_t kCommandRecordVersion = 1;
// What a command journal contains, and what a feed does (journal::Options::content).
inline constexpr uint32_t kJournalContent = 1;
inline constexpr uint32_t kFeedContent = 2;

// Replaces `bytes` with the record of a command.
void EncodeRecord(const Command& command, std::string& bytes);

// DataLoss when the bytes are not a record this engine understands. Fields that an older engine did
// not write have their default.
absl::StatusOr<Command> DecodeRecord(std::string_view bytes);

}  // namespace rialto::engine
