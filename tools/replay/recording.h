// Which recording the given files are, and what it trades.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/replay/bitstamp_reader.h"
#include "tools/replay/lobster_reader.h"

namespace rialto::replay {

enum class RecordingFormat { kLobster, kBitstamp };

struct Recording {
  std::variant<LobsterRecording, BitstampRecording> events;
  // By the file's name (AMZN_..._message.csv: AMZN-USD), or what the format always trades.
  std::string instrument;
  uint32_t checksum = 0;
};

// One recording: for LOBSTER the message file and the book file in any order; one of them is enough
// if the other lies beside it. Without a format, the files' first lines decide.
absl::StatusOr<Recording> OpenRecording(const std::vector<std::string>& paths,
                                        std::optional<RecordingFormat> format);

}  // namespace rialto::replay
