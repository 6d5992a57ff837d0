// What a venue said about one order of a request.
#pragma once

#include <cstdint>

#include "grpcpp/support/status_code_enum.h"
#include "rialto/common/v1/order.pb.h"

namespace rialto::load {

struct Answer {
  grpc::StatusCode status = grpc::StatusCode::OK;  // Of the call.
  // What follows is a decision: only with OK.
  common::v1::RejectReason reject_reason = common::v1::REJECT_REASON_UNSPECIFIED;
  bool repeated = false;
  bool rests = false;
  uint64_t order_id = 0;
  uint64_t sequence = 0;

  bool accepted() const { return reject_reason == common::v1::REJECT_REASON_UNSPECIFIED; }
};

// Whether the request may or may not have been carried out.
inline bool IsOutcomeUnknown(grpc::StatusCode status) {
  switch (status) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return true;
    default:
      return false;
  }
}

}  // namespace rialto::load
