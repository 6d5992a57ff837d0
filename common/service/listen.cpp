#include "common/service/listen.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace rialto {
namespace {

absl::Status Failure(const std::string& address, std::string reason) {
  if (!reason.empty()) {
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  return absl::FailedPreconditionError(absl::StrCat("listen ", address, ": ", reason));
}

}  // namespace

absl::Status ExplainListenFailure(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Failure(address, "not of the form HOST:PORT");
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found);
  if (error != 0) return Failure(address, gai_strerror(error));

  int bind_errno = 0;
  if (const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0); fd >= 0) {
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 1) != 0) bind_errno = errno;
    close(fd);
  } else {
    bind_errno = errno;
  }
  freeaddrinfo(found);
  if (bind_errno == 0) return Failure(address, "failed, but the address is free now; try again");
  return Failure(address, std::strerror(bind_errno));
}

}  // namespace rialto
