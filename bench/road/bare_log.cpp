#include "bench/road/bare_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "common/base/check.h"

namespace rialto::bench {
namespace {

constexpr uint64_t kFileBytes = 64ull << 20;  // As a segment of the journal.
constexpr uint64_t kCommitBytesMax = 16ull << 20;

}  // namespace

BareLog::BareLog(std::string path)
    : path_(std::move(path)),
      content_(kCommitBytesMax, '\0'),
      descriptor_(open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  CHECK(descriptor_ >= 0);
  for (uint64_t filled = 0; filled < kFileBytes; filled += content_.size()) Commit(content_.size());
  CHECK(fsync(descriptor_) == 0);
  content_.assign(kCommitBytesMax, 'x');
}

BareLog::~BareLog() {
  close(descriptor_);
  unlink(path_.c_str());
}

void BareLog::Commit(uint64_t bytes) {
  CHECK(bytes <= content_.size());
  if (offset_ + bytes > kFileBytes) offset_ = 0;
  const ssize_t written = pwrite(descriptor_, content_.data(), bytes, static_cast<off_t>(offset_));
  CHECK(written == static_cast<ssize_t>(bytes));
  CHECK(fdatasync(descriptor_) == 0);
  offset_ += bytes;
}

}  // namespace rialto::bench
