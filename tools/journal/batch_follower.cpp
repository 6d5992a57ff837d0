#include "tools/journal/batch_follower.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/journal/format.h"
#include "engine/journal/segment.h"

namespace rialto::journal_tool {
namespace {

using journal::FrameState;

constexpr uint64_t kReadBytes = 256u << 10;

}  // namespace

BatchFollower::BatchFollower(journal::FileSystem& files, const journal::Options& options,
                             const journal::Reader& reader)
    : files_(files), options_(options), position_(reader.position()) {
  if (!reader.segment().has_value()) return;
  path_ = reader.segment()->path;
  header_ = reader.segment()->header;
  offset_ = reader.segment()->end_offset;
}

absl::StatusOr<bool> BatchFollower::Next() {
  records_.clear();
  if (file_ == nullptr && !path_.empty()) {
    journal::SegmentFile segment{.first = Sequence(header_.first_sequence), .path = path_};
    ASSIGN_OR_RETURN(file_,
                     journal::OpenSegmentFile(files_, options_, segment, journal::Access::kRead));
  }
  for (uint64_t bytes = kReadBytes;;) {
    Look look = Look::kNothing;
    if (file_ != nullptr) {
      ASSIGN_OR_RETURN(look, LookAt(bytes));
    }
    if (look == Look::kWhole) return true;
    if (look == Look::kNothing) {
      ASSIGN_OR_RETURN(const bool opened, OpenNextSegment());
      if (!opened) return false;
      continue;
    }
    if (buffer_.size() < bytes) return false;  // To the end of the file: it is being written.
    bytes *= 2;
  }
}

// A segment has its name only when everything before it has been written.
absl::StatusOr<bool> BatchFollower::OpenNextSegment() {
  const Sequence first = position_.sequence.Next();
  const std::string path = journal::PathIn(options_, journal::SegmentName(first));
  if (path == path_) return false;
  absl::StatusOr<std::unique_ptr<journal::File>> file = files_.Open(path, journal::Access::kRead);
  if (absl::IsNotFound(file.status())) return false;
  RETURN_IF_ERROR(file.status());
  std::string bytes(journal::kSegmentHeaderBytes, '\0');
  ASSIGN_OR_RETURN(const size_t count, (*file)->ReadAt(0, bytes.data(), bytes.size()));
  bytes.resize(count);
  ASSIGN_OR_RETURN(header_, journal::CheckSegmentHeader(bytes, {first, path}, options_));
  if (header_.previous_chain_hash != position_.chain_hash) {
    return absl::DataLossError(absl::StrCat(path, ": does not continue the history before it"));
  }
  path_ = path;
  file_ = *std::move(file);
  offset_ = journal::kSegmentHeaderBytes;
  return true;
}

// Looks for a whole batch in the next bytes of the file.
absl::StatusOr<BatchFollower::Look> BatchFollower::LookAt(uint64_t bytes) {
  records_.clear();
  buffer_.Clear();
  ASSIGN_OR_RETURN(const size_t count, file_->ReadAt(offset_, buffer_.Extend(bytes), bytes));
  buffer_.Shrink(count);
  for (uint64_t offset = 0;;) {
    journal::Frame frame;
    const FrameState state = journal::DecodeFrame(
        buffer_.view().substr(std::min<uint64_t>(offset, buffer_.size())), header_, frame);
    if (state != FrameState::kValid) {
      const bool untouched = state == FrameState::kUnwritten && offset == 0;
      return untouched ? Look::kNothing : Look::kPart;
    }
    if (frame.header.type == journal::kCommitType) {
      RETURN_IF_ERROR(Accept(frame, offset));
      return Look::kWhole;
    }
    records_.push_back(frame.record());
    offset += frame.padded_bytes;
  }
}

absl::Status BatchFollower::Accept(const journal::Frame& commit, uint64_t offset) {
  const journal::CommitBody body = journal::DecodeCommitBody(commit.payload);
  const bool follows = !records_.empty() && body.cover <= journal::ChainCover::kHeaders &&
                       records_.front().sequence == position_.sequence.Next();
  if (!follows || chain_.Next(position_.chain_hash, buffer_.view().substr(0, offset), body.cover) !=
                      body.chain_hash) {
    return absl::DataLossError(absl::StrCat(path_, ": at offset ", offset_,
                                            ": the batch does not continue sequence ",
                                            position_.sequence.value()));
  }
  position_ = {records_.back().last(), body.chain_hash};
  offset_ += offset + commit.padded_bytes;
  return absl::OkStatus();
}

}  // namespace rialto::journal_tool
