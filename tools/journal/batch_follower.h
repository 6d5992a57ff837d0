// Batches as a running engine writes them, read from its files without a word to it.
//
// Shows a batch when it is whole in the page cache, which may be a moment before it is durable.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/journal/aligned_buffer.h"
#include "engine/journal/chain.h"
#include "engine/journal/file_system.h"
#include "engine/journal/reader.h"

namespace rialto::journal_tool {

// Thread: one.
class BatchFollower {
 public:
  // Goes on where the reader has ended. `files` outlives the follower.
  BatchFollower(journal::FileSystem& files, const journal::Options& options,
                const journal::Reader& reader);

  // Whether there is a next whole batch by now; records() holds it. DataLoss: what was written does
  // not continue the history.
  absl::StatusOr<bool> Next();

  // They live until the next call of Next().
  absl::Span<const journal::Record> records() const { return records_; }

 private:
  enum class Look { kWhole, kNothing, kPart };

  absl::StatusOr<bool> OpenNextSegment();
  absl::StatusOr<Look> LookAt(uint64_t bytes);
  absl::Status Accept(const journal::Frame& commit, uint64_t offset);

  journal::FileSystem& files_;
  const journal::Options options_;
  journal::Chain chain_;
  std::string path_;
  std::unique_ptr<journal::File> file_;  // Null before the first segment there is.
  journal::SegmentHeader header_;
  uint64_t offset_ = 0;
  journal::Position position_;
  journal::AlignedBuffer buffer_;
  std::vector<journal::Record> records_;
};

}  // namespace rialto::journal_tool
