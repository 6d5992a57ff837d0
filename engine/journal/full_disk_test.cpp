// A disk that is really full: a small tmpfs of a mount namespace of its own.
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "engine/journal/ballast.h"
#include "engine/journal/posix_file_system.h"
#include "engine/journal/recovery.h"
#include "engine/journal/writer.h"

namespace rialto::journal {
namespace {

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kNoNamespace = 77;

#define REQUIRE(condition)                                                 \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      return kFailed;                                                      \
    }                                                                      \
  } while (false)

void WriteFile(const char* path, const std::string& text) { std::ofstream(path) << text; }

// Root of a user namespace of its own may mount; nobody outside sees it.
bool MountSmallDisk(const std::string& path, const char* options) {
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  WriteFile("/proc/self/setgroups", "deny");
  WriteFile("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
  WriteFile("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  return mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
}

template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) {
    options_.directory = path + "/journal";
    options_.segment_bytes = 256u << 10;
    options_.record_bytes_max = 64u << 10;
    options_.ballast_bytes = 1u << 20;
  }

  // Writes until the disk is full, deletes the ballast, goes on, and reads it all back.
  int Run() {
    REQUIRE(Open());
    const std::string ballast = options_.directory + "/" + Ballast::kName;
    REQUIRE(Eventually([&] {
      std::error_code error;
      return std::filesystem::file_size(ballast, error) == options_.ballast_bytes;
    }));
    REQUIRE(Eventually([&] { return writer_->stats().spares_ready == 2; }));
    while (!writer_->spares_failing()) REQUIRE(WriteBatch().ok() && WaitForSpare());
    REQUIRE(absl::IsResourceExhausted(writer_->spare_failure()));
    // Two segments early.
    REQUIRE(writer_->bytes_left() > options_.segment_bytes);

    std::filesystem::remove(ballast);
    REQUIRE(Eventually([&] { return !writer_->spares_failing(); }));
    for (uint64_t bytes = 0; bytes < options_.ballast_bytes / 2; bytes += kPayloadBytes) {
      REQUIRE(WriteBatch().ok() && WaitForSpare());
    }
    // Now to the very end.
    absl::Status status;
    while (status.ok()) status = WriteBatch();
    REQUIRE(absl::IsResourceExhausted(status));
    REQUIRE(!writer_->Sync().ok());
    const uint64_t acknowledged = acknowledged_;
    writer_.reset();
    REQUIRE(Open());
    REQUIRE(acknowledged_ == acknowledged);
    return kPassed;
  }

 private:
  static constexpr size_t kPayloadBytes = 30'000;

  bool Open() {
    auto tail = Recover(files_, options_, RecoveryMode::kRepairTornTail, [&](const Record& record) {
      acknowledged_ = record.sequence.value();
      return record.payload == std::string(kPayloadBytes, 'p') ? absl::OkStatus()
                                                               : absl::InternalError("other");
    });
    if (!tail.ok()) return false;
    auto writer = Writer::Open(files_, options_, *std::move(tail));
    if (!writer.ok()) return false;
    writer_ = *std::move(writer);
    return true;
  }

  absl::Status WriteBatch() {
    const std::string payload(kPayloadBytes, 'p');
    writer_->Append({.sequence = writer_->next_sequence(), .payload = payload});
    const absl::Status status = writer_->Sync();
    if (status.ok()) acknowledged_ = writer_->position().sequence.value();
    return status;
  }

  bool WaitForSpare() {
    return Eventually(
        [&] { return writer_->stats().spares_ready == 2 || writer_->spares_failing(); });
  }

  PosixFileSystem files_;
  Options options_;
  std::unique_ptr<Writer> writer_;
  uint64_t acknowledged_ = 0;
};

TEST(FullDiskTest, ShowsTwoSegmentsEarlyAndTheBallastGivesRoom) {
  std::string path = (std::filesystem::temp_directory_path() / "full_disk_XXXXXX").string();
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  const pid_t child = fork();
  if (child == 0) {
    _exit(MountSmallDisk(path, "size=4m") ? SmallDisk(path).Run() : kNoNamespace);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  std::filesystem::remove_all(path);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoNamespace) GTEST_SKIP() << "no user namespaces here";
  EXPECT_EQ(WEXITSTATUS(status), kPassed);
}

}  // namespace
}  // namespace rialto::journal
