// A progress bar on a terminal's standard error; silent when that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace rialto::replay {

class Progress {
 public:
  explicit Progress(uint64_t total);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws at most every 100 ms.
  void Update(uint64_t done);
  // Removes the bar.
  void Clear();

 private:
  const uint64_t total_;
  const bool on_terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  bool visible_ = false;
};

}  // namespace rialto::replay
