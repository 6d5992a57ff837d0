// Outcomes as people read them.
#pragma once

#include "common/catalog/catalog.h"
#include "engine/core/engine.h"
#include "rialto/common/v1/order.pb.h"

namespace rialto::engine {

// REQUIRES: accepted.
common::v1::OrderAccepted ToAccepted(const Catalog& catalog, const Outcome& outcome);
// REQUIRES: rejected. Of an order, or of anything whose numbers have no unit.
common::v1::Rejection ToOrderRejection(const Catalog& catalog, const Outcome& outcome);
// REQUIRES: rejected. Of a transfer of this asset.
common::v1::Rejection ToTransferRejection(const rialto::Asset* asset, const Outcome& outcome);

// REQUIRES: rejected. Of anything about this instrument.
common::v1::Rejection ToInstrumentRejection(const Catalog& catalog, InstrumentId id,
                                            Outcome outcome);

// Either of the two, as an entry of a batch.
common::v1::OrderDecision ToDecision(const Catalog& catalog, const Outcome& outcome);

common::v1::OrderView ToView(const Catalog& catalog, const OpenOrder& order);
common::v1::Balance ToView(const rialto::Asset& asset, const Balance& balance);

}  // namespace rialto::engine
