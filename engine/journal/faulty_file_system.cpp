#include "engine/journal/faulty_file_system.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

constexpr size_t kSectorBytes = 512;

bool IsSegmentPath(const std::string& path) { return path.ends_with(".jnl"); }

std::string DirectoryOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

absl::Status NotFound(const char* attempted, const std::string& path) {
  return absl::NotFoundError(absl::StrCat(attempted, " ", path, ": no such file or directory"));
}

absl::Status IoError(const char* attempted, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(attempted, " ", path, ": input/output error"));
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
  for (const auto& [name, content] : names_.visible()) {
    if (DirectoryOf(name) == path) names.push_back(name.substr(path.size() + 1));
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

absl::Status FaultyFileSystem::SyncDirectory(const std::string& path) {
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(Live());
  if (std::exchange(directory_sync_fails_, false) || FailsNow()) {
    return absl::UnavailableError("sync directory: input/output error");
  }
  names_.SyncDirectory(path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<File>> FaultyFileSystem::Create(const std::string& path) {
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(Live());
  if (FailsNow()) return IoError("create", path);
  if (!directories_.contains(DirectoryOf(path))) return NotFound("create", path);
  if (names_.visible().contains(path)) {
    return absl::AlreadyExistsError(absl::StrCat("create ", path, ": file exists"));
  }
  auto content = std::make_shared<Content>();
  content->is_segment = IsSegmentPath(path);
  names_.Create(path, content);
  return std::make_unique<OpenFile>(*this, std::move(content), Access::kReadWrite);
}

absl::StatusOr<std::unique_ptr<File>> FaultyFileSystem::Open(const std::string& path,
                                                             Access access) {
  std::lock_guard lock(mutex_);
  const auto entry = names_.visible().find(path);
  if (entry == names_.visible().end()) return NotFound("open", path);
  return std::make_unique<OpenFile>(*this, entry->second, access);
}

absl::Status FaultyFileSystem::Rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(Live());
  if (FailsNow()) return IoError("rename", from);
  if (!names_.visible().contains(from)) return NotFound("rename", from);
  if (!directories_.contains(DirectoryOf(to))) return NotFound("rename to", to);
  if (other_devices_.contains(DirectoryOf(from)) != other_devices_.contains(DirectoryOf(to))) {
    return absl::UnimplementedError(absl::StrCat("rename to ", to, ": on another file system"));
  }
  if (names_.visible().contains(to)) {
    return absl::AlreadyExistsError(absl::StrCat("rename to ", to, ": file exists"));
  }
  names_.visible().at(from)->is_segment = IsSegmentPath(to);
  names_.Rename(from, to);
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::Remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(Live());
  if (FailsNow()) return IoError("remove", path);
  if (!names_.visible().contains(path)) return NotFound("remove", path);
  names_.Remove(path);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> FaultyFileSystem::FreeBytes(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (free_bytes_hidden_ || !capacity_bytes_.has_value()) return FileSystem::FreeBytes(path);
  return *capacity_bytes_ - std::min(*capacity_bytes_, UsedBytes());
}

void FaultyFileSystem::Crash(uint64_t seed) {
  std::lock_guard lock(mutex_);
  std::mt19937_64 dice(seed);
  death_.reset();
  names_.Crash(dice);
  for (auto& [name, content] : names_.visible()) {
    for (const size_t sector : content->dirty_sectors) {
      if (dice() % 2 == 0) CopySector(content->visible, sector, content->durable);
    }
    content->dirty_sectors.clear();
    content->visible = content->durable;
  }
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

void FaultyFileSystem::SetOtherDevice(const std::string& directory) {
  std::lock_guard lock(mutex_);
  other_devices_.insert(directory);
}

void FaultyFileSystem::DieAt(uint64_t n) {
  std::lock_guard lock(mutex_);
  death_ = changes_ + n;
}

void FaultyFileSystem::Revive() {
  std::lock_guard lock(mutex_);
  death_.reset();
}

void FaultyFileSystem::FailAt(uint64_t n) {
  std::lock_guard lock(mutex_);
  failing_change_ = changes_ + n;
}

void FaultyFileSystem::Damage(const std::string& path, uint64_t offset, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  FaultyContent& content = *names_.visible().at(path);
  content.visible.replace(offset, bytes.size(), bytes);
  content.durable.replace(offset, bytes.size(), bytes);
}

uint64_t FaultyFileSystem::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

void FaultyFileSystem::HideFreeBytes() {
  std::lock_guard lock(mutex_);
  free_bytes_hidden_ = true;
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
  for (const auto& [name, content] : names_.visible()) image[name] = content->visible;
  return image;
}

void FaultyFileSystem::Load(const Image& image) {
  std::lock_guard lock(mutex_);
  FaultyNames::Names names;
  for (const auto& [name, bytes] : image) {
    names[name] = std::make_shared<Content>(Content{bytes, bytes, {}, IsSegmentPath(name)});
    directories_.insert(DirectoryOf(name));
  }
  names_.Reset(std::move(names));
}

// Counts a change; fails when the process is dead.
absl::Status FaultyFileSystem::Live() {
  ++changes_;
  if (death_.has_value() && changes_ >= *death_) return absl::AbortedError("the process is dead");
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::Write(Content& content, uint64_t offset, std::string_view bytes) {
  RETURN_IF_ERROR(Live());
  absl::Status result;
  if (content.is_segment && ++writes_ == cut_write_) {
    bytes = bytes.substr(0, cut_bytes_);
    result = absl::ResourceExhaustedError("write: short");
  } else if (FailsNow()) {
    bytes = bytes.substr(0, bytes.size() / 2);
    result = absl::ResourceExhaustedError("write: short");
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
  RETURN_IF_ERROR(Live());
  const bool fails = FailsNow() || (content.is_segment && ++syncs_ == failing_sync_);
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
  for (const auto& [name, content] : names_.visible()) used += content->visible.size();
  return used;
}

}  // namespace rialto::journal
