// A program that runs beside the bench: a server under trial, or its yardstick.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace rialto::bench {

class ChildProcess {
 public:
  // Starts `binary` with these arguments; what it says is appended to the file `log`.
  ChildProcess(const std::string& binary, const std::vector<std::string>& arguments,
               const std::string& log);
  // Asks it to end (SIGTERM) and waits until it has.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Processor time it has used so far, of all its threads.
  double CpuSeconds() const;

 private:
  pid_t pid_ = 0;
};

// The same of this process.
double OwnCpuSeconds();

// "127.0.0.1:PORT" with a port that nobody uses at the moment.
std::string FreeAddress();

// The folder this program's binary is in: the others are beside it.
std::string BinaryDirectory();

}  // namespace rialto::bench
