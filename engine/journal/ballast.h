// Ballast: a file of zeros whose only use is that an operator may delete it when the disk is full.
//
// Made once per process, in small synced steps, so that it never queues much before the writer's
// own sync. One that is there already stays; deleted, it is made again by the next process only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"

namespace rialto::journal {

// Thread: one.
class Ballast {
 public:
  static constexpr const char* kName = "ballast.tmp";

  Ballast(FileSystem& files, const Options& options);

  // Whether there is nothing more to do: it is there, it is not wanted, or it failed.
  bool done() const { return done_; }
  // Makes a part of it. An error ends it and leaves nothing behind.
  absl::Status Step();

 private:
  absl::Status Begin();
  absl::Status WritePart();

  FileSystem& files_;
  const std::string directory_;
  const std::string path_;
  const uint64_t bytes_;
  // Left free, so that the ballast itself is not what fills the disk.
  const uint64_t spare_bytes_;
  std::unique_ptr<File> file_;  // Null before the first step and when done.
  uint64_t written_bytes_ = 0;
  bool done_ = false;
};

}  // namespace rialto::journal
