#include "engine/server/journal_commit_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/recovery.h"

namespace rialto::engine {

JournalCommitLog::JournalCommitLog(journal::FileSystem& files, journal::Options options)
    : files_(files), options_(std::move(options)), mark_(files, options_.directory) {}

absl::Status JournalCommitLog::Recover(const journal::Position& after, const SeenHistory& seen,
                                       ApplyRecord apply) {
  const auto apply_record = [&](const journal::Record& record) -> absl::Status {
    if (record.type != kCommandRecordType || record.version > kCommandRecordVersion) {
      return absl::DataLossError(absl::StrCat("record at sequence ", record.sequence.value(),
                                              " has type ", record.type, " version ",
                                              record.version, ", not known to this engine"));
    }
    return apply({record.sequence, record.timestamp}, record.payload);
  };
  journal::RecoveryPlan plan{.mode = journal::RecoveryMode::kRepairTornTail,
                             .after = after,
                             .seen = seen.sequence,
                             .seen_by = seen.by};
  ASSIGN_OR_RETURN(const std::optional<journal::Position> mark, mark_.Read());
  if (mark.has_value()) plan.known.push_back(*mark);
  absl::StatusOr<journal::RecoveredTail> tail =
      journal::Recover(files_, options_, plan, apply_record);
  if (absl::IsFailedPrecondition(tail.status()) && mark.has_value()) {
    RETURN_IF_ERROR(CompareWithMark(*mark));
  }
  RETURN_IF_ERROR(tail.status());
  if (tail->dropped_bytes > 0) {
    LOG_WARNING("journal_tail_truncated sequence={} dropped_bytes={} reason=\"{}\"",
                tail->position.sequence.value(), tail->dropped_bytes, tail->damage);
  }
  dropped_bytes_ = tail->dropped_bytes;
  ASSIGN_OR_RETURN(writer_, journal::Writer::Open(files_, options_, *std::move(tail)));
  return mark_.Open();
}

// What was durable once must be the same still.
absl::Status JournalCommitLog::CompareWithMark(const journal::Position& mark) const {
  const absl::StatusOr<journal::Digest> found =
      journal::ChainHashAt(files_, options_, mark.sequence);
  if (!found.ok() || *found == mark.chain_hash) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("the journal's hash at sequence ",
                                            mark.sequence.value(),
                                            " is not the one in commit.mark: another history"));
}

absl::Status JournalCommitLog::shortage() const {
  return writer_->spares_failing() ? writer_->spare_failure() : absl::OkStatus();
}

void JournalCommitLog::Append(const CommandHeader& header, std::string_view record) {
  last_timestamp_ = header.timestamp;
  writer_->Append({.sequence = header.sequence,
                   .count = 1,
                   .timestamp = header.timestamp,
                   .type = kCommandRecordType,
                   .version = kCommandRecordVersion,
                   .payload = record});
}

absl::Status JournalCommitLog::Commit() {
  RETURN_IF_ERROR(writer_->Sync());
  return mark_.Note(writer_->position(), last_timestamp_);
}

}  // namespace rialto::engine
