// A recorded file in memory: its lines, plain or unpacked from .xz.
//
// Errors are for the person who gave the file: "FILE: what" or "FILE:LINE: what", InvalidArgument.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rialto::replay {

// A recorded day of one busy instrument has some 100 MB; beyond this it is not a recording.
inline constexpr size_t kFileBytesMax = size_t{1} << 30;

class RecordedFile {
 public:
  // Reads all of it; recognises .xz by content. Refuses an empty file and truncated or damaged .xz.
  static absl::StatusOr<RecordedFile> Open(const std::string& path);

  const std::string& path() const { return path_; }
  // Without line ends; a last line without one counts.
  const std::vector<std::string_view>& lines() const { return lines_; }
  // Depends on the content only.
  uint32_t checksum() const { return checksum_; }

  // "FILE:LINE: what" for lines()[index].
  absl::Status ErrorAt(size_t index, std::string_view what) const;
  // "FILE: what".
  absl::Status Error(std::string_view what) const;

 private:
  RecordedFile() = default;

  std::string path_;
  std::unique_ptr<const std::string> content_;  // lines_ point into it.
  std::vector<std::string_view> lines_;
  uint32_t checksum_ = 0;
};

}  // namespace rialto::replay
