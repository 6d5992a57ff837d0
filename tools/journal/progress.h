// A bar of bytes read, on a terminal's standard error; silent when that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace rialto::journal_tool {

class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws at most every 100 ms.
  void Update(uint64_t done_bytes, uint64_t total_bytes);

 private:
  const bool on_terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  bool visible_ = false;
};

}  // namespace rialto::journal_tool
