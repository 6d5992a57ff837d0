// Segment files of a directory: which there are, and whose.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/options.h"

namespace rialto::journal {

struct SegmentFile {
  Sequence first;
  std::string path;
};

std::string PathIn(const Options& options, const std::string& name);

// The segments in order of first sequence. Other names in the directory are no part of the history.
absl::StatusOr<std::vector<SegmentFile>> ListSegments(FileSystem& files, const Options& options);

// DecodeSegmentHeader, and FailedPrecondition when the segment is of another venue or content, and
// DataLoss when the name and the header differ. Messages begin with the path.
absl::StatusOr<SegmentHeader> CheckSegmentHeader(std::string_view bytes, const SegmentFile& segment,
                                                 const Options& options);

}  // namespace rialto::journal
