// Listening addresses: HOST:PORT, [IPV6]:PORT.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace rialto {

// Why `address` can not be listened on, in words, by trying: "listen 127.0.0.1:50051: address
// already in use". Called only after a library failed to, since neither gRPC nor civetweb tells
// why. Never OK: if the attempt succeeds, the status says that the address is free now.
absl::Status ExplainListenFailure(const std::string& address);

}  // namespace rialto
