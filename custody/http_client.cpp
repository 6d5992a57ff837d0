#include "custody/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "custody/http_address.h"

namespace rialto::custody {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = beast::error_code;

constexpr size_t kBodyBytesMax = 64 << 10;

http::request<http::string_body> ToBeast(const std::string& address, const HttpRequest& from) {
  http::request<http::string_body> to;
  to.version(11);
  to.method_string(from.method);
  to.target(from.path);
  to.set(http::field::host, address);
  to.set(http::field::content_type, "application/json");
  to.set("Rialto-Timestamp", from.timestamp);
  to.set("Rialto-Signature", from.signature);
  to.keep_alive(false);
  to.body() = from.body;
  to.prepare_payload();
  return to;
}

}  // namespace

absl::StatusOr<HttpAnswer> CallHttp(const std::string& address, const HttpRequest& request,
                                    absl::Duration patience) {
  ASSIGN_OR_RETURN(const boost::asio::ip::tcp::endpoint endpoint, EndpointOf(address));
  const http::request<http::string_body> message = ToBeast(address, request);
  boost::asio::io_context io;
  beast::tcp_stream stream(io);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyBytesMax);
  Error result;
  // Only asynchronous steps have the deadline; they run to their end right here.
  stream.expires_after(absl::ToChronoNanoseconds(patience));
  stream.async_connect(endpoint, [&](Error connected) {
    if (result = connected; result) return;
    http::async_write(stream, message, [&](Error written, size_t) {
      if (result = written; result) return;
      http::async_read(stream, buffer, parser, [&](Error read, size_t) { result = read; });
    });
  });
  io.run();
  if (result) {
    return absl::UnavailableError(
        absl::StrCat(request.method, " ", request.path, " at ", address, ": ", result.message()));
  }
  return HttpAnswer{static_cast<int>(parser.get().result_int()), parser.get().body()};
}

}  // namespace rialto::custody
