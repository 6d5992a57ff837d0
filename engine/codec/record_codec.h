// Commands to journal records and back, and what the journal notes beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/core/attestation.h"
#include "engine/core/command.h"

namespace rialto::engine {

// Type and version of the records in the journal; a change of meaning takes a new version.
inline constexpr uint16_t kCommandRecordType = 1;
inline constexpr uint16_t kCommandRecordVersion = 1;
// What a command journal contains, and what a feed does (journal::Options::content).
inline constexpr uint32_t kJournalContent = 1;
inline constexpr uint32_t kFeedContent = 2;

// Where an engine's run begins.
struct RunStart {
  std::string build;
  uint32_t engine_version = 0;
  uint64_t dropped_bytes = 0;  // Of a torn write, cut off before this run.
  Sequence snapshot;           // What it began with; 0: everything was replayed.
  friend bool operator==(const RunStart&, const RunStart&) = default;
};

// What a record says besides its command.
struct RecordNotes {
  Attestation attests;  // Sequence 0: nothing.
  std::optional<RunStart> start;
};

// Replaces `bytes` with the record of a command.
void EncodeRecord(const Command& command, std::string& bytes);
// Adds notes to a record.
void AppendNotes(const RecordNotes& notes, std::string& bytes);

// DataLoss when the bytes are not a record this engine understands. Fields that an older engine did
// not write have their default. With `notes`: what else it says; nullptr: nobody asks.
absl::StatusOr<Command> DecodeRecord(std::string_view bytes, RecordNotes* notes = nullptr);

// 16 bytes, as they are on the wire and on disk; nullopt when they are not so many.
std::string ToBytes(const StateHash& hash);
std::optional<StateHash> ToStateHash(std::string_view bytes);

}  // namespace rialto::engine
