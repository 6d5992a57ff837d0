#include "engine/journal/recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/journal/aligned_buffer.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kChunkBytes = 1u << 20;

// Makes every byte from the end of the last whole batch zero, and the file as long as it should be.
//
// After a sync that failed in an earlier process the page cache and the device differ. Looks at the
// cache for bytes of a lost batch that the device never got, which the writer's next batch must not
// bring back. What the device has, `torn_bytes` as the Reader saw it, is written over whatever the
// cache says: it may hold the zeros of a repair that never got to the device.
absl::Status ZeroTail(FileSystem& files, const OpenSegment& segment, uint64_t torn_bytes) {
  ASSIGN_OR_RETURN(const std::unique_ptr<File> file, files.Open(segment.path, Access::kReadWrite));
  const uint64_t end = segment.header.segment_bytes;
  const std::string zeros(std::min(kChunkBytes, end), '\0');
  std::string chunk = zeros;
  for (uint64_t offset = segment.end_offset; offset < end;) {
    const uint64_t size = std::min<uint64_t>(zeros.size(), end - offset);
    ASSIGN_OR_RETURN(const size_t count, file->ReadAt(offset, chunk.data(), size));
    const bool is_zero = count == size && std::string_view(chunk).substr(0, size) ==
                                              std::string_view(zeros).substr(0, size);
    const bool is_torn = offset < segment.end_offset + torn_bytes;
    if (is_torn || !is_zero) {
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
    if (!segment->archived_copy.empty()) RETURN_IF_ERROR(files.Remove(segment->archived_copy));
    RETURN_IF_ERROR(files.Remove(segment->path));
  }
  return absl::OkStatus();
}

absl::Status Corrupt(const Reader& reader) {
  return absl::DataLossError(absl::StrCat("journal is corrupt: ", reader.damage().ToString()));
}

absl::Status EndsBefore(const Reader& reader, ReadOutcome outcome, Sequence wanted) {
  const uint64_t last = reader.position().sequence.value();
  return absl::OutOfRangeError(
      absl::StrCat("the journal ends at sequence ", last, ", before sequence ", wanted.value(),
                   ": history is missing", outcome == ReadOutcome::kEnd ? "" : "; ",
                   outcome == ReadOutcome::kEnd ? "" : reader.damage().ToString()));
}

absl::Status HasSeenMore(const std::string& by, const absl::Status& ends) {
  return absl::OutOfRangeError(absl::StrCat(by, " has seen more: ", ends.message()));
}

std::string ToHex(const Digest& digest) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// Whether the batch that holds a position ends with it. `whose`: "the snapshot's".
absl::Status Compare(const std::string& whose, const Position& wanted, const Position& found) {
  const std::string refusal = absl::StrCat(whose, " position at sequence ", wanted.sequence.value(),
                                           " is not of this history: ");
  if (found.sequence != wanted.sequence) {
    return absl::FailedPreconditionError(
        absl::StrCat(refusal, "the batch that holds it ends at ", found.sequence.value()));
  }
  if (found.chain_hash != wanted.chain_hash) {
    return absl::FailedPreconditionError(
        absl::StrCat(refusal, "its chain hash is ", ToHex(wanted.chain_hash), ", the journal has ",
                     ToHex(found.chain_hash)));
  }
  return absl::OkStatus();
}

// Recover() without its repair.
class Replay {
 public:
  Replay(Reader& reader, const RecoveryPlan& plan,
         absl::FunctionRef<absl::Status(const Record&)> apply)
      : reader_(reader), plan_(plan), apply_(apply) {}

  // Counts what it applied in `tail`; returns how the history ends.
  absl::StatusOr<ReadOutcome> Run(RecoveredTail& tail) {
    if (plan_.after.sequence > Sequence(0)) RETURN_IF_ERROR(PassPosition(tail));
    ReadOutcome outcome = ReadOutcome::kBatch;
    for (;;) {
      ASSIGN_OR_RETURN(outcome, reader_.NextBatch());
      if (outcome != ReadOutcome::kBatch) break;
      RETURN_IF_ERROR(ApplyBatch(tail));
    }
    if (outcome == ReadOutcome::kCorrupt && !discards()) return Corrupt(reader_);
    if (plan_.seen > last()) {
      return HasSeenMore(plan_.seen_by, EndsBefore(reader_, outcome, plan_.seen));
    }
    return outcome;
  }

 private:
  bool discards() const { return plan_.mode == RecoveryMode::kDiscardFromDamage; }
  Sequence last() const { return reader_.position().sequence; }

  absl::Status ApplyBatch(RecoveredTail& tail) {
    tail.batches += 1;
    for (const Record& record : reader_.records()) {
      if (record.sequence <= plan_.after.sequence) continue;
      RETURN_IF_ERROR(apply_(record));
      tail.records += 1;
    }
    return absl::OkStatus();
  }

  // Moves the reader, which was opened at it, behind the batch of `after`, and judges that.
  absl::Status PassPosition(RecoveredTail& tail) {
    const Position& after = plan_.after;
    ASSIGN_OR_RETURN(const ReadOutcome outcome, reader_.NextBatch());
    if (outcome == ReadOutcome::kCorrupt && !discards()) return Corrupt(reader_);
    if (outcome != ReadOutcome::kBatch) return EndsBefore(reader_, outcome, after.sequence);
    if (!discards()) return Compare("the snapshot's", after, reader_.position());
    return last() == after.sequence ? absl::OkStatus() : ApplyBatch(tail);
  }

  Reader& reader_;
  const RecoveryPlan& plan_;
  const absl::FunctionRef<absl::Status(const Record&)> apply_;
};

// The end of the batch that holds the sequence, found in its segment.
absl::StatusOr<Position> EndOfBatch(FileSystem& files, const Options& options, Sequence sequence) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader, Reader::Open(files, options, sequence));
  ASSIGN_OR_RETURN(const ReadOutcome outcome, reader->NextBatch());
  if (outcome == ReadOutcome::kCorrupt) return Corrupt(*reader);
  if (outcome != ReadOutcome::kBatch) return EndsBefore(*reader, outcome, sequence);
  return reader->position();
}

// Looks before anything is applied: what is made of records, the feed, must not get those of
// another history.
absl::Status CheckKnown(FileSystem& files, const Options& options, const RecoveryPlan& plan) {
  for (const Position& known : plan.known) {
    if (known.sequence == Sequence(0)) continue;
    const absl::StatusOr<Position> end = EndOfBatch(files, options, known.sequence);
    if (absl::IsOutOfRange(end.status())) return HasSeenMore(plan.known_by, end.status());
    RETURN_IF_ERROR(end.status());
    const absl::Status same = Compare(absl::StrCat(plan.known_by, "'s"), known, *end);
    if (!same.ok()) return absl::OutOfRangeError(same.message());
  }
  return absl::OkStatus();
}

// Leaves the directory as the tail says, durably.
absl::Status Repair(FileSystem& files, const Options& options, RecoveryMode mode,
                    const Reader& reader) {
  RETURN_IF_ERROR(RemoveSegments(files, reader.segments_behind()));
  const std::optional<OpenSegment>& segment = reader.segment();
  const bool archived = segment.has_value() && segment->place == SegmentPlace::kArchive;
  const bool discards = mode == RecoveryMode::kDiscardFromDamage;
  // The archive is written only to cut derived files short.
  if (segment.has_value() && discards && !segment->archived_copy.empty()) {
    RETURN_IF_ERROR(files.Remove(segment->archived_copy));
  }
  if (segment.has_value() && (!archived || discards)) {
    RETURN_IF_ERROR(ZeroTail(files, *segment, reader.damage().dropped_bytes));
  }
  if (discards && !options.archive_directory.empty()) {
    RETURN_IF_ERROR(files.CreateDirectory(options.archive_directory));
    RETURN_IF_ERROR(files.SyncDirectory(options.archive_directory));
  }
  // A killed process may have left a new segment's name in memory only.
  return files.SyncDirectory(options.directory);
}

}  // namespace

absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options,
                                      const RecoveryPlan& plan,
                                      absl::FunctionRef<absl::Status(const Record&)> apply) {
  RETURN_IF_ERROR(Validate(options));
  RecoveredTail tail;
  if (plan.mode != RecoveryMode::kVerify) {
    RETURN_IF_ERROR(files.CreateDirectory(options.directory));
    ASSIGN_OR_RETURN(tail.lock, files.Lock(options.directory));
  }
  RETURN_IF_ERROR(CheckKnown(files, options, plan));
  ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                   Reader::Open(files, options, std::max(plan.after.sequence, Sequence(1))));
  ASSIGN_OR_RETURN(const ReadOutcome outcome, Replay(*reader, plan, apply).Run(tail));
  tail.position = reader->position();
  tail.timestamp = reader->timestamp();
  tail.epoch = reader->epoch();
  tail.segment = reader->segment();
  if (outcome != ReadOutcome::kEnd) {
    tail.dropped_bytes = reader->damage().dropped_bytes;
    tail.damage = reader->damage().ToString();
  }
  if (plan.mode != RecoveryMode::kVerify)
    RETURN_IF_ERROR(Repair(files, options, plan.mode, *reader));
  return tail;
}

absl::StatusOr<RecoveredTail> Recover(FileSystem& files, const Options& options, RecoveryMode mode,
                                      absl::FunctionRef<absl::Status(const Record&)> apply) {
  return Recover(files, options, RecoveryPlan{.mode = mode}, apply);
}

absl::StatusOr<Digest> ChainHashAt(FileSystem& files, const Options& options, Sequence sequence) {
  RETURN_IF_ERROR(Validate(options));
  if (sequence == Sequence(0)) return Digest{};
  ASSIGN_OR_RETURN(const Position end, EndOfBatch(files, options, sequence));
  if (end.sequence == sequence) return end.chain_hash;
  return absl::FailedPreconditionError(absl::StrCat("no batch ends at sequence ", sequence.value(),
                                                    ": the one that holds it ends at ",
                                                    end.sequence.value()));
}

}  // namespace rialto::journal
