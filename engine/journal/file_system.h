// Files and directories as the journal uses them: the seam where tests put a lying disk.
//
// Errors are Status with what was attempted and the path. Paths are joined by the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rialto::journal {

// Errors here and below are the system's: ResourceExhausted where there is no room, for the rest
// whatever fits. Never DataLoss, OutOfRange or Internal: those say something of what the files
// hold.

// One open file. Thread: reads from any, the rest from one.
class File {
 public:
  virtual ~File() = default;

  // Writes all bytes at `offset` in one attempt. A short write is an error.
  virtual absl::Status WriteAt(uint64_t offset, std::string_view bytes) = 0;
  // Reads up to `size` bytes; fewer only at the end of the file.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* bytes, size_t size) = 0;
  // Returns when what was written is on the device. After an error the content is unknown: a second
  // call may succeed without having written anything, so nobody makes one.
  virtual absl::Status Sync() = 0;
  // The same in small parts, for what is large: another file's Sync() then waits for one part at
  // most, and not for all of it.
  virtual absl::Status SyncInParts() { return Sync(); }
  virtual absl::StatusOr<uint64_t> Size() = 0;
};

enum class Access {
  kRead,
  // Reads from the device, not from the page cache, where the file system can. Buffer, offset and
  // size must be multiples of 4 KiB.
  kReadDevice,
  kReadWrite,
};

// Held while it lives; the kernel releases it when the process dies.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

// Thread: any.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Creates the directory and its missing parents, durably. Existing is fine.
  virtual absl::Status CreateDirectory(const std::string& path) = 0;
  // Names in the directory, sorted. NotFound when there is no such directory.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
  // FailedPrecondition when another process holds it.
  virtual absl::StatusOr<std::unique_ptr<DirectoryLock>> Lock(const std::string& path) = 0;
  // Makes created, renamed and removed names durable.
  virtual absl::Status SyncDirectory(const std::string& path) = 0;

  // A new empty file for reading and writing. AlreadyExists.
  virtual absl::StatusOr<std::unique_ptr<File>> Create(const std::string& path) = 0;
  virtual absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Access access) = 0;
  // Never replaces a file: AlreadyExists. Unimplemented when `to` is on another file system.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status Remove(const std::string& path) = 0;

  // What may still be written below the directory. Unimplemented where nobody knows.
  virtual absl::StatusOr<uint64_t> FreeBytes(const std::string& path);
};

inline absl::StatusOr<uint64_t> FileSystem::FreeBytes(const std::string& path) {
  return absl::UnimplementedError("free bytes of " + path);
}

}  // namespace rialto::journal
