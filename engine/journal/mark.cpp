#include "engine/journal/mark.h"

#include <cstring>
#include <memory>

#include "common/base/crc32c.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

// The bytes on disk (little-endian, no padding).
struct Mark {
  uint64_t magic = 0x4b52414d544c4152;  // "RALTMARK"
  uint64_t sequence = 0;
  Digest chain_hash{};
  uint32_t reserved = 0;
  uint32_t crc32c = 0;  // Of the bytes before.
};
static_assert(sizeof(Mark) == 56);

uint32_t Checksum(const Mark& mark) {
  return Crc32c({reinterpret_cast<const char*>(&mark), offsetof(Mark, crc32c)});
}

}  // namespace

std::string EncodeMark(const Position& position) {
  Mark mark;
  mark.sequence = position.sequence.value();
  mark.chain_hash = position.chain_hash;
  mark.crc32c = Checksum(mark);
  return std::string(reinterpret_cast<const char*>(&mark), sizeof(mark));
}

std::optional<Position> DecodeMark(std::string_view bytes) {
  Mark mark;
  if (bytes.size() != sizeof(mark)) return std::nullopt;
  std::memcpy(&mark, bytes.data(), sizeof(mark));
  if (mark.magic != Mark().magic || mark.crc32c != Checksum(mark)) return std::nullopt;
  return Position{Sequence(mark.sequence), mark.chain_hash};
}

absl::StatusOr<std::optional<Position>> ReadMark(FileSystem& files, const std::string& directory) {
  const absl::StatusOr<std::unique_ptr<File>> file =
      files.Open(directory + "/" + kMarkName, Access::kRead);
  if (absl::IsNotFound(file.status())) return std::nullopt;
  RETURN_IF_ERROR(file.status());
  std::string bytes(sizeof(Mark), '\0');
  ASSIGN_OR_RETURN(const size_t count, (*file)->ReadAt(0, bytes.data(), bytes.size()));
  bytes.resize(count);
  return DecodeMark(bytes);
}

}  // namespace rialto::journal
