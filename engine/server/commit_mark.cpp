#include "engine/server/commit_mark.h"

#include "common/base/status_macros.h"

namespace rialto::engine {
namespace {

constexpr int64_t kNoteEveryNs = 100'000'000;

}  // namespace

CommitMark::CommitMark(journal::FileSystem& files, const std::string& directory)
    : files_(files), directory_(directory) {}

absl::Status CommitMark::Open() {
  const std::string path = directory_ + "/" + journal::kMarkName;
  absl::StatusOr<std::unique_ptr<journal::File>> file =
      files_.Open(path, journal::Access::kReadWrite);
  if (absl::IsNotFound(file.status())) file = files_.Create(path);
  RETURN_IF_ERROR(file.status());
  file_ = *std::move(file);
  return absl::OkStatus();
}

absl::Status CommitMark::Note(const journal::Position& position, Timestamp now) {
  if (now.value() - noted_at_.value() < kNoteEveryNs) return absl::OkStatus();
  noted_at_ = now;
  return file_->WriteAt(0, journal::EncodeMark(position));
}

}  // namespace rialto::engine
