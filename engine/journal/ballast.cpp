#include "engine/journal/ballast.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kStepBytes = 4u << 20;
constexpr uint64_t kSpareSegmentsLeft = 2;

}  // namespace

Ballast::Ballast(FileSystem& files, const Options& options)
    : files_(files),
      directory_(options.directory),
      path_(PathIn(options, kName)),
      bytes_(options.ballast_bytes),
      spare_bytes_(kSpareSegmentsLeft * options.segment_bytes),
      done_(options.ballast_bytes == 0) {}

absl::Status Ballast::Step() {
  if (done_) return absl::OkStatus();
  absl::Status status = file_ == nullptr ? Begin() : absl::OkStatus();
  if (status.ok() && !done_) status = WritePart();
  if (status.ok()) return status;
  if (file_ != nullptr) (void)files_.Remove(path_);  // The reason to report is `status`.
  file_.reset();
  done_ = true;
  return status;
}

absl::Status Ballast::Begin() {
  absl::StatusOr<std::unique_ptr<File>> existing = files_.Open(path_, Access::kRead);
  if (existing.ok()) {
    ASSIGN_OR_RETURN(const uint64_t size, (*existing)->Size());
    done_ = size >= bytes_;
    if (done_) return absl::OkStatus();
    existing->reset();
    RETURN_IF_ERROR(files_.Remove(path_));  // An earlier process did not finish it.
  } else if (!absl::IsNotFound(existing.status())) {
    return existing.status();
  }
  const absl::StatusOr<uint64_t> free_bytes = files_.FreeBytes(directory_);
  if (free_bytes.ok() && *free_bytes < bytes_ + spare_bytes_) {
    return absl::ResourceExhaustedError(absl::StrCat("make ", path_, ": ", *free_bytes,
                                                     " bytes free, wanted ", bytes_, " and ",
                                                     spare_bytes_, " for segments"));
  }
  ASSIGN_OR_RETURN(file_, files_.Create(path_));
  return absl::OkStatus();
}

absl::Status Ballast::WritePart() {
  const std::string zeros(std::min(kStepBytes, bytes_ - written_bytes_), '\0');
  RETURN_IF_ERROR(file_->WriteAt(written_bytes_, zeros));
  RETURN_IF_ERROR(file_->Sync());
  written_bytes_ += zeros.size();
  if (written_bytes_ < bytes_) return absl::OkStatus();
  file_.reset();  // Deleted while open, it would give nothing back.
  done_ = true;
  return files_.SyncDirectory(directory_);
}

}  // namespace rialto::journal
