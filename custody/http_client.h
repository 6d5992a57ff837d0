// One HTTP request to another process, and its answer.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "custody/http_message.h"

namespace rialto::custody {

// Unavailable: no connection, no answer in time, or no HTTP; whether the request took effect is
// unknown.
absl::StatusOr<HttpAnswer> CallHttp(const std::string& address, const HttpRequest& request,
                                    absl::Duration patience);

}  // namespace rialto::custody
