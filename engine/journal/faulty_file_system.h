// A disk in memory that forgets, tears and fails on demand: what the journal has to survive.
//
// Written bytes are visible at once and durable after Sync(); names are durable after
// SyncDirectory() of their directory. Crash() is a power loss: of everything not durable, each
// 512-byte sector and each change of names is kept or lost by the dice. Process death alone loses
// nothing that was written.
//
// Faults concern segment files (*.jnl) only, so that background filling does not disturb counting.
// Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/journal/faulty_names.h"
#include "engine/journal/file_system.h"

namespace rialto::journal {

struct FaultyContent {
  std::string visible;
  std::string durable;
  std::set<size_t> dirty_sectors;  // Of `visible`: written and not synced.
  bool is_segment = false;         // Faults concern it.
};

class FaultyFileSystem : public FileSystem {
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

  // Power loss. REQUIRES: no open files or locks.
  void Crash(uint64_t seed);

  // The n-th sync from now (1 is the next) fails; its bytes stay visible but are not on the device,
  // and a further sync succeeds without bringing them there, as Linux does.
  void FailSync(uint64_t n);
  // The n-th write from now stores only the first `bytes` bytes and fails.
  void CutWrite(uint64_t n, size_t bytes);
  // The next sync of a directory fails and makes no name durable.
  void FailDirectorySync();
  // Files together never grow beyond this: further writes store what fits and fail.
  void SetCapacityBytes(uint64_t bytes);
  // FreeBytes() is unknown: whoever asks has to try.
  void HideFreeBytes();
  // Renaming into or out of this directory fails, as between file systems.
  void SetOtherDevice(const std::string& directory);

  // The process dies at its n-th change from now (1 is the next): that change is not made, and it
  // and all that follow fail, until Revive() or Crash(). A change is a write, a sync or a step of
  // names, of any file.
  void DieAt(uint64_t n);
  void Revive();
  // The n-th change from now fails once, and the process lives: a sync forgets what it should have
  // stored (as FailSync), a write stores its first half, a step of names does not happen.
  void FailAt(uint64_t n);
  // Changes so far.
  uint64_t changes() const;
  // Overwrites bytes as rot does: on the device, without anybody's doing. REQUIRES: the file has
  // them.
  void Damage(const std::string& path, uint64_t offset, std::string_view bytes);

  // Writes and syncs of segment files so far.
  uint64_t writes() const;
  uint64_t syncs() const;

  // All files, as a process sees them; and the same put on the device, replacing all there was.
  using Image = std::map<std::string, std::string>;
  Image Save() const;
  void Load(const Image& image);

 private:
  class OpenFile;
  class HeldLock;

  using Content = FaultyContent;

  absl::Status Live();
  bool FailsNow() const { return changes_ == failing_change_; }
  absl::Status Write(Content& content, uint64_t offset, std::string_view bytes);
  absl::Status SyncContent(Content& content);
  std::string DeviceView(const Content& content) const;
  uint64_t UsedBytes() const;

  mutable std::mutex mutex_;
  FaultyNames names_;
  std::set<std::string> directories_;
  std::set<std::string> locked_;
  uint64_t writes_ = 0;
  uint64_t syncs_ = 0;
  std::optional<uint64_t> failing_sync_;
  std::optional<uint64_t> cut_write_;
  size_t cut_bytes_ = 0;
  bool directory_sync_fails_ = false;
  std::optional<uint64_t> capacity_bytes_;
  bool free_bytes_hidden_ = false;
  std::set<std::string> other_devices_;
  uint64_t changes_ = 0;
  std::optional<uint64_t> death_;  // The change at which the process dies.
  std::optional<uint64_t> failing_change_;
};

}  // namespace rialto::journal
