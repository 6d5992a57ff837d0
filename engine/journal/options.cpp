#include "engine/journal/options.h"

#include "absl/strings/str_cat.h"
#include "engine/journal/format.h"

namespace rialto::journal {

absl::Status Validate(const Options& options) {
  if (options.directory.empty()) return absl::InvalidArgumentError("journal directory: empty");
  if (options.archive_directory == options.directory) {
    return absl::InvalidArgumentError("journal archive_directory: the journal directory itself");
  }
  if (options.record_bytes_max < kCommitBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "journal record_bytes_max: ", options.record_bytes_max, ", at least ", kCommitBytes));
  }
  if (options.segment_bytes % kSegmentHeaderBytes != 0) {
    return absl::InvalidArgumentError(absl::StrCat("journal segment_bytes: ", options.segment_bytes,
                                                   ", not a multiple of ", kSegmentHeaderBytes));
  }
  const uint64_t needed = kSegmentHeaderBytes + kCommitBytes +
                          PaddedBytes(kFrameHeaderBytes + options.record_bytes_max);
  if (options.segment_bytes < needed) {
    return absl::InvalidArgumentError(absl::StrCat("journal segment_bytes: ", options.segment_bytes,
                                                   ", too small for one record of ",
                                                   options.record_bytes_max, " bytes"));
  }
  return absl::OkStatus();
}

}  // namespace rialto::journal
