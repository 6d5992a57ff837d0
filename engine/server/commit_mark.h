// How far the journal was durable a moment ago, noted beside it: a last batch that has rotted looks
// like one that was never finished; the mark knows better.
//
// engine/journal/mark.h has the bytes. Written without a sync and at most ten times a second,
// always behind the truth, never before it. Thread: the sequencer's only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/time.h"
#include "engine/journal/file_system.h"
#include "engine/journal/mark.h"
#include "engine/journal/record.h"

namespace rialto::engine {

class CommitMark {
 public:
  // `files` outlives the mark.
  CommitMark(journal::FileSystem& files, const std::string& directory);

  // nullopt when there is none, or none that was written whole: it protects, it is not needed.
  absl::StatusOr<std::optional<journal::Position>> Read() const {
    return journal::ReadMark(files_, directory_);
  }
  // Makes it ready for Note(). Call once, after recovery.
  absl::Status Open();
  // The journal is durable up to here. An error: the disk failed.
  absl::Status Note(const journal::Position& position, Timestamp now);

 private:
  journal::FileSystem& files_;
  const std::string directory_;
  std::unique_ptr<journal::File> file_;
  Timestamp noted_at_;
};

}  // namespace rialto::engine
