#include "engine/journal/archive.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/crc32c.h"
#include "common/base/status_macros.h"
#include "engine/journal/aligned_buffer.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kChunkBytes = 1u << 20;
// Synced in small steps: a copy must not queue much before the writer's own sync.
constexpr uint64_t kSyncBytes = 4u << 20;

// What a file holds, as far as a copy can differ.
struct Fingerprint {
  uint64_t bytes = 0;
  uint32_t crc32c = 0;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// Calls `use` with one chunk after the other.
template <typename Use>
absl::StatusOr<Fingerprint> ReadThrough(File& file, Use use) {
  AlignedBuffer buffer;
  char* chunk = buffer.Extend(kChunkBytes);
  Fingerprint fingerprint;
  for (;;) {
    ASSIGN_OR_RETURN(const size_t count, file.ReadAt(fingerprint.bytes, chunk, kChunkBytes));
    const std::string_view bytes(chunk, count);
    RETURN_IF_ERROR(use(fingerprint.bytes, bytes));
    fingerprint.crc32c = Crc32c(bytes, fingerprint.crc32c);
    fingerprint.bytes += count;
    if (count < kChunkBytes) return fingerprint;
  }
}

absl::StatusOr<Fingerprint> FingerprintOf(FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file, files.Open(path, Access::kReadDevice));
  return ReadThrough(*file, [](uint64_t, std::string_view) { return absl::OkStatus(); });
}

absl::StatusOr<Fingerprint> CopyBytes(FileSystem& files, const std::string& from, File& to) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> source, files.Open(from, Access::kReadDevice));
  uint64_t unsynced_bytes = 0;
  const auto write = [&](uint64_t offset, std::string_view bytes) -> absl::Status {
    if (bytes.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(to.WriteAt(offset, bytes));
    unsynced_bytes += bytes.size();
    if (unsynced_bytes < kSyncBytes) return absl::OkStatus();
    unsynced_bytes = 0;
    return to.Sync();
  };
  ASSIGN_OR_RETURN(const Fingerprint copied, ReadThrough(*source, write));
  RETURN_IF_ERROR(to.Sync());
  return copied;
}

// Gives the archive a durable copy of the segment.
absl::Status Copy(FileSystem& files, const std::string& from, const std::string& to) {
  const std::string unfinished = absl::StrCat(to, kUnfinishedSuffix);
  ASSIGN_OR_RETURN(std::unique_ptr<File> file, files.Create(unfinished));
  const absl::StatusOr<Fingerprint> copied = CopyBytes(files, from, *file);
  if (!copied.ok()) {
    (void)files.Remove(unfinished);  // Gives the space back; the reason to report is `copied`.
    return copied.status();
  }
  file.reset();
  ASSIGN_OR_RETURN(const Fingerprint stored, FingerprintOf(files, unfinished));
  if (stored != *copied) {
    (void)files.Remove(unfinished);
    return absl::DataLossError(
        absl::StrCat("archive ", from, ": the copy in ", to, " does not read back as written"));
  }
  return files.Rename(unfinished, to);
}

absl::Status Move(FileSystem& files, const Options& options, const SegmentFile& segment) {
  const std::string to = ArchivePathIn(options, SegmentName(segment.first));
  if (segment.archived_copy.empty()) {
    const absl::Status renamed = files.Rename(segment.path, to);
    if (!renamed.ok() && !absl::IsUnimplemented(renamed)) return renamed;
    if (!renamed.ok()) RETURN_IF_ERROR(Copy(files, segment.path, to));
    RETURN_IF_ERROR(files.SyncDirectory(options.archive_directory));
    if (renamed.ok()) return files.SyncDirectory(options.directory);
  } else {  // An earlier call ended between its copy and this.
    ASSIGN_OR_RETURN(const Fingerprint here, FingerprintOf(files, segment.path));
    ASSIGN_OR_RETURN(const Fingerprint there, FingerprintOf(files, to));
    if (here != there) {
      return absl::DataLossError(
          absl::StrCat("archive ", segment.path, ": ", to, " has another content"));
    }
    // Its name may not be durable yet.
    RETURN_IF_ERROR(files.SyncDirectory(options.archive_directory));
  }
  RETURN_IF_ERROR(files.Remove(segment.path));
  return files.SyncDirectory(options.directory);
}

absl::Status RemoveUnfinished(FileSystem& files, const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(options.archive_directory));
  for (const std::string& name : names) {
    if (!name.ends_with(kUnfinishedSuffix)) continue;
    const std::string_view segment_name =
        std::string_view(name).substr(0, name.size() - std::string_view(kUnfinishedSuffix).size());
    if (!ParseSegmentName(segment_name).has_value()) continue;
    RETURN_IF_ERROR(files.Remove(ArchivePathIn(options, name)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> Archive(FileSystem& files, const Options& options, Sequence below) {
  RETURN_IF_ERROR(Validate(options));
  if (options.archive_directory.empty()) return 0;
  RETURN_IF_ERROR(files.CreateDirectory(options.archive_directory));
  RETURN_IF_ERROR(RemoveUnfinished(files, options));
  ASSIGN_OR_RETURN(const std::vector<SegmentFile> segments, ListSegments(files, options));
  int moved = 0;
  for (size_t i = 0; i + 1 < segments.size() && segments[i + 1].first <= below; ++i) {
    if (segments[i].place == SegmentPlace::kArchive) continue;
    RETURN_IF_ERROR(Move(files, options, segments[i]));
    ++moved;
  }
  return moved;
}

}  // namespace rialto::journal
