#include "engine/journal/writer.h"

#include <openssl/rand.h>

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

namespace {

constexpr size_t kBatchReserveBytes = 256u << 10;

// Whether the segment says of itself what it would say if it were begun now.
bool WrittenWith(const SegmentHeader& header, const Options& options) {
  return header.segment_bytes == options.segment_bytes &&
         header.record_bytes_max == options.record_bytes_max &&
         header.engine_version == options.engine_version;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(FileSystem& files, const Options& options,
                                                     RecoveredTail tail) {
  RETURN_IF_ERROR(Validate(options));
  if (tail.lock == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("write journal ", options.directory, ": it was recovered for reading only"));
  }
  if (options.epoch < tail.epoch) {
    return absl::FailedPreconditionError(absl::StrCat("write journal ", options.directory,
                                                      ": epoch ", options.epoch,
                                                      " is before the last one, ", tail.epoch));
  }
  const std::optional<OpenSegment> segment = tail.segment;
  auto writer = std::unique_ptr<Writer>(new Writer(files, options, std::move(tail)));
  ASSIGN_OR_RETURN(writer->spares_, SpareSegments::Open(files, options));
  if (!segment.has_value() || segment->place == SegmentPlace::kArchive ||
      !WrittenWith(segment->header, options)) {
    // An empty segment has the name that its successor needs.
    if (segment.has_value() && segment->end_offset == kSegmentHeaderBytes) {
      RETURN_IF_ERROR(files.Remove(segment->path));
    }
    RETURN_IF_ERROR(writer->Rotate());
    return writer;
  }
  ASSIGN_OR_RETURN(writer->file_, files.Open(segment->path, Access::kReadWrite));
  writer->segment_ = segment->header;
  writer->offset_ = segment->end_offset;
  return writer;
}

Writer::Writer(FileSystem& files, const Options& options, RecoveredTail tail)
    : files_(files),
      options_(options),
      lock_(std::move(tail.lock)),
      position_(tail.position),
      next_sequence_(tail.position.sequence.Next()),
      last_timestamp_(tail.timestamp) {
  batch_.Reserve(kBatchReserveBytes);
}

bool Writer::HasRoomFor(size_t payload_bytes, uint32_t count) const {
  const uint64_t batch_bytes =
      batch_.size() + PaddedBytes(kFrameHeaderBytes + payload_bytes) + kCommitBytes;
  const uint64_t sequences = next_sequence_.value() + count - position_.sequence.value() - 1;
  return batch_bytes <= options_.segment_bytes - kSegmentHeaderBytes &&
         sequences <= kBatchSequencesMax;
}

void Writer::Append(const Record& record) {
  CHECK(record.sequence == next_sequence_);
  CHECK(record.count > 0);
  CHECK(record.timestamp >= last_timestamp_);
  CHECK(record.type != kCommitType);
  CHECK(record.payload.size() <= options_.record_bytes_max);
  CHECK(HasRoomFor(record.payload.size(), record.count));

  FrameHeader header;
  header.length = static_cast<uint32_t>(kFrameHeaderBytes + record.payload.size());
  header.sequence = record.sequence.value();
  header.timestamp_ns = record.timestamp.value();
  header.count = static_cast<uint16_t>(record.count);
  header.batch_offset =
      static_cast<uint16_t>(record.sequence.value() - position_.sequence.value() - 1);
  header.type = record.type;
  header.version = record.version;

  const uint64_t padded_bytes = PaddedBytes(header.length);
  char* frame = batch_.Extend(padded_bytes);
  std::memcpy(frame, &header, sizeof(header));
  if (!record.payload.empty()) {
    std::memcpy(frame + kFrameHeaderBytes, record.payload.data(), record.payload.size());
  }
  std::memset(frame + header.length, 0, padded_bytes - header.length);
  next_sequence_ = record.last().Next();
  last_timestamp_ = record.timestamp;
}

absl::Status Writer::Sync() {
  RETURN_IF_ERROR(poison_);
  if (batch_.size() == 0) return absl::OkStatus();
  poison_ = Write();
  return poison_;
}

WriterStats Writer::stats() const {
  return {batches_written_, bytes_written_, rotations_, spares_->ready(), spares_->failures()};
}

uint64_t Writer::bytes_left() const {
  return segment_.segment_bytes - offset_ +
         spares_->ready() * (options_.segment_bytes - kSegmentHeaderBytes);
}

absl::Status Writer::Write() {
  if (offset_ + batch_.size() + kCommitBytes > segment_.segment_bytes) RETURN_IF_ERROR(Rotate());

  // Checksums before the chain: the chain covers the bytes as stored.
  for (uint64_t offset = 0; offset < batch_.size();) {
    char* frame = batch_.data() + offset;
    const uint64_t padded_bytes = PaddedBytes(DecodeFrameHeader(frame).length);
    const uint32_t checksum = FrameChecksum({frame, padded_bytes}, segment_.salt);
    std::memcpy(frame + offsetof(FrameHeader, crc32c), &checksum, sizeof(checksum));
    offset += padded_bytes;
  }
  const Digest chain_hash = chain_.Next(position_.chain_hash, batch_.view(), options_.chain_cover);
  SealBatch(chain_hash);

  RETURN_IF_ERROR(file_->WriteAt(offset_, batch_.view()));
  if (options_.sync == SyncPolicy::kEveryBatch) RETURN_IF_ERROR(file_->Sync());

  offset_ += batch_.size();
  batches_written_ += 1;
  bytes_written_ += batch_.size();
  position_ = {Sequence(next_sequence_.value() - 1), chain_hash};
  batch_.Clear();
  return absl::OkStatus();
}

absl::Status Writer::Rotate() {
  ASSIGN_OR_RETURN(SpareSegment spare, spares_->Take());
  SegmentHeader header;
  header.venue_id = options_.venue_id;
  header.first_sequence = position_.sequence.Next().value();
  header.segment_bytes = options_.segment_bytes;
  header.record_bytes_max = options_.record_bytes_max;
  header.engine_version = options_.engine_version;
  header.content = options_.content;
  header.previous_chain_hash = position_.chain_hash;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&header.salt), sizeof(header.salt)) == 1);

  // The name appears only when the header is durable, and no batch is written before the name is.
  RETURN_IF_ERROR(spare.file->WriteAt(0, EncodeSegmentHeader(header)));
  RETURN_IF_ERROR(spare.file->Sync());
  const std::string path = PathIn(options_, SegmentName(Sequence(header.first_sequence)));
  RETURN_IF_ERROR(files_.Rename(spare.path, path));
  RETURN_IF_ERROR(files_.SyncDirectory(options_.directory));

  segment_ = header;
  file_ = std::move(spare.file);
  offset_ = kSegmentHeaderBytes;
  rotations_ += 1;
  return absl::OkStatus();
}

void Writer::SealBatch(const Digest& chain_hash) {
  CommitBody body;
  body.batch_bytes = batch_.size();
  body.epoch = options_.epoch;
  body.cover = options_.chain_cover;
  body.chain_hash = chain_hash;

  FrameHeader header;
  header.length = kCommitBytes;
  header.sequence = position_.sequence.Next().value();
  header.timestamp_ns = last_timestamp_.value();
  header.count = static_cast<uint16_t>(next_sequence_.value() - header.sequence);
  header.type = kCommitType;
  header.version = kCommitVersion;

  char* frame = batch_.Extend(kCommitBytes);
  std::memcpy(frame, &header, sizeof(header));
  std::memcpy(frame + kFrameHeaderBytes, &body, sizeof(body));
  header.crc32c = FrameChecksum({frame, kCommitBytes}, segment_.salt);
  std::memcpy(frame, &header, sizeof(header));
}

}  // namespace rialto::journal
