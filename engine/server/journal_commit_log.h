// Commit log in local journal files.
#pragma once

#include <memory>
#include <string>

#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/journal/writer.h"
#include "engine/server/commit_log.h"
#include "engine/server/commit_mark.h"

namespace rialto::engine {

class JournalCommitLog : public CommitLog {
 public:
  // `files` outlives the log.
  JournalCommitLog(journal::FileSystem& files, journal::Options options);

  absl::Status Recover(const journal::Position& after, const SeenHistory& seen,
                       ApplyRecord apply) override;
  uint32_t engine_version() const override { return options_.engine_version; }
  uint64_t dropped_bytes() const override { return dropped_bytes_; }
  bool HasRoomFor(size_t record_bytes) const override { return writer_->HasRoomFor(record_bytes); }
  void Append(const CommandHeader& header, std::string_view record) override;
  absl::Status Commit() override;
  absl::Status shortage() const override;
  journal::Position position() const override { return writer_->position(); }
  uint64_t bytes_written() const override { return writer_->stats().bytes; }

 private:
  journal::FileSystem& files_;
  const journal::Options options_;
  CommitMark mark_;
  std::unique_ptr<journal::Writer> writer_;
  uint64_t dropped_bytes_ = 0;
  Timestamp last_timestamp_;
};

}  // namespace rialto::engine
