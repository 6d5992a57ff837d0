#include "custody/http_door.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "custody/http_address.h"

namespace rialto::custody {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = beast::error_code;

// One connection: a request, its answer, the end. Keeps itself alive while something is under way.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  Visit(asio::ip::tcp::socket socket, const HttpDoor::Answer& answer, std::atomic<int>& visits)
      : stream_(std::move(socket)), answer_(answer), visits_(visits) {
    ++visits_;
    parser_.body_limit(HttpDoor::kBodyBytesMax);
    parser_.header_limit(HttpDoor::kHeaderBytesMax);
  }
  ~Visit() { --visits_; }

  void Begin() {
    stream_.expires_after(std::chrono::seconds(HttpDoor::kPatienceSeconds));
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](Error error, size_t) { self->Read(error); });
  }

 private:
  void Read(Error error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return Write({413, R"({"error":"TOO_LARGE"})"});
    }
    if (error) return;  // Left, too slow, or no HTTP: there is nobody to answer.
    const http::request<http::string_body>& request = parser_.get();
    const auto header = [&request](const char* name) { return std::string(request[name]); };
    Write(answer_({.method = std::string(request.method_string()),
                   .path = std::string(request.target()),
                   .body = request.body(),
                   .timestamp = header("Rialto-Timestamp"),
                   .signature = header("Rialto-Signature")}));
  }

  void Write(HttpAnswer answer) {
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(false);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    stream_.expires_after(std::chrono::seconds(HttpDoor::kPatienceSeconds));
    http::async_write(stream_, response_, [self = shared_from_this()](Error, size_t) {
      Error ignored;
      self->stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  const HttpDoor::Answer& answer_;
  std::atomic<int>& visits_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

struct HttpDoor::Running {
  asio::io_context io{kThreads};
  asio::ip::tcp::acceptor acceptor{asio::make_strand(io)};
  std::atomic<int> visits{0};
  std::vector<std::thread> threads;

  void Accept(const Answer& answer) {
    acceptor.async_accept(asio::make_strand(io),
                          [this, &answer](Error error, asio::ip::tcp::socket socket) {
                            if (!acceptor.is_open()) return;  // Stopped, maybe just after it came.
                            if (!error && visits < kConnectionsMax) {
                              std::make_shared<Visit>(std::move(socket), answer, visits)->Begin();
                            }
                            Accept(answer);
                          });
  }
};

HttpDoor::HttpDoor(std::string address, Answer answer)
    : address_(std::move(address)), answer_(std::move(answer)) {}

HttpDoor::~HttpDoor() { Stop(); }

absl::Status HttpDoor::Start() {
  ASSIGN_OR_RETURN(const asio::ip::tcp::endpoint endpoint, EndpointOf(address_));
  running_ = std::make_unique<Running>();
  asio::ip::tcp::acceptor& acceptor = running_->acceptor;
  Error error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kConnectionsMax, error);
  if (error) {
    running_.reset();
    return absl::FailedPreconditionError(absl::StrCat("listen ", address_, ": ", error.message()));
  }
  running_->Accept(answer_);
  for (int i = 0; i < kThreads; ++i) {
    running_->threads.emplace_back([this] { running_->io.run(); });
  }
  LOG_INFO("http_listening address={} port={}", address_, port());
  return absl::OkStatus();
}

void HttpDoor::Stop() {
  if (running_ == nullptr) return;
  // Afterwards the threads run out of work as visits end, each within its deadline.
  asio::post(running_->acceptor.get_executor(), [this] {
    Error ignored;
    running_->acceptor.close(ignored);
  });
  for (std::thread& thread : running_->threads) thread.join();
  running_.reset();
}

int HttpDoor::port() const {
  Error ignored;
  return running_ == nullptr ? 0 : running_->acceptor.local_endpoint(ignored).port();
}

}  // namespace rialto::custody
