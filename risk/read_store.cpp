#include "risk/read_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "risk/exposure_rows.h"

namespace rialto::risk {
namespace {

using postgres::Result;
using postgres::Row;

constexpr char kSelectLimits[] =
    "SELECT account_id, instrument_id, order_quantity_max_lots, order_notional_max_units,"
    " set_sequence, set_time_ns FROM risk.limits WHERE ";

LimitsRow LimitsFromRow(const Row& row, const Catalog& catalog) {
  const InstrumentId instrument_id(static_cast<uint32_t>(row.Int64(1)));
  const Instrument* instrument = catalog.FindInstrument(instrument_id);
  CHECK(instrument != nullptr);
  return LimitsRow{.account_id = AccountId(static_cast<uint64_t>(row.Int64(0))),
                   .instrument = *instrument,
                   .order_quantity_max = Quantity(row.Int64(2)),
                   .order_notional_max = Amount(row.Int64(3)),
                   .set_sequence = Sequence(static_cast<uint64_t>(row.Int64(4))),
                   .set_time = Timestamp(row.Int64(5))};
}

}  // namespace

absl::StatusOr<Instrument> ReadStore::FindInstrument(const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  return *instrument;
}

absl::StatusOr<LimitsPage> ReadStore::GetLimits(AccountId account_id, const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute(
                       absl::StrCat(kSelectLimits, "account_id = $1 AND instrument_id = $2"),
                       {account_id, instrument->id}));
  LimitsPage page{.sequence = snapshot.sequence};
  page.rows.push_back(rows.empty() ? LimitsRow{.account_id = account_id, .instrument = *instrument}
                                   : LimitsFromRow(rows.row(0), *snapshot.catalog));
  return page;
}

absl::StatusOr<LimitsPage> ReadStore::ListLimits(const LimitsQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          absl::StrCat(kSelectLimits,
                       "($1 = 0 OR account_id = $1) AND (account_id, instrument_id) > ($2, $3)"
                       " ORDER BY account_id, instrument_id LIMIT $4"),
          {query.account_id, query.after_account, query.after_instrument, query.count_max + 1}));
  LimitsPage page{.has_more = rows.row_count() > query.count_max, .sequence = snapshot.sequence};
  const int count = page.has_more ? query.count_max : rows.row_count();
  for (int i = 0; i < count; ++i) {
    page.rows.push_back(LimitsFromRow(rows.row(i), *snapshot.catalog));
  }
  return page;
}

absl::StatusOr<ExposureRow> ReadStore::GetExposure(AccountId account_id,
                                                   const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          absl::StrCat("SELECT ", kExposureColumns,
                       " FROM risk.exposures WHERE account_id = $1 AND instrument_id = $2"),
          {account_id, instrument->id}));
  return ExposureRow{.instrument = *instrument,
                     .exposure = rows.empty() ? Exposure() : FromRow(rows.row(0)),
                     .sequence = snapshot.sequence};
}

absl::StatusOr<int64_t> ReadStore::BeginChange(const LimitChange& change) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, reader_.pool().Acquire());
  ASSIGN_OR_RETURN(
      const Result inserted,
      lease->Execute("INSERT INTO risk.limit_changes"
                     " (peer, reason, account_id, instrument, order_quantity_max,"
                     " order_notional_max) VALUES ($1, $2, $3, $4, $5, $6) RETURNING change_id",
                     {change.peer, change.reason, change.account_id, change.instrument,
                      change.order_quantity_max, change.order_notional_max}));
  return inserted.row(0).Int64(0);
}

absl::Status ReadStore::EndChange(int64_t change_id, const LimitChangeEnd& end) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, reader_.pool().Acquire());
  return lease
      ->Execute(
          "UPDATE risk.limit_changes SET outcome = $2, answer = nullif($3, ''),"
          " sequence = $4 WHERE change_id = $1",
          {change_id, end.outcome, end.answer, end.sequence})
      .status();
}

}  // namespace rialto::risk
