#include "engine/journal/recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/journal/aligned_buffer.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kChunkBytes = 1u << 20;

// Makes every byte from the end of the last whole batch zero, and the file as long as it should be.
//
// Looks through the page cache, unlike the Reader: after a sync that failed in an earlier process
// the cache may hold bytes of a lost batch that the device never got, and the writer's next batch
// must not bring them back.
absl::Status ZeroTail(FileSystem& files, const OpenSegment& segment) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file, files.Open(segment.path, Access::kReadWrite));
  const uint64_t end = segment.header.segment_bytes;
  const std::string zeros(std::min(kChunkBytes, end), '\0');
  std::string chunk = zeros;
  for (uint64_t offset = segment.end_offset; offset < end;) {
    const uint64_t size = std::min<uint64_t>(zeros.size(), end - offset);
    ASSIGN_OR_RETURN(const size_t count, file->ReadAt(offset, chunk.data(), size));
    const bool is_zero = count == size && std::string_view(chunk).substr(0, size) ==
                                              std::string_view(zeros).substr(0, size);
    if (!is_zero) {
      RETURN_IF_ERROR(file->WriteAt(offset, std::string_view(zeros).substr(0, size)));
    }
    offset += size;
  }
  // Also what a killed process had written and not synced: it has been applied now.
  return file->Sync();
}

// Latest first, so that a crash in between leaves a history without holes.
absl::Status RemoveSegments(FileSystem& files, absl::Span<const SegmentFile> segments) {
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    RETURN_IF_ERROR(files.Remove(segment->path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options, RecoveryMode mode,
                                      absl::FunctionRef<absl::Status(const Record&)> apply) {
  RETURN_IF_ERROR(Validate(options));
  RecoveredTail tail;
  if (mode != RecoveryMode::kVerify) {
    RETURN_IF_ERROR(files.CreateDirectory(options.directory));
    ASSIGN_OR_RETURN(tail.lock, files.Lock(options.directory));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader, Reader::Open(files, options));

  ReadOutcome outcome = ReadOutcome::kBatch;
  for (;;) {
    ASSIGN_OR_RETURN(outcome, reader->NextBatch());
    if (outcome != ReadOutcome::kBatch) break;
    for (const Record& record : reader->records()) RETURN_IF_ERROR(apply(record));
    tail.batches += 1;
    tail.records += reader->records().size();
  }
  if (outcome == ReadOutcome::kCorrupt && mode != RecoveryMode::kDiscardFromDamage) {
    return absl::DataLossError(absl::StrCat("journal is corrupt: ", reader->damage().ToString()));
  }
  tail.position = reader->position();
  tail.timestamp = reader->timestamp();
  tail.epoch = reader->epoch();
  tail.segment = reader->segment();
  if (outcome != ReadOutcome::kEnd) {
    tail.dropped_bytes = reader->damage().dropped_bytes;
    tail.damage = reader->damage().ToString();
  }
  if (mode == RecoveryMode::kVerify) return tail;

  RETURN_IF_ERROR(RemoveSegments(files, reader->segments_behind()));
  if (tail.segment.has_value()) RETURN_IF_ERROR(ZeroTail(files, *tail.segment));
  // A killed process may have left a new segment's name in memory only.
  RETURN_IF_ERROR(files.SyncDirectory(options.directory));
  return tail;
}

}  // namespace rialto::journal
