// Reads of a follower's tables: each sees one moment, and knows which.
//
//   ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader.Begin());
//   ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument("BTC-USD"));
//   ASSIGN_OR_RETURN(postgres::Result rows, snapshot.transaction.Execute("SELECT …"));
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/ids.h"
#include "common/catalog/catalog.h"
#include "common/postgres/pool.h"
#include "common/postgres/transaction.h"

namespace rialto {

// One moment of a mirror. Ends, and gives its connection back, when destroyed.
struct MirrorSnapshot {
  postgres::Pool::Lease lease;
  postgres::Transaction transaction;  // Read only.
  Sequence sequence;                  // What the tables are true at.
  // All assets and instruments of that moment; never nullptr.
  std::shared_ptr<const Catalog> catalog;

  // NotFound UNKNOWN_INSTRUMENT; lives as long as the snapshot's catalog.
  absl::StatusOr<const Instrument*> FindInstrument(std::string_view symbol) const;
};

// Thread: any.
class MirrorReader {
 public:
  // How many reads may be in progress at once; more wait (postgres::Pool).
  static constexpr int kConnectionsMax = 8;

  // `service` is the follower's name, and the schema's.
  MirrorReader(const std::string& database_url, std::string service);

  // Unavailable: the database does not answer, or the follower has not made its tables yet.
  // REQUIRES: `isolation` is one of the snapshots.
  absl::StatusOr<MirrorSnapshot> Begin(
      postgres::Isolation isolation = postgres::Isolation::kSnapshot);

  // For what the service itself writes.
  postgres::Pool& pool() { return pool_; }

 private:
  // Definitions with equal versions are equal.
  struct DefinitionsVersion {
    int64_t asset_count = 0;
    int64_t instrument_count = 0;
    int64_t changed_sequence = 0;
    friend bool operator==(const DefinitionsVersion&, const DefinitionsVersion&) = default;
  };

  absl::StatusOr<std::shared_ptr<const Catalog>> CatalogOf(postgres::Transaction& transaction,
                                                           DefinitionsVersion version);

  const std::string service_;
  postgres::Pool pool_;
  absl::Mutex mutex_;
  // The last that was read, and its version; none yet.
  std::shared_ptr<const Catalog> catalog_ ABSL_GUARDED_BY(mutex_);
  std::optional<DefinitionsVersion> catalog_version_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rialto
