#include "common/postgres/test_proxy.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rialto::postgres {
namespace {

constexpr int kPollMs = 50;
// libpq's name for the socket of this port.
constexpr char kSocketName[] = "/.s.PGSQL.5432";

// Where the server of `url` is, found by going there once.
std::string ServerAddress(const std::string& url) {
  PGconn* connection = PQconnectdb(url.c_str());
  CHECK(PQstatus(connection) == CONNECTION_OK);
  std::string address(sizeof(sockaddr_storage), '\0');
  socklen_t size = sizeof(sockaddr_storage);
  CHECK(getpeername(PQsocket(connection), reinterpret_cast<sockaddr*>(address.data()), &size) == 0);
  address.resize(size);
  PQfinish(connection);
  return address;
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

TestProxy::TestProxy(const std::string& url) : server_address_(ServerAddress(url)) {
  char directory[] = "/tmp/rialto_proxy_XXXXXX";
  CHECK(mkdtemp(directory) != nullptr);
  directory_ = directory;
  // Later keywords win.
  url_ = absl::StrCat(url, " host='", directory_, "' port='5432' sslmode='disable'",
                      " gssencmode='disable'");
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory_ + kSocketName;
  CHECK(path.size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(listen(listener_, 8) == 0);
  thread_ = std::thread([this] { Run(); });
}

TestProxy::~TestProxy() {
  stopping_ = true;
  thread_.join();
  close(listener_);
  unlink((directory_ + kSocketName).c_str());
  rmdir(directory_.c_str());
}

void TestProxy::Run() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (poll(&ready, 1, kPollMs) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    Serve(client);
    close(client);
  }
}

void TestProxy::Serve(int client) {
  const auto* address = reinterpret_cast<const sockaddr*>(server_address_.data());
  const int server = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(server >= 0);
  is_commit_sent_ = false;
  bool is_open = connect(server, address, static_cast<socklen_t>(server_address_.size())) == 0;
  while (is_open && !stopping_) {
    std::array<pollfd, 2> ready{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (poll(ready.data(), ready.size(), kPollMs) <= 0) continue;
    if (ready[0].revents != 0) is_open = Pass(client, server);
    if (!is_open || ready[1].revents == 0) continue;
    if (is_commit_sent_) {
      is_commit_sent_ = false;
      ++lost_answers_;
      break;
    }
    is_open = Pass(server, client);
  }
  close(server);
}

bool TestProxy::Pass(int from, int to) {
  std::array<char, 1 << 16> buffer;
  const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  const std::string_view bytes(buffer.data(), static_cast<size_t>(size));
  // A simple query is 'Q', its length, its text: the whole of a COMMIT comes in one piece.
  if (bytes[0] == 'Q' && bytes.find("COMMIT") == 5 && lose_commit_answer_.exchange(false)) {
    is_commit_sent_ = true;
  }
  return SendAll(to, bytes);
}

}  // namespace rialto::postgres
