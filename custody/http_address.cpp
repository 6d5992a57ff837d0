#include "custody/http_address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace rialto::custody {

absl::StatusOr<boost::asio::ip::tcp::endpoint> EndpointOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  uint32_t port = 0;
  boost::system::error_code error;
  const boost::asio::ip::address ip = boost::asio::ip::make_address(host, error);
  if (colon == std::string::npos || error || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port > 65'535) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", address, "\": want an IP address and a port, HOST:PORT"));
  }
  return boost::asio::ip::tcp::endpoint(ip, static_cast<uint16_t>(port));
}

}  // namespace rialto::custody
