// A unary call that outlives crashes: waits for the service and asks again until it is answered.
//
// For idempotent calls only. Asks again after UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED
// and RESOURCE_EXHAUSTED; every other error is an answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace rialto::replay {

using UnaryCall = std::function<grpc::Status(grpc::ClientContext&)>;

struct Answered {
  int64_t latency_ns = 0;  // Of the attempt that was answered.
  bool resent = false;     // An earlier attempt may have been carried out.
};

bool IsTransient(const grpc::Status& status);

// Waits for an answer as long as `patience`; the error is the last attempt's, its message begins
// with `what`.
absl::StatusOr<Answered> CallPatiently(const std::string& what, std::chrono::seconds patience,
                                       const UnaryCall& call);

}  // namespace rialto::replay
