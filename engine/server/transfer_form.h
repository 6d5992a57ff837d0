// Transfers as people write and read them.
#pragma once

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "engine/core/engine.h"
#include "rialto/common/v1/transfer.pb.h"

namespace rialto::engine {

// InvalidArgument starting with a reason code: malformed, or not the fields that go with the kind.
absl::StatusOr<Transfer> ParseTransfer(const Catalog& catalog,
                                       const common::v1::TransferForm& form);

// REQUIRES: accepted, and of one transfer.
common::v1::TransferAccepted ToTransferAccepted(const Catalog& catalog, const Outcome& outcome);

common::v1::TransferView ToView(const Catalog& catalog, const TransactionId& id,
                                const RememberedTransfer& transfer);

}  // namespace rialto::engine
