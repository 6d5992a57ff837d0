// The file system of this machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/journal/file_system.h"

namespace rialto::journal {

class PosixFileSystem : public FileSystem {
 public:
  absl::Status CreateDirectory(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<DirectoryLock>> Lock(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<File>> Create(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Access access) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override;
};

}  // namespace rialto::journal
