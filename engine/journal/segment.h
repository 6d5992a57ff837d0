// Segment files of a journal: which there are, where, and whose.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/options.h"

namespace rialto::journal {

enum class SegmentPlace { kDirectory, kArchive };

struct SegmentFile {
  Sequence first;
  std::string path;
  SegmentPlace place = SegmentPlace::kDirectory;
  // The same bytes in the archive, while they are being moved there; else empty.
  std::string archived_copy;
};

std::string PathIn(const Options& options, const std::string& name);
std::string ArchivePathIn(const Options& options, const std::string& name);

// The segments of directory and archive in order of first sequence. One that is in both is listed
// once, with the directory's path; DataLoss when the two have not one size. Other names are no part
// of the history.
absl::StatusOr<std::vector<SegmentFile>> ListSegments(FileSystem& files, const Options& options);

// Opens the segment, in the archive when it has moved there since it was listed.
absl::StatusOr<std::unique_ptr<File>> OpenSegmentFile(FileSystem& files, const Options& options,
                                                      SegmentFile& segment, Access access);

// DecodeSegmentHeader, and FailedPrecondition when the segment is of another venue or content, and
// DataLoss when the name and the header differ. Messages begin with the path.
absl::StatusOr<SegmentHeader> CheckSegmentHeader(std::string_view bytes, const SegmentFile& segment,
                                                 const Options& options);

}  // namespace rialto::journal
