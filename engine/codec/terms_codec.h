// The rarer fields of an order, between core and wire.
#pragma once

#include "absl/status/statusor.h"
#include "engine/core/command.h"
#include "rialto/engine/v1/order_terms.pb.h"

namespace rialto::engine {

// InvalidArgument starting with BAD_ID or INVALID_ORDER: an unknown enum value, or a session, which
// only the server gives.
absl::StatusOr<OrderTerms> DecodeTerms(const v1::OrderTerms& terms);

void EncodeTerms(const OrderTerms& terms, v1::OrderTerms& message);

}  // namespace rialto::engine
