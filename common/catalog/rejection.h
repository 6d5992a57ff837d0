// The engine's "no" as people read it: the reason, then its numbers in their units.
#pragma once

#include <cstdint>
#include <string>

#include "common/catalog/catalog.h"
#include "rialto/common/v1/order.pb.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto {

// REQUIRES: the outcome is rejected. Knows the units of need and have from the instrument and side,
// where the catalog has them. `need` and `have` are decimals; times and durations in nanoseconds,
// states and modes by number.
common::v1::Rejection ToRejection(const Catalog& catalog, const engine::v1::OrderOutcome& outcome);

// What a refused deposit or withdrawal, or any command about amounts of one asset, says. Without an
// asset only numbers that need no unit are shown.
common::v1::Rejection ToRejection(const Asset* asset, common::v1::RejectReason reason, int64_t need,
                                  int64_t have);

// "INSUFFICIENT_FUNDS": the name without its prefix.
std::string ReasonCode(common::v1::RejectReason reason);

}  // namespace rialto
