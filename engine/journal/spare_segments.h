// Zero-filled files, ready to become segments before the writer needs them.
//
// Overwriting written zeros changes no metadata, so the writer's sync is one device flush. A
// background thread keeps Options::spare_segments files ready, then makes the ballast; with 0 there
// is no thread and Take() fills a file itself. When filling fails (disk full) it is tried again
// once a second: `failing()` tells, two segments before the writer has to stop, and again when it
// is over; the log says both. A disk without room for a whole file is not filled up to find out.
//
// Thread: Take() from the writer's; the accessors from any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "engine/journal/ballast.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"

namespace rialto::journal {

struct SpareSegment {
  std::string path;
  std::unique_ptr<File> file;
};

class SpareSegments {
 public:
  // Removes what an earlier process left, whatever it holds, and starts filling.
  static absl::StatusOr<std::unique_ptr<SpareSegments>> Open(FileSystem& files,
                                                             const Options& options);
  // Stops filling and removes the spares that nobody took.
  ~SpareSegments();

  // A zero-filled, synced file under a temporary name. Waits only while none is ready and filling
  // has not failed.
  absl::StatusOr<SpareSegment> Take();

  uint32_t ready() const { return ready_count_; }
  // Whether the last attempt to fill failed. One load: for asking before every batch.
  bool failing() const { return failing_; }
  // Attempts that failed.
  uint64_t failures() const { return failures_; }
  // Why the last attempt to fill failed; OK after one that did not.
  absl::Status failure() const;

 private:
  SpareSegments(FileSystem& files, const Options& options);

  void Run();
  void FillOne(std::unique_lock<std::mutex>& lock);
  void StepBallast(std::unique_lock<std::mutex>& lock);
  void Note(const absl::Status& filled);
  absl::Status CheckRoom() const;
  absl::StatusOr<SpareSegment> Fill(uint64_t number);
  absl::Status WriteZeros(File& file);
  bool stopping() const;

  FileSystem& files_;
  const Options options_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<SpareSegment> ready_;
  absl::Status failure_;
  uint64_t next_number_ = 1;
  bool stop_ = false;

  std::atomic<uint32_t> ready_count_ = 0;
  std::atomic<bool> failing_ = false;
  std::atomic<uint64_t> failures_ = 0;

  Ballast ballast_;  // The thread's only.
  std::thread thread_;
};

}  // namespace rialto::journal
