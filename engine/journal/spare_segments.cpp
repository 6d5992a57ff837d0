#include "engine/journal/spare_segments.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/journal/format.h"
#include "engine/journal/segment.h"

namespace rialto::journal {

namespace {

constexpr uint64_t kWriteBytes = 1u << 20;
// Synced in small steps, so that filling never queues much before the writer's own sync.
constexpr uint64_t kSyncBytes = 4u << 20;
constexpr std::chrono::seconds kRetryInterval(1);

}  // namespace

absl::StatusOr<std::unique_ptr<SpareSegments>> SpareSegments::Open(FileSystem& files,
                                                                   const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(options.directory));
  for (const std::string& name : names) {
    if (IsSpareName(name)) RETURN_IF_ERROR(files.Remove(PathIn(options, name)));
  }
  auto spares = std::unique_ptr<SpareSegments>(new SpareSegments(files, options));
  if (options.spare_segments > 0) spares->thread_ = std::thread([&s = *spares] { s.Run(); });
  return spares;
}

SpareSegments::SpareSegments(FileSystem& files, const Options& options)
    : files_(files), options_(options), ballast_(files, options) {}

SpareSegments::~SpareSegments() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const SpareSegment& spare : ready_) {
    (void)files_.Remove(spare.path);  // The next Open() removes what stays.
  }
}

absl::StatusOr<SpareSegment> SpareSegments::Take() {
  if (options_.spare_segments == 0) return Fill(next_number_++);  // No thread to share it with.
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || !failure_.ok(); });
  if (ready_.empty()) return failure_;
  SpareSegment spare = std::move(ready_.front());
  ready_.pop_front();
  ready_count_ = static_cast<uint32_t>(ready_.size());
  changed_.notify_all();
  return spare;
}

absl::Status SpareSegments::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void SpareSegments::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] {
      return stop_ || ready_.size() < options_.spare_segments || !ballast_.done();
    });
    if (stop_) return;
    if (ready_.size() < options_.spare_segments) {
      FillOne(lock);
    } else {
      StepBallast(lock);
    }
  }
}

void SpareSegments::FillOne(std::unique_lock<std::mutex>& lock) {
  const uint64_t number = next_number_++;
  lock.unlock();
  absl::StatusOr<SpareSegment> spare = Fill(number);
  lock.lock();
  if (stop_) {
    if (spare.ok()) (void)files_.Remove(spare->path);  // As in the destructor.
    return;
  }
  Note(spare.status());
  if (spare.ok()) ready_.push_back(*std::move(spare));
  ready_count_ = static_cast<uint32_t>(ready_.size());
  changed_.notify_all();
  if (!failure_.ok()) changed_.wait_for(lock, kRetryInterval, [this] { return stop_; });
}

void SpareSegments::StepBallast(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const absl::Status made = ballast_.Step();
  if (!made.ok()) LOG_WARNING("journal_ballast_missing reason=\"{}\"", made.ToString());
  lock.lock();
}

void SpareSegments::Note(const absl::Status& filled) {
  if (!filled.ok() && failure_.ok()) {
    LOG_WARNING("journal_spares_failing directory={} spares_ready={} reason=\"{}\"",
                options_.directory, ready_.size(), filled.ToString());
  } else if (filled.ok() && !failure_.ok()) {
    LOG_INFO("journal_spares_recovered directory={} spares_ready={}", options_.directory,
             ready_.size() + 1);
  }
  failure_ = filled;
  failing_ = !filled.ok();
  if (!filled.ok()) ++failures_;
}

absl::Status SpareSegments::CheckRoom() const {
  const absl::StatusOr<uint64_t> free_bytes = files_.FreeBytes(options_.directory);
  if (!free_bytes.ok() || *free_bytes >= options_.segment_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("fill a segment in ", options_.directory, ": ",
                                                   *free_bytes, " bytes free, wanted ",
                                                   options_.segment_bytes));
}

absl::StatusOr<SpareSegment> SpareSegments::Fill(uint64_t number) {
  RETURN_IF_ERROR(CheckRoom());
  SpareSegment spare{PathIn(options_, SpareName(number)), nullptr};
  ASSIGN_OR_RETURN(spare.file, files_.Create(spare.path));
  const absl::Status filled = WriteZeros(*spare.file);
  if (!filled.ok()) {
    (void)files_.Remove(spare.path);  // Gives the space back; the reason to report is `filled`.
    return filled;
  }
  return spare;
}

absl::Status SpareSegments::WriteZeros(File& file) {
  const std::string zeros(std::min(options_.segment_bytes, kWriteBytes), '\0');
  for (uint64_t offset = 0; offset < options_.segment_bytes;) {
    if (stopping()) return absl::CancelledError("journal writer stops");
    const uint64_t size = std::min<uint64_t>(zeros.size(), options_.segment_bytes - offset);
    RETURN_IF_ERROR(file.WriteAt(offset, std::string_view(zeros).substr(0, size)));
    offset += size;
    if (offset % kSyncBytes == 0 || offset == options_.segment_bytes) RETURN_IF_ERROR(file.Sync());
  }
  return absl::OkStatus();
}

bool SpareSegments::stopping() const {
  std::lock_guard lock(mutex_);
  return stop_;
}

}  // namespace rialto::journal
