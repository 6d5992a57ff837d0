#include "tools/journal/opened_journal.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal_tool {
namespace {

// The engine's own folders of that kind.
constexpr const char* kFolders[] = {"journal", "feed"};

absl::Status NoSegments(journal::FileSystem& files, const Place& place) {
  std::string hint;
  for (const char* folder : kFolders) {
    const std::string deeper = absl::StrCat(place.directory, "/", folder);
    const auto segments = journal::ListSegments(files, {.directory = deeper});
    if (segments.ok() && !segments->empty()) {
      absl::StrAppend(&hint, hint.empty() ? "; did you mean " : " or ", deeper);
    }
  }
  return absl::NotFoundError(
      absl::StrCat(place.directory, ": no journal segments here", hint.empty() ? "" : hint));
}

absl::StatusOr<journal::SegmentHeader> ReadHeader(journal::FileSystem& files,
                                                  const journal::Options& options,
                                                  journal::SegmentFile& segment) {
  ASSIGN_OR_RETURN(const std::unique_ptr<journal::File> file,
                   journal::OpenSegmentFile(files, options, segment, journal::Access::kRead));
  std::string bytes(journal::kSegmentHeaderBytes, '\0');
  ASSIGN_OR_RETURN(const size_t count, file->ReadAt(0, bytes.data(), bytes.size()));
  return journal::DecodeSegmentHeader(std::string_view(bytes).substr(0, count));
}

absl::StatusOr<uint64_t> SizeOf(journal::FileSystem& files, const journal::Options& options,
                                journal::SegmentFile& segment) {
  ASSIGN_OR_RETURN(const std::unique_ptr<journal::File> file,
                   journal::OpenSegmentFile(files, options, segment, journal::Access::kRead));
  return file->Size();
}

}  // namespace

std::string NameOfDirectory(const std::string& directory) {
  std::string path = directory;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

absl::StatusOr<OpenedJournal> OpenJournal(journal::FileSystem& files, const Place& place) {
  OpenedJournal opened;
  journal::Options& options = opened.options;
  options.directory = place.directory;
  options.archive_directory = place.archive_directory;
  ASSIGN_OR_RETURN(opened.segments, journal::ListSegments(files, options));
  if (opened.segments.empty()) return NoSegments(files, place);
  bool described = false;
  for (auto segment = opened.segments.rbegin(); segment != opened.segments.rend(); ++segment) {
    ASSIGN_OR_RETURN(const uint64_t bytes, SizeOf(files, options, *segment));
    opened.bytes += bytes;
    if (described) continue;
    const absl::StatusOr<journal::SegmentHeader> header = ReadHeader(files, options, *segment);
    if (!header.ok()) continue;  // The reader says what is wrong with it.
    options.venue_id = header->venue_id;
    options.content = header->content;
    options.segment_bytes = header->segment_bytes;
    options.record_bytes_max = header->record_bytes_max;
    options.engine_version = header->engine_version;
    described = journal::Validate(options).ok();
  }
  if (!described) {  // Every header is damaged, which the reader is to find.
    const journal::Options unknown;
    options.segment_bytes = unknown.segment_bytes;
    options.record_bytes_max = unknown.record_bytes_max;
  }
  return opened;
}

}  // namespace rialto::journal_tool
