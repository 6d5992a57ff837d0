// Listens for HTTP requests, one per connection, and lets a function answer them.
//
// Every connection has a deadline, headers and body have a bound, and connections beyond the bound
// are closed at once. Untrusted clients belong behind the edge proxy, which also does TLS.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/service/background_part.h"
#include "custody/http_message.h"

namespace rialto::custody {

class HttpDoor : public BackgroundPart {
 public:
  static constexpr int kThreads = 4;
  static constexpr int kConnectionsMax = 64;
  static constexpr int kPatienceSeconds = 10;
  static constexpr size_t kBodyBytesMax = 64 << 10;
  static constexpr size_t kHeaderBytesMax = 8 << 10;

  // `answer` may block; called by kThreads threads.
  using Answer = std::function<HttpAnswer(const HttpRequest&)>;

  // `address` is HOST:PORT; port 0 lets the system choose.
  HttpDoor(std::string address, Answer answer);
  ~HttpDoor() override;

  // FailedPrecondition: the address can not be listened on.
  absl::Status Start() override;
  // Lets answers that are under way finish within kPatienceSeconds.
  void Stop() override;

  // In use since Start().
  int port() const;

 private:
  struct Running;

  const std::string address_;
  const Answer answer_;
  std::unique_ptr<Running> running_;
};

}  // namespace rialto::custody
