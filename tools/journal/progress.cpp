#include "tools/journal/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "tools/journal/text.h"

namespace rialto::journal_tool {
namespace {

constexpr std::chrono::milliseconds kDrawInterval(100);
constexpr uint64_t kBarWidth = 40;

}  // namespace

Progress::Progress()
    : on_terminal_(isatty(STDERR_FILENO) == 1), start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void Progress::Update(uint64_t done_bytes, uint64_t total_bytes) {
  if (!on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (visible_ && now - drawn_ < kDrawInterval) return;
  drawn_ = now;
  visible_ = true;
  const uint64_t total = std::max<uint64_t>(total_bytes, 1);
  const uint64_t done = std::min(done_bytes, total);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const auto rate = static_cast<uint64_t>(seconds > 0 ? static_cast<double>(done) / seconds : 0);
  std::string bar(kBarWidth * done / total, '#');
  bar.resize(kBarWidth, '.');
  std::fprintf(stderr, "\r[%s] %3llu %%  %s of %s  %s/s \033[K", bar.c_str(),
               static_cast<unsigned long long>(100 * done / total), FormatBytes(done).c_str(),
               FormatBytes(total).c_str(), FormatBytes(rate).c_str());
  std::fflush(stderr);
}

}  // namespace rialto::journal_tool
