#include "tools/replay/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace rialto::replay {
namespace {

constexpr std::chrono::milliseconds kDrawInterval(100);
constexpr uint64_t kBarWidth = 40;

}  // namespace

Progress::Progress(uint64_t total)
    : total_(std::max<uint64_t>(total, 1)),
      on_terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

void Progress::Update(uint64_t done) {
  if (!on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (visible_ && now - drawn_ < kDrawInterval) return;
  drawn_ = now;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const uint64_t filled = kBarWidth * std::min(done, total_) / total_;
  std::string bar(filled, '#');
  bar.resize(kBarWidth, '.');
  std::fprintf(stderr, "\r[%s] %3d %%  %llu/%llu  %.0f/s ", bar.c_str(),
               static_cast<int>(100 * std::min(done, total_) / total_),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_),
               rate);
  std::fflush(stderr);
}

void Progress::Clear() {
  if (!visible_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  visible_ = false;
}

}  // namespace rialto::replay
