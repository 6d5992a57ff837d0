#include "tools/replay/recorded_file.h"

#include <lzma.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/crc32c.h"
#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

constexpr std::string_view kXzMagic(
    "\xFD"
    "7zXZ\0",
    6);
constexpr uint64_t kUnpackMemoryBytesMax = uint64_t{256} << 20;

absl::Status FileError(const std::string& path, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", std::string(what)));
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return FileError(path, std::strerror(errno));
  // A directory opens well and then fails.
  if (stream.peek() == std::ifstream::traits_type::eof())
    return stream.bad() ? FileError(path, "can not be read") : FileError(path, "is empty");
  std::ostringstream content;
  content << stream.rdbuf();
  if (stream.bad()) return FileError(path, "can not be read");
  return std::move(content).str();
}

// What is wrong with the packed data, or nothing.
std::optional<std::string_view> Unpack(const std::string& packed, std::string& unpacked) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kUnpackMemoryBytesMax, LZMA_CONCATENATED) != LZMA_OK)
    return "no memory to unpack";
  stream.next_in = reinterpret_cast<const uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  std::vector<uint8_t> buffer(size_t{1} << 16);
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK && unpacked.size() <= kFileBytesMax) {
    stream.next_out = buffer.data();
    stream.avail_out = buffer.size();
    result = lzma_code(&stream, LZMA_FINISH);
    unpacked.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream.avail_out);
  }
  lzma_end(&stream);
  if (result == LZMA_STREAM_END) return std::nullopt;
  if (result == LZMA_OK) return "too large when unpacked";
  return "truncated or damaged xz data";
}

}  // namespace

absl::StatusOr<RecordedFile> RecordedFile::Open(const std::string& path) {
  ASSIGN_OR_RETURN(std::string content, ReadAll(path));
  if (std::string_view(content).starts_with(kXzMagic)) {
    std::string unpacked;
    if (const auto wrong = Unpack(content, unpacked)) return FileError(path, *wrong);
    content = std::move(unpacked);
  }
  if (content.empty()) return FileError(path, "is empty");
  if (content.size() > kFileBytesMax) return FileError(path, "is larger than 1 GiB");

  RecordedFile file;
  file.path_ = path;
  file.checksum_ = Crc32c(content);
  file.content_ = std::make_unique<const std::string>(std::move(content));
  std::string_view rest = *file.content_;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    file.lines_.push_back(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return file;
}

absl::Status RecordedFile::ErrorAt(size_t index, std::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ":", index + 1, ": ", std::string(what)));
}

absl::Status RecordedFile::Error(std::string_view what) const { return FileError(path_, what); }

}  // namespace rialto::replay
