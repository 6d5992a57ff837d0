#include "engine/journal/segment.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

std::string PathIn(const Options& options, const std::string& name) {
  return absl::StrCat(options.directory, "/", name);
}

absl::StatusOr<std::vector<SegmentFile>> ListSegments(FileSystem& files, const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(options.directory));
  std::vector<SegmentFile> segments;
  for (const std::string& name : names) {  // Sorted; the names have one length.
    const std::optional<Sequence> first = ParseSegmentName(name);
    if (first.has_value()) segments.push_back({*first, PathIn(options, name)});
  }
  return segments;
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
