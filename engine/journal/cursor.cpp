#include "engine/journal/cursor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kIndexEveryBytes = 256u << 10;
constexpr uint64_t kReadBytes = 64u << 10;

}  // namespace

OffsetIndex::Entry OffsetIndex::Floor(Sequence segment_first, Sequence wanted) const {
  std::lock_guard lock(mutex_);
  const Entry beginning{segment_first, kSegmentHeaderBytes};
  const auto segment = offsets_.find(segment_first);
  if (segment == offsets_.end()) return beginning;
  const auto behind = segment->second.upper_bound(wanted);
  if (behind == segment->second.begin()) return beginning;
  return {std::prev(behind)->first, std::prev(behind)->second};
}

void OffsetIndex::Add(Sequence segment_first, const Entry& entry) {
  if (entry.offset < Floor(segment_first, entry.first).offset + kIndexEveryBytes) return;
  std::lock_guard lock(mutex_);
  offsets_[segment_first].emplace(entry.first, entry.offset);
}

Cursor::Cursor(FileSystem& files, const Options& options, OffsetIndex& index, Sequence from)
    : files_(files), options_(options), index_(index), from_(std::max(from, Sequence(1))) {}

absl::StatusOr<std::optional<Record>> Cursor::Next(Sequence published) {
  while (next_sequence() <= published) {
    if (file_ == nullptr) RETURN_IF_ERROR(Locate());
    Frame frame;
    ASSIGN_OR_RETURN(const FrameState state, ReadFrame(published, frame));
    if (state == FrameState::kUnwritten) {  // More is published, so it is in the next segment.
      if (next_ == segment_.first) return Broken("published but not written");
      RETURN_IF_ERROR(OpenSegmentAt(next_));
      continue;
    }
    if (state == FrameState::kBroken) return Broken("frame checksum or length is wrong");
    if (frame.header.type == kCommitType) {
      offset_ += frame.padded_bytes;
      index_.Add(segment_.first, {next_, offset_});
      continue;
    }
    const Record record = frame.record();
    if (record.sequence != next_ || record.count == 0) return Broken("record of another sequence");
    if (record.last() > published) return std::nullopt;
    offset_ += frame.padded_bytes;
    next_ = record.last().Next();
    if (record.last() >= from_) return record;
  }
  return std::nullopt;
}

// Opens the segment that holds `from_`, at the nearest batch that the index knows.
absl::Status Cursor::Locate() {
  ASSIGN_OR_RETURN(const std::vector<SegmentFile> segments, ListSegments(files_, options_));
  const auto behind =
      std::upper_bound(segments.begin(), segments.end(), from_,
                       [](Sequence from, const SegmentFile& s) { return from < s.first; });
  if (behind == segments.begin()) {
    return absl::DataLossError(absl::StrCat("read journal ", options_.directory,
                                            ": no segment holds sequence ", from_.value()));
  }
  const Sequence first = std::prev(behind)->first;
  RETURN_IF_ERROR(OpenSegmentAt(first));
  const OffsetIndex::Entry start = index_.Floor(first, from_);
  next_ = start.first;
  offset_ = start.offset;
  return absl::OkStatus();
}

absl::Status Cursor::OpenSegmentAt(Sequence first) {
  SegmentFile segment{.first = first, .path = PathIn(options_, SegmentName(first))};
  absl::StatusOr<std::unique_ptr<File>> file =
      OpenSegmentFile(files_, options_, segment, Access::kRead);
  if (absl::IsNotFound(file.status())) {
    return absl::DataLossError(absl::StrCat("read journal ", options_.directory, ": sequence ",
                                            first.value(), " is published but in no segment"));
  }
  RETURN_IF_ERROR(file.status());
  std::string bytes(kSegmentHeaderBytes, '\0');
  ASSIGN_OR_RETURN(const size_t count, (*file)->ReadAt(0, bytes.data(), bytes.size()));
  bytes.resize(count);
  ASSIGN_OR_RETURN(header_, CheckSegmentHeader(bytes, segment, options_));
  segment_ = segment;
  file_ = *std::move(file);
  offset_ = kSegmentHeaderBytes;
  next_ = first;
  buffer_.Clear();
  return absl::OkStatus();
}

absl::StatusOr<FrameState> Cursor::ReadFrame(Sequence published, Frame& frame) {
  // A COMMIT frame was written with the record before it, so it may be judged by that one's bytes.
  if (next_ > buffer_published_) buffer_.Clear();
  if (buffered().size() < kFrameHeaderBytes) {
    RETURN_IF_ERROR(Fill(kReadBytes));
    buffer_published_ = published;
  }
  if (buffered().size() < kFrameHeaderBytes) return FrameState::kUnwritten;
  const uint64_t padded_bytes = PaddedBytes(DecodeFrameHeader(buffered().data()).length);
  const uint64_t padded_bytes_max = PaddedBytes(kFrameHeaderBytes + header_.record_bytes_max);
  if (padded_bytes > buffered().size() && padded_bytes <= padded_bytes_max) {
    RETURN_IF_ERROR(Fill(std::max(kReadBytes, padded_bytes)));
    buffer_published_ = published;
  }
  return DecodeFrame(buffered(), header_, frame);
}

absl::Status Cursor::Fill(uint64_t bytes) {
  buffer_.Clear();
  ASSIGN_OR_RETURN(const size_t count, file_->ReadAt(offset_, buffer_.Extend(bytes), bytes));
  buffer_.Shrink(count);
  buffer_offset_ = offset_;
  return absl::OkStatus();
}

std::string_view Cursor::buffered() const {
  if (buffer_.size() == 0) return {};
  return buffer_.view().substr(std::min<uint64_t>(offset_ - buffer_offset_, buffer_.size()));
}

absl::Status Cursor::Broken(const char* reason) const {
  return absl::DataLossError(absl::StrCat(segment_.path, ": at offset ", offset_, ", sequence ",
                                          next_.value(), " expected: ", reason));
}

}  // namespace rialto::journal
