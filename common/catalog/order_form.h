// Orders and answers between their two forms: what people write and what the engine counts.
//
// Checks form only (ids, decimals, enum values); whether an order makes sense is the engine's to
// say.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "rialto/common/v1/order.pb.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto {

// InvalidArgument starting with a reason code: BAD_ID, UNKNOWN_INSTRUMENT, INVALID_ORDER
// (unspecified or unknown enum value, price or quantity missing), or as Parse… in catalog.h. Fills
// in the default time in force.
absl::StatusOr<engine::v1::PlaceOrderCommand> ToCommand(const Catalog& catalog,
                                                        const common::v1::OrderForm& form);

// REQUIRES: the outcome is accepted and its instrument is in the catalog.
common::v1::OrderAccepted ToAccepted(const Catalog& catalog,
                                     const engine::v1::OrderOutcome& outcome);
// REQUIRES: the outcome is rejected. Knows the units of need and have from the instrument and side,
// where the catalog has them.
common::v1::Rejection ToRejection(const Catalog& catalog, const engine::v1::OrderOutcome& outcome);

// What a refused deposit or withdrawal, or any command about amounts of one asset, says.
common::v1::Rejection ToRejection(const Asset* asset, common::v1::RejectReason reason, int64_t need,
                                  int64_t have);

// "INSUFFICIENT_FUNDS": the name without its prefix.
std::string ReasonCode(common::v1::RejectReason reason);

}  // namespace rialto
