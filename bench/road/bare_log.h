// The yardstick of everything durable: bytes written behind each other into a file that was filled
// with zeros before, and fdatasync.
#pragma once

#include <cstdint>
#include <string>

namespace rialto::bench {

class BareLog {
 public:
  // Fills the file. It is removed at the end.
  explicit BareLog(std::string path);
  ~BareLog();
  BareLog(const BareLog&) = delete;
  BareLog& operator=(const BareLog&) = delete;

  // Makes that many bytes durable; begins at the front again when the file is full.
  // REQUIRES: at most 16 MiB.
  void Commit(uint64_t bytes);

 private:
  std::string path_;
  std::string content_;
  int descriptor_;
  uint64_t offset_ = 0;
};

}  // namespace rialto::bench
