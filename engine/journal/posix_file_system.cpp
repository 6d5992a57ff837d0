#include "engine/journal/posix_file_system.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::journal {

namespace {

absl::Status ErrorStatus(int error, const char* attempted, const std::string& path) {
  const std::string what = absl::StrCat(attempted, " ", path);
  const absl::Status status = absl::ErrnoToStatus(error, what);
  if (error == EFBIG) return absl::ResourceExhaustedError(status.message());
  if (!absl::IsDataLoss(status) && !absl::IsOutOfRange(status) && !absl::IsInternal(status)) {
    return status;
  }
  return absl::UnknownError(status.message());
}

absl::Status ErrnoStatus(const char* attempted, const std::string& path) {
  return ErrorStatus(errno, attempted, path);
}

absl::Status OtherFileSystem(const std::string& path) {
  return absl::UnimplementedError(absl::StrCat("rename to ", path, ": on another file system"));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

class PosixFile : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
    ssize_t written = 0;
    do {
      written =
          pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    } while (written < 0 && errno == EINTR);
    if (written < 0) return ErrnoStatus("write", path_);
    if (static_cast<size_t>(written) != bytes.size()) {
      return absl::ResourceExhaustedError(
          absl::StrCat("write ", path_, ": ", written, " of ", bytes.size(), " bytes"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* bytes, size_t size) override {
    size_t total = 0;
    while (total < size) {
      const ssize_t count = pread(descriptor_.number(), bytes + total, size - total,
                                  static_cast<off_t>(offset + total));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return ErrnoStatus("read", path_);
      total += static_cast<size_t>(count);
      // A direct read that ends off the block size has met the end of the file.
      if (count == 0 || total % kBlockBytes != 0) break;
    }
    return total;
  }

  absl::Status Sync() override {
    if (fdatasync(descriptor_.number()) != 0) return ErrnoStatus("sync", path_);
    return absl::OkStatus();
  }

  absl::Status SyncInParts() override {
    constexpr uint64_t kPartBytes = 1u << 20;  // About a millisecond of a device.
    constexpr unsigned kWriteAndWait =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    ASSIGN_OR_RETURN(const uint64_t size, Size());
    for (uint64_t offset = 0; offset < size; offset += kPartBytes) {
      // An error that it reports is not reported again by a sync.
      if (sync_file_range(descriptor_.number(), static_cast<off_t>(offset), kPartBytes,
                          kWriteAndWait) != 0) {
        return ErrnoStatus("sync", path_);
      }
    }
    return Sync();
  }

  absl::StatusOr<uint64_t> Size() override {
    struct stat status {};
    if (fstat(descriptor_.number(), &status) != 0) return ErrnoStatus("stat", path_);
    return static_cast<uint64_t>(status.st_size);
  }

 private:
  static constexpr size_t kBlockBytes = 512;

  Descriptor descriptor_;
  std::string path_;
};

class PosixLock : public DirectoryLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

// Reads around the page cache: after a failed sync the cache can show bytes the device never got.
Descriptor OpenDevice(const std::string& path) {
  Descriptor direct(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT));
  if (direct.number() >= 0 || errno != EINVAL) return direct;
  // The file system has no direct reads (tmpfs): drop what is cached and clean, and read as usual.
  Descriptor cached(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (cached.number() >= 0) posix_fadvise(cached.number(), 0, 0, POSIX_FADV_DONTNEED);
  return cached;
}

}  // namespace

absl::Status PosixFileSystem::CreateDirectory(const std::string& path) {
  std::error_code error;
  const std::filesystem::path directory(path);
  if (std::filesystem::is_directory(directory, error)) return absl::OkStatus();
  const std::string parent = std::filesystem::absolute(directory).parent_path().string();
  if (parent != path && !parent.empty()) RETURN_IF_ERROR(CreateDirectory(parent));
  if (mkdir(path.c_str(), 0750) != 0) return ErrnoStatus("create directory", path);
  return SyncDirectory(parent);
}

absl::StatusOr<std::vector<std::string>> PosixFileSystem::List(const std::string& path) {
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  std::vector<std::string> names;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) {
    return ErrorStatus(error.value(), "list directory", path);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> PosixFileSystem::Lock(const std::string& path) {
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) return ErrnoStatus("open directory", path);
  if (flock(directory.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("lock directory", path);
    return absl::FailedPreconditionError(
        absl::StrCat("lock directory ", path, ": another process writes here"));
  }
  return std::make_unique<PosixLock>(std::move(directory));
}

absl::Status PosixFileSystem::SyncDirectory(const std::string& path) {
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) return ErrnoStatus("open directory", path);
  if (fsync(directory.number()) != 0) return ErrnoStatus("sync directory", path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<File>> PosixFileSystem::Create(const std::string& path) {
  Descriptor descriptor(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
  if (descriptor.number() < 0) return ErrnoStatus("create", path);
  return std::make_unique<PosixFile>(std::move(descriptor), path);
}

absl::StatusOr<std::unique_ptr<File>> PosixFileSystem::Open(const std::string& path,
                                                            Access access) {
  Descriptor descriptor =
      access == Access::kReadDevice
          ? OpenDevice(path)
          : Descriptor(
                open(path.c_str(), (access == Access::kRead ? O_RDONLY : O_RDWR) | O_CLOEXEC));
  if (descriptor.number() < 0) return ErrnoStatus("open", path);
  return std::make_unique<PosixFile>(std::move(descriptor), path);
}

absl::Status PosixFileSystem::Rename(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  if (errno == EXDEV) return OtherFileSystem(to);
  if (errno != EINVAL) return ErrnoStatus("rename to", to);
  // The file system cannot refuse to replace; the directory lock keeps others from racing this.
  if (access(to.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(absl::StrCat("rename to ", to, ": file exists"));
  }
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return errno == EXDEV ? OtherFileSystem(to) : ErrnoStatus("rename to", to);
}

absl::Status PosixFileSystem::Remove(const std::string& path) {
  if (unlink(path.c_str()) != 0) return ErrnoStatus("remove", path);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> PosixFileSystem::FreeBytes(const std::string& path) {
  struct statvfs status {};
  if (statvfs(path.c_str(), &status) != 0) return ErrnoStatus("free bytes of", path);
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace rialto::journal
