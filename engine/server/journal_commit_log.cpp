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
                             .known_by = journal::kMarkName,
                             .seen = seen.sequence,
                             .seen_by = seen.by};
  ASSIGN_OR_RETURN(const std::optional<journal::Position> mark, mark_.Read());
  if (mark.has_value()) plan.known.push_back(*mark);
  ASSIGN_OR_RETURN(journal::RecoveredTail tail,
                   journal::Recover(files_, options_, plan, apply_record));
  if (tail.dropped_bytes > 0) {
    LOG_WARNING("journal_tail_truncated sequence={} dropped_bytes={} reason=\"{}\"",
                tail.position.sequence.value(), tail.dropped_bytes, tail.damage);
  }
  dropped_bytes_ = tail.dropped_bytes;
  ASSIGN_OR_RETURN(writer_, journal::Writer::Open(files_, options_, std::move(tail)));
  return mark_.Open();
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
