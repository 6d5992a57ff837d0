// Commit log in local journal files.
#pragma once

#include <memory>
#include <string>

#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/journal/writer.h"
#include "engine/server/commit_log.h"

namespace rialto::engine {

class JournalCommitLog : public CommitLog {
 public:
  // `files` outlives the log.
  JournalCommitLog(journal::FileSystem& files, journal::Options options);

  absl::Status Recover(ApplyRecord apply) override;
  bool HasRoomFor(size_t record_bytes) const override { return writer_->HasRoomFor(record_bytes); }
  void Append(const CommandHeader& header, std::string_view record) override;
  absl::Status Commit() override;
  journal::Position position() const override { return writer_->position(); }
  uint64_t bytes_written() const override { return writer_->stats().bytes; }

 private:
  journal::FileSystem& files_;
  const journal::Options options_;
  std::unique_ptr<journal::Writer> writer_;
};

}  // namespace rialto::engine
