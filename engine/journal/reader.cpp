#include "engine/journal/reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

// Offset behind the last byte at or after `from` that is not zero; `from` when there is none.
uint64_t NonzeroEnd(std::string_view bytes, uint64_t from) {
  uint64_t end = bytes.size();
  for (uint64_t word = 0; end >= from + sizeof(word); end -= sizeof(word)) {
    std::memcpy(&word, bytes.data() + end - sizeof(word), sizeof(word));
    if (word != 0) break;
  }
  while (end > from && bytes[end - 1] == '\0') --end;
  return end;
}

}  // namespace

std::string Damage::ToString() const {
  return absl::StrCat(path, ": at offset ", offset, ", sequence ", expected.value(),
                      " expected: ", reason);
}

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(FileSystem& files, const Options& options,
                                                     Sequence from) {
  auto reader = std::unique_ptr<Reader>(new Reader(files, options));
  ASSIGN_OR_RETURN(reader->segments_, ListSegments(files, options));
  reader->from_ = from;
  // The last segment that begins at or before `from`.
  size_t& start = reader->next_segment_;
  while (start + 1 < reader->segments_.size() && reader->segments_[start + 1].first <= from)
    ++start;
  return reader;
}

absl::Span<const SegmentFile> Reader::segments_behind() const {
  return absl::MakeSpan(segments_).subspan(next_segment_);
}

absl::StatusOr<ReadOutcome> Reader::NextBatch() {
  for (;;) {
    ASSIGN_OR_RETURN(const ReadOutcome outcome, NextWholeBatch());
    if (outcome != ReadOutcome::kBatch || position_.sequence >= from_) return outcome;
  }
}

absl::StatusOr<ReadOutcome> Reader::NextWholeBatch() {
  records_.clear();
  while (!stopped_.has_value()) {
    if (!in_segment_) {
      if (in_last_segment()) {
        stopped_ = ReadOutcome::kEnd;
        break;
      }
      ASSIGN_OR_RETURN(const ReadOutcome begun, BeginSegment());
      if (begun != ReadOutcome::kBatch) break;
    }
    const BatchState state = CheckBatch();
    if (state == BatchState::kWhole) return ReadOutcome::kBatch;
    records_.clear();
    ASSIGN_OR_RETURN(const ReadOutcome judged, JudgeEnd(state));
    if (judged != ReadOutcome::kBatch) break;
    in_segment_ = false;  // Ended cleanly; the next one continues.
  }
  return *stopped_;
}

// kBatch: the segment continues the history. Anything else has stopped the reader.
absl::StatusOr<ReadOutcome> Reader::BeginSegment() {
  SegmentFile& file = segments_[next_segment_];
  const bool at_start = !segment_.has_value();
  RETURN_IF_ERROR(LoadImage(file));
  const absl::StatusOr<SegmentHeader> header = CheckSegmentHeader(image_.view(), file, options_);
  if (absl::IsDataLoss(header.status())) {
    return Stop(ReadOutcome::kCorrupt, file.path, 0, std::string(header.status().message()));
  }
  if (!header.ok()) return header.status();

  // What came before is not read; from the beginning of history there is nothing before.
  if (at_start && file.first <= from_ && header->first_sequence > 1) {
    position_ = {Sequence(header->first_sequence - 1), header->previous_chain_hash};
  }
  if (header->first_sequence != expected().value()) {
    return Stop(ReadOutcome::kCorrupt, file.path, 0,
                absl::StrCat("the segment begins at sequence ", header->first_sequence));
  }
  if (header->previous_chain_hash != position_.chain_hash) {
    return Stop(ReadOutcome::kCorrupt, file.path, 0,
                "the segment does not continue the history before it: previous hash differs");
  }
  if (image_.size() > header->segment_bytes) {
    return Stop(ReadOutcome::kCorrupt, file.path, header->segment_bytes,
                absl::StrCat("the file has ", image_.size(), " bytes, its header says ",
                             header->segment_bytes));
  }
  segment_ = OpenSegment{file.path, file.place, file.archived_copy, *header, kSegmentHeaderBytes};
  in_segment_ = true;
  ++next_segment_;
  return ReadOutcome::kBatch;
}

absl::Status Reader::LoadImage(SegmentFile& segment) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                   OpenSegmentFile(files_, options_, segment, Access::kReadDevice));
  ASSIGN_OR_RETURN(const uint64_t size, file->Size());
  image_.Clear();
  constexpr uint64_t kBlock = AlignedBuffer::kAlignmentBytes;
  const uint64_t read_bytes =
      (size + kBlock - 1) / kBlock * kBlock;  // Direct reads need whole ones.
  char* bytes = image_.Extend(read_bytes);
  ASSIGN_OR_RETURN(const size_t count, file->ReadAt(0, bytes, read_bytes));
  image_.Shrink(count);
  return absl::OkStatus();
}

Reader::BatchState Reader::CheckBatch() {
  const uint64_t start = segment_->end_offset;
  uint64_t next = expected().value();
  int64_t timestamp_ns = timestamp_.value();
  for (uint64_t offset = start;;) {
    Frame frame;
    const FrameState state = DecodeFrame(
        image_.view().substr(std::min<uint64_t>(offset, image_.size())), segment_->header, frame);
    if (state == FrameState::kUnwritten && offset == start) return BatchState::kUnwritten;
    if (state == FrameState::kUnwritten) {
      return Fault(BatchState::kBroken, offset, "the batch has no COMMIT frame");
    }
    if (state == FrameState::kBroken) {
      return Fault(BatchState::kBroken, offset, "frame checksum or length is wrong");
    }
    const FrameHeader& header = frame.header;
    if (frame.batch_first() != expected().value()) {
      return Fault(BatchState::kInconsistent, offset,
                   absl::StrCat("frame of the batch of sequence ", frame.batch_first()));
    }
    if (header.timestamp_ns < timestamp_ns) {
      return Fault(BatchState::kInconsistent, offset, "time runs backwards");
    }
    timestamp_ns = header.timestamp_ns;
    if (header.type == kCommitType) return CheckCommit(frame, offset);
    if (header.sequence != next || header.count == 0) {
      return Fault(
          BatchState::kInconsistent, offset,
          absl::StrCat("record of sequence ", header.sequence, " where ", next, " is due"));
    }
    records_.push_back(frame.record());
    next += header.count;
    offset += frame.padded_bytes;
  }
}

// Accepts the batch: moves position and end behind it.
Reader::BatchState Reader::CheckCommit(const Frame& commit, uint64_t offset) {
  const uint64_t start = segment_->end_offset;
  const CommitBody body = DecodeCommitBody(commit.payload);
  const uint64_t last = records_.empty() ? 0 : records_.back().last().value();
  const std::string_view batch = image_.view().substr(start, offset - start);
  if (commit.header.version != kCommitVersion || body.cover > ChainCover::kHeaders) {
    return Fault(BatchState::kInconsistent, offset, "COMMIT frame of an unknown version");
  }
  if (records_.empty() || commit.header.batch_offset != 0 || body.batch_bytes != batch.size() ||
      commit.header.count != last - position_.sequence.value() ||
      commit.header.timestamp_ns != records_.back().timestamp.value()) {
    return Fault(BatchState::kInconsistent, offset, "COMMIT frame does not describe its batch");
  }
  if (body.epoch < epoch_) {
    return Fault(BatchState::kInconsistent, offset,
                 absl::StrCat("epoch ", body.epoch, " after epoch ", epoch_));
  }
  if (chain_.Next(position_.chain_hash, batch, body.cover) != body.chain_hash) {
    return Fault(BatchState::kInconsistent, offset, "hash chain breaks");
  }
  position_ = {Sequence(last), body.chain_hash};
  timestamp_ = records_.back().timestamp;
  epoch_ = body.epoch;
  segment_->end_offset = offset + commit.padded_bytes;
  return BatchState::kWhole;
}

Reader::BatchState Reader::Fault(BatchState state, uint64_t offset, std::string reason) {
  damage_ = {segment_->path, offset, expected(), std::move(reason), 0};
  return state;
}

// What stands behind the last whole batch of the segment? kBatch: zeros, and a next segment.
absl::StatusOr<ReadOutcome> Reader::JudgeEnd(BatchState state) {
  const uint64_t start = segment_->end_offset;
  const uint64_t end = NonzeroEnd(image_.view(), start);
  if (state == BatchState::kUnwritten) Fault(state, start, "bytes behind the last batch");
  damage_.dropped_bytes = end - start;
  if (state == BatchState::kInconsistent) {
    return Stop(ReadOutcome::kCorrupt, damage_.path, damage_.offset, damage_.reason);
  }
  const bool is_short = image_.size() < segment_->header.segment_bytes;
  if (end == start && !is_short) {
    if (!in_last_segment()) return ReadOutcome::kBatch;
    stopped_ = ReadOutcome::kEnd;
    return *stopped_;
  }
  if (end == start) damage_.reason = absl::StrCat("the file ends at ", image_.size(), " bytes");
  if (!in_last_segment()) {
    return Stop(ReadOutcome::kCorrupt, damage_.path, damage_.offset,
                absl::StrCat(damage_.reason, "; segments follow"));
  }
  if (segment_->place == SegmentPlace::kArchive) {
    return Stop(ReadOutcome::kCorrupt, damage_.path, damage_.offset,
                absl::StrCat(damage_.reason, "; the segment is archived, so it was finished"));
  }
  if (const std::optional<std::string> other = FindOtherBatch(end); other.has_value()) {
    return Stop(ReadOutcome::kCorrupt, damage_.path, damage_.offset,
                absl::StrCat(damage_.reason, "; ", *other));
  }
  return Stop(ReadOutcome::kTornTail, damage_.path, damage_.offset, damage_.reason);
}

// A valid frame of another batch, between the last whole batch and `end`, proves that this is no
// unfinished write: its batch was written after the damaged one was durable.
std::optional<std::string> Reader::FindOtherBatch(uint64_t end) const {
  // No segment holds more sequences than this; cheap to test before any checksum.
  const uint64_t sequences_max =
      segment_->header.segment_bytes / kFrameHeaderBytes * kBatchSequencesMax;
  for (uint64_t offset = segment_->end_offset; offset < end; offset += kFrameAlignmentBytes) {
    const std::string_view bytes = image_.view().substr(offset);
    if (bytes.size() < kFrameHeaderBytes) break;
    const FrameHeader header = DecodeFrameHeader(bytes.data());
    if (header.sequence == 0 || header.sequence > expected().value() + sequences_max) continue;
    Frame frame;
    if (DecodeFrame(bytes, segment_->header, frame) != FrameState::kValid) continue;
    if (frame.batch_first() == expected().value()) continue;
    return absl::StrCat("a valid frame of the batch of sequence ", frame.batch_first(),
                        " stands at offset ", offset);
  }
  return std::nullopt;
}

ReadOutcome Reader::Stop(ReadOutcome outcome, std::string path, uint64_t offset,
                         std::string reason) {
  damage_.path = std::move(path);
  damage_.offset = offset;
  damage_.expected = expected();
  damage_.reason = std::move(reason);
  stopped_ = outcome;
  return outcome;
}

}  // namespace rialto::journal
