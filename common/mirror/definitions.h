// The venue's assets and instruments, kept in a follower's own schema beside its other tables.
//
// The schema has the tables `assets` and `instruments` as README.md shows them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "common/follower/follower_store.h"
#include "common/postgres/transaction.h"

namespace rialto {

// Adds what the batch defines and takes over what it changes.
absl::Status WriteDefinitions(postgres::Transaction& transaction, const std::string& schema,
                              CommandBatch commands);

absl::StatusOr<Catalog> ReadDefinitions(postgres::Transaction& transaction,
                                        const std::string& schema);

}  // namespace rialto
