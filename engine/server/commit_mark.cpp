#include "engine/server/commit_mark.h"

#include <cstring>

#include "common/base/crc32c.h"
#include "common/base/status_macros.h"

namespace rialto::engine {
namespace {

constexpr int64_t kNoteEveryNs = 100'000'000;

struct MarkBytes {
  uint64_t magic = 0x4b52414d544c4152;  // "RALTMARK".
  uint64_t sequence = 0;
  journal::Digest chain_hash{};
  uint32_t reserved = 0;
  uint32_t crc32c = 0;  // Of the bytes before.
};
static_assert(sizeof(MarkBytes) == 56);

uint32_t Checksum(const MarkBytes& mark) {
  return Crc32c({reinterpret_cast<const char*>(&mark), offsetof(MarkBytes, crc32c)});
}

}  // namespace

CommitMark::CommitMark(journal::FileSystem& files, const std::string& directory)
    : files_(files), path_(directory + "/commit.mark") {}

absl::StatusOr<std::optional<journal::Position>> CommitMark::Read() const {
  absl::StatusOr<std::unique_ptr<journal::File>> file = files_.Open(path_, journal::Access::kRead);
  if (absl::IsNotFound(file.status())) return std::nullopt;
  RETURN_IF_ERROR(file.status());
  MarkBytes mark;
  ASSIGN_OR_RETURN(const size_t count,
                   (*file)->ReadAt(0, reinterpret_cast<char*>(&mark), sizeof mark));
  if (count != sizeof mark || mark.magic != MarkBytes().magic || mark.crc32c != Checksum(mark)) {
    return std::nullopt;
  }
  return journal::Position{Sequence(mark.sequence), mark.chain_hash};
}

absl::Status CommitMark::Open() {
  absl::StatusOr<std::unique_ptr<journal::File>> file =
      files_.Open(path_, journal::Access::kReadWrite);
  if (absl::IsNotFound(file.status())) file = files_.Create(path_);
  RETURN_IF_ERROR(file.status());
  file_ = *std::move(file);
  return absl::OkStatus();
}

absl::Status CommitMark::Note(const journal::Position& position, Timestamp now) {
  if (now.value() - noted_at_.value() < kNoteEveryNs) return absl::OkStatus();
  noted_at_ = now;
  MarkBytes mark;
  mark.sequence = position.sequence.value();
  mark.chain_hash = position.chain_hash;
  mark.crc32c = Checksum(mark);
  return file_->WriteAt(0, {reinterpret_cast<const char*>(&mark), sizeof mark});
}

}  // namespace rialto::engine
