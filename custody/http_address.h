// HOST:PORT as an address of Boost.Asio.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "absl/status/statusor.h"

namespace rialto::custody {

// `host` is an IP address; "localhost" is 127.0.0.1. InvalidArgument: neither.
absl::StatusOr<boost::asio::ip::tcp::endpoint> EndpointOf(const std::string& address);

}  // namespace rialto::custody
