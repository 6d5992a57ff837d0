#include "engine/server/journal_commit_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/recovery.h"

namespace rialto::engine {

JournalCommitLog::JournalCommitLog(journal::FileSystem& files, journal::Options options)
    : files_(files), options_(std::move(options)) {}

absl::Status JournalCommitLog::Recover(ApplyRecord apply) {
  const auto apply_record = [&](const journal::Record& record) -> absl::Status {
    if (record.type != kCommandRecordType || record.version > kCommandRecordVersion) {
      return absl::DataLossError(absl::StrCat("record at sequence ", record.sequence.value(),
                                              " has type ", record.type, " version ",
                                              record.version, ", not known to this engine"));
    }
    return apply({record.sequence, record.timestamp}, record.payload);
  };
  ASSIGN_OR_RETURN(
      journal::RecoveredTail tail,
      journal::Recover(files_, options_, journal::RecoveryMode::kRepairTornTail, apply_record));
  if (tail.dropped_bytes > 0) {
    LOG_WARNING("journal_tail_truncated sequence={} dropped_bytes={} reason=\"{}\"",
                tail.position.sequence.value(), tail.dropped_bytes, tail.damage);
  }
  ASSIGN_OR_RETURN(writer_, journal::Writer::Open(files_, options_, std::move(tail)));
  return absl::OkStatus();
}

void JournalCommitLog::Append(const CommandHeader& header, std::string_view record) {
  writer_->Append({.sequence = header.sequence,
                   .count = 1,
                   .timestamp = header.timestamp,
                   .type = kCommandRecordType,
                   .version = kCommandRecordVersion,
                   .payload = record});
}

absl::Status JournalCommitLog::Commit() { return writer_->Sync(); }

}  // namespace rialto::engine
