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
    : service_(std::move(service)),
      pool_(database_url, kConnectionsMax),
      catalog_(std::make_shared<const Catalog>()) {}

absl::StatusOr<MirrorSnapshot> MirrorReader::Begin() {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(postgres::Transaction transaction,
                   postgres::Transaction::Begin(*lease, postgres::Isolation::kSnapshot));
  // UNAVAILABLE, too, when the follower has not made its tables yet.
  ASSIGN_OR_RETURN(const postgres::Result position,
                   transaction.Execute(absl::StrCat("SELECT sequence, (SELECT count(*) FROM ",
                                                    service_, ".instruments) FROM ", service_,
                                                    ".follower_position WHERE name = $1"),
                                       {service_}));
  if (position.empty()) {
    return absl::UnavailableError("NOT_READY: the mirror has no position yet");
  }
  const Sequence sequence(static_cast<uint64_t>(position.row(0).Int64(0)));
  ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog,
                   CatalogOf(transaction, static_cast<size_t>(position.row(0).Int64(1))));
  return MirrorSnapshot{.lease = std::move(lease),
                        .transaction = std::move(transaction),
                        .sequence = sequence,
                        .catalog = std::move(catalog)};
}

absl::StatusOr<std::shared_ptr<const Catalog>> MirrorReader::CatalogOf(
    postgres::Transaction& transaction, size_t instrument_count) {
  {
    absl::MutexLock lock(&mutex_);
    if (catalog_->instruments().size() >= instrument_count) return catalog_;
  }
  ASSIGN_OR_RETURN(Catalog read, ReadDefinitions(transaction, service_));
  auto catalog = std::make_shared<const Catalog>(std::move(read));
  absl::MutexLock lock(&mutex_);
  if (catalog_->instruments().size() < catalog->instruments().size()) catalog_ = catalog;
  return catalog;
}

}  // namespace rialto
