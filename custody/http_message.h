// The little of HTTP that the venue and a custody provider use of each other.
#pragma once

#include <string>

namespace rialto::custody {

struct HttpRequest {
  std::string method;
  std::string path;  // With what stands behind '?', if anything.
  std::string body;
  std::string timestamp;  // Header Rialto-Timestamp.
  std::string signature;  // Header Rialto-Signature.
};

struct HttpAnswer {
  int status = 0;
  std::string body;  // JSON.
};

}  // namespace rialto::custody
