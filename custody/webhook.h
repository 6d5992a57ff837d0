// The HTTP face: POST /v1/events, signed, from a custody provider.
//
// Signature and replay window first, then the form, then Events. Thread: any.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "custody/events.h"
#include "custody/http_message.h"

namespace rialto::custody {

class Webhook {
 public:
  struct Parts {
    std::string secret;
    Events& events;
    Metrics& metrics;
    std::function<absl::Time()> now = absl::Now;
  };

  explicit Webhook(Parts parts) : parts_(std::move(parts)) {}

  // 200 decided, 400 malformed, 401 not signed well or outside of the window, 404, 405, 409 reused
  // id, 503 try again.
  HttpAnswer Answer(const HttpRequest& request);

 private:
  HttpAnswer Judge(const HttpRequest& request);

  const Parts parts_;
};

}  // namespace rialto::custody
