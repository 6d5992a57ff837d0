#include "bench/road/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rialto::bench {
namespace {

double SecondsOf(clockid_t clock) {
  timespec time{};
  CHECK(clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& binary, const std::vector<std::string>& arguments,
                           const std::string& log) {
  std::vector<std::string> words = {binary};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_ = fork();
  CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  // Only calls that are allowed between fork and exec of a program with threads.
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // Nothing runs on when the bench ends in the middle.
  const int nothing = open("/dev/null", O_RDONLY);
  const int said = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(nothing, STDIN_FILENO);
  dup2(said, STDOUT_FILENO);
  dup2(said, STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

ChildProcess::~ChildProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

double ChildProcess::CpuSeconds() const {
  clockid_t clock = 0;
  CHECK(clock_getcpuclockid(pid_, &clock) == 0);
  return SecondsOf(clock);
}

double OwnCpuSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }

std::string FreeAddress() {
  const int socket_number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(socket_number >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(socket_number, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(getsockname(socket_number, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(socket_number);
  return absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
}

std::string BinaryDirectory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace rialto::bench
