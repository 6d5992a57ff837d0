// absl::Status <=> grpc::Status, at the edge of a service.
//
// A message that starts with a reason code ("BAD_DECIMAL: ...") is also sent as a
// google.rpc.ErrorInfo {reason, domain "rialto"} in the status details, for programs.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace rialto {

grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

// The leading UPPER_SNAKE code of a message, at most 63 characters and followed by ':' or the end;
// empty when there is none.
std::string_view ReasonCode(std::string_view message);

}  // namespace rialto
