#include "engine/journal/segment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

absl::StatusOr<std::vector<SegmentFile>> ListPlace(FileSystem& files, SegmentPlace place,
                                                   const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(directory));
  std::vector<SegmentFile> segments;
  for (const std::string& name : names) {  // Sorted; the names have one length.
    const std::optional<Sequence> first = ParseSegmentName(name);
    if (!first.has_value()) continue;
    segments.push_back({*first, absl::StrCat(directory, "/", name), place, ""});
  }
  return segments;
}

absl::StatusOr<uint64_t> FileBytes(FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file, files.Open(path, Access::kRead));
  return file->Size();
}

absl::Status CheckOneSize(FileSystem& files, const SegmentFile& segment) {
  const absl::StatusOr<uint64_t> bytes = FileBytes(files, segment.path);
  if (absl::IsNotFound(bytes.status())) return absl::OkStatus();  // Has moved meanwhile.
  RETURN_IF_ERROR(bytes.status());
  ASSIGN_OR_RETURN(const uint64_t archived_bytes, FileBytes(files, segment.archived_copy));
  if (*bytes == archived_bytes) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(segment.path, " has ", *bytes, " bytes, ",
                                          segment.archived_copy, " has ", archived_bytes));
}

}  // namespace

std::string PathIn(const Options& options, const std::string& name) {
  return absl::StrCat(options.directory, "/", name);
}

std::string ArchivePathIn(const Options& options, const std::string& name) {
  return absl::StrCat(options.archive_directory, "/", name);
}

absl::StatusOr<std::vector<SegmentFile>> ListSegments(FileSystem& files, const Options& options) {
  // Segments move to the archive while this looks: the directory first, so that none is missed.
  ASSIGN_OR_RETURN(std::vector<SegmentFile> segments,
                   ListPlace(files, SegmentPlace::kDirectory, options.directory));
  if (options.archive_directory.empty()) return segments;
  absl::StatusOr<std::vector<SegmentFile>> archived =
      ListPlace(files, SegmentPlace::kArchive, options.archive_directory);
  if (absl::IsNotFound(archived.status())) return segments;
  RETURN_IF_ERROR(archived.status());
  segments.insert(segments.end(), archived->begin(), archived->end());
  std::stable_sort(segments.begin(), segments.end(),
                   [](const SegmentFile& a, const SegmentFile& b) { return a.first < b.first; });
  std::vector<SegmentFile> history;
  for (SegmentFile& segment : segments) {
    if (history.empty() || history.back().first != segment.first) {
      history.push_back(std::move(segment));
      continue;
    }
    history.back().archived_copy = segment.path;
    RETURN_IF_ERROR(CheckOneSize(files, history.back()));
  }
  return history;
}

absl::StatusOr<std::unique_ptr<File>> OpenSegmentFile(FileSystem& files, const Options& options,
                                                      SegmentFile& segment, Access access) {
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(segment.path, access);
  if (!absl::IsNotFound(file.status()) || options.archive_directory.empty() ||
      segment.place == SegmentPlace::kArchive) {
    return file;
  }
  segment.path = ArchivePathIn(options, SegmentName(segment.first));
  segment.place = SegmentPlace::kArchive;
  segment.archived_copy.clear();
  return files.Open(segment.path, access);
}

absl::StatusOr<SegmentHeader> CheckSegmentHeader(std::string_view bytes, const SegmentFile& segment,
                                                 const Options& options) {
  const absl::StatusOr<SegmentHeader> header = DecodeSegmentHeader(bytes);
  if (!header.ok()) {
    return absl::Status(header.status().code(),
                        absl::StrCat(segment.path, ": ", header.status().message()));
  }
  if (header->venue_id != options.venue_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        segment.path, ": belongs to venue ", header->venue_id, ", this is ", options.venue_id));
  }
  if (header->content != options.content) {
    return absl::FailedPreconditionError(absl::StrCat(
        segment.path, ": holds content ", header->content, ", expected ", options.content));
  }
  if (header->first_sequence != segment.first.value()) {
    return absl::DataLossError(
        absl::StrCat(segment.path, ": the header says first sequence ", header->first_sequence));
  }
  return header;
}

}  // namespace rialto::journal
