// Orders and answers between their two forms: what people write and what the engine counts.
//
// Checks form only (ids, decimals, enum values, which fields go with which type); whether an order
// makes sense is the engine's to say.
#pragma once

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "common/catalog/rejection.h"
#include "google/protobuf/timestamp.pb.h"
#include "rialto/common/v1/order.pb.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto {

// InvalidArgument starting with a reason code: BAD_ID, UNKNOWN_INSTRUMENT, INVALID_ORDER
// (unspecified or unknown enum value, a field that the type needs and has not, or has and does not
// take), BAD_TIME, or as Parse… in catalog.h. Fills in the default time in force and trigger
// source.
absl::StatusOr<engine::v1::PlaceOrderCommand> ToCommand(const Catalog& catalog,
                                                        const common::v1::OrderForm& form);

// REQUIRES: the outcome is accepted and its instrument is in the catalog.
common::v1::OrderAccepted ToAccepted(const Catalog& catalog,
                                     const engine::v1::OrderOutcome& outcome);

// The moment of a form as nanoseconds since the epoch. BAD_TIME: not after 1970, or beyond 2262.
absl::StatusOr<int64_t> ToNanoseconds(const char* field, const google::protobuf::Timestamp& time);
google::protobuf::Timestamp ToTimestamp(int64_t nanoseconds);

}  // namespace rialto
