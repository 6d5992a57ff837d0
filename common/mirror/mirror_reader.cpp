#include "common/mirror/mirror_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/mirror/definitions.h"

namespace rialto {
absl::StatusOr<const Instrument*> MirrorSnapshot::FindInstrument(std::string_view symbol) const {
  const Instrument* instrument = catalog->FindInstrument(symbol);
  if (instrument == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"", std::string(symbol), "\""));
  }
  return instrument;
}

MirrorReader::MirrorReader(const std::string& database_url, std::string service)
    : service_(std::move(service)), pool_(database_url, kConnectionsMax) {}

absl::StatusOr<MirrorSnapshot> MirrorReader::Begin(postgres::Isolation isolation) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(postgres::Transaction transaction,
                   postgres::Transaction::Begin(*lease, isolation));
  // UNAVAILABLE, too, when the follower has not made its tables yet.
  ASSIGN_OR_RETURN(const postgres::Result position,
                   transaction.Execute(
                       absl::StrCat("SELECT position.sequence, (SELECT count(*) FROM ", service_,
                                    ".assets), count(instrument_id),"
                                    " coalesce(max(changed_sequence), 0) FROM ",
                                    service_, ".follower_position AS position LEFT JOIN ", service_,
                                    ".instruments ON true WHERE name = $1"
                                    " GROUP BY position.sequence"),
                       {service_}));
  if (position.empty()) {
    return absl::UnavailableError("NOT_READY: the mirror has no position yet");
  }
  const postgres::Row row = position.row(0);
  ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog,
                   CatalogOf(transaction, {row.Int64(1), row.Int64(2), row.Int64(3)}));
  return MirrorSnapshot{.lease = std::move(lease),
                        .transaction = std::move(transaction),
                        .sequence = Sequence(static_cast<uint64_t>(row.Int64(0))),
                        .catalog = std::move(catalog)};
}

absl::StatusOr<std::shared_ptr<const Catalog>> MirrorReader::CatalogOf(
    postgres::Transaction& transaction, DefinitionsVersion version) {
  {
    absl::MutexLock lock(&mutex_);
    if (catalog_version_ == version) return catalog_;
  }
  ASSIGN_OR_RETURN(Catalog read, ReadDefinitions(transaction, service_));
  auto catalog = std::make_shared<const Catalog>(std::move(read));
  absl::MutexLock lock(&mutex_);
  catalog_ = catalog;
  catalog_version_ = version;
  return catalog;
}

}  // namespace rialto
