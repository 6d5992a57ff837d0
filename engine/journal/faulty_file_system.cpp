#include "engine/journal/faulty_file_system.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rialto::journal {

namespace {

constexpr size_t kSectorBytes = 512;

bool IsSegmentPath(const std::string& path) { return path.ends_with(".jnl"); }

absl::Status NotFound(const char* attempted, const std::string& path) {
  return absl::NotFoundError(absl::StrCat(attempted, " ", path, ": no such file or directory"));
}

// Copies the sector, growing `to` with zeros as a file system does.
void CopySector(const std::string& from, size_t sector, std::string& to) {
  const size_t begin = sector * kSectorBytes;
  const size_t end = std::min(begin + kSectorBytes, from.size());
  if (to.size() < end) to.resize(end, '\0');
  to.replace(begin, end - begin, from, begin, end - begin);
}

}  // namespace

class FaultyFileSystem::OpenFile : public File {
 public:
  OpenFile(FaultyFileSystem& files, std::shared_ptr<Content> content, Access access)
      : files_(files), content_(std::move(content)), access_(access) {}

  absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
    std::lock_guard lock(files_.mutex_);
    if (access_ != Access::kReadWrite) return absl::PermissionDeniedError("open for reading");
    return files_.Write(*content_, offset, bytes);
  }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* bytes, size_t size) override {
    std::lock_guard lock(files_.mutex_);
    const std::string content =
        access_ == Access::kReadDevice ? files_.DeviceView(*content_) : std::string();
    const std::string& source = access_ == Access::kReadDevice ? content : content_->visible;
    if (offset >= source.size()) return size_t{0};
    return source.copy(bytes, size, offset);
  }

  absl::Status Sync() override {
    std::lock_guard lock(files_.mutex_);
    return files_.SyncContent(*content_);
  }

  absl::StatusOr<uint64_t> Size() override {
    std::lock_guard lock(files_.mutex_);
    return content_->visible.size();
  }

 private:
  FaultyFileSystem& files_;
  std::shared_ptr<Content> content_;
  const Access access_;
};

class FaultyFileSystem::HeldLock : public DirectoryLock {
 public:
  HeldLock(FaultyFileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
  ~HeldLock() override {
    std::lock_guard lock(files_.mutex_);
    files_.locked_.erase(path_);
  }

 private:
  FaultyFileSystem& files_;
  const std::string path_;
};

absl::Status FaultyFileSystem::CreateDirectory(const std::string& path) {
  std::lock_guard lock(mutex_);
  directories_.insert(path);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FaultyFileSystem::List(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (!directories_.contains(path)) return NotFound("list directory", path);
  std::vector<std::string> names;
  for (const auto& [name, content] : names_) {
    if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
  }
  return names;
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> FaultyFileSystem::Lock(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (!locked_.insert(path).second) {
    return absl::FailedPreconditionError(absl::StrCat("lock directory ", path, ": held"));
  }
  return std::make_unique<HeldLock>(*this, path);
}

absl::Status FaultyFileSystem::SyncDirectory(const std::string&) {
  std::lock_guard lock(mutex_);
  if (std::exchange(directory_sync_fails_, false)) {
    return absl::UnavailableError("sync directory: input/output error");
  }
  durable_names_ = names_;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<File>> FaultyFileSystem::Create(const std::string& path) {
  std::lock_guard lock(mutex_);
  const auto [entry, created] = names_.emplace(path, std::make_shared<Content>());
  if (!created) return absl::AlreadyExistsError(absl::StrCat("create ", path, ": file exists"));
  entry->second->is_segment = IsSegmentPath(path);
  return std::make_unique<OpenFile>(*this, entry->second, Access::kReadWrite);
}

absl::StatusOr<std::unique_ptr<File>> FaultyFileSystem::Open(const std::string& path,
                                                             Access access) {
  std::lock_guard lock(mutex_);
  const auto entry = names_.find(path);
  if (entry == names_.end()) return NotFound("open", path);
  return std::make_unique<OpenFile>(*this, entry->second, access);
}

absl::Status FaultyFileSystem::Rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  if (!names_.contains(from)) return NotFound("rename", from);
  if (names_.contains(to)) {
    return absl::AlreadyExistsError(absl::StrCat("rename to ", to, ": file exists"));
  }
  auto node = names_.extract(from);
  node.key() = to;
  node.mapped()->is_segment = IsSegmentPath(to);
  names_.insert(std::move(node));
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::Remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  return names_.erase(path) == 1 ? absl::OkStatus() : NotFound("remove", path);
}

void FaultyFileSystem::Crash(uint64_t seed) {
  std::lock_guard lock(mutex_);
  std::mt19937_64 dice(seed);
  if (dice() % 2 == 0) names_ = durable_names_;
  for (auto& [name, content] : names_) {
    for (const size_t sector : content->dirty_sectors) {
      if (dice() % 2 == 0) CopySector(content->visible, sector, content->durable);
    }
    content->dirty_sectors.clear();
    content->visible = content->durable;
  }
  durable_names_ = names_;
}

void FaultyFileSystem::FailSync(uint64_t n) {
  std::lock_guard lock(mutex_);
  failing_sync_ = syncs_ + n;
}

void FaultyFileSystem::CutWrite(uint64_t n, size_t bytes) {
  std::lock_guard lock(mutex_);
  cut_write_ = writes_ + n;
  cut_bytes_ = bytes;
}

void FaultyFileSystem::FailDirectorySync() {
  std::lock_guard lock(mutex_);
  directory_sync_fails_ = true;
}

void FaultyFileSystem::SetCapacityBytes(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  capacity_bytes_ = bytes;
}

uint64_t FaultyFileSystem::writes() const {
  std::lock_guard lock(mutex_);
  return writes_;
}

uint64_t FaultyFileSystem::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

FaultyFileSystem::Image FaultyFileSystem::Save() const {
  std::lock_guard lock(mutex_);
  Image image;
  for (const auto& [name, content] : names_) image[name] = content->visible;
  return image;
}

void FaultyFileSystem::Load(const Image& image) {
  std::lock_guard lock(mutex_);
  names_.clear();
  for (const auto& [name, bytes] : image) {
    names_[name] = std::make_shared<Content>(Content{bytes, bytes, {}, IsSegmentPath(name)});
    directories_.insert(name.substr(0, name.rfind('/')));
  }
  durable_names_ = names_;
}

absl::Status FaultyFileSystem::Write(Content& content, uint64_t offset, std::string_view bytes) {
  absl::Status result;
  if (content.is_segment && ++writes_ == cut_write_) {
    bytes = bytes.substr(0, cut_bytes_);
    result = absl::DataLossError("write: short");
  }
  const uint64_t old_size = content.visible.size();
  if (capacity_bytes_.has_value() && offset + bytes.size() > old_size) {
    const uint64_t free = *capacity_bytes_ - std::min(*capacity_bytes_, UsedBytes());
    if (offset + bytes.size() > old_size + free) {
      bytes = bytes.substr(0, old_size + free - std::min(offset, old_size + free));
      result = absl::ResourceExhaustedError("write: no space left on device");
    }
  }
  if (bytes.empty()) return result;
  if (content.visible.size() < offset + bytes.size()) {
    content.visible.resize(offset + bytes.size(), '\0');
  }
  content.visible.replace(offset, bytes.size(), bytes);
  const size_t last = (offset + bytes.size() - 1) / kSectorBytes;
  for (size_t sector = offset / kSectorBytes; sector <= last; ++sector) {
    content.dirty_sectors.insert(sector);
  }
  return result;
}

absl::Status FaultyFileSystem::SyncContent(Content& content) {
  const bool fails = content.is_segment && ++syncs_ == failing_sync_;
  if (!fails) {
    for (const size_t sector : content.dirty_sectors) {
      CopySector(content.visible, sector, content.durable);
    }
  }
  content.dirty_sectors.clear();
  return fails ? absl::UnavailableError("sync: input/output error") : absl::OkStatus();
}

// What a direct read gives: the kernel writes dirty pages out first, but not the ones that a failed
// sync has marked clean.
std::string FaultyFileSystem::DeviceView(const Content& content) const {
  std::string view = content.durable;
  for (const size_t sector : content.dirty_sectors) CopySector(content.visible, sector, view);
  return view;
}

uint64_t FaultyFileSystem::UsedBytes() const {
  uint64_t used = 0;
  for (const auto& [name, content] : names_) used += content->visible.size();
  return used;
}

}  // namespace rialto::journal
